"""The tickets that contain a term, or a term with a given beginning."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable

from pyroaring import BitMap

from store.file.index.sets import union

_LAST = chr(0x10FFFF)  # sorts after every character that occurs in terms
_SHORT = (1, 2, 3)  # lengths of beginnings whose sets are kept, as many terms share them


class Words:
    """Sets of tickets by the terms of their texts, and by short beginnings of terms."""

    def __init__(self) -> None:
        self._having: dict[str, BitMap] = defaultdict(BitMap)
        self._terms: list[str] = []  # in order
        self._beginning: dict[str, BitMap] = defaultdict(BitMap)

    def load(self, number: int, terms: Iterable[str]) -> None:
        """Add an existing ticket. Call `loaded` after the last one, before any query or `change`."""
        having = self._having
        for term in terms:
            having[term].add(number)

    def loaded(self) -> None:
        self._terms = sorted(self._having)
        for term, found in self._having.items():
            found.shrink_to_fit()
            for length in _SHORT:
                self._beginning[term[:length]] |= found

    def change(self, number: int, before: Collection[str], after: Collection[str]) -> None:
        having, beginning = self._having, self._beginning
        gone = [term for term in before if term not in after]
        come = [term for term in after if term not in before]
        for term in gone:
            having[term].discard(number)
        for term in come:
            if term not in having:
                insort(self._terms, term)
            having[term].add(number)
        for start in _beginnings(gone) - _beginnings(after) if gone else ():
            beginning[start].discard(number)
        for start in _beginnings(come):
            beginning[start].add(number)

    def having(self, term: str) -> BitMap:
        return self._having.get(term) or BitMap()

    def beginning(self, start: str) -> BitMap:
        """The tickets with a term that begins with `start`."""
        if len(start) in _SHORT:
            return self._beginning.get(start) or BitMap()
        first = bisect_left(self._terms, start)
        terms = self._terms[first : bisect_left(self._terms, start + _LAST, first)]
        return union(map(self._having.__getitem__, terms))


def _beginnings(terms: Iterable[str]) -> set[str]:
    return {term[:length] for term in terms for length in _SHORT}
