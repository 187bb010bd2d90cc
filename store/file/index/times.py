"""An index of one time per ticket, to find those between two times."""

from array import array
from collections import defaultdict
from math import inf, isnan, nan

from pyroaring import BitMap

from store.file.index.sets import union

_FIRST = 1_400_000_000.0  # seconds since 1970; all earlier times are in the first span
_LONGEST = 2_000_000_000.0  # seconds after that; all later times are in the last span
_SPAN = 2 * 86_400  # seconds
_FEW = 300  # below so many candidates, each is checked by itself


class Times:
    """One time of each ticket, by its number."""

    def __init__(self) -> None:
        self._exact = array("d")  # by ticket number; NaN for none
        self._spans: defaultdict[int, BitMap] = defaultdict(BitMap)  # the tickets of each span that has any

    def put(self, number: int, time: float | None) -> None:
        exact = self._exact
        while number >= len(exact):
            exact.append(nan)
        before = exact[number]
        if time == before:
            return
        if not isnan(before):
            self._spans[_span_of(before)].discard(number)
        if time is None:
            exact[number] = nan
            return
        exact[number] = time
        self._spans[_span_of(time)].add(number)

    def between(self, since: float | None, until: float | None, among: BitMap) -> BitMap:
        """The tickets of `among` whose time is at or after `since` and before `until`."""
        since, until = -inf if since is None else since, inf if until is None else until
        exact = self._exact
        if len(among) < _FEW:
            return BitMap([number for number in among if since <= exact[number] < until])
        first, last = _span_of(since), _span_of(until)
        found = union([tickets for span, tickets in self._spans.items() if first < span < last]) & among
        for span in {first, last} & self._spans.keys():
            some = self._spans[span] & among
            found.update([number for number in some if since <= exact[number] < until])
        return found


def _span_of(time: float) -> int:
    return int(min(max(0.0, time - _FIRST), _LONGEST) // _SPAN)
