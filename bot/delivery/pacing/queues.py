"""Named locks, first come, first served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Exclusive use of `name`, first come, first served."""
        queue = self._queues.setdefault(name, _Queue())
        queue.users += 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.users -= 1
            if not queue.users:
                self._queues.pop(name, None)

    def __contains__(self, name: str) -> bool:
        """Whether anybody holds or waits for `name`."""
        return name in self._queues

    def __len__(self) -> int:
        return len(self._queues)
