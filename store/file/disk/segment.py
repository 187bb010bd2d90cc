"""A segment of the journal: a header, and commits behind it. Pure.

    {"journal":2,"segment":2,"previous":{"end":16777216,"chain":"89abcdef"}}

`previous` seals the segment before: where its last commit ends, and its chain there. What is behind that end was never
acknowledged. Segment 1 has no `previous`. The chain of the other lines begins anew after the header, so that a segment can
be redacted (each line filled up to its old length) by writing it anew, and the header of the next.
"""

from typing import NamedTuple

from store.codec import decode, encode
from store.file.disk.framing import HEAD, Lines, frame, is_torn, read_lines
from store.models import Json

_VERSION = 2


class SegmentError(ValueError):
    """What is wrong with a segment, as the end of a sentence about it."""


class Seal(NamedTuple):
    end: int
    chain: int


class Segment(NamedTuple):
    """`previous` seals the one before. `lines.uncertain` is where what may not be on disk begins."""

    previous: Seal | None
    lines: Lines


class _Header(NamedTuple):
    length: int
    previous: Seal | None


def frame_header(segment: int, previous: Seal | None = None) -> bytes:
    row: Json = {"journal": _VERSION, "segment": segment}
    if previous is not None:
        row["previous"] = {"end": previous.end, "chain": f"{previous.chain:08x}"}
    return frame([[encode(row)]], 0, 0).data


def read_header(data: bytes, segment: int, *, last: bool) -> _Header | None:
    """None where it is the last segment's, which was begun and never used. Raises `SegmentError`."""
    length = data.find(b"\n") + 1
    payload = data[HEAD : length - 1] if length else b""
    if not length or data[:length] != frame([[payload]], 0, 0).data:
        if last and is_torn(data, 0):
            return None
        raise SegmentError("is damaged in line 1 (byte 0)")
    header = decode(payload)
    if header.get("segment") != segment:
        raise SegmentError("is not the segment it is named")
    seal = header.get("previous")
    return _Header(length, Seal(seal["end"], int(seal["chain"], 16)) if seal else None)


def read_segment(
    data: bytes, segment: int, start: Seal | None = None, seal: Seal | None = None
) -> Segment | None:
    """What follows `start` (None: the header), up to the `seal` that the next segment has of it.

    None for a last one, which has no seal, that was begun and never used. Raises `SegmentError` and `CorruptLineError`.
    """
    header = read_header(data, segment, last=seal is None)
    if header is None:
        return None
    begin = start or Seal(header.length, 0)
    if begin.end > len(data):
        raise SegmentError("has lost its end")
    if seal is not None:
        data = data[: seal.end]
    lines = read_lines(data, start=begin.end, chain=begin.chain, last=seal is None)
    if seal not in {None, (lines.end, lines.chain)}:
        raise SegmentError("is not what the next one sealed")
    if not lines.lines and start is None:
        lines = lines._replace(uncertain=0)  # nothing was written since the header, which may not be on disk
    return Segment(header.previous, lines)
