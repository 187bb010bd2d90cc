"""Tells other processes what Slack's events changed: each event reaches only one process."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol


class Board(Protocol):
    """The store's announcements. Used only if the store is `shared` by several processes."""

    shared: bool

    async def announce(self, names: Sequence[str]) -> None: ...
    async def announced(self, after: int) -> tuple[int, list[str] | None]: ...


class Announcements:
    """`forget` is called with the names that other processes announced, or with None if some were missed."""

    def __init__(self, board: Board, forget: Callable[[Iterable[str] | None], None]) -> None:
        self._board, self._forget = board, forget
        self._seen = 0
        self._own: Counter[str] = Counter()  # announced by this process and not yet read back
        self._reading: asyncio.Task[None] | None = None  # the latest read
        self._has_started = False  # whether that read has started, and may miss new announcements

    async def announce(self, *names: str) -> None:
        if not self._board.shared:
            return
        self._own.update(names)
        try:
            await self._board.announce(names)
        except BaseException:
            self._own -= Counter(names)  # or another process's announcement would be mistaken for this one
            raise

    async def catch_up(self) -> None:
        """Read new announcements. Concurrent callers share one read, but never one that has already started: it may miss
        what was announced since."""
        if not self._board.shared:
            return
        if self._reading is None or self._has_started:
            self._has_started = False
            self._reading = asyncio.create_task(self._read(self._reading))
            self._reading.add_done_callback(self._on_read_done)
        await asyncio.shield(self._reading)

    def _on_read_done(self, done: asyncio.Task[None]) -> None:
        if self._reading is done:
            self._reading = None
        if not done.cancelled():
            done.exception()

    async def _read(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier:
            await asyncio.wait({earlier})
        self._has_started = True
        self._seen, names = await self._board.announced(self._seen)
        if names is None:
            self._own.clear()
            self._forget(None)
            return
        self._forget([name for name in names if not self._consume_own(name)])

    def _consume_own(self, name: str) -> bool:
        mine = self._own[name] > 0
        self._own[name] -= mine
        if not self._own[name]:
            del self._own[name]
        return mine
