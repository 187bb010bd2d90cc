"""Cells: the tickets that are alike in status, priority, category and visibility, as bitmaps.

Every ticket is in one cell, so a query about those fields is a set of cells, and its count is a sum. Which cells
it is, TinyDB's own query says when it is asked about one example of each.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any

from tinydb import where
from tinydb.queries import QueryInstance

from store.bits import Chunks, add, chunks_of, remove, union

Doc = Mapping[str, Any]
CellSet = frozenset[int]

FIELDS = ("stat", "pri", "cat")
_NOWHERE = 0xFFFF
_MOST_VIEWS = 16
_COMPARISONS: dict[str, Callable[[Any, Any], QueryInstance]] = {
    "==": lambda path, value: path == value,
    "!=": lambda path, value: path != value,
    "<": lambda path, value: path < value,
    "<=": lambda path, value: path <= value,
    ">": lambda path, value: path > value,
    ">=": lambda path, value: path >= value,
    "exists": lambda path, _: path.exists(),
    "one_of": lambda path, values: path.one_of(list(values)),
}


class UnindexedError(Exception):
    """The index cannot say: ask the query about every ticket."""


def _key(doc: Doc, *, private: bool) -> tuple[Hashable, ...]:
    """What all tickets of a cell have the same."""
    get = doc.get
    return get("stat", ...), get("pri", ...), get("cat", ...), private


class Cell:
    __slots__ = ("chunks", "count", "example", "private")

    def __init__(self, example: Doc, *, private: bool) -> None:
        self.example, self.private = example, private
        self.count = 0
        self.chunks: Chunks = []


class Cells:
    """`version` grows whenever there is a new cell, and sets of cells mean something else than before."""

    def __init__(self) -> None:
        self.version = 0
        self.all: CellSet = frozenset()
        self.private: CellSet = frozenset()
        self.odd: set[int] = set()  # tickets with values that no cell can stand for
        self._cells: list[Cell] = []
        self._numbers: dict[Hashable, int] = {}
        self._of = array("H")
        self._arrays: defaultdict[int, array[int]] = defaultdict(partial(array, "I"))  # what is being loaded
        self._views: dict[CellSet, Chunks] = {}

    def move(self, number: int, doc: Doc | None, *, private: bool) -> None:
        """A ticket is in another cell than before, or in none (None)."""
        of = self._of
        if number >= len(of):
            self._room(number)
        old = of[number]
        new = _NOWHERE if doc is None else self._cell(number, doc, private=private)
        if old == new:
            return
        of[number] = new
        if old != _NOWHERE:
            cell = self._cells[old]
            remove(cell.chunks, number)
            cell.count -= 1
        if new != _NOWHERE:
            cell = self._cells[new]
            add(cell.chunks, number)
            cell.count += 1
        for cells, chunks in self._views.items():
            if new in cells:
                if old not in cells:
                    add(chunks, number)
            elif old in cells:
                remove(chunks, number)

    def load(self, number: int, doc: Doc, *, private: bool) -> None:
        """As `move`, for many that are given upwards before anything is asked; then `loaded`."""
        if number >= len(self._of):
            self._room(number)
        self._of[number] = at = self._cell(number, doc, private=private)
        self._arrays[at].append(number)

    def loaded(self) -> None:
        for at, alike in self._arrays.items():
            if at != _NOWHERE:
                self._cells[at].chunks = chunks_of(alike)
                self._cells[at].count = len(alike)
        self._arrays.clear()

    def _room(self, number: int) -> None:
        self._of.extend([_NOWHERE] * (number + 1 - len(self._of)))

    def _cell(self, number: int, doc: Doc, *, private: bool) -> int:
        key = _key(doc, private=private)
        try:
            found = self._numbers.get(key)
        except TypeError:
            self.odd.add(number)
            return _NOWHERE
        if self.odd:
            self.odd.discard(number)
        if found is None:
            if any(value != value for value in key):  # noqa: PLR0124  # not a number: equal to nothing
                self.odd.add(number)
                return _NOWHERE
            return self._made(key, {name: doc[name] for name in FIELDS if name in doc}, private=private)
        return found

    def _made(self, key: Hashable, example: Doc, *, private: bool) -> int:
        """A new cell; its number."""
        self._cells.append(Cell(example, private=private))
        made = self._numbers[key] = len(self._cells) - 1
        self._views.clear()
        self.version += 1
        self.all |= {made}
        self.private |= {made} if private else frozenset()
        return made

    def image(self) -> Any:
        """See `store.image`."""
        cells = [(cell.example, cell.private, cell.count, cell.chunks) for cell in self._cells]
        return cells, self._of.tobytes(), list(self.odd)

    def restore(self, image: Any) -> None:
        cells, of, odd = image
        for example, private, count, chunks in cells:
            cell = self._cells[self._made(_key(example, private=private), example, private=private)]
            cell.count, cell.chunks = count, chunks
        self._of = array("H", of)
        self.odd = set(odd)

    # sets of cells

    def by_priority(self) -> list[CellSet]:
        """All cells by their priority, the most urgent first, and last those without one."""
        groups: dict[tuple[int, int], set[int]] = {}
        for at, cell in enumerate(self._cells):
            priority = cell.example.get("pri")
            rank = (0, priority) if isinstance(priority, int) else (1, 0)
            groups.setdefault(rank, set()).add(at)
        return [frozenset(groups[rank]) for rank in sorted(groups)]

    def matching(self, tree: Any) -> CellSet | None:
        """The cells in which a query holds, by its syntax tree; None when that does not depend on the cell alone.

        Raises `UnindexedError` where the query itself would fail.
        """
        match tree:
            case ():
                return self.all
            case ("and" | "or" as kind, frozenset() as parts):
                sets = [self.matching(part) for part in parts]
                known = [cells for cells in sets if cells is not None]
                if len(known) < len(sets):
                    return None
                return frozenset.union(*known) if kind == "or" else frozenset.intersection(*known)
            case ("not", part):
                cells = self.matching(part)
                return None if cells is None else self.all - cells
            case (str(kind), (str(name),), *values) if name in FIELDS and kind in _COMPARISONS:
                try:
                    test = _COMPARISONS[kind](where(name), values[0] if values else None)
                    return frozenset(at for at, cell in enumerate(self._cells) if test(cell.example))
                except TypeError:
                    raise UnindexedError from None
        return None

    # what is in them

    def count(self, cells: CellSet) -> int:
        every = self._cells
        return sum([every[at].count for at in cells])

    def chunks(self, cells: CellSet) -> list[Chunks]:
        """The bitmaps of each of `cells`: they change as the tickets do."""
        return [self._cells[at].chunks for at in cells]

    def view(self, cells: CellSet) -> Chunks:
        """All of `cells` as one bitmap, kept up to date as long as it is asked for now and then."""
        found = self._views.get(cells)
        if found is None:
            if len(self._views) >= _MOST_VIEWS:
                del self._views[next(iter(self._views))]
            found = self._views[cells] = list(union(self.chunks(cells)))
        return found

    def has(self, number: int, cells: CellSet) -> bool:
        return number < len(self._of) and self._of[number] in cells

    def among(self, numbers: list[int], cells: CellSet) -> list[int]:
        """Those of `numbers` that are in `cells`."""
        of, length = self._of, len(self._of)
        return [number for number in numbers if number < length and of[number] in cells]
