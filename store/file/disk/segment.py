"""A segment of the journal: a header followed by commits. Pure.

    {"journal":2,"segment":2,"previous":{"end":16777216,"chain":"89abcdef"}}

`previous` seals the segment before it: where its last commit ends, and the chain there. Anything after that end was never
acknowledged. Segment 1 has no `previous`. The chain starts anew after the header.

A line is a change as `store.serialization.codec` encodes it. The first line of a commit may also have `usage`, the cost of the message,
and `imported_by`, the origin of an import, whose changes keep their own origins. The other lines have `back`, how many
bytes before them the commit begins. A line with `audit` records what was done to the journal itself; readers of changes
skip it.

A sealed segment can be redacted: it is rewritten with removed lines replaced by `{"removed":true}`, padded to their old
length so that all other lines keep their offsets. A line after the sealed end says why, and repeats the original seal,
which the next segment still holds:

    {"audit":{…},"sealed":{"end":16777216,"chain":"89abcdef"}}

Bad segments raise `ValueError` with a message that completes a sentence that begins with the segment's name.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from store.file.disk.framing import (
    HEAD,
    CorruptLineError,
    Line,
    Lines,
    frame,
    is_torn,
    line_length,
    read_lines,
    reframe,
)
from store.file.disk.versions import VERSION
from store.models.tickets import Json
from store.serialization.codec import decode, encode

PLACES = 1 << 40  # per segment: a line's place is its segment × this + its offset
_REMOVED = b'{"removed":true}'  # shorter than any change


class Seal(NamedTuple):
    end: int
    chain: int


class Entry(NamedTuple):
    """A line of the journal, its place, and that of the `next` one. `row` is a change if it has an `id`."""

    place: int
    next: int
    row: Json
    goes_on: bool  # the next one belongs to the same commit


def read_entries(segment: int, lines: Iterable[Line]) -> list[Entry]:
    at = segment * PLACES
    return [Entry(at + line.offset, at + line.end, decode(line.payload), line.goes_on) for line in lines]


def commit_lines(rows: Sequence[Json]) -> list[bytes]:
    """The lines of one commit with the changes `rows`."""
    lines, back = [], 0
    for row in rows:
        lines.append(encode(row | {"back": back} if back else row))
        back += line_length(lines[-1])
    return lines


def encode_header(segment: int, previous: Seal | None = None) -> bytes:
    row: Json = {"journal": VERSION, "segment": segment}
    return encode(row | {"previous": _encode_seal(previous)} if previous else row)


def read_header(data: bytes, segment: int, *, last: bool) -> tuple[int, Seal | None] | None:
    """The header's length, and its `previous`. None for a `last` segment whose header is torn: it was never used."""
    length = data.find(b"\n") + 1
    payload = data[HEAD : length - 1] if length else b""
    if not length or data[:length] != frame([[payload]], 0, 0).data:
        if last and is_torn(data, 0):
            return None
        raise CorruptLineError(1, 0)
    header = decode(payload)
    if header.get("segment") != segment:
        raise ValueError("is not the segment it is named")
    seal = header.get("previous")
    return length, Seal(seal["end"], int(seal["chain"], 16)) if seal else None


def read_segment(
    data: bytes, segment: int, start: Seal | None = None, seal: Seal | None = None
) -> Lines | None:
    """The commits after `start` (None: after the header), up to the `seal` that the next segment holds. The last
    segment has no `seal`; None if its header is torn, so it was never used."""
    header = read_header(data, segment, last=seal is None)
    if header is None:
        return None
    begin = start or Seal(header[0], 0)
    if begin.end > len(data):
        raise ValueError("has lost its end")
    sealed = data if seal is None else data[: seal.end]
    lines = read_lines(sealed, start=begin.end, chain=begin.chain, last=seal is None)
    if seal is not None and seal != (lines.end, lines.chain) and not _read_audits(data, lines, seal):
        raise ValueError("is not what the next one sealed")
    if not lines.lines and start is None:
        lines = lines._replace(uncertain=0)  # only the header was written, and it may not be on disk
    return lines


def redact(data: bytes, found: Lines, seal: Seal, offsets: Collection[int], audit: Json) -> bytes:
    """The segment, whose lines are `found`, with those at `offsets` blanked, and a line with `audit` added."""
    parts, chain = [data[: found.lines[0].offset] if found.lines else data[: seal.end]], 0
    for line in [*found.lines, *_read_audits(data, found, seal)]:
        payload = _REMOVED.ljust(len(line.payload)) if line.offset in offsets else line.payload
        text, chain = reframe(data[line.offset : line.end], payload, chain)
        parts.append(text)
    parts.append(frame([[encode({"audit": audit, "sealed": _encode_seal(seal)})]], chain, 0).data)
    return b"".join(parts)


def _read_audits(data: bytes, lines: Lines, seal: Seal) -> list[Line]:
    """The audit lines after the end of a redacted segment; none if anything else is there."""
    try:
        found = read_lines(data, start=seal.end, chain=lines.chain).lines
    except CorruptLineError:
        return []
    rows = [decode(line.payload) for line in found]
    whole = lines.end == seal.end and all(row.get("sealed") == _encode_seal(seal) for row in rows)
    return found if whole else []


def _encode_seal(seal: Seal) -> Json:
    return {"end": seal.end, "chain": f"{seal.chain:08x}"}
