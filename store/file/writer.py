"""Group commit: what is staged together becomes durable by one sync, and is then shown to readers, in order.

Whoever wants to change something stages it on top of all that is staged already and waits. A failed write or sync rolls
everything back that is staged. Handing a sync over to a thread and back takes a tenth of a millisecond, so the event loop
waits for it itself as long as the disk is quicker than is worth that; else a thread does, and the loop goes on.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from store.errors import StoreError, UnwritableError
from store.file.disk.log_file import Payloads

log = logging.getLogger(__name__)

QUICK = 0.001
_RETRY_AFTER = 5.0  # seconds between attempts to repair what failed

T = TypeVar("T")
Install = Callable[[list[int]], None]  # shows a durable commit to readers; it gets the places of its lines
_Staged = tuple[Sequence[bytes], Install, "asyncio.Future[None]"]


class AppendOnly(Protocol):
    """A file that commits are appended to. `broken`: it cannot be, before it is repaired."""

    @property
    def broken(self) -> bool: ...
    def append(self, commits: Payloads) -> list[int]: ...


class Writer:
    """`repair` is the way on after a failed sync, and may raise `OSError`; `roll_back` forgets all that is staged. `quick` is how many seconds a sync may take for the event loop to wait for the next one itself; below 0 it never
    does. For the tasks of one event loop."""

    def __init__(
        self,
        file: AppendOnly,
        repair: Callable[[], None],
        roll_back: Callable[[], None],
        *,
        quick: float = QUICK,
        now: Callable[[], float] = time.monotonic,
        read_only: bool = False,
    ) -> None:
        self._file, self._repair_file, self._roll_back = file, repair, roll_back
        self._refusal: StoreError | None = None
        if read_only:
            self._refusal = StoreError("the store was opened for reading only, so nothing was changed")
        self._quick, self._now = quick, now
        self._queue: list[_Staged] = []
        self._writing: list[_Staged] = []
        self._busy: asyncio.Future[None] | None = None
        self._scheduled = False
        self._took = 0.0  # seconds that the latest sync took
        self._retry_at = -math.inf
        self._failed: UnwritableError | None = None
        self._thread = ThreadPoolExecutor(1, "tickets-writer")
        self.patient = True  # whether the event loop may wait for a quick disk
        self.written: Callable[[], None] = _nothing  # called when something has become durable

    def stage(self, lines: Sequence[bytes], install: Install) -> "asyncio.Future[None]":
        """A commit, to be made durable after all that was staged before. To be waited for: raises `UnwritableError`.

        Raises `StoreError` when nothing can be staged (any more).
        """
        if self._refusal is not None:
            raise self._refusal
        future = asyncio.get_running_loop().create_future()
        self._queue.append((lines, install, future))
        self._schedule()
        return future  # whoever waits may be cancelled: it is written all the same

    async def settled(self) -> None:
        """Return when everything that is staged now is durable, or raise the `UnwritableError` of the last of it."""
        if waiting := self._queue or self._writing:
            future = asyncio.get_running_loop().create_future()
            waiting.append(((), lambda _: None, future))
            await future

    def check(self) -> None:
        """Raises `UnwritableError` when what is in memory cannot be trusted."""
        if self._failed is not None:
            raise self._failed

    async def idle(self) -> bool:
        """Return when nothing is being written, and whether that had to be waited for."""
        waited = False
        while self._busy is not None:
            waited = True
            await asyncio.wait([self._busy])
        return waited

    async def exclusive(self, action: Callable[[], T]) -> T:
        """Do something to the file, on the writer's thread, while nothing is written to it.

        Raises as `check`.
        """
        await self.idle()
        self.check()
        loop = asyncio.get_running_loop()
        self._busy = busy = loop.create_future()
        try:
            return await loop.run_in_executor(self._thread, action)
        finally:
            self._busy = None
            busy.set_result(None)
            self._schedule()

    def close(self) -> None:
        self._refusal = UnwritableError("the store is closed, so nothing was changed")
        self._thread.shutdown()

    def _schedule(self) -> None:
        """Whoever is ready now stages first: all of them share one sync."""
        if self._queue and not self._scheduled and self._busy is None:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        if self._busy is not None or not self._queue:
            return
        self._writing, self._queue = self._queue, []
        payloads = [lines for lines, _, _ in self._writing if lines]
        if self._is_quick():
            try:
                places = self._write(payloads)
            except UnwritableError as error:
                self._finish(error)
            else:
                self._finish(places)
            return
        loop = asyncio.get_running_loop()
        self._busy = loop.create_future()
        self._thread.submit(self._write, payloads).add_done_callback(
            lambda done: loop.call_soon_threadsafe(self._written, done)
        )

    def _is_quick(self) -> bool:
        return self.patient and self._took <= self._quick and not self._file.broken

    def _written(self, done: "Future[list[int]]") -> None:
        busy, self._busy = self._busy, None
        error = done.exception()
        if error is None:
            self._finish(done.result())
        else:
            self._finish(error if isinstance(error, UnwritableError) else UnwritableError(str(error)))
        if busy is not None:
            busy.set_result(None)
        self._schedule()

    def _write(self, payloads: Payloads) -> list[int]:
        """On the event loop or the thread. Raises `UnwritableError`."""
        if self._failed is not None:
            raise self._failed
        try:
            if self._file.broken:
                self._repair()
            start = time.perf_counter()
            places = self._file.append(payloads)
            self._took = time.perf_counter() - start
        except UnwritableError:
            raise
        except (OSError, StoreError) as error:
            log.error("the store cannot be written: %s", error)  # noqa: TRY400  # the place is known
            raise UnwritableError(f"the store cannot be written, so nothing was changed: {error}") from error
        except Exception as error:
            log.exception("the store could not be written")
            self._failed = _failed()
            raise self._failed from error
        return places

    def _repair(self) -> None:
        if self._now() < self._retry_at:
            raise UnwritableError(
                "the store cannot be written, so nothing was changed: its disk failed a moment ago"
            )
        self._retry_at = self._now() + _RETRY_AFTER
        self._repair_file()
        self._retry_at = -math.inf

    def _finish(self, outcome: list[int] | UnwritableError) -> None:
        """On the event loop: show what is durable, or forget what is staged, and wake those who wait."""
        batch, self._writing = self._writing, []
        if not isinstance(outcome, UnwritableError):
            try:
                at = 0
                for lines, install, _ in batch:
                    install(outcome[at : at + len(lines)])
                    at += len(lines)
            except Exception:
                # What is in memory cannot be trusted any more, and what is on disk can.
                log.exception("what is durable could not be taken in; the store has to be started again")
                outcome = self._failed = _failed()
        if isinstance(outcome, UnwritableError):
            # What was staged meanwhile may rest on what has failed.
            batch, self._queue = batch + self._queue, []
            self._roll_back()
        for _, _, future in batch:
            if future.done():  # its task was cancelled
                continue
            if isinstance(outcome, UnwritableError):
                future.set_exception(outcome)
            else:
                future.set_result(None)
        if not isinstance(outcome, UnwritableError):
            self.written()


def _nothing() -> None:
    pass


def _failed() -> UnwritableError:
    return UnwritableError("the store failed, and has to be started again; its log says why")
