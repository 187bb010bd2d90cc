"""When something happened to each ticket, to find those where it was before or after a moment."""

from array import array
from collections.abc import Hashable
from math import nan

from store.file.index.bitmap import Bitmap, from_numbers, upwards
from store.file.index.postings import Places, Postings

_DAY = 86_400  # seconds
_DAYS = 16  # in a span
_FAR = 1e15  # seconds; what is further away is on the same day


class Times:
    """One time of each ticket, called `name`. Its day, and the span of days that this is in, are among the `postings`, as
    values of the ticket."""

    def __init__(self, name: str, postings: Postings) -> None:
        self._name, self._postings = name, postings
        self._exact = array("d")  # by number; NaN where there is none
        self._days: dict[int | None, Places] = {}  # the places of their values, and of having no time
        self._spans: set[int] = set()

    def put(self, number: int, time: float | None) -> Places:
        """Remember a ticket's time; the places of the values that it has by that."""
        self._exact.extend([nan] * (number + 1 - len(self._exact)))
        self._exact[number] = nan if time is None else time
        day = None if time is None else _day_of(time)
        if (known := self._days.get(day)) is not None:
            return known
        values = [self._of_day(day)]
        if day is not None:
            values.append(self._of_span(day // _DAYS))
            self._spans.add(day // _DAYS)
        self._days[day] = places = list(map(self._postings.place_of, values))
        return places

    def _of_day(self, day: int | None) -> Hashable:
        return self._name, "day", day

    def _of_span(self, span: int) -> Hashable:
        return self._name, "span", span

    def unknown(self) -> Bitmap:
        """The tickets that have no such time."""
        return self._postings.having(self._of_day(None))

    def since(self, moment: float) -> Bitmap:
        """The tickets whose time is `moment` or later."""
        day = _day_of(moment)
        span = day // _DAYS
        values = [self._of_span(later) for later in self._spans if later > span]
        if span in self._spans:
            values += [self._of_day(later) for later in range(day + 1, (span + 1) * _DAYS)]
        return self._postings.having_any(values) | self._late_on(day, moment)

    def _late_on(self, day: int, moment: float) -> Bitmap:
        found = self._postings.having(self._of_day(day))
        if moment <= day * _DAY:
            return found
        exact = self._exact
        return found ^ from_numbers([number for number in upwards(found) if exact[number] < moment])


def _day_of(time: float) -> int:
    return int(max(min(time, _FAR), -_FAR) // _DAY)
