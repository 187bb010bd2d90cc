"""What is temporary, in a file of its own: rows by table and key, and an append-only file of what changes them.

`tickets.json.deliveries`. Its first line is a header, `{"deliveries":2,"sequence":88}`; any other is one commit:

    {"sequence":89,"deliveries":{"12":{"state":"done","payload":null}},"cards":{"7":["C1","17.2",""]},"usage":[…]}

For each table the fields of rows that change; null takes a field, or a row, away. `cards` (of tickets, by number) and
`usage` are to last: they are in the snapshot up to the sequence number that it names, and count from there on. Compaction
writes the file anew, with rows as they are, once a snapshot holds what is to last; the header then names its number.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from store.codec import decode, encode
from store.file.disk.filesystem import APPEND, REMEDY, REPLACE, Filesystem, read_all, read_file, write_all
from store.file.disk.framing import CorruptLineError, Lines, read_lines
from store.file.disk.log_file import LogFile, Payloads
from store.models import Json
from store.protocol import DamagedError, UnwritableError

DELIVERIES, CHOICES, PEOPLE, UNDO_LINES = TABLES = ("deliveries", "choices", "people", "undo_lines")
_VERSION = 2
_ROWS_AT_ONCE = 32

Tables = Mapping[str, Mapping[str, Json]]


def new_tables() -> dict[str, dict[str, Json]]:
    return {table: {} for table in TABLES}


def merge(row: Mapping[str, Any] | None, patch: Mapping[str, Any]) -> Json:
    """`row` with the fields of `patch`, null taking one away; as a new row."""
    return {name: value for name, value in {**(row or {}), **patch}.items() if value is not None}


def change_rows(tables: dict[str, dict[str, Json]], commit: Json) -> None:
    """Apply a commit."""
    for name in TABLES:
        for key, patch in commit.get(name, {}).items():
            table = tables[name]
            row = table.pop(key, None) if patch is None or name == UNDO_LINES else table.get(key)
            if patch is not None:
                table[key] = merge(row, patch)  # the newest undo line is the last


class Contents(NamedTuple):
    """`lasting` are the commits with cards or usage; `sequence` is that of the last commit, `base` that of the snapshot
    on which the file builds."""

    rows: dict[str, dict[str, Json]]
    lasting: list[Json]
    sequence: int
    base: int


class Mark(NamedTuple):
    """A place between two commits."""

    offset: int
    chain: int


class DeliveriesFile:
    """The file at `path`. To be opened, and then appended to by one thread at a time."""

    def __init__(self, files: Filesystem, path: str) -> None:
        self._files, self._path = files, path
        self._name = path.rpartition("/")[2]
        self._log: LogFile | None = None
        self._fd = -1

    # reading

    def exists(self) -> bool:
        return self._files.exists(self._path)

    def read(self) -> Contents:
        """Without opening it for writing. Raises `DamagedError` and `OSError`."""
        return self._parse(read_file(self._files, self._path))[0]

    def open(self) -> Contents:
        """Make certain what is there, for writing. Raises `DamagedError` and `OSError`."""
        self.close()
        data = read_file(self._files, self._path)
        contents, lines = self._parse(data)
        self._fd = self._files.open(self._path, APPEND)
        self._log = LogFile(self._files, self._fd, lines.end, lines.chain)
        self._log.recover(data, lines)
        self._files.sync_directory(self._path.rpartition("/")[0])
        return contents

    def _parse(self, data: bytes) -> tuple[Contents, Lines]:
        try:
            lines = read_lines(data)
            header, *commits = [decode(line.payload) for line in lines.lines]
        except CorruptLineError as error:
            raise DamagedError(f"{self._name} is damaged in {error}; {REMEDY}") from None
        except ValueError:
            raise DamagedError(f"{self._name} has lost its beginning; {REMEDY}") from None
        rows, sequence = new_tables(), header["sequence"]
        for commit in commits:
            sequence = commit["sequence"]
            change_rows(rows, commit)
        lasting = [commit for commit in commits if "cards" in commit or "usage" in commit]
        return Contents(rows, lasting, sequence, header["sequence"]), lines

    # writing

    @property
    def broken(self) -> bool:
        return self._log is None or self._log.broken

    @property
    def size(self) -> int:
        return self._log.end if self._log else 0

    def append(self, commits: Payloads) -> list[int]:
        if self._log is None:
            raise UnwritableError("the deliveries are not open for writing")
        return self._log.append(commits)

    def mark(self) -> Mark:
        """Where it ends. While nobody appends."""
        return Mark(self._log.end, self._log.chain) if self._log else Mark(0, 0)

    def begin(self, rows: Tables, sequence: int) -> None:
        """Put a file that holds `rows` there, durably, and open it. Raises `OSError`."""
        self.replace(*self.prepare(rows, sequence, lambda: None), Mark(0, 0))

    def prepare(self, rows: Tables, sequence: int, pause: Callable[[], None]) -> tuple[int, LogFile]:
        """Write a file that holds `rows` beside this one, a few at a time with a `pause` between; for `replace`."""
        fd = self._files.open(f"{self._path}.new", REPLACE)
        try:
            log = LogFile(self._files, fd)
            log.append([[encode({"deliveries": _VERSION, "sequence": sequence})]])
            for commits in _rows_as_commits(rows, sequence):
                log.append([[encode(commit)] for commit in commits])
                pause()
        except BaseException:
            self._discard(fd, f"{self._path}.new")
            raise
        return fd, log

    def replace(self, fd: int, log: LogFile, mark: Mark) -> None:
        """Put what was prepared in the place of this one, with what was appended here since `mark`; durably.

        While nobody appends. Raises `OSError`: then this one is still there.
        """
        try:
            if self._log is not None and self._log.end > mark.offset:
                data = read_all(self._files, self._fd, 0, self._log.end)
                lines = read_lines(data, start=mark.offset, chain=mark.chain, last=False)
                log.append([[line.payload] for line in lines.lines])
            self._put(f"{self._path}.new")
        except BaseException:
            self._discard(fd, f"{self._path}.new")
            raise
        self._switch(fd, log)

    def repair(self) -> None:
        """Go on in a copy of the file: the way on after a failed sync. Raises `OSError`."""
        if self._log is None:
            raise UnwritableError("the deliveries are not open for writing")
        copy = f"{self._path}.copy"  # compaction may be preparing the other one
        fd = self._files.open(copy, REPLACE)
        try:
            write_all(self._files, fd, read_all(self._files, self._fd, 0, self._log.end), 0)
            self._files.sync(fd)
            self._put(copy)
        except BaseException:
            self._discard(fd, copy)
            raise
        self._switch(fd, LogFile(self._files, fd, self._log.end, self._log.chain))

    def _put(self, written: str) -> None:
        self._files.replace(written, self._path)
        try:
            self._files.sync_directory(self._path.rpartition("/")[0])
        except OSError:
            if self._log is not None:
                self._log.broken = True  # which of the two is there after a crash, nobody knows
            raise

    def _switch(self, fd: int, log: LogFile) -> None:
        self.close()
        self._fd, self._log = fd, log

    def _discard(self, fd: int, written: str) -> None:
        self._files.close(fd)
        with suppress(OSError):
            self._files.remove(written)

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None


def _rows_as_commits(rows: Tables, sequence: int) -> Iterator[list[Json]]:
    """Some at a time."""
    for name, table in rows.items():
        keys = iter(table.items())
        while some := list(islice(keys, _ROWS_AT_ONCE)):
            yield [{"sequence": sequence, name: {key: row}} for key, row in some]
