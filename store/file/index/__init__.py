"""Finds tickets by filter and by likeness to a text, without looking at every ticket. In memory, and rebuilt on opening.

Each condition of a filter is a set of ticket numbers (a compressed bitmap); a query combines them.
"""

from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from pyroaring import BitMap

from store import search
from store.file.index.sets import heaviest, union
from store.file.index.times import Times
from store.file.index.words import Words
from store.ids import number_or_zero
from store.models.filters import Filter, Scope
from store.models.tickets import Priority, Record, Status

_TOO_LARGE = 1 << 32  # the first number that does not fit into a bitmap
_MOST_WAITING = 16  # changes, which take about a millisecond
_NOT_DELETED = ("there", True)  # a value that every indexed ticket has
_PUBLIC = ("public", True)
_terms = lru_cache(64)(search.terms)  # what a change replaces has often come shortly before
_PLACES = tuple(("place", done, priority) for done in (False, True) for priority in sorted(Priority))


@dataclass(frozen=True, slots=True)
class Found:
    """The tickets that a filter finds, in the order of `places`; newest first if there are none."""

    numbers: BitMap
    places: tuple[BitMap, ...]

    @property
    def count(self) -> int:
        return len(self.numbers)

    def page(self, start: int, size: int) -> list[int]:
        """At most `size` numbers, from the `start`-th on, counted from 0."""
        if not self.places:
            end = max(self.count - start, 0)
            return list(self.numbers[max(end - size, 0) : end])[::-1]
        page: list[int] = []
        for place in self.places:
            some = self.numbers & place
            if start < len(some):
                page += some[start : start + size - len(page)]
                if len(page) == size:
                    break
            start = max(start - len(some), 0)
        return page


