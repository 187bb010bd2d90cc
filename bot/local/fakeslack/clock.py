"""Time as the local Slack sees it: the machine's, or one that a test moves."""

import asyncio
import heapq
import time
from typing import Protocol

_TURNS = 10  # of the event loop; from a gesture to the deadline of its delivery it takes three


class Clock(Protocol):
    def time(self) -> float:
        """Seconds since 1970, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def time(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """Stands still until `advance`, which wakes sleepers one due time after the other."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = 0

    def time(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._order += 1
        heapq.heappush(self._sleepers, (self._now + seconds, self._order, woken))
        if seconds <= 0:
            await self.advance(0)
        await woken

    async def advance(self, seconds: float) -> None:
        """Move on by so many seconds; whoever slept until then has been woken and had a turn on return."""
        await _settle()
        goal = self._now + seconds
        while self._sleepers and self._sleepers[0][0] <= goal:
            due, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not woken.done():
                woken.set_result(None)
            await _settle()
        self._now = goal


async def _settle() -> None:
    """Let whoever can go on do so, up to its next sleep: that may fall due in this same move of the clock."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
