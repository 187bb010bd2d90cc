"""The tickets that contain a term, or a term with a given beginning."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyroaring import BitMap

from store.file.index.sets import union

_LAST = chr(0x10FFFF)  # sorts after every character that occurs in terms


class Words:
    """Sets of tickets by the terms of their texts."""

    def __init__(self) -> None:
        self._having: dict[str, BitMap] = defaultdict(BitMap)
        self._terms: list[str] = []  # in order

    def load(self, number: int, terms: Iterable[str]) -> None:
        """Add an existing ticket. Call `loaded` after the last one, before any query or `change`."""
        for term in terms:
            self._having[term].add(number)

    def loaded(self) -> None:
        self._terms = sorted(self._having)
        for found in self._having.values():
            found.shrink_to_fit()

    def change(self, number: int, before: Mapping[str, None], after: Mapping[str, None]) -> None:
        """Change the terms of a ticket's texts: the keys of `before` to those of `after`."""
        having = self._having
        for term in before.keys() - after.keys():
            having[term].discard(number)
        for term in after.keys() - before.keys():
            if term not in having:
                insort(self._terms, term)
            having[term].add(number)

    def having(self, term: str) -> BitMap:
        return self._having.get(term) or BitMap()

    def beginning(self, start: str) -> BitMap:
        """The tickets with a term that begins with `start`."""
        first = bisect_left(self._terms, start)
        terms = self._terms[first : bisect_left(self._terms, start + _LAST, first)]
        return union(map(self._having.__getitem__, terms))
