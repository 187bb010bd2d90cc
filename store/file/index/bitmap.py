"""Sets of ticket numbers as Python's integers, where a ticket's bit is set: their bits are counted and combined in C. Pure."""

from collections.abc import Iterable, Iterator, Sequence

Bitmap = int
Planes = list[Bitmap]  # a number for each ticket: the tickets that have its lowest bit set, its next one …

_WINDOW = 2048
_IN_WINDOW = (1 << _WINDOW) - 1
_SPARSE = 40  # up to one of so many it is quicker to set bits than to write digits
_ONE = ord("1")


def from_numbers(numbers: Sequence[int]) -> Bitmap:
    if not numbers:
        return 0
    size = max(numbers) + 1
    if len(numbers) * _SPARSE < size:
        data = bytearray((size + 7) >> 3)
        for number in numbers:
            data[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(data, "little")
    digits = bytearray(b"0") * size
    for number in numbers:
        digits[~number] = _ONE
    return int(digits, 2)


def without(bits: Bitmap, others: Bitmap) -> Bitmap:
    return bits ^ (bits & others)


def upwards(bits: Bitmap) -> Iterator[int]:
    """The numbers in it, the lowest first."""
    at = 0
    while bits:
        skipped = (bits & -bits).bit_length() - 1
        bits >>= skipped
        at += skipped
        window = bits & _IN_WINDOW
        while window:
            low = window & -window
            yield at + low.bit_length() - 1
            window ^= low
        bits >>= _WINDOW
        at += _WINDOW


def downwards(bits: Bitmap) -> Iterator[int]:
    while bits:
        at = max(bits.bit_length() - _WINDOW, 0)
        window = bits >> at
        while window:
            top = window.bit_length() - 1
            yield at + top
            window ^= 1 << top
        bits &= (1 << at) - 1


def skip_lowest(bits: Bitmap, count: int) -> Bitmap:
    """Without its `count` lowest numbers, of which it has more."""
    if not count:
        return bits
    at, rest, size = 0, bits, bits.bit_length()
    while size > 1:
        half = size >> 1
        low = rest & ((1 << half) - 1)
        if (lower := low.bit_count()) <= count:
            count -= lower
            rest >>= half
            at += half
            size -= half
        else:
            rest, size = low, half
    return bits >> at << at


def skip_highest(bits: Bitmap, count: int) -> Bitmap:
    """Without its `count` highest numbers, of which it has more."""
    return bits ^ skip_lowest(bits, bits.bit_count() - count) if count else bits


def at_least(planes: Planes, value: int, among: Bitmap) -> Bitmap:
    """The tickets of `among` whose number is `value` or more."""
    if value >> len(planes):
        return 0
    found = among
    for at, plane in enumerate(planes):
        found = plane & found if value >> at & 1 else plane | found
    return found & among


def add_up(weighted: Iterable[tuple[Bitmap, int]]) -> Planes:
    """For each ticket the sum of the weights of the sets that it is in."""
    columns: list[list[Bitmap]] = []
    for bits, weight in weighted:
        for at in range(weight.bit_length()):
            if at == len(columns):
                columns.append([])
            if weight >> at & 1:
                columns[at].append(bits)
    planes: Planes = []
    for at, column in enumerate(columns):  # which grows
        while len(column) > 1:
            one, other, third = column.pop(), column.pop(), column.pop() if column else 0
            either = one ^ other
            column.append(either ^ third)
            if carried := (one & other) | (either & third):
                if at + 1 == len(columns):
                    columns.append([])
                columns[at + 1].append(carried)
        planes.append(column[0] if column else 0)
    return planes
