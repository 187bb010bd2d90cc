"""The local Slack's clocks: the machine's, and one that tests advance."""

import asyncio
import heapq
import time
from typing import Protocol

_TURNS = 10  # turns of the event loop; from a gesture to its delivery's deadline there are three


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
    """A clock that stands still until `advance`, which wakes sleepers in the order of their due times."""

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
        """Advance by `seconds`. On return, everybody who slept until then was woken and has run up to their next sleep."""
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
    """Let every task run up to its next sleep, which may fall due in the same `advance`."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
