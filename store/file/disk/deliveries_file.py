"""Temporary data in its own file: rows by table and key, and an append-only file of commits that change them.

`tickets.json.deliveries`. Its first line is a header, `{"deliveries":2,"sequence":88}`; any other is one commit:

    {"sequence":89,"deliveries":{"12":{"state":"done","payload":null}},"cards":{"7":["C1","17.2",""]},"usage":[…]}

A commit has, for each table, the changed fields of rows; null removes a field or a row. `cards` (by ticket number) and
`usage` are lasting: the snapshot has them up to the sequence number in its header, this file has the later ones. After a
snapshot the file is rewritten with the current rows and the lasting data not in that snapshot; its header then has the
snapshot's number.
"""

import zlib
from collections import UserDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from store.file.disk.filesystem import REPLACE, on_error, read_file
from store.file.disk.framing import read_lines
from store.file.disk.log_file import Log, LogFile, Payloads
from store.file.disk.versions import VERSION
from store.models.tickets import Json
from store.serialization.codec import decode, encode

DELIVERIES, CHOICES, PEOPLE, UNDO_LINES = TABLES = ("deliveries", "choices", "people", "undo_lines")
_LASTING = ("cards", "usage")
_ROWS_AT_ONCE = 500
REPAIRED = ".repaired"  # the end of a file's name while it is written after a failed sync


class Rows(UserDict[str, Json]):
    """The rows of a table by key, in insertion order; a replaced undo line moves to the end. Finished deliveries and undo
    lines, which stay for a week and are seldom read, are kept as compressed JSON, in a third of the memory or less."""

    data: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        # The keys of undo lines, in order, by the channel and thread of their message.
        self._threads: dict[tuple[str, str], list[str]] = {}

    def __getitem__(self, key: str) -> Json:
        row: Json | bytes = self.data[key]
        return decode(zlib.decompress(row)) if isinstance(row, bytes) else row

    def __setitem__(self, key: str, row: Json) -> None:
        is_undo_line = "message" in row
        if is_undo_line:
            self.pop(key, None)
            self._threads.setdefault(_thread_of(row), []).append(key)
        seldom_read = is_undo_line or row.get("state") == "done"
        self.data[key] = zlib.compress(encode(row), 1) if seldom_read else row

    def __delitem__(self, key: str) -> None:
        if self._threads:
            thread = _thread_of(self[key])
            self._threads[thread].remove(key)
            if not self._threads[thread]:
                del self._threads[thread]
        del self.data[key]

    def in_thread(self, channel: str, thread: str) -> list[str]:
        """The keys of the undo lines in a thread, in order."""
        return [*self._threads.get((channel, thread), ())]


def _thread_of(undo_line: Json) -> tuple[str, str]:
    channel, _, thread = undo_line["message"]
    return channel, thread


def merge(row: Mapping[str, Any] | None, patch: Mapping[str, Any]) -> Json:
    """A new row: `row` with the fields of `patch`, where None removes a field."""
    return {name: value for name, value in {**(row or {}), **patch}.items() if value is not None}


@dataclass(slots=True)
class TemporaryState:
    """The file's contents. `sequence` is the number of the last commit, `base` that of the last commit in the snapshot.
    `lasting` are the commits after `base`, with their cards and usage only."""

    rows: Mapping[str, Rows] = field(default_factory=lambda: {table: Rows() for table in TABLES})
    lasting: list[Json] = field(default_factory=list)
    sequence: int = 0
    base: int = 0

    def apply(self, commit: Json) -> None:
        """Apply a commit that has its number."""
        self.sequence = commit["sequence"]
        for name, table in self.rows.items():
            for key, patch in commit.get(name, {}).items():
                if patch is None:
                    table.pop(key, None)
                else:
                    table[key] = merge(table.get(key), patch)
        lasting = {name: commit[name] for name in _LASTING if name in commit}
        if lasting and self.sequence > self.base:
            self.lasting.append({"sequence": self.sequence, **lasting})

    def build_on(self, base: int) -> "TemporaryState":
        """Build on a newer snapshot: drop the lasting data that it has. Returns a copy, to read all rows of."""
        self.base = base
        self.lasting = [commit for commit in self.lasting if commit["sequence"] > base]
        rows = {name: copy(table) for name, table in self.rows.items()}
        return replace(self, rows=rows, lasting=[*self.lasting])


class DeliveriesFile(Log):
    contents: TemporaryState  # what was read or written anew, and since applied; after a failed sync all of it is written

    def read(self, *, writable: bool) -> bool:
        """Read the contents; False if there is no file. If `writable`, makes them durable and opens the file for
        appending. Raises `DamagedError` and `OSError`."""
        self.contents = TemporaryState()
        if not self._files.exists(self._path):
            return False
        data = read_file(self._files, self._path)
        with self._naming():
            lines = read_lines(data)
            if not lines.lines:
                raise ValueError("has lost its beginning")
        header, *commits = [decode(line.payload) for line in lines.lines]
        self.contents = TemporaryState(sequence=header["sequence"], base=header["sequence"])
        for commit in commits:
            self.contents.apply(commit)
        self.written = lines.end
        if writable:
            self._recover(self._path, data, lines)
        return True

    def append(self, commits: Payloads) -> list[int]:
        if self.broken:
            self.put(self.prepare(self.contents, end=REPAIRED))
        return super().append(commits)

    def rewrite(self, contents: TemporaryState) -> None:
        """Durably replace the file by one with `contents`, and open it. Raises `OSError` and `StoreError`."""
        self.contents = contents
        self.put(self.prepare(contents))

    def prepare(
        self, contents: TemporaryState, pause: Callable[[], None] = lambda: None, *, end: str = ".new"
    ) -> LogFile:
        """Durably write `contents` to a new file next to this one, with the suffix `end`, for `put`. Calls `pause`
        after every few rows. On any thread, also while others append to this file. Raises `OSError` and `StoreError`."""
        self._check_place()
        lines, written = map(encode, _lines(contents)), 0
        log = LogFile(self._files, f"{self._path}{end}", REPLACE)
        with on_error(log.discard):
            while some := [[line] for line in islice(lines, _ROWS_AT_ONCE)]:
                log.append(some)
                written += len(some)
                pause()
            if written > 1:
                # With a later write at the end, damage before it is never taken for a torn last write.
                log.append([[encode({"sequence": contents.sequence})]])
        return log

    def put(self, log: LogFile, since: Sequence[Json] = ()) -> None:
        """Append the commits `since` to a prepared file, durably replace this file by it, and open it. Nobody may
        append meanwhile. Raises `OSError`: then this file is still in place, or the file is `broken`."""
        with on_error(log.discard):
            if since:
                log.append([[encode(commit)] for commit in since])
            self._files.replace(log.path, self._path)
        self.close()
        self._open, log.path = log, self._path
        log.broken = True  # until the directory is synced, a crash may leave either file
        self._files.sync_directory(self._path.rpartition("/")[0])
        log.broken = False


def _lines(contents: TemporaryState) -> Iterator[Json]:
    base = contents.base
    yield {"deliveries": VERSION, "sequence": base}
    for name, table in contents.rows.items():
        yield from ({"sequence": base, name: {key: row}} for key, row in table.items())
    yield from contents.lasting
