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
from concurrent.futures import ThreadPoolExecutor
from functools import partial
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
    """`repair` is the way on after a failed sync, and may raise `OSError`; `roll_back` forgets all that is staged. `quick`
    is how many seconds a sync may take for the event loop to wait for the next one itself; below 0 it never does. For the
    tasks of one event loop."""

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
        self._next: asyncio.Handle | asyncio.Task[None] | None = None  # while there is something to write
        self._took = 0.0  # seconds that the latest sync took
        self._retry_at = -math.inf
        self._failed: UnwritableError | None = None
        self._thread = ThreadPoolExecutor(1, "tickets-writer")
        self.alone = asyncio.Lock()  # held by whoever writes: with it, what is durable is what is shown
        self.patient = True  # whether the event loop may wait for a quick disk
        self.written: Callable[[], None] = lambda: None  # called when something has become durable

    def stage(self, lines: Sequence[bytes], install: Install) -> "asyncio.Future[None]":
        """A commit, to be made durable after all that was staged before. To be waited for: raises `UnwritableError`.

        Raises `StoreError` when nothing can be staged (any more).
        """
        if self._refusal is not None:
            raise self._refusal
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._queue.append((lines, install, future))
        if self._next is None:
            self._next = loop.call_soon(self._begin)
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

    async def exclusive(self, action: Callable[[], T]) -> T:
        """Do something to the file, on the writer's thread, while nothing is written to it; to the end, even if nobody waits
        for it any more. Raises as `check`.
        """
        return await asyncio.shield(asyncio.ensure_future(self._do_alone(action)))

    async def _do_alone(self, action: Callable[[], T]) -> T:
        async with self.alone:
            self.check()
            return await self._in_thread(action)

    def close(self) -> None:
        self._refusal = self._failed = UnwritableError("the store is closed, so nothing was changed")
        self._thread.shutdown()

    async def _in_thread(self, action: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, action)

    def _begin(self) -> None:
        """Whoever was ready when this was asked for has staged theirs by now: all of them share one sync."""
        self._next = None
        if self._is_quick() and not self.alone.locked():
            self._finish(partial(self._write, self._take_queue()))
        else:
            self._next = asyncio.get_running_loop().create_task(self._write_queue())

    async def _write_queue(self) -> None:
        while self._queue:
            async with self.alone:
                quick, write = self._is_quick(), partial(self._write, self._take_queue())
                if quick:
                    self._finish(write)
                else:
                    written = asyncio.get_running_loop().run_in_executor(self._thread, write)
                    await asyncio.wait((written,))
                    self._finish(written.result)
        self._next = None

    def _is_quick(self) -> bool:
        # Once it has failed, or is closed, nothing is written, and there may be no thread or file any more.
        return self._failed is not None or (
            self.patient and self._took <= self._quick and not self._file.broken
        )

    def _take_queue(self) -> Payloads:
        self._writing, self._queue = self._queue, []
        return [lines for lines, _, _ in self._writing if lines]

    def _finish(self, write: Callable[[], list[int]]) -> None:
        try:
            self._install(write())
        except UnwritableError as error:
            self._fail(error)
        else:
            self.written()

    def _write(self, payloads: Payloads) -> list[int]:
        """On the event loop or the thread. Raises `UnwritableError`."""
        self.check()
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

    def _install(self, places: list[int]) -> None:
        """Show what is durable, and wake those who wait for it. Raises as `check`."""
        try:
            at = 0
            for lines, install, _ in self._writing:
                install(places[at : at + len(lines)])
                at += len(lines)
        except Exception as error:
            # What is in memory cannot be trusted any more, and what is on disk can.
            log.exception("what is durable could not be taken in; the store has to be started again")
            self._failed = _failed()
            raise self._failed from error
        batch, self._writing = self._writing, []
        for _, _, future in batch:
            if not future.done():  # or its task was cancelled
                future.set_result(None)

    def _fail(self, error: UnwritableError) -> None:
        """Forget what is staged: also meanwhile, for it may rest on what has failed."""
        batch, self._writing, self._queue = self._writing + self._queue, [], []
        self._roll_back()
        for _, _, future in batch:
            if not future.done():
                future.set_exception(error)


def _failed() -> UnwritableError:
    return UnwritableError("the store failed, and has to be started again; its log says why")
