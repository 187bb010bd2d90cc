"""The index of tickets: in memory, and made anew on opening.

What a filter asks for are sets of ticket numbers, which are combined.
"""

from array import array
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import islice

from store import search
from store.file.index.bitmap import (
    Bitmap,
    Planes,
    add_up,
    at_least,
    downwards,
    from_numbers,
    skip_highest,
    skip_lowest,
    upwards,
    without,
)
from store.file.index.postings import Postings
from store.file.index.times import Times
from store.ids import InvalidIdError, number_of, parse_id
from store.models import Filter, Priority, Record, Scope, Status

_THERE = ("there", True)  # a value of every ticket
_PRIVATE = ("private", True)
_DONE = ("stat", Status.DONE)
_PRIORITIES = tuple(("pri", priority) for priority in sorted(Priority))


@dataclass(frozen=True, slots=True)
class Found:
    """The tickets that a filter finds: those of `parts`, one after another."""

    parts: tuple[Bitmap, ...]
    counts: tuple[int, ...]
    newest_first: bool

    @property
    def count(self) -> int:
        return sum(self.counts)

    def page(self, start: int, size: int) -> list[int]:
        """The numbers from the `start`-th on, which is counted from 0; at most `size`."""
        skip, walk = (skip_highest, downwards) if self.newest_first else (skip_lowest, upwards)
        numbers: list[int] = []
        for part, count in zip(self.parts, self.counts, strict=True):
            if start < count and len(numbers) < size:
                numbers += islice(walk(skip(part, start)), size - len(numbers))
            start = max(start - count, 0)
        return numbers


