"""Commits on their way to the disk, and who waits for them."""

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
_Waiters = list[tuple["asyncio.Future[None]", Exception | None]]


class Commit:
    """One change of any number of rows.

    `settled`: it is durable and readers find it, or it has failed with `error`. Waiters are made under the memory's lock,
    while it is not settled.
    """

    __slots__ = ("error", "payload", "rows", "settled", "waiters")

    def __init__(self, payload: bytes, rows: list[Row]) -> None:
        self.payload, self.rows = payload, rows
        self.settled = False
        self.error: Exception | None = None
        self.waiters: list[asyncio.Future[None]] = []

    def future(self) -> "asyncio.Future[None]":
        """For a coroutine that waits for somebody else to write it."""
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        return waiter


def wake(commits: Iterable[Commit]) -> None:
    """Wake everybody who waits for these: the coroutines of one event loop with one call."""
    loops: dict[asyncio.AbstractEventLoop, _Waiters] = {}
    for commit in commits:
        for waiter in commit.waiters:
            loops.setdefault(waiter.get_loop(), []).append((waiter, commit.error))
    for loop, waiters in loops.items():
        # A loop that has ended meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, waiters)


def _resolve(waiters: _Waiters) -> None:
    for waiter, error in waiters:
        if waiter.done():
            continue
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(error)


class Worker:
    """A thread that does `work` when it has been woken since it last began to."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._work = work
        self._signal = threading.Lock()
        self._signal.acquire()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        # A lock as a signal: the cheapest that there is. Released twice, it is woken already.
        with suppress(RuntimeError):
            self._signal.release()

    def stop(self) -> None:
        """Do what was asked for until now, and end."""
        self._stopping = True
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            self._signal.acquire()
            self._do()
        self._do()

    def _do(self) -> None:
        try:
            self._work()
        except Exception:  # a thread that ended would let everybody wait for ever
            log.exception("%s failed, and goes on", self._thread.name)
