"""The thread that writes: one sync for all who wait, mending what fails, and folding the journal away."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from store.base import StoreError, UnwritableError
from store.commits import Commit, Worker, wake
from store.folding import Folding
from store.journal_file import JournalFile
from store.memory import Memory
from store.volume import Volume

log = logging.getLogger(__name__)

_FOLD_AT = 4 << 20  # bytes of journal, at least
_FOLD_SHARE = 8  # a journal is folded when it is so many times smaller than the snapshot, or less
_RETRY_AFTER = 5.0  # seconds between attempts to replace a journal that failed
_MOST_BEHIND = 32  # commits that are durable and not yet in the tables
_PATIENCE = 0.0005  # seconds without anything to write, after which there is time for the tables


class Writer:
    """Everything that touches the journal happens on its one thread, so in one order.

    `memory` and the files of `volume` agree when it is made, and the `generation` is that of the latest journal.
    `fold_at` is the length in bytes at which a journal is folded; None leaves that to the size of the snapshot.
    """

    def __init__(
        self,
        volume: Volume,
        memory: Memory,
        folding: Folding,
        generation: int,
        *,
        fold_at: int | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._volume, self._memory, self._folding = volume, memory, folding
        self._fold_at, self._now = fold_at, now
        self._queue: list[Commit] = []
        self._flushing: list[Commit] = []
        self._jobs: deque[Callable[[], None]] = deque()
        self._successor: JournalFile | None = None
        self._folder: threading.Thread | None = None
        self._retry_at = self._fold_after = -math.inf
        self._journal = self._begin_journal(generation)
        self._worker = Worker("tickets-writer", self._work, self._catch_up, _PATIENCE)

    def send(self, commit: Commit) -> None:
        """To be made durable, after all that was sent before. Under the memory's lock."""
        self._queue.append(commit)
        self._worker.wake()

    def last(self) -> Commit | None:
        """The latest commit that is on its way. Under the memory's lock."""
        on_their_way = self._queue or self._flushing
        return on_their_way[-1] if on_their_way else None

    def do(self, job: Callable[[], None]) -> None:
        """Have `job` done after everything that is on its way, and wait for it. Raises what it raises."""
        done = threading.Event()
        failure: list[BaseException] = []

        def run() -> None:
            try:
                job()
            except BaseException as error:  # noqa: BLE001  # raised again where it was asked for
                failure.append(error)
            done.set()

        with self._memory.lock:
            self._jobs.append(run)
        self._worker.wake()
        done.wait()
        if failure:
            raise failure[0]

    def close(self) -> None:
        """Fold everything into the snapshot, so that stock TinyDB can open it, and end."""
        try:
            self.do(self._finish)
        finally:
            self._worker.stop()
            with suppress(OSError):
                self._journal.close()

    # committing

    def _work(self) -> None:
        while True:
            with self._memory.lock:
                batch, self._queue = self._queue, []
                self._flushing = batch
                job = self._jobs.popleft() if self._jobs and not batch else None
            if batch:
                self._flush(batch)
            elif job:
                job()
            else:
                break
        self._succeed()

    def _catch_up(self) -> None:
        with self._memory.reading:
            pass

    def _flush(self, batch: list[Commit]) -> None:
        error: UnwritableError | None = None
        memory = self._memory
        try:
            if self._successor is not None:
                self._succeed()
            if self._journal.broken:
                self._mend()
            self._journal.append([commit.payload for commit in batch])
        except (OSError, StoreError) as failure:
            log.error("%s cannot be written: %s", self._volume.name, failure)  # noqa: TRY400  # the place is known
            error = UnwritableError(f"the store cannot be written, so nothing was changed: {failure}")
        except Exception:
            log.exception("%s could not be written", self._volume.name)
            self._journal.broken = True
            error = UnwritableError("the store failed, so nothing was changed; its log says why")
        with memory.lock:
            if error is None:
                memory.behind += batch
            else:
                # What was staged meanwhile may rest on what has failed.
                batch = batch + self._queue
                self._queue = []
                memory.roll_back()
            self._flushing = []
            for commit in batch:
                commit.settled, commit.error = True, error
        wake(batch)
        if len(memory.behind) >= _MOST_BEHIND:
            self._catch_up()
        if self._journal.length > self._limit():
            self._begin_folding()

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

    def replace_all(self, tables: dict[str, Any]) -> None:
        """Make `tables` everything there is, durably. Raises `UnwritableError`, and then has changed nothing."""
        self.do(lambda: self._replace_all(tables))

    def _replace_all(self, tables: dict[str, Any]) -> None:
        self._end_folding()
        with self._memory.lock:
            if self._queue:
                batch, self._queue = self._queue, []
                self._flush(batch)
            self._memory.catch_up()
            try:
                self._renew(tables)
            except OSError as error:
                self._journal.broken = True
                raise UnwritableError(
                    f"the store cannot be written, so nothing was changed: {error}"
                ) from error
            self._memory.tables = tables

    def _finish(self) -> None:
        self._end_folding()
        journal, snapshot = self._journal, self._folding.snapshot
        if snapshot and journal.length == journal.empty and journal.generation == snapshot.generation:
            journal.remove()
            return
        try:
            self._folding.replace(self._memory.tables, journal.generation + 1)
        except OSError as error:
            if journal.broken:
                raise UnwritableError(f"the store could not be closed tidily: {error}") from error
            log.warning("%s stays in two files, which the next start reads: %s", self._volume.name, error)
            return
        journal.remove()
        self._volume.tidy(journal.generation + 1)

    # folding

    def _begin_folding(self) -> None:
        if self._folder is None and not self._journal.broken and self._now() >= self._fold_after:
            self._folding.stop = False
            self._folder = threading.Thread(target=self._fold, name="tickets-folder", daemon=True)
            self._folder.start()

    def _fold(self) -> None:
        """On its own thread: begin the next journal, and put what the others hold into a new snapshot."""
        try:
            generation = self._journal.generation + 1
            successor = self._begin_journal(generation)
            with self._memory.lock:
                self._successor = successor
            self._worker.wake()
            while self._journal is not successor:
                self._folding.breathe()
            self._folding.replace(self._memory.tables, generation, self._folding.breathe)
            self._volume.tidy(generation)
        except InterruptedError:
            log.debug("%s is folded another time", self._volume.name)
        except (OSError, StoreError) as error:
            self._fold_after = self._now() + _RETRY_AFTER
            log.warning("%s could not be folded, its journal goes on: %s", self._volume.name, error)
        finally:
            self._folder = None

    def _succeed(self) -> None:
        """Go on in the next journal, if one has been begun."""
        with self._memory.lock:
            successor, self._successor = self._successor, None
        if successor is None:
            return
        if self._journal.broken:
            successor.close()
        else:
            self._journal.close()
            self._journal = successor

    def _end_folding(self) -> None:
        if (folder := self._folder) is not None:
            self._folding.stop = True
            folder.join()
        self._succeed()