class Index:
    """Numbers are those of tickets. Deleted tickets are left out."""

    def __init__(self) -> None:
        self._postings = Postings()
        # Of each ticket, by its number: how many of its places are of terms, how many of its title's, and the places.
        self._places: list[array[int] | None] = []
        self._times = {name: Times(name, self._postings) for name in ("created", "closed", "changed")}

    def load(self, records: Iterable[tuple[int, Record]]) -> None:
        """The tickets that there are, upwards; once, before anything is put or asked.

        Raises `ValueError` where they are in another order.
        """
        for number, record in records:
            if number < len(self._places):
                raise ValueError(f"ticket {number} is not in order")
            self._remember(number, record)
        there = ((number, places[2:]) for number, places in enumerate(self._places) if places)
        self._postings.load(there)

    def put(self, number: int, record: Record) -> None:
        """A ticket is new, or other than before."""
        old = self._places[number] if number < len(self._places) else None
        new = self._remember(number, record)
        self._postings.change(number, old[2:] if old else (), new[2:] if new else ())

    def _remember(self, number: int, record: Record) -> "array[int] | None":
        """The places of a ticket's terms and values, None of a deleted one's."""
        self._places.extend([None] * (number + 1 - len(self._places)))
        if record.deleted:
            self._places[number] = None
            return None
        place_of, times = self._postings.place_of, self._times
        title, everything = search.terms_of(record.ticket)
        places = [len(everything), len(title), *map(place_of, everything), *map(place_of, _values_of(record))]
        places += times["created"].put(number, record.origin.timestamp)
        places += times["closed"].put(number, record.closed_at)
        places += times["changed"].put(number, record.changed_at)
        self._places[number] = known = array("I", places)
        return known

    # filters

    def find(self, where: Filter, scope: Scope, *, newest_first: bool = False) -> Found:
        """Those that are not done first; by priority, the oldest first within one. Or just the newest first."""
        found = self._matching(where, self._visible(scope))
        done = found & self._postings.having(_DONE)
        groups = (without(found, done), done) if done else (found,)
        parts = (
            (found,)
            if newest_first
            else tuple(group & self._postings.having(each) for group in groups for each in _PRIORITIES)
        )
        return Found(parts, tuple(part.bit_count() for part in parts), newest_first)

    def _visible(self, scope: Scope) -> Bitmap:
        having = self._postings.having
        if scope.everything:
            return having(_THERE)
        theirs: list[Hashable] = [("channel", channel) for channel in scope.channels]
        if scope.user_id:
            theirs.append(("by", scope.user_id))
        found = self._postings.having_any(theirs)
        return found | without(having(_THERE), having(_PRIVATE)) if scope.public else found

    def _matching(self, where: Filter, found: Bitmap) -> Bitmap:
        if where.ids:
            found &= from_numbers(_numbers(where.ids))
        for values in self._values_asked(where):
            found &= self._postings.having_any(values)
        times = self._times[where.time]
        if where.since is not None:
            found &= times.since(where.since)
        if where.until is not None:
            found = without(found, times.unknown() | times.since(where.until))
        return self._holding(where.text, found) if where.text else found

    @staticmethod
    def _values_asked(where: Filter) -> Iterable[list[Hashable]]:
        """Of each part that is asked for, the values of which a ticket has one."""
        for name, several in (("stat", where.stat), ("pri", where.pri), ("cat", where.cat)):
            if several:
                yield [(name, value) for value in several]
        for name, one in (("by", where.by), ("started_by", where.started_by)):
            if one:
                yield [(name, one)]
        if where.involving:
            yield [("by", where.involving), ("started_by", where.involving)]

    def _holding(self, text: str, found: Bitmap) -> Bitmap:
        query = search.parse_query(text)
        for starts in query:
            either = 0
            for start in starts:
                either |= self._postings.beginning(start)
            found &= either
        return found if query else 0

    # likeness

    def similar(self, text: str, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """The tickets that are like a text, with how much: those that are not done first, then the most alike."""
        visible = self._visible(scope)
        total = visible.bit_count()
        place_or_term = {term: self._postings.find_place(term) for term in search.terms(text)}
        sets: dict[Hashable, Bitmap] = {}
        for term, place in place_or_term.items():
            sets[term if place is None else place] = (
                0 if place is None else self._postings.at(place) & visible
            )
        likeness = search.Likeness({key: search.weigh(bits.bit_count(), total) for key, bits in sets.items()})
        weighted = [(bits, likeness.weights[key]) for key, bits in sets.items() if bits]
        candidates = _best(add_up(weighted), max(likeness.least, 1), visible)
        scored = [(number, self._compare(likeness, number)) for number in candidates]
        done = self._postings.having(_DONE)
        alike = [each for each in scored if each[1] >= search.THRESHOLD]
        alike.sort(key=lambda each: (done >> each[0] & 1, -each[1], each[0]))
        return alike[:limit]

    def _compare(self, likeness: "search.Likeness[Hashable]", number: int) -> float:
        places = self._places[number] or (0, 0)
        return likeness.compare(places[2 : 2 + places[1]], places[2 : 2 + places[0]])


def _best(sums: Planes, least: int, among: Bitmap) -> list[int]:
    """The numbers with the greatest sums, the newest of those with the same one; none below `least`."""
    found = at_least(sums, least, among)
    most = search.MOST_COMPARED
    if found.bit_count() <= most:
        return list(upwards(found))
    low, high = least, 1 << len(sums)  # `low` is a sum that too many reach, `high` one that not too many do
    while high - low > 1:
        middle = (low + high) // 2
        if at_least(sums, middle, found).bit_count() > most:
            low = middle
        else:
            high = middle
    better = at_least(sums, high, found)
    others = at_least(sums, low, found) ^ better
    return [*upwards(better), *islice(downwards(others), most - better.bit_count())]


def _values_of(record: Record) -> list[Hashable]:
    ticket = record.ticket
    values: list[Hashable] = [
        _THERE,
        ("stat", ticket.stat),
        ("pri", ticket.pri),
        ("cat", ticket.cat),
        ("by", record.origin.user_id),
        ("channel", record.channel),
    ]
    if record.private:
        values.append(_PRIVATE)
    if record.started_by:
        values.append(("started_by", record.started_by))
    return values


def _numbers(ids: Iterable[str]) -> list[int]:
    """Of those that are ids."""
    numbers = []
    for ticket_id in ids:
        try:
            numbers.append(number_of(parse_id(ticket_id)))
        except InvalidIdError:
            continue
    return numbers
