"""Sets of ticket numbers. Pure.

Many are a bitmap, as Python integers of some thousand bits each: changing one copies a kilobyte, however many tickets
there are. Few are a sorted array, and one is just that number, because most words are in one ticket.
"""

from array import array
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat, zip_longest
from operator import or_
from typing import TypeAlias, Union

SHIFT = 13
CHUNK = 1 << SHIFT
FEW = 1024  # numbers that are kept as an array, which is walked fast enough up to here
_MASK = CHUNK - 1
_WINDOW = 256  # bits that are taken from a chunk at once to walk them
_LOW = (1 << _WINDOW) - 1
_DIGITS = bytes([48, 49]) + bytes(254)  # a flag as a digit

Chunks = list[int]
Numbers: TypeAlias = Union[int, "array[int]", Chunks]  # an array takes no parameters at run time


# bitmaps


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


def count(chunks: Chunks) -> int:
    return sum(map(int.bit_count, chunks))


def chunks_of(numbers: Sequence[int]) -> Chunks:
    """Of numbers that are given upwards."""
    if len(numbers) > FEW:
        return _flagged([numbers])
    chunks: Chunks = []
    for number in numbers:
        add(chunks, number)
    return chunks


def _flagged(sets: Iterable[Sequence[int]]) -> Chunks:
    """The same for many numbers, each set upwards: flags first, which become a bitmap at once."""
    sets = [numbers for numbers in sets if len(numbers)]
    flags = bytearray(max((numbers[-1] for numbers in sets), default=-1) + 1)
    for numbers in sets:
        deque(map(flags.__setitem__, numbers, repeat(1)), maxlen=0)
    digits = flags.translate(_DIGITS)
    return [int(digits[at : at + CHUNK][::-1], 2) for at in range(0, len(digits), CHUNK)]


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


def upwards(chunk: int, base: int, skip: int, most: int) -> list[int]:
    """At most `most` of the numbers in one chunk, whose first is `base`: smallest first, after the first `skip`."""
    numbers: list[int] = []
    most += skip
    while chunk:
        window = chunk & _LOW
        if not window:
            empty = (chunk & -chunk).bit_length() - 1
            chunk >>= empty
            base += empty
            window = chunk & _LOW
        digits = bin(window)[:1:-1]
        at = digits.find("1")
        while at >= 0:
            numbers.append(base + at)
            if len(numbers) == most:
                return numbers[skip:]
            at = digits.find("1", at + 1)
        chunk >>= _WINDOW
        base += _WINDOW
    return numbers[skip:]


def downwards(chunk: int, base: int, skip: int, most: int) -> list[int]:
    """As `upwards`, largest first."""
    numbers: list[int] = []
    most += skip
    while chunk:
        shift = max(chunk.bit_length() - _WINDOW, 0)
        digits = bin(chunk >> shift)
        last = base + shift + len(digits) - 1
        at = digits.find("1")
        while at >= 0:
            numbers.append(last - at)
            if len(numbers) == most:
                return numbers[skip:]
            at = digits.find("1", at + 1)
        chunk &= (1 << shift) - 1
    return numbers[skip:]


# sets of any size


def numbers_of(some: "array[int]") -> Numbers:
    """A set of at least one number, which are given upwards."""
    if len(some) == 1:
        return some[0]
    return chunks_of(some) if len(some) > FEW else some[:]  # without the room that appending has left


def with_number(numbers: Numbers | None, number: int) -> Numbers:
    """`numbers` and one more; they are changed where they can be."""
    if numbers is None:
        return number
    if isinstance(numbers, list):
        add(numbers, number)
        return numbers
    if isinstance(numbers, int):
        if numbers == number:
            return number
        return array("I", (numbers, number) if numbers < number else (number, numbers))
    if number > numbers[-1]:
        numbers.append(number)
    elif numbers[bisect_left(numbers, number)] != number:
        insort(numbers, number)
    return chunks_of(numbers) if len(numbers) > FEW else numbers


def without_number(numbers: Numbers, number: int) -> Numbers | None:
    """`numbers` but for that one; None when none is left."""
    if isinstance(numbers, list):
        remove(numbers, number)
        return numbers if any(numbers) else None
    if isinstance(numbers, int):
        return None if numbers == number else numbers
    at = bisect_left(numbers, number)
    if at < len(numbers) and numbers[at] == number:
        del numbers[at]
    return numbers or None


def few(numbers: Numbers | None) -> Sequence[int] | None:
    """The numbers, upwards, if they are not a bitmap."""
    if numbers is None:
        return ()
    if isinstance(numbers, list):
        return None
    return (numbers,) if isinstance(numbers, int) else numbers


def as_chunks(numbers: Numbers) -> Chunks:
    return numbers if isinstance(numbers, list) else chunks_of(few(numbers) or ())


def size(numbers: Numbers | None) -> int:
    some = few(numbers)
    return count(numbers) if some is None and isinstance(numbers, list) else len(some or ())


def union_of(sets: Sequence[Numbers]) -> tuple[list[int] | None, Chunks]:
    """Few numbers, upwards; or None and chunks."""
    small = [some for numbers in sets if (some := few(numbers)) is not None]
    if len(small) == len(sets) and sum(map(len, small)) <= FEW:
        return (list(small[0]) if len(small) == 1 else sorted(set().union(*small))), []
    large = [numbers for numbers in sets if isinstance(numbers, list)]
    if small:
        large.append(_flagged(small))
    return None, union(large)


def plain(sets: Mapping[str, Numbers]) -> dict[str, int | bytes | Chunks]:
    """Named sets as plain values, see `store.image`."""
    return {name: some.tobytes() if isinstance(some, array) else some for name, some in sets.items()}


def of_plain(sets: Mapping[str, int | bytes | Chunks]) -> dict[str, Numbers]:
    """What `plain` was made of."""
    return {name: array("I", some) if isinstance(some, bytes) else some for name, some in sets.items()}


# several sets


def walk(
    sets: list[Chunks],
    both: tuple[Chunks, Chunks] | None,
    skip: int,
    size: int,
    out: list[int],
    *,
    newest: bool = False,
) -> int:
    """Put the numbers in any of `sets`, or in `both` of two, into `out` until it holds `size`, after the first `skip`.

    Returns how many are still to skip.
    """
    length = max([len(chunks) for chunks in sets], default=0)
    if both is not None:
        length = max(length, min(len(both[0]), len(both[1])))
    for at in range(length - 1, -1, -1) if newest else range(length):
        chunk = 0
        for chunks in sets:
            if at < len(chunks):
                chunk |= chunks[at]
        if both is not None and at < len(both[0]) and at < len(both[1]):
            chunk |= both[0][at] & both[1][at]
        if not chunk:
            continue
        if skip and (here := chunk.bit_count()) <= skip:
            skip -= here
            continue
        out += (downwards if newest else upwards)(chunk, at << SHIFT, skip, size - len(out))
        skip = 0
        if len(out) == size:
            break
    return skip
