"""Sets of ticket numbers: bitmaps as Python integers, some thousand bits each, and sorted arrays while there are few. Pure."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from operator import or_

SHIFT = 13
CHUNK = 1 << SHIFT  # bits in one integer: changing one copies a kilobyte, however many tickets there are
_MASK = CHUNK - 1
_WORD = 60
_LOW = (1 << _WORD) - 1
FEW = 1024  # numbers that are kept as an array, which up to here is smaller and is walked fast enough

Chunks = list[int]


def add(chunks: Chunks, number: int) -> None:
    at = number >> SHIFT
    while at >= len(chunks):
        chunks.append(0)
    chunks[at] |= 1 << (number & _MASK)


def remove(chunks: Chunks, number: int) -> None:
    chunks[number >> SHIFT] &= ~(1 << (number & _MASK))


def has(chunks: Chunks, number: int) -> bool:
    at = number >> SHIFT
    return at < len(chunks) and bool(chunks[at] >> (number & _MASK) & 1)


def chunks_of(numbers: Iterable[int]) -> Chunks:
    rows: dict[int, bytearray] = {}
    for number in numbers:
        at = number >> SHIFT
        row = rows.get(at)
        if row is None:
            row = rows[at] = bytearray(CHUNK >> 3)
        row[(number & _MASK) >> 3] |= 1 << (number & 7)
    return [int.from_bytes(rows.get(at, b""), "little") for at in range(max(rows, default=-1) + 1)]


def union(sets: Sequence[Chunks]) -> Chunks:
    if not sets:
        return []
    whole = sets[0]
    for other in sets[1:]:
        if len(whole) == len(other):
            whole = list(map(or_, whole, other))
        else:
            whole = [one | two for one, two in zip_longest(whole, other, fillvalue=0)]
    return whole


def count(chunks: Chunks) -> int:
    return sum(map(int.bit_count, chunks))


def upwards(chunk: int, base: int) -> Iterator[int]:
    """The numbers in one chunk, whose first is `base`, smallest first."""
    while chunk:
        empty = (chunk & -chunk).bit_length() - 1
        chunk >>= empty
        base += empty
        word = chunk & _LOW
        while word:
            lowest = word & -word
            yield base + lowest.bit_length() - 1
            word ^= lowest
        chunk >>= _WORD
        base += _WORD


def downwards(chunk: int, base: int) -> Iterator[int]:
    """As `upwards`, largest first."""
    while chunk:
        shift = max(chunk.bit_length() - _WORD, 0)
        word = chunk >> shift
        chunk &= (1 << shift) - 1
        while word:
            top = word.bit_length() - 1
            yield base + shift + top
            word ^= 1 << top


class Numbers:
    """A set that begins as a sorted array and becomes a bitmap when it has grown."""

    __slots__ = ("chunks", "few")

    def __init__(self) -> None:
        self.few: array[int] | None = array("I")
        self.chunks: Chunks = []

    def add(self, number: int) -> None:
        few = self.few
        if few is None:
            add(self.chunks, number)
        elif not few or number > few[-1]:
            few.append(number)
            if len(few) > FEW:
                self.settle()
        elif few[bisect_left(few, number)] != number:
            insort(few, number)

    def settle(self) -> None:
        """Become a bitmap if there are many, after numbers were put into `few` directly."""
        if self.few is not None and len(self.few) > FEW:
            self.chunks, self.few = chunks_of(self.few), None

    def remove(self, number: int) -> None:
        if self.few is None:
            remove(self.chunks, number)
        elif (at := bisect_left(self.few, number)) < len(self.few) and self.few[at] == number:
            del self.few[at]

    def __contains__(self, number: int) -> bool:
        if self.few is None:
            return has(self.chunks, number)
        at = bisect_left(self.few, number)
        return at < len(self.few) and self.few[at] == number

    def __bool__(self) -> bool:
        return any(self.chunks) if self.few is None else bool(self.few)

    def __len__(self) -> int:
        return count(self.chunks) if self.few is None else len(self.few)

    def __iter__(self) -> Iterator[int]:
        if self.few is not None:
            return iter(self.few)
        return (number for at, chunk in enumerate(self.chunks) for number in upwards(chunk, at << SHIFT))

    def as_chunks(self) -> Chunks:
        return self.chunks if self.few is None else chunks_of(self.few)
