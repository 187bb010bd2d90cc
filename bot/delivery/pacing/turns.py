"""Turns shared with other processes through the store: exclusive use of a channel or a card for a moment."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from store.coordination import LocalTurns
from store.errors import StoreError
from store.models.deliveries import Turn

log = logging.getLogger(__name__)

LONGEST_CALL = 10.0  # seconds for one attempt of a call to Slack
HOLD = LONGEST_CALL + 5.0  # seconds until a turn expires, in case its process has died
MIN_POLL_INTERVAL = 0.1  # seconds; minimum interval between two requests for a turn that is taken
_MAX_POLL_INTERVAL = (
    1.0  # seconds; maximum interval: a process that asks less often loses its place in the queue
)


class TurnTaking(Protocol):
    """The store's turns."""

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn: ...
    async def end_turn(self, name: str, owner: str, number: float) -> bool: ...


class Turns:
    """`owner` names this process; `now` is in seconds since 1970. Nothing in the store stays open during a turn."""

    def __init__(
        self,
        store: TurnTaking,
        owner: str,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store, self.owner, self.now, self.sleep = store, owner, now, sleep
        self._mine: dict[str, float] = {}  # when each turn expires

    async def take(self, name: str, within: float = 0.0) -> float:
        """Wait for the turn and return the number stored with it. The turn lasts long enough for a call that starts
        `within` that many seconds. Raises `StoreError`.
        """
        while True:
            now = self.now()
            until = now + within + HOLD
            turn = await self._store.take_turn(name, self.owner, now, until)
            if turn.mine:
                self._mine[name] = until
                if self.holds(name):
                    return turn.number
                continue  # the answer came so late that another process may have taken the turn since
            await self.sleep(max(MIN_POLL_INTERVAL, min(turn.number - now, _MAX_POLL_INTERVAL)))

    def holds(self, name: str) -> bool:
        """Whether a call that starts now would end before the turn expires."""
        return self._mine.get(name, 0.0) - self.now() > LONGEST_CALL

    async def end(self, name: str, number: float) -> bool:
        """End the turn and store `number` for the next holder. False if another process may have taken the turn before.
        If the store fails, the turn expires by itself."""
        if self._mine.pop(name, None) is None:
            return True
        try:
            return await self._store.end_turn(name, self.owner, number)
        except StoreError as error:
            log.warning("A turn ends by itself (%s)", error)
            return False


def local_turns(now: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Turns:
    """Turns for a process that shares them with no other."""
    return Turns(LocalTurns(), "this", now, sleep)
