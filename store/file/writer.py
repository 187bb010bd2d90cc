"""Group commit: one sync makes all staged commits durable, and they are then shown to readers in order.

A caller stages a commit, which may build on earlier staged ones, and waits. A failed write or sync rolls back everything
staged. While the disk is quick, the event loop does the sync itself, because handing it to a thread and back takes 0.1 ms.
While the disk is slow, a thread does it, and the loop goes on.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import TypeVar

from store.errors import StoreError, UnwritableError
from store.file.disk.filesystem import describe_error
from store.file.disk.log_file import Log, Payloads

log = logging.getLogger(__name__)

QUICK = 0.001  # seconds; see `Writer`
_RETRY_AFTER = 5.0  # seconds between attempts to repair the file
_FAILED = "the store cannot be written, so nothing was changed"

T = TypeVar("T")
Install = Callable[[list[int]], None]  # shows a durable commit to readers; gets the places of its lines
_Staged = tuple[Sequence[bytes], Install, "asyncio.Future[None]"]


class Writer:
    """`roll_back` drops everything staged. If the last sync took at most `quick` seconds, the event loop does the next one
    itself; below 0 it never does. Use it from one event loop only."""

    def __init__(
        self,
        file: Log,
        roll_back: Callable[[], None],
        *,
        quick: float = QUICK,
        now: Callable[[], float] = time.monotonic,
        read_only: bool = False,
    ) -> None:
        self._file, self._roll_back = file, roll_back
        self._quick, self._now = quick, now
        self._queue: list[_Staged] = []
        self._writing: list[_Staged] = []
        self._task: asyncio.Task[None] | None = None  # while commits are queued or being written
        self._took = 0.0  # seconds that the last append and sync took
        self._retry_at, self._last_error = -math.inf, ""
        self._failed: StoreError | None = None  # why nothing is written any more
        if read_only:
            self._failed = StoreError("the store was opened for reading only, so nothing was changed")
        self._thread = ThreadPoolExecutor(1, "tickets-writer")
        self.alone = asyncio.Lock()  # held while writing; whoever holds it sees exactly the durable state
        self.patient = True  # whether the event loop may do quick syncs itself
        self.written: Callable[[], None] = lambda: None  # called after each successful write

    def stage(self, lines: Sequence[bytes], install: Install) -> "asyncio.Future[None]":
        """Queue a commit behind all staged ones. The future is done when it is durable, or raises `UnwritableError`.
        Raises what `check` raises."""
        self.check()
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._queue.append((lines, install, future))
        if self._task is None:
            # Begins after all tasks that are ready have staged their commits, so that these share one sync.
            self._task = loop.create_task(self._write_queue())
        return future  # written even if the caller is cancelled

    async def settled(self) -> None:
        """Wait until everything staged so far is durable. Raises the `UnwritableError` of the last commit if it failed."""
        if waiting := self._queue or self._writing:
            future = asyncio.get_running_loop().create_future()
            waiting.append(((), lambda _: None, future))
            await future

    def check(self) -> None:
        """Raises `UnwritableError` if the state in memory can no longer be trusted or the writer is closed, `StoreError` if
        the store is read-only."""
        if self._failed is not None:
            raise self._failed

    async def exclusive(self, action: Callable[[], T]) -> T:
        """Run `action` on the writer's thread while nothing is written. Completes even if the caller is cancelled.
        Raises what `check` and `action` raise."""

        async def do_alone() -> T:
            async with self.alone:
                self.check()
                return await asyncio.get_running_loop().run_in_executor(self._thread, action)

        return await asyncio.shield(asyncio.ensure_future(do_alone()))

    def close(self) -> None:
        self._failed = UnwritableError("the store is closed, so nothing was changed")
        self._thread.shutdown()

    async def _write_queue(self) -> None:
        while self._queue:
            async with self.alone:
                self._writing, self._queue = self._queue, []
                write = partial(self._write, [lines for lines, _, _ in self._writing if lines])
                if self._is_quick():
                    self._finish(write)
                else:
                    written = asyncio.get_running_loop().run_in_executor(self._thread, write)
                    await asyncio.wait((written,))
                    self._finish(written.result)
        self._task = None

    def _is_quick(self) -> bool:
        # After a failure or `close` nothing is written, and thread and file may be gone.
        return self._failed is not None or (
            self.patient and self._took <= self._quick and not self._file.broken
        )

    def _finish(self, write: Callable[[], list[int]]) -> None:
        try:
            self._install(write())
        except UnwritableError as error:
            self._fail(error)
        except Exception as error:
            # The state in memory, and perhaps the file, can no longer be trusted.
            log.exception("the store failed and has to be started again")
            self._failed = UnwritableError("the store failed, and has to be started again; its log says why")
            self._failed.__cause__ = error
            self._fail(self._failed)
        else:
            self.written()

    def _write(self, payloads: Payloads) -> list[int]:
        """Append and sync, on the event loop or on the thread. Raises `UnwritableError`."""
        self.check()
        if self._file.broken:
            if self._now() < self._retry_at:
                raise UnwritableError(_describe_failure(self._last_error, " a moment ago"))
            self._retry_at = self._now() + _RETRY_AFTER
        start = time.perf_counter()
        try:
            places = self._file.append(payloads)
        except (OSError, StoreError) as error:
            self._last_error = describe_error(error)
            log.error("the store cannot be written: %s", self._last_error)  # noqa: TRY400  # the traceback adds nothing
            raise UnwritableError(_describe_failure(self._last_error)) from error
        self._took, self._retry_at = time.perf_counter() - start, -math.inf
        return places

    def _install(self, places: list[int]) -> None:
        """Show the durable commits to readers, and wake the callers."""
        remaining = iter(places)
        for lines, install, _ in self._writing:
            install([*islice(remaining, len(lines))])
        batch, self._writing = self._writing, []
        for _, _, future in batch:
            if not future.done():  # its task may have been cancelled
                future.set_result(None)

    def _fail(self, error: UnwritableError) -> None:
        """Drop everything staged, also since the write began, as it may build on what failed."""
        batch, self._writing, self._queue = self._writing + self._queue, [], []
        self._roll_back()
        for _, _, future in batch:
            if not future.done():
                future.set_exception(error)


def _describe_failure(what: str, when: str = "") -> str:
    """The sentence about a failed write; a remedy follows a semicolon, as in `what`."""
    reason, semicolon, remedy = what.partition("; ")
    return f"{_FAILED} ({reason}{when}){semicolon}{remedy}"
