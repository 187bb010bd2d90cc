"""An index of one time per ticket, to find those between two times."""

from array import array
from collections import defaultdict
from math import copysign, inf, isnan, nan

from pyroaring import BitMap

from store.file.index.sets import union

_SPAN = 2 * 86_400  # seconds
_FAR = 1e15  # seconds; all later times count as the same span, and all as early before 1970
_FEW = 300  # below so many candidates, each is checked by itself


class Times:
    """One time of each ticket, by its number."""

    def __init__(self) -> None:
        self._exact = array("d")  # by ticket number; NaN for none
        self._spans: defaultdict[int, BitMap] = defaultdict(BitMap)

    def put(self, number: int, time: float | None) -> None:
        exact = self._exact
        while number >= len(exact):
            exact.append(nan)
        if not isnan(exact[number]):
            self._spans[_span_of(exact[number])].discard(number)
        exact[number] = nan if time is None else time
        if time is not None:
            self._spans[_span_of(time)].add(number)

    def between(self, since: float | None, until: float | None, among: BitMap) -> BitMap:
        """The tickets of `among` whose time is at or after `since` and before `until`."""
        since, until = -inf if since is None else since, inf if until is None else until
        exact = self._exact
        if len(among) < _FEW:
            return BitMap([number for number in among if since <= exact[number] < until])
        first, last = _span_of(since), _span_of(until)
        found = union([bits for span, bits in self._spans.items() if first < span < last]) & among
        for span in {first, last} & self._spans.keys():
            some = self._spans[span] & among
            found.update([number for number in some if since <= exact[number] < until])
        return found


def _span_of(time: float) -> int:
    return int((time if -_FAR < time < _FAR else copysign(_FAR, time)) // _SPAN)
