"""Operations on sets of ticket numbers, which are compressed bitmaps. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap

# A number per ticket, by bit: the tickets with the lowest bit set, with the next one, …
Planes = list[BitMap]


def union(sets: Iterable[BitMap]) -> BitMap:
    """The union. Do not modify it: it may be one of `sets`."""
    some = list(sets)
    return some[0] if len(some) == 1 else BitMap.union(*some) if some else BitMap()


def heaviest(weighted: Iterable[tuple[BitMap, int]], least: int, among: BitMap, most: int) -> BitMap:
    """The tickets of `among` with the greatest sums of the weights of their sets: at most `most`, none below `least`, and
    the newest where sums are equal."""
    sums = _add_up(weighted)
    found = _at_least(sums, least, among)
    if len(found) <= most:
        return found
    low = 0  # in the end, the greatest sum that too many reach
    for at in reversed(range(len(sums))):
        if len(_at_least(sums, low | 1 << at, found)) > most:
            low |= 1 << at
    better = _at_least(sums, low + 1, found)
    others = _at_least(sums, low, found) - better
    return better | others[len(others) - most + len(better) :]


def _at_least(sums: Planes, value: int, among: BitMap) -> BitMap:
    if value >> len(sums):
        return BitMap()
    found = among
    for at, plane in enumerate(sums):
        found = plane & found if value >> at & 1 else plane | found
    return found & among


def _add_up(weighted: Iterable[tuple[BitMap, int]]) -> Planes:
    columns: dict[int, list[BitMap]] = defaultdict(list)  # what is still to be added up, by bit
    for bits, weight in weighted:
        for at in range(weight.bit_length()):
            if weight >> at & 1:
                columns[at].append(bits)
    planes: Planes = []
    while len(planes) <= max(columns, default=-1):
        column = columns[len(planes)]
        while len(column) > 1:
            one, other, third = column.pop(), column.pop(), column.pop() if column else BitMap()
            either = one ^ other
            column.append(either ^ third)
            if carried := (one & other) | (either & third):
                columns[len(planes) + 1].append(carried)
        planes.append(column[0] if column else BitMap())
    return planes
