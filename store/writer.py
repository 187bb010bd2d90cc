"""Who writes the journal, and when: one sync for all who wait, mending what fails, and folding the journal away.

Whoever waits for the disk writes for all who wait. Handing that over to a thread and back takes a tenth of a millisecond, so
an event loop writes itself as long as the disk is quicker than that is worth; else, and while a journal is folded away, a
thread does, and the loop goes on.
"""

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from store.base import StoreError, UnwritableError
from store.commits import Commit, Worker, wake
from store.folding import Folding
from store.journal_file import JournalFile
from store.memory import Memory
from store.volume import Volume

log = logging.getLogger(__name__)

QUICK = 0.001
_FOLD_AT = 4 << 20  # bytes of journal, at least
_FOLD_SHARE = 8  # a journal is folded when it is so many times smaller than the snapshot, or less
_RETRY_AFTER = 5.0  # seconds between attempts to replace a journal that failed


class Writer:
    """Everything that touches the journal is done by whoever holds `_writing`, so in one order.

    `memory` and the files of `volume` agree when it is made, and the `generation` is that of the latest journal.
    `fold_at` is the length in bytes at which a journal is folded; None leaves that to the size of the snapshot. `quick` is how
    many seconds a sync may take for an event loop to wait for the next one itself; below 0 none does.
    """

    def __init__(
        self,
        volume: Volume,
        memory: Memory,
        folding: Folding,
        generation: int,
        *,
        fold_at: int | None = None,
        quick: float = QUICK,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._volume, self._memory, self._folding = volume, memory, folding
        self._fold_at, self._quick, self._now = fold_at, quick, now
        self._queue: list[Commit] = []
        self._flushing: list[Commit] = []
        self._writing = threading.Lock()
        self._folder: threading.Thread | None = None
        self._retry_at = self._fold_after = -math.inf
        self._failed: UnwritableError | None = None
        start = time.perf_counter()
        self._journal = self._begin_journal(generation)
        self._took = time.perf_counter() - start  # seconds that the latest sync took
        self._worker = Worker("tickets-writer", self._write_all)

    def send(self, commit: Commit) -> None:
        """To be made durable, after all that was sent before. Under the memory's lock.

        Whoever sends it waits for it too, without that lock.
        """
        self._queue.append(commit)

    async def settle(self, commit: Commit) -> None:
        """Return when it is durable. Raises its `UnwritableError`."""
        if not commit.settled and self._is_quick():
            try:
                await asyncio.sleep(0)  # whoever is ready now sends theirs first: all of them share one sync
            except asyncio.CancelledError:
                self._worker.wake()
                raise
            if not commit.settled and self._writing.acquire(blocking=False):
                try:
                    self._write()
                finally:
                    self._writing.release()
        if not commit.settled:
            with self._memory.lock:
                waiter = None if commit.settled else commit.future()
            self._worker.wake()
            if waiter is not None:
                await waiter
        if commit.error is not None:
            raise commit.error

    def _is_quick(self) -> bool:
        """Whether an event loop may wait for the disk itself."""
        return self._took <= self._quick and self._folder is None and not self._journal.broken

    def settle_here(self, commit: Commit) -> None:
        """As `settle`, on a thread."""
        with self._writing:
            if not commit.settled:
                self._write()
        if commit.error is not None:
            raise commit.error

    def last(self) -> Commit | None:
        """The latest commit that is on its way. Under the memory's lock."""
        on_their_way = self._queue or self._flushing
        return on_their_way[-1] if on_their_way else None

    def replace_all(self, tables: dict[str, Any]) -> None:
        """Make `tables` everything there is, durably. Raises `UnwritableError`, and then has changed nothing."""
        with self._alone(), self._memory.lock:
            self._write()
            if self._failed is not None:
                raise self._failed
            try:
                self._renew(tables)
            except OSError as error:
                self._journal.broken = True
                raise UnwritableError(
                    f"the store cannot be written, so nothing was changed: {error}"
                ) from error
            self._memory.tables = tables

    def close(self) -> bool:
        """Fold everything into the snapshot, so that stock TinyDB can open it, and end; whether it is all there now."""
        try:
            with self._alone():
                self._write()
                return self._failed is None and self._finish()
        finally:
            self._worker.stop()
            with suppress(OSError):
                self._journal.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """With nobody else who writes or folds."""
        with self._writing:
            self._end_folding()
            yield

    # committing

    def _write_all(self) -> None:
        with self._writing:
            self._write()

    def _write(self) -> None:
        """Everything that is on its way. By whoever holds `_writing`, as all that follows."""
        while True:
            with self._memory.lock:
                batch, self._queue = self._queue, []
                self._flushing = batch
            if not batch:
                return
            self._flush(batch)

    def _flush(self, batch: list[Commit]) -> None:
        memory = self._memory
        error = self._append(batch)
        with memory.lock:
            error = error or self._install(batch)
            if error is not None:
                # What was staged meanwhile may rest on what has failed.
                batch = batch + self._queue
                self._queue = []
                memory.roll_back()
            self._flushing = []
            for commit in batch:
                commit.settled, commit.error = True, error
        wake(batch)
        if self._journal.length > self._limit() and self._failed is None:
            self._begin_folding()

    def _append(self, batch: list[Commit]) -> UnwritableError | None:
        if self._failed is not None:
            return self._failed
        try:
            if self._journal.broken:
                self._mend()
            start = time.perf_counter()
            self._journal.append([commit.payload for commit in batch])
            self._took = time.perf_counter() - start
        except (OSError, StoreError) as failure:
            log.error("%s cannot be written: %s", self._volume.name, failure)  # noqa: TRY400  # the place is known
            return UnwritableError(f"the store cannot be written, so nothing was changed: {failure}")
        except Exception:
            log.exception("%s could not be written", self._volume.name)
            self._journal.broken = True
            return UnwritableError("the store failed, so nothing was changed; its log says why")
        return None

    def _install(self, batch: list[Commit]) -> UnwritableError | None:
        """Show readers what is durable now."""
        try:
            for commit in batch:
                self._memory.install(commit)
        except Exception:
            # What is in memory cannot be trusted any more, and what is on disk can.
            log.exception("%s: what was written could not be taken in", self._volume.name)
            self._folding.stop = True
            self._failed = UnwritableError("the store failed and has to be started again; its log says why")
        return self._failed

    def _limit(self) -> int:
        """How long a journal may be: reading it costs at the next start, and folding it costs a new snapshot."""
        if self._fold_at is not None:
            return self._fold_at
        size = self._folding.snapshot.size if self._folding.snapshot else 0
        return max(_FOLD_AT, size // _FOLD_SHARE)

    def _mend(self) -> None:
        """Replace a journal that failed by a new snapshot, made from memory. Raises when that fails too."""
        if self._now() < self._retry_at:
            raise UnwritableError("its disk failed a moment ago")
        self._retry_at = self._now() + _RETRY_AFTER
        self._end_folding()
        self._renew(self._memory.tables)

    def _renew(self, tables: Mapping[str, Any]) -> None:
        """A new snapshot of `tables` and an empty journal, in place of all that there was."""
        generation = self._journal.generation + 1
        self._folding.replace(tables, generation)
        old, self._journal = self._journal, self._begin_journal(generation)
        old.remove()
        self._volume.tidy(generation)

    def _begin_journal(self, generation: int) -> JournalFile:
        return JournalFile(self._volume.files, self._volume.journal_path(generation), generation)

    def _finish(self) -> bool:
        journal, snapshot = self._journal, self._folding.snapshot
        if snapshot and journal.length == journal.empty and journal.generation == snapshot.generation:
            journal.remove()
            return True
        try:
            self._folding.replace(self._memory.tables, journal.generation + 1)
        except OSError as error:
            if journal.broken:
                raise UnwritableError(f"the store could not be closed tidily: {error}") from error
            log.warning("%s stays in two files, which the next start reads: %s", self._volume.name, error)
            return False
        journal.remove()
        self._volume.tidy(journal.generation + 1)
        return True

    # folding

    def _begin_folding(self) -> None:
        if self._folder is None and not self._journal.broken and self._now() >= self._fold_after:
            self._folding.stop = False
            self._folder = threading.Thread(target=self._fold, name="tickets-folder", daemon=True)
            self._folder.start()

    def _fold(self) -> None:
        """On its own thread: begin the next journal, and put what the others hold into a new snapshot."""
        try:
            generation = self._succeed()
            self._folding.replace(self._memory.tables, generation, self._folding.breathe)
            self._volume.tidy(generation)
        except InterruptedError:
            log.debug("%s is folded another time", self._volume.name)
        except (OSError, StoreError) as error:
            self._fold_after = self._now() + _RETRY_AFTER
            log.warning("%s could not be folded, its journal goes on: %s", self._volume.name, error)
        finally:
            self._folder = None

    def _succeed(self) -> int:
        """Begin the next journal; its generation."""
        successor = self._begin_journal(self._journal.generation + 1)
        try:
            while not self._writing.acquire(timeout=self._folding.PATIENCE):
                self._folding.breathe()  # whoever writes may be waiting for the folding to end
        except BaseException:
            successor.close()
            raise
        try:
            if self._journal.broken:
                successor.close()
                raise InterruptedError("what there is has to be written anew")
            self._journal.close()
            self._journal = successor
        finally:
            self._writing.release()
        return successor.generation

    def _end_folding(self) -> None:
        if (folder := self._folder) is not None:
            self._folding.stop = True
            folder.join()
