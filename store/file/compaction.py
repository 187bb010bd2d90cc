"""Compaction: writes a new snapshot and a new deliveries file, while reads and writes go on.

The journal stays as it is, because it is the history.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from store.errors import StoreError, UnwritableError
from store.file.disk.filesystem import describe_error
from store.file.disk.snapshot import write_snapshot
from store.file.opening import StoreFiles
from store.file.temporary.rows import TemporaryRows
from store.file.writer import Writer
from store.models.tickets import Json

log = logging.getLogger(__name__)

COMPACT_AT = 4 << 20  # bytes of journal and deliveries, at least, that start a compaction
_SHARE = 8  # for a large snapshot, the limit is its size divided by this
_PAUSE = 0.0003  # seconds between pieces of a snapshot
_RETRY_AFTER = 5.0  # seconds after a failed compaction


class Compaction:
    """`size` is how many bytes of journal and deliveries start a compaction; None: it depends on the snapshot's size.
    `outdated` makes a commit that removes expired rows. Use it from one event loop only."""

    def __init__(
        self,
        opened: StoreFiles,
        rows: TemporaryRows,
        writers: Sequence[Writer],
        outdated: Callable[[], Json],
        *,
        size: int | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opened, self._rows, self._writers, self._outdated = opened, rows, writers, outdated
        self._size, self._now = size, now
        self._written_before, self._retry_at = 0, -math.inf
        self._alone, self._stop = asyncio.Lock(), False
        self._task: asyncio.Task[None] | None = None  # the compaction in the background
        for writer in writers:
            writer.written = self.begin_if_due

    def begin_if_due(self) -> None:
        if self._alone.locked() or self._task or self._stop or self._now() < self._retry_at:
            return
        limit = self._size if self._size is not None else max(COMPACT_AT, self._opened.size // _SHARE)
        if self._written() - self._written_before > limit:
            self._task = asyncio.get_running_loop().create_task(self._run_in_background())

    async def run(self) -> None:
        """Compact now; completes even if the caller is cancelled. Raises `OSError` and `StoreError`."""
        await asyncio.shield(asyncio.ensure_future(self._run_alone()))

    async def _run_alone(self) -> None:
        async with self._alone:
            await self._compact(self._pause)

    async def _run_in_background(self) -> None:
        for writer in self._writers:
            writer.patient = False  # disk and processor are busy now
        try:
            await self.run()
        except Exception as error:
            if not self._stop:
                self._retry_at = self._now() + _RETRY_AFTER
                known, path = isinstance(error, OSError | StoreError), self._opened.path
                log.warning(
                    "%s could not be compacted, its journal goes on: %s",
                    path,
                    describe_error(error),
                    exc_info=not known,
                )
        finally:
            self._task = None
            for writer in self._writers:
                writer.patient = True

    def _pause(self) -> None:
        """Between two pieces, let other threads run."""
        if self._stop:
            raise StoreError("the store is being closed")
        time.sleep(_PAUSE)

    async def _compact(self, pause: Callable[[], None]) -> None:
        """Raises `OSError` and `StoreError`."""
        if self._opened.lock:
            self._opened.lock.check_place()
        if any((outdated := self._outdated()).values()):
            await self._rows.stage(outdated)
        opened, (one, other) = self._opened, self._writers
        async with one.alone, other.alone:
            one.check()
            other.check()
            header, tables, written = self._header_now(), opened.state.freeze(), self._written()
        opened.size = await asyncio.to_thread(
            write_snapshot, opened.files, opened.path, header, tables, pause
        )
        await self._rows.rewrite(header["sequence"], pause)
        opened.header, self._written_before = header, written

    def _written(self) -> int:
        return self._opened.journal.written + self._opened.deliveries.written

    def _header_now(self) -> Json:
        return self._opened.state.header(self._opened.journal.position, self._rows.contents.sequence)

    async def finish(self) -> None:
        """Stop a compaction in the background, and write everything into the snapshot, so that stock TinyDB can read it."""
        self._stop = True
        async with self._alone:
            for writer in self._writers:
                with suppress(UnwritableError):  # its caller was told
                    await writer.settled()
            try:
                if not self._header_now().items() <= self._opened.header.items():
                    await self._compact(lambda: None)
            except (OSError, StoreError) as error:
                path = self._opened.path
                log.warning("%s could not be compacted at the end: %s", path, describe_error(error))