class Index:
    """By ticket number, without deleted tickets. `title_of` returns a ticket's title."""

    def __init__(self, title_of: Callable[[int], str]) -> None:
        self._title_of = title_of
        self._having: dict[Hashable, BitMap] = defaultdict(BitMap)
        self._places = tuple(map(self._having.__getitem__, _PLACES))
        self._words = Words()
        self._lengths = array("H")  # number of terms in the text, by ticket number
        self._times = {"created": Times(), "closed": Times(), "changed": Times()}
        self._waiting: deque[tuple[int, Record | None, Record]] = deque()  # see `put`

    def load(self, records: Iterable[tuple[int, Record]]) -> None:
        """Add the existing tickets. Once, before any `put` or query."""
        for number, record in records:
            terms = search.terms(_text_of(record))
            self._words.load(number, terms)
            self._put_numbers(number, record, len(terms))
            for value in _values_of(record):
                self._having[value].add(number)
        self._words.loaded()

    def _put_numbers(self, number: int, record: Record, length: int) -> None:
        self._times["created"].put(number, record.origin.timestamp)
        self._times["closed"].put(number, record.closed_at)
        self._times["changed"].put(number, record.changed_at)
        self._lengths.extend([0] * (number + 1 - len(self._lengths)))
        self._lengths[number] = length

    def put(self, number: int, before: Record | None, record: Record) -> None:
        """Add a new ticket (`before` is None), or update a changed one. This is put off until the next query, so that the
        writer does not wait for it; at most `_MOST_WAITING` changes wait."""
        self._waiting.append((number, before, record))
        if len(self._waiting) >= _MOST_WAITING:
            self._catch_up()

    def _catch_up(self) -> None:
        """Apply the waiting changes. One that fails keeps waiting, so that no query misses it."""
        while self._waiting:
            self._put(*self._waiting[0])
            self._waiting.popleft()

    def _put(self, number: int, before: Record | None, record: Record) -> None:
        terms, terms_before = _terms(_text_of(record)), _terms(_text_of(before))
        self._put_numbers(number, record, len(terms))
        self._words.change(number, terms_before, terms)
        old, new = _values_of(before), _values_of(record)
        for value in old - new:
            self._having[value].discard(number)
        for value in new - old:
            self._having[value].add(number)

    # filters

    def find(self, where: Filter, scope: Scope, *, newest_first: bool = False) -> Found:
        """Those not done first, then by priority, then oldest first. With `newest_first` just that."""
        self._catch_up()
        conditions = [self._visible(scope), *map(self._sets_of, _values_asked(where))]
        if where.ids:
            numbers = map(number_or_zero, where.ids)  # 0 is no ticket's
            conditions.append([BitMap([number for number in numbers if number < _TOO_LARGE])])
        if where.text:
            words = search.parse_query(where.text)
            conditions += [[*map(self._words.beginning, starts)] for starts in words] or [[]]
        conditions.sort(key=lambda sets: sum(map(len, sets)))
        found = union(conditions[0])
        for sets in conditions[1:]:
            found = union([found & some for some in sets])
        if where.since is not None or where.until is not None:
            found = self._times[where.time].between(where.since, where.until, found)
        return Found(found, () if newest_first else self._places)

    def _visible(self, scope: Scope) -> list[BitMap]:
        """Sets of tickets: those in any of them are in `scope`."""
        if scope.everything:
            return self._sets_of([_NOT_DELETED])
        theirs: list[Hashable] = [("channel", channel) for channel in scope.channels]
        if scope.user_id:
            theirs.append(("by", scope.user_id))
        if scope.public:
            theirs.append(_PUBLIC)
        return self._sets_of(theirs)

    def _sets_of(self, values: Iterable[Hashable]) -> list[BitMap]:
        """The tickets with each of the values."""
        return [found for value in values if (found := self._having.get(value))]

    # likeness

    def similar(self, text: str, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """The tickets most like `text`, with scores: those not done first, then by score."""
        self._catch_up()
        visible = union(self._visible(scope))
        total = len(visible)
        sets = {term: self._words.having(term) & visible for term in search.terms(text)}
        likeness = search.Likeness({term: search.weigh(len(found), total) for term, found in sets.items()})
        weighted = [(found, likeness.weights[term]) for term, found in sets.items() if found]
        among = heaviest(weighted, max(likeness.least, 1), visible, search.MOST_COMPARED)
        shared: dict[int, list[int]] = {number: [] for number in among}
        for term, found in sets.items():
            for number in found & among:
                shared[number].append(likeness.weights[term])
        done = union(self._sets_of([("stat", Status.DONE)]))
        candidates = [
            search.Candidate(
                number, number in done, search.Shared(sum(weights), len(weights)), self._lengths[number]
            )
            for number, weights in shared.items()
        ]
        return search.rank_alike(likeness, candidates, self._title_of, limit)


def _values_of(record: Record | None) -> set[Hashable]:
    if record is None or record.deleted:
        return set()
    ticket = record.ticket
    values: set[Hashable] = {
        _NOT_DELETED,
        ("stat", ticket.stat),
        ("pri", ticket.pri),
        ("cat", ticket.cat),
        ("place", ticket.stat == Status.DONE, ticket.pri),
        ("by", record.origin.user_id),
        ("channel", record.channel),
    }
    if not record.private:
        values.add(_PUBLIC)
    if record.started_by:
        values.add(("started_by", record.started_by))
    return values


def _text_of(record: Record | None) -> str:
    if record is None or record.deleted:
        return ""
    ticket = record.ticket
    return "\n".join((ticket.title, ticket.desc or "", ticket.res or ""))


def _values_asked(where: Filter) -> Iterable[list[Hashable]]:
    """For each given field of the filter, the values of which a ticket must have one."""
    for name, several in (("stat", where.stat), ("pri", where.pri), ("cat", where.cat)):
        if several:
            yield [(name, value) for value in several]
    for name, one in (("by", where.by), ("started_by", where.started_by)):
        if one:
            yield [(name, one)]
    if where.involving:
        yield [("by", where.involving), ("started_by", where.involving)]
