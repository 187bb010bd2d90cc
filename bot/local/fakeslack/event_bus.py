"""Who wants to know when something happens: tests that wait, a page that follows."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Watcher = Callable[["Happening"], None]


@dataclass(frozen=True, slots=True)
class Happening:
    """`kind` is one of: message, changed, deleted, ephemeral, reaction, modal, home, member, status, file,
    calling, call, response, delivery, socket. `data` is what it happened to.
    """

    kind: str
    data: dict[str, Any]


_NOW_AND_THEN = 0.05  # seconds


class EventBus:
    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        self._waiting: list[asyncio.Future[None]] = []

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` at every happening, until what is returned is called."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    def publish(self, kind: str, **data: Any) -> None:
        happening = Happening(kind, data)
        for watcher in list(self._watchers):
            watcher(happening)
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, predicate: Callable[[], Any], seconds: float) -> Any:
        """What `predicate` returns once that is true. Raises `TimeoutError` after so many real seconds.

        It is asked again at every happening and now and then, since not all that it asks of happens here.
        """
        async with asyncio.timeout(seconds):
            while not (found := predicate()):
                future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.append(future)
                await asyncio.wait([future], timeout=_NOW_AND_THEN)
                future.cancel()
        return found
