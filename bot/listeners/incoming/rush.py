"""During a burst, accepts deliveries first and handles them later: Slack has a deadline, people hardly notice a second."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MANY = 8  # deliveries being written at once, from which work waits
LONGEST = 1.0  # seconds that work waits at most
_LOOK = 0.001  # seconds between two checks


class Rush:
    """`coming` returns the number of deliveries being written. Work that calls `wait` continues in order of arrival."""

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
        """Wait until fewer than `MANY` deliveries are being written, `LONGEST` seconds at most."""
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
