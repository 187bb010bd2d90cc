"""What is kept in memory to answer TinyDB's queries without looking at every ticket.

A query's hash is its syntax tree. What the tree asks of status, priority, category and visibility is a set of cells
(cells.py); words, authors and channels are sets of numbers (text.py, bits.py). Whatever else it asks is left to the
query itself, so that the meaning never differs from TinyDB's.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from operator import and_
from typing import Any, Literal, NamedTuple

from tinydb.queries import QueryInstance

from store.base import Scope
from store.births import Births
from store.bits import (
    Chunks,
    Numbers,
    add,
    chunks_of,
    count,
    has,
    of_plain,
    plain,
    union,
    union_of,
    walk,
    with_number,
)
from store.cells import Cells, CellSet, Doc, UnindexedError
from store.plans import Plan, make_plan
from store.text import Words

Order = Literal["pri", "newest", "oldest"]

_NONE: CellSet = frozenset()
_MOST_PLANS = 256
_MOST_SCOPES = 64


def by_author(who: str, author_of: Callable[[Doc], str]) -> QueryInstance:
    """A TinyDB query: the tickets that `who` made."""
    return QueryInstance(lambda doc: author_of(doc) == who, ("author", who))


def visible(scope: Scope, holds: Callable[[Doc], bool]) -> QueryInstance:
    """A TinyDB query: the tickets that `scope` holds."""
    return QueryInstance(holds, ("scope", scope))


class Found(NamedTuple):
    """An answer: the tickets of whole cells, by priority, and those of `chunks`."""

    total: int
    groups: tuple[list[Chunks], ...] = ()
    chunks: Chunks = []  # noqa: RUF012  # never changed


def found_numbers(numbers: list[int]) -> Found:
    """The answer that these numbers are, given upwards."""
    return Found(len(numbers), (), chunks_of(numbers))


class Index:
    def __init__(self) -> None:
        self.words = Words()
        self.cells = Cells()
        self._private: set[int] = set()
        self._authors: dict[str, Numbers] = {}
        self._channels: dict[str, Numbers] = {}
        self._private_authors: dict[str, Numbers] = {}
        self._private_channels: dict[str, Numbers] = {}
        self._scopes: OrderedDict[Scope, Chunks] = OrderedDict()
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()
        self._version = -1
        self._priorities: list[CellSet] = []

    # what there is

    def place(self, number: int, who: str, channel: str, *, private: bool) -> None:
        """Where a ticket was born, which never changes. To be told before the ticket itself."""
        _put(self._authors, who, number)
        _put(self._channels, channel, number)
        if private:
            self._private.add(number)
            _put(self._private_authors, who, number)
            _put(self._private_channels, channel, number)
        for scope, chunks in self._scopes.items() if private else self._closed():
            if channel in scope.channels or who == scope.author:
                add(chunks, number)

    def place_all(self, births: Births) -> None:
        """As `place` for each of many into an empty index."""
        self._authors, self._channels = births.of_all()
        self._private_authors, self._private_channels = births.of_private()
        self._private = births.private

    def _closed(self) -> list[tuple[Scope, Chunks]]:
        return [(scope, chunks) for scope, chunks in self._scopes.items() if not scope.public]

    def change(self, number: int, before: Doc | None, after: Doc | None) -> None:
        """A ticket is new, other than before, or gone."""
        self.cells.move(number, after, private=number in self._private)
        self.words.change(number, before, after)

    def load(self, rows: Iterable[tuple[int, Doc]]) -> None:
        """As `change` for each of many, given upwards, into an empty index."""
        cells, words, private = self.cells, self.words, self._private
        for number, doc in rows:
            cells.load(number, doc, private=number in private)
            words.load(number, doc)
        cells.loaded()
        words.loaded()

    def image(self) -> Any:
        """See `store.image`."""
        places = self._authors, self._channels, self._private_authors, self._private_channels
        return tuple(map(plain, places)), list(self._private), self.cells.image(), self.words.image()

    def restore(self, image: Any) -> None:
        places, private, cells, words = image
        places = map(of_plain, places)
        self._authors, self._channels, self._private_authors, self._private_channels = places
        self._private = set(private)
        self.cells.restore(cells)
        self.words.restore(words)

    # questions

    def find(self, query: Any) -> Found:
        """The tickets that match. Raises `UnindexedError`."""
        tree = getattr(query, "_hash", None)
        if tree is None or self.cells.odd or not isinstance(query, QueryInstance):
            raise UnindexedError
        self._renew()
        return self._answer(self._plan(tree))

    def _renew(self) -> None:
        """What was derived from the cells, when there is a new one."""
        if self._version != self.cells.version:
            self._version = self.cells.version
            self._priorities = self.cells.by_priority()
            self._plans.clear()

    def _plan(self, tree: Any) -> Plan:
        plan = self._plans.get(tree)
        if plan is None:
            plan = make_plan(tree, self.cells, self._priorities)
            if len(self._plans) >= _MOST_PLANS:
                self._plans.popitem(last=False)
            self._plans[tree] = plan
        return plan

    def page(self, found: Found, start: int, size: int, order: Order) -> list[int]:
        """At most `size` of the numbers found, from the `start`-th on."""
        self._renew()
        numbers: list[int] = []
        if order != "pri":
            sets = [chunks for group in found.groups for chunks in group]
            walk([*sets, found.chunks], None, start, size, numbers, newest=order == "newest")
            return numbers
        for at, cells in enumerate(self._priorities):
            group = found.groups[at] if found.groups else []
            if found.chunks:
                mine = self.cells.view(cells)
                start = walk(group, (found.chunks, mine), start, size, numbers)
            elif group:
                start = walk(group, None, start, size, numbers)
            if len(numbers) == size:
                break
        return numbers

    # answers

    def _answer(self, plan: Plan) -> Found:
        if not (plan.words or plan.authors or plan.others):
            return self._in_cells(plan)
        few: list[int] | None = None
        sets: list[Chunks] = []
        for some, chunks in self._sets(plan):
            if some is None:
                sets.append(chunks)
            else:
                few = some if few is None else sorted(set(few).intersection(some))
        if plan.scope is not None:
            sets.append(self._seen(plan.scope))
        if few is not None:
            few = self.cells.among(few, plan.cells)
            for chunks in sets:
                few = [number for number in few if has(chunks, number)]
            return found_numbers(few)
        if len(plan.cells) < len(self.cells.all):
            sets.append(self.cells.view(plan.cells))
        chunks = _intersection(sets)
        return Found(count(chunks), (), chunks)

    def _in_cells(self, plan: Plan) -> Found:
        cells, scope = plan.cells, plan.scope
        if scope is None:
            return Found(self.cells.count(cells), plan.groups)
        extra = self._extra(scope)
        if not scope.public:
            chunks = list(map(and_, extra, self.cells.view(cells)))
            return Found(count(chunks), (), chunks)
        private = self.cells.private
        chunks = list(map(and_, extra, self.cells.view(cells & private)))
        public = cells - private
        groups = tuple(self.cells.chunks(public & group) for group in self._priorities)
        return Found(self.cells.count(public) + count(chunks), groups, chunks)

    def _sets(self, plan: Plan) -> Iterator[tuple[list[int] | None, Chunks]]:
        """What the words and authors of a plan say, each few numbers, or else chunks."""
        for word in plan.words:
            yield self.words.find(word) if word else ([], [])
        for who in plan.authors:
            numbers = self._authors.get(who)
            yield union_of([] if numbers is None else [numbers])
        for part in plan.others:
            yield None, self._chunks_of(part)

    def _extra(self, scope: Scope) -> Chunks:
        """The tickets that `scope` holds otherwise than for being public; kept up to date."""
        found = self._scopes.get(scope)
        if found is None:
            channels, authors = self._channels, self._authors
            if scope.public:
                channels, authors = self._private_channels, self._private_authors
            named = [channels.get(channel) for channel in scope.channels]
            named.append(authors.get(scope.author) if scope.author else None)
            few, chunks = union_of([numbers for numbers in named if numbers is not None])
            if len(self._scopes) >= _MOST_SCOPES:
                self._scopes.popitem(last=False)
            found = self._scopes[scope] = list(chunks) if few is None else chunks_of(few)
        return found

    def _seen(self, scope: Scope) -> Chunks:
        extra = self._extra(scope)
        return union([self.cells.view(self.cells.all - self.cells.private), extra]) if scope.public else extra

    def _chunks_of(self, tree: Any) -> Chunks:
        """As chunks, which may be short, the tickets for which any tree holds that `_check` let through."""
        cells = self.cells.matching(tree)
        if cells is not None:
            return self.cells.view(cells)
        match tree:
            case ("or", parts):
                return union([self._chunks_of(part) for part in parts])
            case ("and", parts):
                return _intersection([self._chunks_of(part) for part in parts])
            case ("not", part):
                every = self.cells.view(self.cells.all)
                without = self._chunks_of(part)
                without = without + [0] * (len(every) - len(without))
                return [one & ~other for one, other in zip(every, without, strict=False)]
        found = self._answer(self._plan(tree))
        return union([*(chunks for group in found.groups for chunks in group), found.chunks])


def _put(sets: dict[str, Numbers], name: str, number: int) -> None:
    sets[name] = with_number(sets.get(name), number)


def _intersection(sets: list[Chunks]) -> Chunks:
    whole = sets[0]
    for other in sets[1:]:
        whole = list(map(and_, whole, other))
    return whole
