"""For each value of a field and each term of a text, the tickets that have it."""

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from store.file.bitmap import Bitmap, from_numbers

Places = Sequence[int]  # of values, in an order of their own

_FEW = 256  # tickets that have a value, up to which they are a sorted array, and more are a bitmap
_COSTLY = 500  # terms, and numbers in their arrays, from which on what a beginning finds is kept
_MOST_KEPT = 1_024
_MOST_NEW = 512  # terms that wait to be put in order with the others
_LAST = chr(0x10FFFF)  # is in no term, and after every character that is
_BROAD = 8  # terms that begin alike, from which on what they find is made when loading


class _PlaceOf(dict[Hashable, int]):
    """Gives each new value the next place."""

    def __init__(self) -> None:
        self.in_order: list[Hashable] = []

    def __missing__(self, value: Hashable) -> int:
        self[value] = place = len(self.in_order)
        self.in_order.append(value)
        return place


class Postings:
    """Values that are strings are terms, and are found by their beginnings too; anything hashable can be one."""

    def __init__(self) -> None:
        self._place_of = _PlaceOf()
        self.place_of = self._place_of.__getitem__
        self._values = self._place_of.in_order
        self._tickets: list[array[int] | Bitmap] = []  # by place
        self._terms: list[str] = []  # in order
        self._new_terms: list[str] = []  # as well
        self._kept: dict[str, Bitmap] = {}  # what was costly to find, kept up to date
        self._kept_lengths: set[int] = set()

    def load(self, tickets: Iterable[tuple[int, Places]]) -> None:
        """Every ticket, upwards, with the places of its values; once, before anything is asked."""
        loading = [array("I") for _ in self._values]
        for number, places in tickets:
            for place in places:
                loading[place].append(number)
        self._tickets = [each if len(each) <= _FEW else from_numbers(each) for each in loading]
        self._terms = sorted(value for value in self._values if isinstance(value, str))
        starts = Counter(term[:length] for term in self._terms for length in (1, 2, 3))
        for start, count in starts.items():
            if count > _BROAD:
                self.beginning(start)

    def change(self, number: int, before: Places, after: Places) -> None:
        """A ticket has other values than before."""
        if len(self._values) > len(self._tickets):
            self._make_room()
        old, new = set(before), set(after)
        tickets, bit = self._tickets, 1 << number
        for place in old ^ new:
            found = tickets[place]
            if isinstance(found, int):
                tickets[place] = found ^ bit
            elif place in old:
                del found[bisect_left(found, number)]
            elif len(found) < _FEW:
                insort(found, number)
            else:
                tickets[place] = from_numbers(found) | bit
        if self._kept and old != new:
            for start in self._kept_starts(old) ^ self._kept_starts(new):
                self._kept[start] ^= bit

    def _make_room(self) -> None:
        for value in self._values[len(self._tickets) :]:
            self._tickets.append(array("I"))
            if isinstance(value, str):
                insort(self._new_terms, value)
        if len(self._new_terms) > _MOST_NEW:
            self._terms = sorted(self._terms + self._new_terms)  # two runs in order, which is quick
            self._new_terms.clear()

    def _kept_starts(self, places: Iterable[int]) -> set[str]:
        terms = [value for place in places if isinstance(value := self._values[place], str)]
        return {term[:length] for length in self._kept_lengths for term in terms} & self._kept.keys()

    def find_place(self, value: Hashable) -> int | None:
        """None for a value that no ticket ever had."""
        return self._place_of.get(value)

    def having(self, value: Hashable) -> Bitmap:
        place = self._place_of.get(value)
        return 0 if place is None else self.at(place)

    def at(self, place: int) -> Bitmap:
        found = self._tickets[place]
        return found if isinstance(found, int) else from_numbers(found)

    def beginning(self, start: str) -> Bitmap:
        """The tickets with a term that begins so."""
        if (kept := self._kept.get(start)) is not None:
            return kept
        found: Bitmap = 0
        rare, count = array("I"), 0
        for terms in (self._terms, self._new_terms):
            first = bisect_left(terms, start)
            alike = terms[first : bisect_left(terms, start + _LAST, first)]
            count += len(alike)
            for place in map(self.place_of, alike):
                tickets = self._tickets[place]
                if isinstance(tickets, int):
                    found |= tickets
                else:
                    rare.extend(tickets)
        found |= from_numbers(rare)
        if count + len(rare) > _COSTLY and len(self._kept) < _MOST_KEPT:
            self._kept[start] = found
            self._kept_lengths.add(len(start))
        return found
