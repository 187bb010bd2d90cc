"""For each value of a field and each term of a text, the tickets that have it.

They are a bitmap, and an array of the numbers at which that is not right (yet): a rare value has its few numbers there and
no bitmap, and a common one is changed in there, so that its bitmap is not made anew by every change.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from store.file.index.bitmap import Bitmap, from_numbers

Places = Sequence[int]  # of values, in an order of their own

_FEW = 512  # numbers that an array may hold
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
        self._bitmaps: list[Bitmap] = []  # by place
        self._wrong: list[array[int]] = []  # by place, the numbers at which the bitmap is not right, in order
        self._terms: list[str] = []  # in order
        self._new_terms: list[str] = []  # in none
        self._kept: dict[str, int] = {}  # beginnings of terms, as places of values of their own
        self._kept_lengths: set[int] = set()

    def load(self, tickets: Iterable[tuple[int, Places]]) -> None:
        """Every ticket, upwards, with the places of its values; once, before anything is asked."""
        self._make_room()
        for number, places in tickets:
            for place in places:
                self._wrong[place].append(number)
        for place, numbers in enumerate(self._wrong):
            if len(numbers) > _FEW:
                self._bitmaps[place], self._wrong[place] = from_numbers(numbers), array("I")
        self._terms.sort()
        starts = Counter(term[:length] for term in self._terms for length in (1, 2, 3))
        for start, count in starts.items():
            if count > _BROAD:
                self.beginning(start)

    def change(self, number: int, before: Places, after: Places) -> None:
        """A ticket has other values than before."""
        self._make_room()
        changed = set(before) ^ set(after)
        if self._kept and any(isinstance(self._values[place], str) for place in changed):
            changed |= self._kept_beginnings(before) ^ self._kept_beginnings(after)
        for place in changed:
            self._turn(place, number)

    def _turn(self, place: int, number: int) -> None:
        """A ticket has a value that it had not, or the other way round."""
        wrong = self._wrong[place]
        at = bisect_left(wrong, number)
        if at < len(wrong) and wrong[at] == number:
            del wrong[at]
        else:
            wrong.insert(at, number)
            if len(wrong) > _FEW:
                self._correct(place)

    def _correct(self, place: int) -> None:
        self._bitmaps[place] ^= from_numbers(self._wrong[place])
        self._wrong[place] = array("I")

    def _make_room(self) -> None:
        """For values that have got a place since."""
        for value in self._values[len(self._bitmaps) :]:
            self._bitmaps.append(0)
            self._wrong.append(array("I"))
            if isinstance(value, str):
                self._new_terms.append(value)
        if len(self._new_terms) > _MOST_NEW or not self._terms:
            self._terms = sorted(self._terms + self._new_terms)
            self._new_terms.clear()

    def _kept_beginnings(self, places: Places) -> set[int]:
        terms = [value for place in places if isinstance(value := self._values[place], str)]
        starts = {term[:length] for length in self._kept_lengths for term in terms}
        return {self._kept[start] for start in starts & self._kept.keys()}

    def find_place(self, value: Hashable) -> int | None:
        """None for a value that no ticket ever had."""
        return self._place_of.get(value)

    def having(self, value: Hashable) -> Bitmap:
        place = self._place_of.get(value)
        return 0 if place is None else self.at(place)

    def at(self, place: int) -> Bitmap:
        if not self._bitmaps[place]:
            return from_numbers(self._wrong[place])
        if self._wrong[place]:
            self._correct(place)
        return self._bitmaps[place]

    def beginning(self, start: str) -> Bitmap:
        """The tickets with a term that begins so."""
        if (kept := self._kept.get(start)) is not None:
            return self.at(kept)
        first = bisect_left(self._terms, start)
        alike = self._terms[first : bisect_left(self._terms, start + _LAST, first)]
        alike += [term for term in self._new_terms if term.startswith(start)]
        places = list(map(self.place_of, alike))
        found = self._any_of(places)
        costs = len(places) + sum(len(self._wrong[place]) for place in places)
        if costs > _COSTLY and len(self._kept) < _MOST_KEPT:
            self._kept[start] = place = self.place_of(("beginning", start))
            self._kept_lengths.add(len(start))
            self._make_room()
            self._bitmaps[place] = found
        return found

    def having_any(self, values: Iterable[Hashable]) -> Bitmap:
        return self._any_of(place for value in values if (place := self._place_of.get(value)) is not None)

    def _any_of(self, places: Iterable[int]) -> Bitmap:
        found: Bitmap = 0
        rare = array("I")
        for place in places:
            if self._bitmaps[place]:
                found |= self.at(place)
            else:
                rare.extend(self._wrong[place])
        return found | from_numbers(rare)
