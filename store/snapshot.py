"""The snapshot: a JSON file that stock TinyDB reads, one row a line, with a checksum of all of it at its end.

    {"_store":{"1":{"version":1,"generation":12}},
    "tickets":{
    "1":{"id":"T001", …},
    "2":{"id":"T002", …}
    },
    "_seal":{"1":{"sections":{"tickets":[48,91,2]},"crc32":"89abcdef"}}}

`generation` is that of the first journal that is not in it. `sections` says where each table's rows begin and end, in
bytes, and how many there are (-1: it is no table but some other value).
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from store.base import DamagedError, StoreError
from store.coding import decode, encode
from store.files import REPLACE, Files, read_all, write_all

VERSION = 1
HEADER, SEAL = "_store", "_seal"

_PIECE = 1 << 20
_BREATH = 1 << 14  # bytes between two breaths
_END = b'"}}}\n'
_LONGEST_SEAL = 1 << 16
_HEADER = re.compile(rb'\{"_store":\{"1":\{"version":(\d+),"generation":(\d+)\}\}')
_SEAL = re.compile(rb',\n"_seal":\{"1":(\{"sections":\{.*\},"crc32":")([0-9a-f]{8})"\}\}\}\n')


class ForeignError(ValueError):
    """It is no snapshot of ours; stock TinyDB may have written it."""


@dataclass(frozen=True, slots=True)
class Section:
    start: int
    end: int
    rows: int
    starts: "array[int]" = field(
        default_factory=lambda: array("Q", [0])
    )  # of a cold table's rows, see `ColdRows`
    checksum: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    fd: int
    generation: int
    size: int
    checksum: int  # as its seal says
    sections: dict[str, Section]


def write_snapshot(
    files: Files,
    path: str,
    generation: int,
    tables: Iterable[tuple[str, Iterable[list[bytes]] | bytes]],
    *,
    cold: frozenset[str] = frozenset(),
    breathe: Callable[[], None] = lambda: None,
) -> Snapshot:
    """Write a snapshot to `path`, sync it, and leave it open. A table is lists of `row_line`s, any other value its JSON.

    `breathe` is called after every piece, so that writing in the background holds nobody.
    """
    fd = files.open(path, REPLACE)
    try:
        out = _Out(files, fd, breathe)
        out.add(b'{"%b":{"1":{"version":%d,"generation":%d}}' % (HEADER.encode(), VERSION, generation))
        sections = {name: _write_table(out, name, value, cold=name in cold) for name, value in tables}
        directory = encode({name: [part.start, part.end, part.rows] for name, part in sections.items()})
        out.add(b',\n"%b":{"1":{"sections":%b,"crc32":"' % (SEAL.encode(), directory))
        out.flush()
        write_all(files, fd, b"%08x%b" % (out.checksum, _END), out.place)
        files.sync(fd)
    except BaseException:
        files.close(fd)
        raise
    return Snapshot(fd, generation, out.place + 8 + len(_END), out.checksum, sections)


class _Out:
    def __init__(self, files: Files, fd: int, breathe: Callable[[], None]) -> None:
        self._files, self._fd, self._breathe = files, fd, breathe
        self._parts: list[bytes] = []
        self._waiting = 0
        self._unsynced = 0
        self.place = 0
        self.checksum = 0

    def add(self, data: bytes) -> None:
        self._parts.append(data)
        self._waiting += len(data)
        self.place += len(data)
        if self._waiting >= _BREATH:
            self.flush()

    def flush(self) -> None:
        data = b"".join(self._parts)
        self._parts.clear()
        self._waiting = 0
        self.checksum = crc32(data, self.checksum)
        write_all(self._files, self._fd, data, self.place - len(data))
        self._unsynced += len(data)
        if self._unsynced >= _PIECE:
            # Much unsynced data at once would make the journal's own sync wait for all of it.
            self._files.sync(self._fd)
            self._unsynced = 0
        self._breathe()


def _write_table(out: _Out, name: str, value: Iterable[list[bytes]] | bytes, *, cold: bool) -> Section:
    out.add(b",\n%b:" % encode(name))
    if isinstance(value, bytes):
        start = out.place
        out.add(value)
        return Section(start, out.place, -1)
    out.add(b"{\n")
    start, rows, checksum, starts = out.place, 0, 0, array("Q")
    for lines in value:
        if not lines:
            continue
        text = (b",\n" if rows else b"") + b",\n".join(lines)
        if cold:
            at = out.place + (2 if rows else 0)
            for line in lines:
                starts.append(at)
                at += len(line) + 2
            checksum = crc32(text, checksum)
        out.add(text)
        rows += len(lines)
    starts.append(out.place + (2 if rows else 0))
    end = out.place
    out.add(b"\n}")
    return Section(start, end, rows, starts, checksum)


def generation_of(beginning: bytes) -> int:
    """Of the snapshot that begins so; 0 when it does not say."""
    header = _HEADER.match(beginning)
    return int(header[2]) if header else 0


def read_snapshot(files: Files, fd: int, name: str, cold: frozenset[str] = frozenset()) -> Snapshot:
    """Where everything in the snapshot is, after its checksum has been verified.

    Raises `ForeignError` when it has no checksum, `DamagedError` when it is not right, and `StoreError` for a
    version that is newer than this program's.
    """
    size = files.size(fd)
    if not size:
        raise DamagedError(f"{name} is empty, which no store ever is; `tickets restore` brings back a backup")
    tail = read_all(files, fd, max(0, size - _LONGEST_SEAL), size)
    at = tail.rfind(b',\n"%b":' % SEAL.encode())
    header = _HEADER.match(read_all(files, fd, 0, min(size, 100)))
    seal = _SEAL.fullmatch(tail, at) if at >= 0 else None
    if header is None or seal is None:
        if header is None and at < 0:
            raise ForeignError(name)
        raise DamagedError(
            f"{name} has lost its end or its beginning; `tickets restore` brings back a backup"
        )
    if (checksum := _checksum(files, fd, 0, size - 8 - len(_END))) != int(seal[2], 16):
        raise DamagedError(
            f"{name} is not what was written (checksum {checksum:08x}, expected {seal[2].decode()}): something else"
            " changed it or the disk is failing; `tickets restore` brings back a backup"
        )
    if (version := int(header[1])) > VERSION:
        raise StoreError(f"{name} was written by a newer version ({version}) of this program; use that one")
    directory = decode(seal[1] + b'"}')["sections"]
    sections = {key: _section(files, fd, *place, cold=key in cold) for key, place in directory.items()}
    return Snapshot(fd, int(header[2]), size, checksum, sections)


def _checksum(files: Files, fd: int, start: int, end: int) -> int:
    checksum = 0
    for at in range(start, end, _PIECE):
        checksum = crc32(read_all(files, fd, at, min(at + _PIECE, end)), checksum)
    return checksum


def _section(files: Files, fd: int, start: int, end: int, rows: int, *, cold: bool) -> Section:
    if not cold:
        return Section(start, end, rows)
    starts = array("Q")
    checksum = 0
    if rows:
        starts.append(start)
    for at in range(start, end, _PIECE):
        piece = read_all(files, fd, at, min(at + _PIECE, end))
        checksum = crc32(piece, checksum)
        found = piece.find(b"\n")
        while found >= 0:
            starts.append(at + found + 1)
            found = piece.find(b"\n", found + 1)
    starts.append(end + (2 if rows else 0))
    return Section(start, end, rows, starts, checksum)


def read_rows(files: Files, fd: int, section: Section) -> Iterator[dict[str, Any]]:
    """The rows of a table by their ids, some thousand at a time, in their order."""
    at = section.start
    while at < section.end:
        piece = read_all(files, fd, at, min(at + _PIECE, section.end))
        if at + len(piece) < section.end:
            cut = piece.rfind(b"\n") + 1
            while not cut:  # one row that is longer than a piece
                piece += read_all(files, fd, at + len(piece), min(at + len(piece) + _PIECE, section.end))
                cut = len(piece) if at + len(piece) == section.end else piece.rfind(b"\n") + 1
            piece = piece[:cut]
        at += len(piece)
        yield decode(b"{" + piece.removesuffix(b",\n") + b"}")


def read_value(files: Files, fd: int, section: Section) -> Any:
    """A section that is no table."""
    return decode(read_all(files, fd, section.start, section.end))
