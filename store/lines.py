"""The journal's lines: a checksum, a space, one commit as JSON. Pure.

Each checksum covers its own line and, through the one before, all earlier lines: a line that is missing,
doubled or in another place is noticed like one that is damaged.
"""

from typing import NamedTuple
from zlib import crc32

_DIGITS = 8
_SPACE = b" "


class Damage(ValueError):  # noqa: N818  # what it is, until journal.py says where and what to do
    """A line that is not what was written; `offset` is where it begins, `number` its number from 1.

    `before` are the commits of the lines before it.
    """

    def __init__(self, before: list[bytes], offset: int) -> None:
        number = len(before) + 1
        self.number, self.offset, self.before = number, offset, before
        super().__init__(f"line {number} (byte {offset})")


class Lines(NamedTuple):
    """What a journal holds: the commits, the checksum that the next line starts from, and the good length."""

    payloads: list[bytes]
    chain: int
    length: int


def write_line(payload: bytes, chain: int) -> tuple[bytes, int]:
    """The line for `payload`, a JSON text without line breaks, and the checksum that the next one starts from."""
    chain = crc32(payload, chain)
    return b"%08x %b\n" % (chain, payload), chain


def read_lines(data: bytes, *, last: bool) -> Lines:
    """Every line of a journal.

    A torn last line, which is one without its line break, is left out if this is the `last` journal: it was
    never acknowledged. Raises `Damage` for anything else that is not as it was written.
    """
    payloads: list[bytes] = []
    chain = start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        payload, after = _read(data[start : end if end >= 0 else len(data)], chain)
        if end < 0:
            # Cut short, unless it is whole and only the line break is wrong.
            whole = payload is not None or _read(data[start:-1], chain)[0] is not None
            if not last or (whole and payload is None):
                raise Damage(payloads, start)
            break
        if payload is None:
            raise Damage(payloads, start)
        payloads.append(payload)
        chain, start = after, end + 1
    return Lines(payloads, chain, start)


def _read(line: bytes, chain: int) -> tuple[bytes | None, int]:
    payload = line[_DIGITS + 1 :]
    after = crc32(payload, chain)
    good = line[: _DIGITS + 1] == b"%08x " % after
    return (payload if good else None), after
