"""Turns that are shared with other processes by the store: who is alone with a channel, or with a card, at this moment."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from store.errors import StoreError
from store.models.deliveries import Turn
from store.turns import LocalTurns

log = logging.getLogger(__name__)

LONGEST_CALL = 10.0  # seconds that one try of a call to Slack takes
HOLD = LONGEST_CALL + 5.0  # seconds until a turn ends by itself, should its process have died
ASK_AGAIN = 0.1  # seconds until a turn that is another's is asked for again, at least
_MOST_WAITING = 1.0  # and at most: whoever does not ask again in time is not the next any more


class TurnTaking(Protocol):
    """The part of the store that turns are kept in."""

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn: ...
    async def end_turn(self, name: str, owner: str, number: float) -> None: ...


class Turns:
    """`owner` names this process; `now` is in seconds since 1970. Nothing is held open in the store while a turn lasts."""

    def __init__(
        self,
        store: TurnTaking,
        owner: str,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store, self.owner, self.now, self.sleep = store, owner, now, sleep
        self._mine: dict[str, float] = {}  # until when

    async def take(self, name: str, within: float = 0.0) -> float:
        """Wait for the turn, which lasts long enough for a call that is begun `within` so many seconds. Returns the
        number that was kept with it. Raises `StoreError`.
        """
        while True:
            now = self.now()
            until = now + within + HOLD
            turn = await self._store.take_turn(name, self.owner, now, until)
            if turn.mine:
                self._mine[name] = until
                return turn.number
            await self.sleep(max(ASK_AGAIN, min(turn.number - now, _MOST_WAITING)))

    def holds(self, name: str) -> bool:
        """Whether a call that begins now will end within the turn."""
        return self._mine.get(name, 0.0) - self.now() > LONGEST_CALL

    async def end(self, name: str, number: float) -> None:
        """Leave it to the next, with a number. A turn that cannot be ended ends by itself."""
        if self._mine.pop(name, None) is None:
            return
        try:
            await self._store.end_turn(name, self.owner, number)
        except StoreError as error:
            log.warning("A turn ends by itself (%s)", error)


def local_turns(now: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Turns:
    """Of a process that shares them with nobody."""
    return Turns(LocalTurns(), "this", now, sleep)
