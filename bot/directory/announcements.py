"""What Slack's events said to one process, told to the others: an event arrives at one of them only."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol


class Board(Protocol):
    """The part of the store that they are told by, where it is `shared`."""

    shared: bool

    async def announce(self, names: Sequence[str]) -> None: ...
    async def announced(self, after: int) -> tuple[int, list[str] | None]: ...


class Announcements:
    """`forget` is called with what other processes announced, or with None where that is not known."""

    def __init__(self, board: Board, forget: Callable[[Iterable[str] | None], None]) -> None:
        self._board, self._forget = board, forget
        self._seen = 0
        self._own: Counter[str] = Counter()  # what this process announced and has not read yet
        self._reading: asyncio.Task[None] | None = None  # the latest
        self._has_begun = False  # whether it may miss what is announced from now on

    async def announce(self, *names: str) -> None:
        if not self._board.shared:
            return
        self._own.update(names)
        try:
            await self._board.announce(names)
        except BaseException:
            self._own -= Counter(names)  # else the same of another process's would be taken for it later
            raise

    async def catch_up(self) -> None:
        """Read what is new; many who ask at once wait for one answer, which is not one that was on its way already: that
        may not have what was announced since."""
        if not self._board.shared:
            return
        if self._reading is None or self._has_begun:
            self._has_begun = False
            self._reading = asyncio.create_task(self._read(self._reading))
            self._reading.add_done_callback(self._read_out)
        await asyncio.shield(self._reading)

    def _read_out(self, done: asyncio.Task[None]) -> None:
        if self._reading is done:
            self._reading = None
        if not done.cancelled():
            done.exception()

    async def _read(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier:
            await asyncio.wait({earlier})
        self._has_begun = True
        self._seen, names = await self._board.announced(self._seen)
        if names is None:
            self._own.clear()
            self._forget(None)
            return
        self._forget([name for name in names if not self._take_own(name)])

    def _take_own(self, name: str) -> bool:
        mine = self._own[name] > 0
        self._own[name] -= mine
        if not self._own[name]:
            del self._own[name]
        return mine
