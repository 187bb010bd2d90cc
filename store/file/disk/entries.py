"""The journal's lines as rows, and their places, by which they are found again. Pure.

A line is a change as `store.codec` encodes it, with two keys more on the first line of a commit: `usage`, what the message
cost, and `imported_by`, who took in tickets from elsewhere, whose changes have the origins that they had there. The other
lines of a commit say `back`, how many bytes before them it begins. A line with the key `audit` tells of what was done to the
journal itself, and `removed` stands where a change was; readers of changes skip both.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from store.codec import decode, encode
from store.file.disk.framing import Line, line_length
from store.models.tickets import Json

_OFFSET_BITS = 40


class Place(NamedTuple):
    """Where a line is; as a number, segment × 2^40 + offset."""

    segment: int
    offset: int

    @classmethod
    def of(cls, number: int) -> "Place":
        return cls(number >> _OFFSET_BITS, number & ((1 << _OFFSET_BITS) - 1))

    @property
    def number(self) -> int:
        return (self.segment << _OFFSET_BITS) + self.offset


class Entry(NamedTuple):
    """A line of the journal, and the number of its place. `row` is a change where it has an `id`."""

    place: int
    row: Json
    goes_on: bool  # the next one belongs to the same commit


def read_entries(segment: int, lines: Iterable[Line]) -> list[Entry]:
    return [Entry(Place(segment, line.offset).number, decode(line.payload), line.goes_on) for line in lines]


def commit_lines(rows: Sequence[Json]) -> list[bytes]:
    """The lines of a commit of these changes."""
    lines, back = [], 0
    for row in rows:
        lines.append(encode(row | {"back": back} if back else row))
        back += line_length(lines[-1])
    return lines
