"""The journal's lines: a checksum, a mark, one commit as JSON. Pure.

Each checksum covers its own line and, through the one before, all earlier lines: a line that is missing, doubled or in
another place is noticed like one that is damaged. The mark is `+` where lines begin that were written together; whatever
is before it had been synced by then.

What was written last and never acknowledged may be there in part, and is left out: some sectors of it, for a disk writes
them whole and in any order, or its beginning, where the file was cut. The rest of the file is zeros, as it was made.
Anything else that is not as it was written is damage.
"""

import re
from typing import NamedTuple
from zlib import crc32

SECTOR = 512
_MARGIN = 8  # lines that are written together do not begin in the last bytes of a sector, so that a missing one is seen
_DIGITS = 8
_FIRST, _NEXT = b"+", b" "
_LATER = re.compile(rb"[\n\0][0-9a-f]{8}\+")  # a line after another, or after a missing sector


class Damage(ValueError):  # noqa: N818  # what it is, until volume.py says where and what to do
    """A line that is not what was written; `offset` is where it begins, `number` its number from 1.

    `before` are the commits of the lines before it.
    """

    def __init__(self, before: list[bytes], offset: int) -> None:
        number = len(before) + 1
        self.number, self.offset, self.before = number, offset, before
        super().__init__(f"line {number} (byte {offset})")


class Written(NamedTuple):
    """Lines, and the checksum that the next one starts from."""

    data: bytes
    chain: int


def write_lines(payloads: list[bytes], chain: int, offset: int) -> Written:
    """The lines for `payloads`, each a JSON text without line breaks, that are written together at `offset`."""
    lines, mark = [], _FIRST
    for number, payload in enumerate(payloads, 1):
        end = offset + _DIGITS + 1 + len(payload) + 1
        if number == len(payloads) and end % SECTOR > SECTOR - _MARGIN:
            payload += b" " * (SECTOR - end % SECTOR)  # noqa: PLW2901  # which JSON does not mind
        chain = crc32(payload, crc32(mark, chain))
        lines.append(b"%08x%b%b\n" % (chain, mark, payload))
        offset += len(lines[-1])
        mark = _NEXT
    return Written(b"".join(lines), chain)


def read_lines(data: bytes, *, last: bool) -> list[bytes]:
    """The commits of a journal. Only the `last` one may have something left out at its end.

    Raises `Damage`.
    """
    payloads: list[bytes] = []
    chain = start = 0
    size = len(data.rstrip(b"\0"))
    while start < size:
        end = data.find(b"\n", start, size)
        line = data[start : end if end >= 0 else size]
        payload, after = _read(line, chain)
        if payload is None:
            if last and _is_torn(data, start, size, chain):
                break
            raise Damage(payloads, start)
        payloads.append(payload)
        chain, start = after, start + len(line) + 1
    return payloads


def _read(line: bytes, chain: int) -> tuple[bytes | None, int]:
    payload = line[_DIGITS + 1 :]
    after = crc32(payload, crc32(line[_DIGITS : _DIGITS + 1], chain))
    return (payload if line[:_DIGITS] == b"%08x" % after else None), after


def _is_torn(data: bytes, start: int, end: int, chain: int) -> bool:
    """Whether what is wrong from `start` on can be a part of what was being written, and of nothing else."""
    rest = data[start:end]
    if _LATER.search(rest):
        return False  # something was written after it, and so after it had been synced
    if b"\n" not in rest:
        if _read(rest[:-1], chain)[0] is not None:
            return False  # it is whole, and only the line break is wrong
        if end == len(data) or end % SECTOR == 0:
            return True
    return _has_hole(data, start, end)


def _has_hole(data: bytes, start: int, end: int) -> bool:
    """Whether a sector is missing between."""
    while start < end:
        boundary = min(start - start % SECTOR + SECTOR, end)
        if boundary - start >= _MARGIN and not data[start:boundary].strip(b"\0"):
            return True
        start = boundary
    return False
