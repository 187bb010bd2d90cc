"""The snapshot: a JSON file that stock TinyDB reads, one row per line, with a checksum of everything at its end.

    {"_store":{"1":{"version":2,"segment":3,"offset":20971,"chain":3735928559,"sequence":88,"last":42}},
    "tickets":{
    "1":{"id":"T001", …},
    "2":{"id":"T002", …}
    },
    "_seal":{"1":{"rows":{"tickets":2},"crc32":"89abcdef"}}}

`segment`, `offset` and `chain` are the journal position up to which it has all changes. `sequence` is the number of the
last commit in the deliveries file that it has, and `last` the highest ticket number ever used. A backup has no journal
and one more table, `changes`: the changes as in the journal, by their number from 1 on in the order of commits.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from zlib import crc32

from store.errors import DamagedError
from store.file.disk.filesystem import Filesystem, replacing, write_all
from store.file.disk.versions import VERSION
from store.models.tickets import Json
from store.serialization.codec import decode, encode

HEADER, SEAL = "_store", "_seal"
Tables = Iterable[tuple[str, Iterable[tuple[str | int, Any]]]]  # keys and rows; a row may be its JSON already

_PIECE = 1 << 18
_SYNC_EVERY = 1 << 20  # much unsynced data at once would make the journal's own sync wait for all of it
_ROWS_AT_ONCE = 32
_SEAL_LINE = re.compile(rb'("_seal":\{"1":\{"rows":(\{[^{}]*\}),"crc32":")([0-9a-f]{8})"\}\}\}\n')


def write_snapshot(
    files: Filesystem, path: str, header: Json, tables: Tables, pause: Callable[[], None] = lambda: None
) -> int:
    """Write a snapshot next to `path`, then durably move it there. Returns its size in bytes. Calls `pause` after
    every few rows, so that writing in the background blocks nobody; an error that it raises stops the writing. Raises
    `OSError`."""
    offset = checksum = 0
    with replacing(files, path) as fd:
        for piece in _pieces(header, tables):
            checksum = crc32(piece, checksum)
            write_all(files, fd, piece, offset)
            offset += len(piece)
            if offset % _SYNC_EVERY < len(piece):
                files.sync(fd)
            pause()
        write_all(files, fd, b'%08x"}}}\n' % checksum, offset)
    return offset + 13


def _pieces(header: Json, tables: Tables) -> Iterator[bytes]:
    """Everything before the checksum's digits."""
    counts: dict[str, int] = {}
    yield b'{"%b":{"1":%b},\n' % (HEADER.encode(), encode({"version": VERSION, **header}))
    for name, rows in tables:
        lines = (
            b"%b:%b" % (encode(str(key)), row if isinstance(row, bytes) else encode(row)) for key, row in rows
        )
        before, counts[name] = b"%b:{\n" % encode(name), 0
        while some := list(islice(lines, _ROWS_AT_ONCE)):
            yield before + b",\n".join(some)
            before, counts[name] = b",\n", counts[name] + len(some)
        yield (b"" if counts[name] else before) + b"\n},\n"
    yield b'"%b":{"1":{"rows":%b,"crc32":"' % (SEAL.encode(), encode(counts))


def read_snapshot(data: bytes, name: str) -> tuple[Json, Iterator[tuple[str, Json]]]:
    """A snapshot's header, and all its rows, by key, table by table, in pieces; the checksum is verified before the first
    piece. Raises `DamagedError`, and `ValueError` if something else than this program made the checksum."""
    if not data:
        raise DamagedError(f"{name} is empty, which no store ever is")
    try:
        header: Json = decode(data[: data.find(b"\n")].removesuffix(b",") + b"}")[HEADER]["1"]
    except (ValueError, KeyError, TypeError):
        raise _damaged(name, "its first line is not what was written") from None
    if not all(isinstance(value, int) for value in header.values()):
        raise ValueError("its header has other values than numbers")
    return header, _read_rows(data, name)


def _read_rows(data: bytes, name: str) -> Iterator[tuple[str, Json]]:
    counts: dict[str, int] = decode(_check_seal(data, name))
    at = data.find(b"\n") + 1
    for table, count in counts.items():
        start, found = at + len(table) + 5, 0  # behind the line that begins the table
        end = data.find(b"\n},\n", start - 1)
        at = end + 4
        while start <= end:  # also of a table without rows
            stop = data.find(b",\n", start + _PIECE, end)
            stop = end if stop < 0 else stop
            rows = decode(b"{%b}" % data[start:stop])
            found, start = found + len(rows), stop + 2
            yield table, rows
        if found != count:
            raise _damaged(name, f"it has {found} of {count} rows of {table}")


def _check_seal(data: bytes, name: str) -> bytes:
    """The row count of each table, after checking the checksum, which covers everything before its own digits."""
    seal = _SEAL_LINE.fullmatch(data, data.rfind(b"\n", 0, -1) + 1)
    if seal is None:
        raise _damaged(name, "its end is not what was written")
    checksum = crc32(memoryview(data)[: seal.start(3)])
    if int(seal[3], 16) != checksum:
        raise _damaged(name, f"its checksum is {checksum:08x}, and {seal[3].decode()} was written")
    return seal[2]


def _damaged(name: str, how: str) -> DamagedError:
    return DamagedError(
        f"{name} is not what was written ({how}): something else changed it, or the disk is failing"
    )
