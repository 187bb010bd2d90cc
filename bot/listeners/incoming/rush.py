"""When very much comes in at once, it is accepted first and worked on then: Slack waits for the one, people hardly notice the other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MANY = 8  # deliveries that are being written at once
LONGEST = 1.0  # seconds that work waits for them
_LOOK = 0.001  # seconds


class Rush:
    """`coming` is how many deliveries are being written at the moment. `wait` lets work begin in the order in which it came."""

    def __init__(
        self,
        coming: Callable[[], int],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._coming, self._clock, self._sleep = coming, clock, sleep
        self._waiting: deque[tuple[asyncio.Future[None], float]] = deque()
        self._watching: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Until not so many come in any more, `LONGEST` at most."""
        if not self._waiting and self._coming() < MANY:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, self._clock() + LONGEST))
        if self._watching is None:
            self._watching = asyncio.create_task(self._let_in())
        await turn

    async def _let_in(self) -> None:
        try:
            while self._waiting:
                turn, latest = self._waiting[0]
                if not turn.done() and self._coming() >= MANY and self._clock() < latest:
                    await self._sleep(_LOOK)
                    continue
                self._waiting.popleft()
                if not turn.done():
                    turn.set_result(None)
                    await self._sleep(0)
        finally:
            self._watching = None
