"""The journal's lines as rows, and the places at which they can be read again. Pure.

A line is a change as `store.codec` encodes it. The first line of a commit may also have `usage`, the cost of the message,
and `imported_by`, the origin of an import, whose changes keep their own origins. The other lines have `back`, how many
bytes before them the commit begins. A line with `audit` records what was done to the journal itself, and one with
`removed` stands in place of a removed change; readers of changes skip both.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from store.codec import decode, encode
from store.file.disk.framing import Line, line_length
from store.models.tickets import Json

PLACES = 1 << 40  # per segment: a line's place is its segment × this + its offset


class Entry(NamedTuple):
    """A line of the journal, and its place. `row` is a change if it has an `id`."""

    place: int
    row: Json
    goes_on: bool  # the next one belongs to the same commit


def read_entries(segment: int, lines: Iterable[Line]) -> list[Entry]:
    return [Entry(segment * PLACES + line.offset, decode(line.payload), line.goes_on) for line in lines]


def commit_lines(rows: Sequence[Json]) -> list[bytes]:
    """The lines of one commit with the changes `rows`."""
    lines, back = [], 0
    for row in rows:
        lines.append(encode(row | {"back": back} if back else row))
        back += line_length(lines[-1])
    return lines
