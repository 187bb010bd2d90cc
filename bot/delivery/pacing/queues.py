"""Named locks, first come, first served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # first come, first served
    users: int = 0


class Queues:
    """Keeps nothing for names that nobody uses."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, name: str, within: float | None = None) -> AsyncIterator[None]:
        """Exclusive use of `name` inside `async with`, first come, first served. Whoever would have to wait longer than
        `within` seconds goes on without it."""
        holds = await self._acquire(name, within)
        try:
            yield
        finally:
            if holds:
                self._queues[name].lock.release()
                self._leave(name)

    async def _acquire(self, name: str, within: float | None) -> bool:
        """Whether the turn came within `within` seconds."""
        queue = self._queues.setdefault(name, _Queue())
        queue.users += 1
        holds = False
        try:
            if within is None or queue.users == 1:  # nobody to wait for
                holds = await queue.lock.acquire()
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(within):
                        holds = await queue.lock.acquire()
        finally:
            if not holds:
                self._leave(name)
        return holds

    def _leave(self, name: str) -> None:
        self._queues[name].users -= 1
        if not self._queues[name].users:
            del self._queues[name]

    def __contains__(self, name: str) -> bool:
        """Whether anybody holds or waits for `name`."""
        return name in self._queues

    def __len__(self) -> int:
        return len(self._queues)
