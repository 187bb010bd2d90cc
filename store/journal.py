"""A TinyDB storage that is durable: the TinyDB file is a snapshot, and beside it is a journal of what changed since.

`tickets.json` holds everything up to some commit (see snapshot.py), `tickets.json.12.journal` the commits since (see
lines.py), each a JSON merge patch (RFC 7396) of the tables. A commit is one appended line, and one sync shared by all who
wait at the time. Now and then a new journal is begun and the old one folded into a new snapshot, in the background.

Memory holds what is durable, and beside it what is staged: rows on their way to the disk. Readers see the first,
writers the second. When a write or a sync fails, everything staged is forgotten and reported as not written. After
a failed sync nobody knows what the disk holds of that journal, and syncing it again could succeed without having
written anything; so it is never appended to again. A new snapshot, made from memory, has to replace it first.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from functools import partial
from os import PathLike, fspath
from typing import Any

from tinydb.storages import Storage

from store.base import StoreError, UnwritableError
from store.coding import decode, encode, plain, row_line
from store.cold import ColdRows
from store.commits import Commit, Flusher, Row, wake
from store.files import Disk, Files
from store.patch import Json, merge
from store.snapshot import read_rows, read_value, write_snapshot
from store.volume import Found, JournalFile, Volume

log = logging.getLogger(__name__)

Table = MutableMapping[str, Json]
Observer = Callable[
    [str, Json | None, Json | None], None
]  # an id, its row as it was, and as it is durable now

FOLD_AT = 4 << 20  # bytes of journal
_RETRY_AFTER = 5.0  # seconds between attempts to replace a journal that failed
_ROWS_AT_ONCE = 64
_PAUSE = 0.0003  # seconds between pieces that are written in the background


class JournalStorage(Storage):
    """Tables in memory and on disk; see the module.

    `cold` names tables whose rows stay on disk (see `ColdRows`), `shapes` the kind of mapping that holds a table.
    All of it can be used from any thread; `lock` holds what is durable still while several rows are read.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        files: Files | None = None,
        cold: frozenset[str] = frozenset(),
        shapes: Mapping[str, Callable[[], Table]] | None = None,
        fold_at: int = FOLD_AT,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the store at `path`, or begin it.

        Raises `LockedError`, `DamagedError`, `ForeignError` and `StoreError`.
        """
        super().__init__()
        self.lock = threading.RLock()
        self.observers: dict[str, Observer] = {}  # by table; called under `lock`
        self.rolled_back: Callable[[], None] = lambda: None  # called under `lock`
        self._cold, self._shapes, self._fold_at, self._now = cold, dict(shapes or {}), fold_at, now
        self._tables: dict[str, Any] = {}
        self._staged: dict[tuple[str, str], tuple[Commit, Json | None]] = {}
        self._queue: list[Commit] = []
        self._jobs: deque[Callable[[], None]] = deque()
        self._successor: JournalFile | None = None
        self._folding: threading.Thread | None = None
        self._stop_folding = False
        self._retry_at = self._fold_after = -math.inf
        self._closed = False
        self._volume = Volume(files or Disk(), fspath(path))
        try:
            self._volume.lock()
            self._begin(self._volume.find(cold))
        except OSError as error:
            self._volume.unlock()
            raise UnwritableError(f"{self._volume.name} cannot be opened: {error}") from error
        except BaseException:
            self._volume.unlock()
            raise
        self._flusher = Flusher(self._work)

    # reading

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Every table, as it is in memory: not to be changed."""
        with self.lock:
            return dict(self._tables) or None

    def table(self, name: str) -> Mapping[str, Json]:
        found: Mapping[str, Json] = self._tables.get(name, {})
        return found

    def staged(self, name: str, key: str) -> Json | None:
        """The row as it will be when everything on its way is durable; not to be changed. Under `lock`."""
        if self._staged and (on_its_way := self._staged.get((name, key))):
            return on_its_way[1]
        return self.table(name).get(key)

    def staged_table(self, name: str) -> dict[str, Json] | None:
        """As `staged`, of a whole table; None when there is none. Under `lock`."""
        on_its_way = {key: row for (table, key), (_, row) in self._staged.items() if table == name}
        if name not in self._tables and not on_its_way:
            return None
        rows = {**self.table(name), **on_its_way}
        return {key: row for key, row in rows.items() if row is not None and key}

    # writing

    def stage(self, patch: Json, rows: list[Row] | None = None) -> Commit:
        """Send a merge patch of the tables on its way. Under `lock`, in which its waiter has to be made too.

        `rows` are the rows that the patch makes of those that are staged, for who has them already.
        """
        payload = encode(patch)
        if rows is not None:
            return self._send(payload, rows)
        rows = []
        for name, changes in patch.items():
            for key, change in changes.items():
                rows.append((name, key, None if change is None else merge(self.staged(name, key), change)))
            if not changes:
                rows.append((name, "", None))
        return self._send(payload, rows)

    def stage_rows(self, rows: list[Row]) -> Commit:
        """As `stage`, with whole rows, which unlike patches may hold nulls."""
        return self._send(encode(rows), rows)

    def apply(self, patch: Json) -> None:
        """Make a merge patch durable. Raises `UnwritableError`, and then has changed nothing."""
        with self.lock:
            commit = self.stage(patch)
            event = commit.event()
        wait_for(commit, event)

    def latest(self) -> Commit | None:
        """The latest commit that is still on its way. Under `lock`."""
        if self._queue:
            return self._queue[-1]
        return next(reversed(self._staged.values()))[0] if self._staged else None

    def write(self, data: Mapping[str, Any]) -> None:
        """Replace everything by `data`, durably: a new snapshot.

        Raises `UnwritableError`, and then has changed nothing.
        """
        tables = plain(data)
        self._do(partial(self._write_all, tables))

    def close(self) -> None:
        """Fold everything into the file, so that stock TinyDB can open it, and let go of it."""
        if self._closed:
            return
        self._closed = True
        try:
            self._do(self._finish)
        finally:
            self._flusher.stop()
            with suppress(OSError):
                self._journal.close()
            with suppress(OSError):
                self._volume.files.close(self._snapshot.fd)
            self._volume.unlock()

    # opening

    def _begin(self, found: Found) -> None:
        self._load(found)
        generation = found.generation
        if found.snapshot is not None and not found.payloads:
            self._snapshot = found.snapshot
            self._volume.tidy(found.snapshot.generation)
        else:
            # After a crash what was read may be in the system's memory alone, and a failed sync may have been
            # forgotten: written anew it is certain.
            generation += 1
            self._replace_snapshot(self._tables, generation)
            if found.snapshot is not None:
                self._volume.files.close(found.snapshot.fd)
            self._volume.tidy(generation)
        self._journal = JournalFile(self._volume.files, self._volume.journal_path(generation), generation)

    def _load(self, found: Found) -> None:
        if found.snapshot is not None:
            self._tables = self._tables_of(found)
        for name in self._cold.union(self._shapes).difference(self._tables):
            self._tables[name] = self._shape(name)
        for payload in found.payloads:
            change = decode(payload)
            if isinstance(change, list):
                for name, key, row in change:
                    self._put(name, key, row)
                continue
            for name, changes in change.items():
                self._put(name, "", None)
                for key, part in changes.items():
                    old = self._tables[name].get(key) if part is not None else None
                    self._put(name, key, None if part is None else merge(old, part))

    def _tables_of(self, found: Found) -> dict[str, Any]:
        tables: dict[str, Any] = {}
        snapshot, files = found.snapshot, self._volume.files
        assert snapshot is not None  # noqa: S101  # asked for by the only caller
        for name, section in snapshot.sections.items():
            if section.rows < 0:
                tables[name] = read_value(files, snapshot.fd, section)
                continue
            tables[name] = table = self._shape(name)
            if isinstance(table, ColdRows):
                table.place(snapshot.fd, section.starts, section.checksum)
            else:
                for rows in read_rows(files, snapshot.fd, section):
                    table.update(rows)
        return tables

    def _shape(self, name: str) -> Table:
        if name in self._cold:
            return ColdRows(self._volume.files)
        return self._shapes.get(name, dict)()

    def _put(self, name: str, key: str, row: Json | None) -> None:
        table = self._tables.get(name)
        if not isinstance(table, MutableMapping):
            table = self._tables[name] = self._shape(name)
        if row is not None:
            table[key] = row
        elif key in table:
            del table[key]

    # committing, on the flusher's thread

    def _send(self, payload: bytes, rows: list[Row]) -> Commit:
        if self._closed:
            raise UnwritableError(f"{self._volume.name} is closed")
        commit = Commit(payload, rows)
        for name, key, row in rows:
            # Taken out first, so that the latest commit is the last.
            self._staged.pop((name, key), None)
            self._staged[name, key] = (commit, row)
        self._queue.append(commit)
        self._flusher.wake()
        return commit

    def _do(self, job: Callable[[], None]) -> None:
        """Have the flusher do `job` after everything that is on its way, and wait for it."""
        done = threading.Event()
        failure: list[BaseException] = []

        def run() -> None:
            try:
                job()
            except BaseException as error:  # noqa: BLE001  # raised again where it was asked for
                failure.append(error)
            done.set()

        with self.lock:
            self._jobs.append(run)
        self._flusher.wake()
        done.wait()
        if failure:
            raise failure[0]

    def _work(self) -> None:
        while True:
            with self.lock:
                batch, self._queue = self._queue, []
                job = self._jobs.popleft() if self._jobs and not batch else None
            if batch:
                self._flush(batch)
            elif job:
                job()
            else:
                break
        self._succeed()

    def _flush(self, batch: list[Commit]) -> None:
        error: UnwritableError | None = None
        try:
            self._succeed()
            self._mend()
            self._journal.append([commit.payload for commit in batch])
        except (OSError, StoreError) as failure:
            log.error("%s cannot be written: %s", self._volume.name, failure)  # noqa: TRY400  # the place is known
            error = UnwritableError(f"the store cannot be written, so nothing was changed: {failure}")
        with self.lock:
            if error is None:
                for commit in batch:
                    self._install(commit)
            else:
                # What was staged meanwhile may rest on what has failed.
                batch += self._queue
                self._queue = []
                self._staged.clear()
                self.rolled_back()
            for commit in batch:
                commit.settled, commit.error = True, error
        wake(batch)
        full = self._journal.length > self._fold_at and not self._journal.broken
        if full and self._folding is None and self._now() >= self._fold_after:
            self._stop_folding = False
            self._folding = threading.Thread(target=self._fold, name="tickets-folder", daemon=True)
            self._folding.start()

    def _install(self, commit: Commit) -> None:
        staged = self._staged
        for name, key, row in commit.rows:
            observer = self.observers.get(name)
            old = None if observer is None or name in self._cold else self.table(name).get(key)
            self._put(name, key, row)
            if observer is not None:
                observer(key, old, row)
            on_its_way = staged.get((name, key))
            if on_its_way is not None and on_its_way[0] is commit:
                del staged[name, key]

    def _mend(self) -> None:
        """Replace a journal that failed by a new snapshot, made from memory. Raises when that fails too."""
        if not self._journal.broken:
            return
        if self._now() < self._retry_at:
            raise UnwritableError("its disk failed a moment ago")
        self._retry_at = self._now() + _RETRY_AFTER
        self._end_folding()
        self._renew(self._tables)

    def _renew(self, tables: Mapping[str, Any]) -> None:
        """A new snapshot of `tables` and an empty journal, in place of all that there was."""
        generation = self._journal.generation + 1
        self._replace_snapshot(tables, generation)
        old, self._journal = self._journal, self._begin_journal(generation)
        old.remove()
        self._volume.tidy(generation)

    def _begin_journal(self, generation: int) -> JournalFile:
        return JournalFile(self._volume.files, self._volume.journal_path(generation), generation)

    def _write_all(self, tables: dict[str, Any]) -> None:
        self._end_folding()
        shaped: dict[str, Any] = {}
        for name, rows in tables.items():
            shaped[name] = rows
            if isinstance(rows, dict) and (name in self._shapes or name in self._cold):
                shaped[name] = self._shape(name)
                shaped[name].update(rows)
        try:
            self._renew(shaped)
        except OSError as error:
            self._journal.broken = True
            raise UnwritableError(f"the store cannot be written, so nothing was changed: {error}") from error
        with self.lock:
            self._tables = shaped

    def _finish(self) -> None:
        self._end_folding()
        journal = self._journal
        if journal.length == journal.empty and journal.generation == self._snapshot.generation:
            journal.remove()
            return
        try:
            self._replace_snapshot(self._tables, self._journal.generation + 1)
        except OSError as error:
            if self._journal.broken:
                raise UnwritableError(f"the store could not be closed tidily: {error}") from error
            log.warning("%s stays in two files, which the next start reads: %s", self._volume.name, error)
            return
        self._journal.remove()
        self._volume.tidy(self._journal.generation + 1)

    # folding

    def _replace_snapshot(
        self, tables: Mapping[str, Any], generation: int, breathe: Callable[[], None] = lambda: None
    ) -> None:
        """Write `tables` to a new snapshot and make it the one there is. Others may change them meanwhile: what they
        change is in the journal of that generation, which is read after it.
        """
        with self.lock:
            recent = {name: rows.recent() for name, rows in tables.items() if isinstance(rows, ColdRows)}
            names = list(tables)
        sections = ((name, self._lines_of(tables[name], recent.get(name, {}))) for name in names)
        volume = self._volume
        try:
            snapshot = write_snapshot(
                volume.files, volume.new_path, generation, sections, self._cold, breathe
            )
        except BaseException:
            with suppress(OSError):
                volume.files.remove(volume.new_path)
            raise
        try:
            volume.install()
        except BaseException:
            volume.files.close(snapshot.fd)
            raise
        with self.lock:
            old, self._snapshot = getattr(self, "_snapshot", None), snapshot
            for name, rows in recent.items():
                section = snapshot.sections[name]
                tables[name].place(snapshot.fd, section.starts, section.checksum, rows)
            if old is not None:
                volume.files.close(old.fd)

    def _lines_of(self, table: Any, recent: dict[int, Json]) -> Iterator[list[bytes]] | bytes:
        if isinstance(table, ColdRows):
            return table.blocks(recent)
        return self._some_lines(table) if isinstance(table, MutableMapping) else encode(table)

    def _some_lines(self, table: Table) -> Iterator[list[bytes]]:
        with self.lock:
            keys = list(table)
        for at in range(0, len(keys), _ROWS_AT_ONCE):
            with self.lock:
                rows = [(key, table[key]) for key in keys[at : at + _ROWS_AT_ONCE] if key in table]
            yield [row_line(key, row) for key, row in rows]

    def _fold(self) -> None:
        """On its own thread: begin the next journal, and put what the others hold into a new snapshot."""
        try:
            generation = self._journal.generation + 1
            successor = self._begin_journal(generation)
            with self.lock:
                self._successor = successor
            self._flusher.wake()
            while self._journal is not successor:
                self._breathe()
            self._replace_snapshot(self._tables, generation, self._breathe)
            self._volume.tidy(generation)
        except (OSError, StoreError, InterruptedError) as error:
            self._fold_after = self._now() + _RETRY_AFTER
            log.warning("%s could not be folded, its journal goes on: %s", self._volume.name, error)
        finally:
            self._folding = None

    def _breathe(self) -> None:
        if self._stop_folding:
            raise InterruptedError("something more urgent has to be written")
        time.sleep(_PAUSE)

    def _succeed(self) -> None:
        """Go on in the next journal, if one has been begun."""
        with self.lock:
            successor, self._successor = self._successor, None
        if successor is not None and not self._journal.broken:
            self._journal.close()
            self._journal = successor

    def _end_folding(self) -> None:
        self._succeed()
        if (folding := self._folding) is not None:
            self._stop_folding = True
            folding.join()
            self._succeed()


def wait_for(commit: Commit, event: threading.Event) -> None:
    """Wait on a thread until `commit` is durable. Raises its `UnwritableError`."""
    event.wait()
    if commit.error is not None:
        raise commit.error
