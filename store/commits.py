"""Commits on their way to the disk: who waits for them, and the threads that see to them."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)

Row = tuple[
    str, str, Any
]  # a table, an id, and the row as it will be, as that table takes it; None takes it away


class Commit:
    """One change of any number of rows: durable when waiting for it returns, and undone when that raises.

    `settled`: it is durable, or has failed with `error`. `installed`: readers find it. Waiters are made under the storage's
    lock, while it is not settled.
    """

    __slots__ = ("error", "installed", "payload", "rows", "settled", "waiters")

    def __init__(self, payload: bytes, rows: list[Row]) -> None:
        self.payload, self.rows = payload, rows
        self.settled = self.installed = False
        self.error: Exception | None = None
        self.waiters: list[asyncio.Future[None] | threading.Event] = []

    def future(self) -> "asyncio.Future[None]":
        """For a coroutine that waits."""
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        return waiter

    def event(self) -> threading.Event:
        """For a thread that waits, and then looks at `error`."""
        waiter = threading.Event()
        self.waiters.append(waiter)
        return waiter


def wake(commits: Iterable[Commit]) -> None:
    """Wake everybody who waits for these: the coroutines of one event loop with one call."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[None], Exception | None]]] = {}
    for commit in commits:
        for waiter in commit.waiters:
            if isinstance(waiter, threading.Event):
                waiter.set()
            else:
                loops.setdefault(waiter.get_loop(), []).append((waiter, commit.error))
    for loop, waiters in loops.items():
        # A loop that has ended meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, waiters)


def _resolve(waiters: "list[tuple[asyncio.Future[None], Exception | None]]") -> None:
    for waiter, error in waiters:
        if waiter.done():
            continue
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(error)


class Worker:
    """A thread that does `work` when it has been woken since it last began to.

    `idle` is done instead when, for `patience` seconds after that, it has not been woken again.
    """

    def __init__(
        self, name: str, work: Callable[[], None], idle: Callable[[], None] | None = None, patience: float = 0
    ) -> None:
        self._work, self._idle, self._patience = work, idle, patience
        self._signal = threading.Lock()
        self._signal.acquire()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
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
        while not self._stopping:
            self._signal.acquire()
            self._do(self._work)
            if self._idle is not None:
                while self._signal.acquire(timeout=self._patience):
                    self._do(self._work)
                self._do(self._idle)
        self._do(self._work)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # a thread that ended would let everybody wait for ever
            log.exception("%s failed, and goes on", self._thread.name)
