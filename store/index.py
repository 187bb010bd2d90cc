"""What is kept in memory to answer TinyDB's queries without looking at every ticket.

Every ticket is in one cell: the tickets with the same status, priority, category and visibility. So a query about those
is a set of cells, found by asking TinyDB's own query about one example of each, and its count is a sum. Words, authors
and channels are sets of numbers. A query's hash is its syntax tree; what cannot be answered from it is
left to the query itself, so that the meaning never differs from TinyDB's.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import islice
from operator import and_
from typing import Any, Literal, NamedTuple

from tinydb import where
from tinydb.queries import QueryInstance

from store.base import Scope
from store.bits import (
    FEW,
    SHIFT,
    Chunks,
    Numbers,
    add,
    chunks_of,
    count,
    downwards,
    has,
    remove,
    union,
    upwards,
)
from store.text import Words, words_of

Doc = Mapping[str, Any]
Order = Literal["pri", "newest", "oldest"]

FIELDS = ("stat", "pri", "cat")
_NO_CELL = 0xFFFF
_NO_CELLS: frozenset[int] = frozenset()
_MOST_PLANS = 256
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
    """The index cannot say: ask the query."""


def by_author(who: str, author_of: Callable[[Doc], str]) -> QueryInstance:
    """A TinyDB query: the tickets that `who` made."""
    return QueryInstance(lambda doc: author_of(doc) == who, ("author", who))


def visible(scope: Scope, holds: Callable[[Doc], bool]) -> QueryInstance:
    """A TinyDB query: the tickets that `scope` holds."""
    return QueryInstance(holds, ("scope", scope))


class Cell:
    """Tickets that are alike in every field of `FIELDS` and in visibility."""

    __slots__ = ("chunks", "count", "doc", "private")

    def __init__(self, doc: Doc, *, private: bool) -> None:
        self.doc, self.private = doc, private
        self.count = 0
        self.chunks: Chunks = []


class Plan(NamedTuple):
    """What a query asks, all of which must hold: to be in one of `cells`, and the rest."""

    cells: frozenset[int]
    scope: Scope | None
    words: tuple[str, ...]
    authors: tuple[str, ...]
    others: tuple[Hashable, ...]


class Found(NamedTuple):
    """An answer: the tickets of whole `cells`, and `few` others; or those of `chunks`, if that is not None."""

    total: int
    cells: frozenset[int]
    few: list[int]
    chunks: Chunks | None = None


def _put(sets: dict[str, Numbers], name: str, number: int) -> None:
    if name not in sets:
        sets[name] = Numbers()
    sets[name].add(number)


class Index:
    def __init__(self) -> None:
        self.words = Words()
        self.authors: dict[str, Numbers] = {}
        self.channels: dict[str, Numbers] = {}
        self.private = Numbers()
        self.private_authors: dict[str, Numbers] = {}
        self.private_channels: dict[str, Numbers] = {}
        self._cells: list[Cell] = []
        self._cell_numbers: dict[Hashable, int] = {}
        self._cell_of = array("H")
        self._odd: set[int] = (
            set()
        )  # tickets with values that no index can hold: as long as there are any, none answers
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()

    # what there is

    def place(self, number: int, who: str, channel: str, *, private: bool) -> None:
        """Where a ticket was born, which never changes. To be told before the ticket itself."""
        _put(self.authors, who, number)
        _put(self.channels, channel, number)
        if private:
            self.private.add(number)
            _put(self.private_authors, who, number)
            _put(self.private_channels, channel, number)

    def change(self, number: int, before: Doc | None, after: Doc | None) -> None:
        """A ticket is new, other than before, or gone."""
        self._move(number, after)
        self.words.change(number, words_of(before) if before else set(), words_of(after) if after else set())

    def load(self, docs: Iterable[tuple[int, Doc]]) -> None:
        """As `change` for each of many, which come with their numbers upwards, into an empty index."""
        self.words.load(self._moved(docs))

    def _moved(self, docs: Iterable[tuple[int, Doc]]) -> Iterator[tuple[int, Doc]]:
        for number, doc in docs:
            self._move(number, doc)
            yield number, doc

    def _move(self, number: int, doc: Doc | None) -> None:
        while number >= len(self._cell_of):
            self._cell_of.extend([_NO_CELL] * (number + 1 - len(self._cell_of)))
        to = _NO_CELL if doc is None else self._cell(doc, number)
        at = self._cell_of[number]
        if at == to:
            return
        if at != _NO_CELL:
            cell = self._cells[at]
            remove(cell.chunks, number)
            cell.count -= 1
        if to != _NO_CELL:
            cell = self._cells[to]
            add(cell.chunks, number)
            cell.count += 1
        self._cell_of[number] = to

    def _cell(self, doc: Doc, number: int) -> int:
        private = bool(self.private) and number in self.private
        key = (doc.get("stat", ...), doc.get("pri", ...), doc.get("cat", ...), private)
        try:
            found = self._cell_numbers.get(key)
        except TypeError:
            self._odd.add(number)
            return _NO_CELL
        self._odd.discard(number)
        if found is None:
            if any(value != value for value in key):  # noqa: PLR0124  # not a number: equal to nothing
                self._odd.add(number)
                return _NO_CELL
            example = {name: doc[name] for name in FIELDS if name in doc}
            self._cells.append(Cell(example, private=private))
            found = self._cell_numbers[key] = len(self._cells) - 1
            self._plans.clear()
        return found

    # questions

    def find(self, query: Any) -> Found:
        """The tickets that match. Raises `UnindexedError`."""
        tree = getattr(query, "_hash", None)
        if tree is None or self._odd or not isinstance(query, QueryInstance):
            raise UnindexedError
        plan = self._plans.get(tree)
        if plan is None:
            plan = self._plan(tree)
            if len(self._plans) >= _MOST_PLANS:
                self._plans.popitem(last=False)
            self._plans[tree] = plan
        return self._answer(plan)

    def page(self, found: Found, start: int, size: int, order: Order) -> list[int]:
        """At most `size` of the numbers found, from the `start`-th on."""
        numbers: list[int] = []
        if order != "pri":
            self._walk(found, None, start, size, numbers, newest=order == "newest")
            return numbers
        for group in self._by_priority(found):
            if len(numbers) == size:
                break
            start = self._walk(found, group, start, size, numbers, newest=False)
        return numbers

    def _by_priority(self, found: Found) -> list[frozenset[int]]:
        groups: dict[Any, list[int]] = {}
        for number, cell in enumerate(self._cells):
            priority = cell.doc.get("pri")
            rank = (0, priority) if isinstance(priority, int) else (1, 0)
            groups.setdefault(rank, []).append(number)
        return [frozenset(groups[rank]) for rank in sorted(groups)]

    def _walk(
        self,
        found: Found,
        group: frozenset[int] | None,
        skip: int,
        size: int,
        out: list[int],
        *,
        newest: bool,
    ) -> int:
        """Put the numbers found in `group` (None: in any) into `out`, after the first `skip`; how many are left to skip."""
        cells = self._cells
        few = found.few
        if found.chunks is None:
            wanted = found.cells if group is None else found.cells & group
            if group is not None:
                few = [number for number in few if self._cell_of[number] in group]
            total = len(few) + sum(cells[cell].count for cell in wanted)
            if total <= skip:
                return skip - total
            sets = [cells[cell].chunks for cell in wanted]
            if few:
                sets.append(chunks_of(few))
        else:
            sets = [found.chunks]
        length = max(map(len, sets), default=0)
        group_sets = None
        if found.chunks is not None and group is not None:
            group_sets = [cells[cell].chunks for cell in group]
        for at in range(length - 1, -1, -1) if newest else range(length):
            chunk = 0
            for chunks in sets:
                if at < len(chunks):
                    chunk |= chunks[at]
            if chunk and group_sets is not None:
                mask = 0
                for chunks in group_sets:
                    if at < len(chunks):
                        mask |= chunks[at]
                chunk &= mask
            if not chunk:
                continue
            if skip and (here := chunk.bit_count()) <= skip:
                skip -= here
                continue
            walk = (downwards if newest else upwards)(chunk, at << SHIFT)
            out.extend(islice(walk, skip, skip + size - len(out)))
            skip = 0
            if len(out) == size:
                break
        return skip

    # plans

    def _plan(self, tree: Any) -> Plan:
        cells = frozenset(range(len(self._cells)))
        scope: Scope | None = None
        words: list[str] = []
        authors: list[str] = []
        others: list[Hashable] = []
        for part in self._parts(tree):
            kind = part[0] if part else ""
            if kind == "words":
                words += part[1] or [""]
            elif kind == "author":
                authors.append(part[1])
            elif kind == "scope" and scope is None:
                scope = part[1]
            elif (these := self._cells_of(part)) is not None:
                cells &= these
            else:
                self._check(part)
                others.append(part)
        if scope is not None and scope.everything:
            scope = None
        return Plan(cells, scope, tuple(words), tuple(authors), tuple(others))

    def _parts(self, tree: Any) -> Iterator[Any]:
        if tree and tree[0] == "and":
            for part in tree[1]:
                yield from self._parts(part)
        else:
            yield tree

    def _cells_of(self, tree: Any) -> frozenset[int] | None:
        """The cells in which `tree` holds; None when that does not depend on the cell alone."""
        everything = frozenset(range(len(self._cells)))
        match tree:
            case ():
                return everything
            case ("and" | "or" as kind, frozenset() as parts):
                sets = [self._cells_of(part) for part in parts]
                known = [these for these in sets if these is not None]
                if len(known) < len(sets):
                    return None
                return frozenset.union(*known) if kind == "or" else frozenset.intersection(*known)
            case ("not", part):
                these = self._cells_of(part)
                return None if these is None else everything - these
            case (str(kind), (str(name),), *values) if name in FIELDS and kind in _COMPARISONS:
                try:
                    test = _COMPARISONS[kind](where(name), values[0] if values else None)
                    return frozenset(at for at, cell in enumerate(self._cells) if test(cell.doc))
                except TypeError:
                    raise UnindexedError from None
        return None

    def _check(self, tree: Any) -> None:
        match tree:
            case ("and" | "or", frozenset() as parts):
                for part in parts:
                    self._check(part)
            case ("not", part):
                self._check(part)
            case ("words" | "author" | "scope", _):
                pass
            case _ if self._cells_of(tree) is None:
                raise UnindexedError

    # answers

    def _answer(self, plan: Plan) -> Found:
        cells, scope = plan.cells, plan.scope
        few: list[int] | None = None
        sets: list[Chunks] = []
        for word in plan.words:
            some, chunks = self.words.find(word) if word else ([], [])
            few = self._narrow(few, some, sets, chunks)
        for who in plan.authors:
            numbers = self.authors.get(who) or Numbers()
            few = self._narrow(few, None if numbers.few is None else list(numbers.few), sets, numbers.chunks)
        sets += [self._chunks_of(part) for part in plan.others]
        if few is None and not sets:
            if scope is None:
                return Found(self._count(cells), cells, [])
            extra, _ = self._extra(scope)
            if extra is not None:
                public, rest = self._split(cells) if scope.public else (_NO_CELLS, cells)
                mine = [number for number in extra if self._cell_of[number] in rest]
                return Found(self._count(public) + len(mine), public, mine)
        if scope is not None:
            sets.append(self._seen(scope))
        if few is not None:
            few = [number for number in few if self._cell_of[number] in cells]
            for chunks in sets:
                few = [number for number in few if has(chunks, number)]
            return Found(len(few), _NO_CELLS, few)
        if len(cells) < len(self._cells):
            sets.append(union([self._cells[cell].chunks for cell in cells]))
        chunks = sets[0]
        for other in sets[1:]:
            chunks = list(map(and_, chunks, other))
        return Found(count(chunks), _NO_CELLS, [], chunks)

    def _narrow(
        self, few: list[int] | None, some: list[int] | None, sets: list[Chunks], chunks: Chunks
    ) -> list[int] | None:
        if some is None:
            sets.append(chunks)
            return few
        return some if few is None else sorted(set(few).intersection(some))

    def _count(self, cells: frozenset[int]) -> int:
        return sum(self._cells[cell].count for cell in cells)

    def _split(self, cells: frozenset[int]) -> tuple[frozenset[int], frozenset[int]]:
        private = frozenset(cell for cell in cells if self._cells[cell].private)
        return cells - private, private

    def _extra(self, scope: Scope) -> tuple[list[int] | None, Chunks]:
        """The tickets that `scope` holds not (only) for being public: few upwards, or all as chunks."""
        channels, authors = self.channels, self.authors
        if scope.public:
            channels, authors = self.private_channels, self.private_authors
        sets = [numbers for channel in scope.channels if (numbers := channels.get(channel))]
        if scope.author and (mine := authors.get(scope.author)):
            sets.append(mine)
        few = [numbers.few for numbers in sets if numbers.few is not None]
        if len(few) == len(sets) and sum(map(len, few)) <= FEW:
            return sorted(set().union(*few)), []
        return None, union([numbers.as_chunks() for numbers in sets])

    def _seen(self, scope: Scope) -> Chunks:
        few, chunks = self._extra(scope)
        public = [cell.chunks for cell in self._cells if scope.public and not cell.private]
        return union([*public, chunks if few is None else chunks_of(few)])

    def _chunks_of(self, tree: Any) -> Chunks:
        """As chunks, which may be short, the tickets for which any tree holds that `_check` let through."""
        if (cells := self._cells_of(tree)) is not None:
            return union([self._cells[cell].chunks for cell in cells])
        match tree:
            case ("or", parts):
                return union([self._chunks_of(part) for part in parts])
            case ("and", parts):
                sets = [self._chunks_of(part) for part in parts]
                whole = sets[0]
                for other in sets[1:]:
                    whole = list(map(and_, whole, other))
                return whole
            case ("not", part):
                out = self._chunks_of(part)
                everything = union([cell.chunks for cell in self._cells])
                out = out + [0] * (len(everything) - len(out))
                return [one & ~two for one, two in zip(everything, out, strict=False)]
            case ("scope", scope):
                return union([cell.chunks for cell in self._cells]) if scope.everything else self._seen(scope)
        found = self._answer(self._plan(tree))
        return chunks_of(found.few) if found.chunks is None else found.chunks
