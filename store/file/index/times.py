"""An index of one time per ticket, to find those between two times."""

from array import array
from collections import defaultdict
from math import copysign, inf, isnan, nan

from pyroaring import BitMap

from store.file.index.sets import union

_DAY = 86_400  # seconds
_DAYS = 16  # days per span
_FAR = 1e15  # seconds; all later times count as the same day, and all as early before 1970
_FEW = 300  # below so many candidates, each is checked by itself


class Times:
    """One time of each ticket, by its number."""

    def __init__(self) -> None:
        self._exact = array("d")  # by ticket number; NaN for none
        self._days: defaultdict[int, BitMap] = defaultdict(BitMap)
        # Sets per span of days, so that a long period needs few of them.
        self._spans: defaultdict[int, BitMap] = defaultdict(BitMap)

    def put(self, number: int, time: float | None) -> None:
        exact = self._exact
        while number >= len(exact):
            exact.append(nan)
        if not isnan(exact[number]):
            day = _day_of(exact[number])
            self._days[day].discard(number)
            self._spans[day // _DAYS].discard(number)
        exact[number] = nan if time is None else time
        if time is not None:
            day = _day_of(time)
            self._days[day].add(number)
            self._spans[day // _DAYS].add(number)

    def between(self, since: float | None, until: float | None, among: BitMap) -> BitMap:
        """The tickets of `among` whose time is at or after `since` and before `until`."""
        since, until = -inf if since is None else since, inf if until is None else until
        exact = self._exact
        if len(among) < _FEW:
            return BitMap([number for number in among if since <= exact[number] < until])
        low, high = _day_of(since), _day_of(until)
        sets = [bits for span, bits in self._spans.items() if low // _DAYS < span < high // _DAYS]
        for span in {low // _DAYS, high // _DAYS} & self._spans.keys():
            days = range(max(span * _DAYS, low + 1), min(span * _DAYS + _DAYS, high))
            sets += [self._days[day] for day in days if day in self._days]
        found = union(sets) & among
        for day in {low, high} & self._days.keys():
            found.update([number for number in self._days[day] & among if since <= exact[number] < until])
        return found


def _day_of(time: float) -> int:
    return int((time if -_FAR < time < _FAR else copysign(_FAR, time)) // _DAY)
