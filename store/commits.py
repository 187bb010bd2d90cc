"""Commits on their way to the disk: who waits for them, and the thread that syncs for all who wait."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

Row = tuple[str, str, dict[str, Any] | None]  # a table, an id, and the row as it will be; None takes it away


class Commit:
    """One change of any number of rows. It is durable when waiting for it returns, and undone when that raises."""

    __slots__ = ("_done", "_loop", "_waiter", "error", "payload", "rows")

    def __init__(self, payload: bytes, rows: list[Row]) -> None:
        self.payload, self.rows = payload, rows
        self.error: Exception | None = None
        self._done = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiter: asyncio.Future[None] | threading.Event | None = None

    def future(self) -> "asyncio.Future[None]":
        """For the one coroutine that waits for it. To be called before the lock under which it was staged is left."""
        self._loop = asyncio.get_running_loop()
        self._waiter = waiter = self._loop.create_future()
        return waiter

    def event(self) -> threading.Event:
        """For threads, as `future`."""
        self._waiter = event = threading.Event()
        return event

    def settle(self) -> None:
        """Wake a waiter that is on this thread or in any."""
        if isinstance(self._waiter, threading.Event):
            self._waiter.set()
        elif self._waiter is not None and not self._waiter.done():
            if self.error is None:
                self._waiter.set_result(None)
            else:
                self._waiter.set_exception(self.error)

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        return self._loop


def settle_all(commits: Iterable[Commit], error: Exception | None) -> None:
    """Wake everybody who waits: the coroutines of one event loop with one call."""
    loops: dict[asyncio.AbstractEventLoop | None, list[Commit]] = {}
    for commit in commits:
        commit.error = error
        loops.setdefault(commit.loop, []).append(commit)
    for loop, theirs in loops.items():
        if loop is None:
            _settle(theirs)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_settle, theirs)


def _settle(commits: list[Commit]) -> None:
    for commit in commits:
        commit.settle()


class Flusher:
    """A thread that does `work` whenever it has been woken since it last began to."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._signal = threading.Lock()
        self._signal.acquire()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="tickets-flusher", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        # A lock as a signal: the cheapest that there is. Released twice, it is woken already.
        try:
            self._signal.release()
        except RuntimeError:
            return

    def stop(self) -> None:
        """Do what was asked for until now, and end."""
        self._stopping = True
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._signal.acquire()
            stopping = self._stopping
            self._work()
            if stopping:
                return
