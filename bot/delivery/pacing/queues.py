"""Named locks, first come, first served."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # first come, first served
    users: int = 0


class Queues:
    """Keeps nothing for names that nobody uses."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    def turn(self, name: str, within: float | None = None) -> "_Turn":
        """Exclusive use of `name` inside `async with`, first come, first served. Whoever would have to wait longer than
        `within` seconds goes on without it."""
        return _Turn(self._queues, name, within)

    def __contains__(self, name: str) -> bool:
        """Whether anybody holds or waits for `name`."""
        return name in self._queues

    def __len__(self) -> int:
        return len(self._queues)


class _Turn:
    """A class, because it costs a third of an `asynccontextmanager`, and each message takes several turns."""

    __slots__ = ("_holds", "_name", "_queue", "_queues", "_within")

    def __init__(self, queues: dict[str, _Queue], name: str, within: float | None) -> None:
        self._queues, self._name, self._within = queues, name, within
        self._holds = False

    async def __aenter__(self) -> None:
        self._queue = self._queues.setdefault(self._name, _Queue())
        self._queue.users += 1
        try:
            if self._within is None or self._queue.users == 1:  # nobody to wait for
                self._holds = await self._queue.lock.acquire()
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self._within):
                    self._holds = await self._queue.lock.acquire()
        finally:
            if not self._holds:
                self._leave()

    async def __aexit__(self, *_: object) -> None:
        if self._holds:
            self._queue.lock.release()
            self._leave()

    def _leave(self) -> None:
        self._queue.users -= 1
        if not self._queue.users:
            self._queues.pop(self._name, None)
