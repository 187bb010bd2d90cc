"""Notifies observers of everything that happens: tests that wait, and pages that follow."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Watcher = Callable[["WorkspaceEvent"], None]


@dataclass(frozen=True, slots=True)
class WorkspaceEvent:
    """`kind` is one of: message, changed, deleted, ephemeral, reaction, modal, home, member, status, file,
    calling, call, response, delivery, socket. `data` describes it.
    """

    kind: str
    data: dict[str, Any]


_POLL_INTERVAL = 0.05  # seconds between two checks without a change


class EventBus:
    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        self._waiting: list[asyncio.Future[None]] = []

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` at every change. Call the result to stop."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    def publish(self, kind: str, **data: Any) -> None:
        event = WorkspaceEvent(kind, data)
        for watcher in list(self._watchers):
            watcher(event)
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, predicate: Callable[[], Any], seconds: float) -> Any:
        """Wait until `predicate` returns something true, and return it. Raises `TimeoutError` after `seconds` of real time.

        The predicate is checked after every change and at intervals, because it may also depend on other things.
        """
        async with asyncio.timeout(seconds):
            while not (found := predicate()):
                future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.append(future)
                await asyncio.wait([future], timeout=_POLL_INTERVAL)
                future.cancel()
        return found
