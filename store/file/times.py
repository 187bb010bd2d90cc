"""When something happened to each ticket, to find those where it was before or after a moment."""

from array import array
from math import isnan, nan

from store.file.bitmap import Bitmap, at_least, from_numbers, planes_of, upwards

_UNIT = 900  # seconds: in every time zone days begin at a multiple of it
_UNIT_BITS = 22
_LAST_UNIT = (1 << _UNIT_BITS) - 1
_END = _UNIT * _LAST_UNIT  # of the times that have a unit of their own


class Times:
    """The quarter hour of each ticket in bits, and the exact time; `known` are the tickets that have one."""

    def __init__(self) -> None:
        self._exact = array("d")
        self._planes = [0] * _UNIT_BITS
        self.known: Bitmap = 0

    def load(self, exact: "array[float]") -> None:
        """By ticket number, from 0; NaN where there is none."""
        self._exact = exact
        self._planes = planes_of([_unit(time) for time in exact], _UNIT_BITS)
        self.known = from_numbers([number for number, time in enumerate(exact) if not isnan(time)])

    def put(self, number: int, time: float | None) -> None:
        if number >= len(self._exact):
            self._exact.extend([nan] * (number + 1 - len(self._exact)))
        before, bit = self._exact[number], 1 << number
        if before == time:
            return
        changed = _unit(before) ^ _unit(nan if time is None else time)
        for at in range(changed.bit_length()):
            if changed >> at & 1:
                self._planes[at] ^= bit
        if isnan(before) != (time is None):
            self.known ^= bit
        self._exact[number] = nan if time is None else time

    def since(self, moment: float) -> Bitmap:
        """The tickets whose time is `moment` or later."""
        unit = _unit(moment)
        found = at_least(self._planes, unit, self.known)
        if moment == unit * _UNIT and unit:  # the first is also that of all times before 1970
            return found
        later = at_least(self._planes, unit + 1, self.known)
        early = [number for number in upwards(found ^ later) if self._exact[number] < moment]
        return found ^ from_numbers(early)


def _unit(time: float) -> int:
    if 0 <= time < _END:
        return int(time / _UNIT)
    return _LAST_UNIT if time >= _END else 0  # of NaN, too
