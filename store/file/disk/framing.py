"""The lines of an append-only file: checksums, and what a crash may leave at its end. Pure.

    0f3ac2d1 5b6e77aa+{"id":"T001", …}

(without the blank). The first eight digits are the checksum of the line itself, so that it can be read alone. The next
eight are the chain: a checksum over the line's checksum and the chain before it. It covers all earlier lines, and so
detects missing, doubled and moved lines, too. The mark says two things:

    `+` and `*`   the first of the lines written together; everything before it had been synced by then
    `*` and `-`   the next line belongs to the same commit; `+` and ` ` end a commit

Zeros written ahead may follow. A last write that was never acknowledged may be there in part, and is then ignored. Of it
there may be only some sectors, as a disk writes whole sectors in any order, or only the beginning, if the file was cut.
Any other deviation is damage. A commit whose last lines are missing is ignored as a whole.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

SECTOR = 512
_MARGIN = 8  # bytes at the end of a sector in which no write begins, so that a missing sector is noticed
_DIGITS = 8
HEAD = 2 * _DIGITS + 1  # bytes before a line's JSON
_MARKS = {(True, False): b"+", (True, True): b"*", (False, False): b" ", (False, True): b"-"}
_GOES_ON = b"*-"
# Lines that were written after others, or after a missing sector.
_LATER = re.compile(rb"[\n\0][0-9a-f]{16}[+*]")


class CorruptLineError(ValueError):
    """A line is not what was written. The message completes a sentence that begins with the file's name."""

    def __init__(self, number: int, offset: int) -> None:
        super().__init__(f"is damaged in line {number} (byte {offset})")


class Line(NamedTuple):
    """`goes_on`: the next line belongs to the same commit. `end` is where the next line begins."""

    offset: int
    end: int
    payload: bytes
    goes_on: bool


class Lines(NamedTuple):
    """A file's lines. `end` is where its last complete commit ends, `chain` the checksum that the next line starts
    from, `uncertain` where the last write begins: everything before had been synced."""

    lines: list[Line]
    end: int
    chain: int
    uncertain: int


class Framed(NamedTuple):
    data: bytes
    offsets: list[int]  # of each line
    chain: int


def line_length(payload: bytes) -> int:
    """The length of a payload's line. The last line of a write may be longer, as it may be padded."""
    return HEAD + len(payload) + 1


def frame(commits: Sequence[Sequence[bytes]], chain: int, offset: int) -> Framed:
    """The lines of commits that are written together at `offset`; each payload is JSON without line breaks."""
    lines: list[bytes] = []
    offsets: list[int] = []
    for number, commit in enumerate(commits, 1):
        for count, payload in enumerate(commit, 1):
            goes_on = count < len(commit)
            end = offset + line_length(payload)
            if number == len(commits) and not goes_on and end % SECTOR > SECTOR - _MARGIN:
                payload += b" " * (SECTOR - end % SECTOR)  # noqa: PLW2901  # blanks after JSON are allowed
            mark = _MARKS[not lines, goes_on]
            line, chain = _line(mark, payload, chain)
            lines.append(line)
            offsets.append(offset)
            offset += len(lines[-1])
    return Framed(b"".join(lines), offsets, chain)


def reframe(line: bytes, payload: bytes, chain: int) -> tuple[bytes, int]:
    """The framed `line` with `payload` (of the same length) in place of its own, continuing `chain`; and the new
    chain."""
    return _line(line[2 * _DIGITS : HEAD], payload, chain)


def _line(mark: bytes, payload: bytes, chain: int) -> tuple[bytes, int]:
    own, chain = _checksums(mark + payload, chain)
    return b"%08x%08x%b%b\n" % (own, chain, mark, payload), chain


def _checksums(body: bytes, chain: int) -> tuple[int, int]:
    own = crc32(body)
    return own, crc32(b"%08x" % own, chain)


def read_line(data: bytes, offset: int) -> Line | None:
    """The first line of `data`, which was read at `offset`; None if it is incomplete. Raises `ValueError` if it is
    not what was written."""
    end = data.find(b"\n")
    if end < 0:
        return None
    body = data[2 * _DIGITS : end]
    if data[:_DIGITS] != b"%08x" % crc32(body):
        raise ValueError(f"is damaged (byte {offset})")
    return Line(offset, offset + end + 1, body[1:], body[:1] in _GOES_ON)


def read_lines(data: bytes, *, start: int = 0, chain: int = 0, last: bool = True) -> Lines:
    """The commits in `data` from `start` on, where the chain is `chain`. Only the `last` file may have an incomplete
    end, which is ignored. Raises `CorruptLineError`."""
    lines: list[Line] = []
    whole = Lines(lines, start, chain, start)
    kept, size, at, uncertain = 0, len(data), start, start
    while at < size:
        end = data.find(b"\n", at)
        body = data[at + 2 * _DIGITS : end if end >= 0 else size]
        own, after = _checksums(body, chain)
        if end < 0 or data[at : at + 2 * _DIGITS] != b"%08x%08x" % (own, after):
            if last and is_torn(data, at):
                break
            raise CorruptLineError(data.count(b"\n", 0, at) + 1, at)
        mark = body[:1]
        if mark in b"+*":
            uncertain = at
        lines.append(Line(at, end + 1, body[1:], mark in _GOES_ON))
        chain, at = after, end + 1
        if mark not in _GOES_ON:
            whole, kept = Lines(lines, at, chain, uncertain), len(lines)
    if kept < len(lines) and not last:
        at = lines[kept].offset
        raise CorruptLineError(data.count(b"\n", 0, at) + 1, at)
    del lines[kept:]
    return whole


def is_torn(data: bytes, start: int) -> bool:
    """Whether the bad data from `start` on can only be an incomplete last write."""
    end = len(data.rstrip(b"\0"))
    if _LATER.search(data, start):
        return False  # a later write follows, so this one had been synced
    if b"\n" not in data[start:end]:
        # Cut short, unless the line is complete and only its line break is wrong (or zero within a sector).
        is_zero = end < len(data) and end % SECTOR and _is_whole(data[start:end])
        return not (is_zero or _is_whole(data[start : end - 1]))
    return has_hole(data, start, end)


def _is_whole(line: bytes) -> bool:
    return len(line) > HEAD and line[:_DIGITS] == b"%08x" % crc32(line[2 * _DIGITS :])


def has_hole(data: bytes, start: int, end: int) -> bool:
    """Whether a sector between `start` and `end` is missing: all zeros."""
    while start < end:
        boundary = min(start - start % SECTOR + SECTOR, end)
        if boundary - start >= _MARGIN and not data[start:boundary].strip(b"\0"):
            return True
        start = boundary
    return False
