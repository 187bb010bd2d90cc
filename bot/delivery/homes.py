"""Keeps App Home current for people who opened it lately. Slack says when someone opens it, but never when they leave."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.actions import View
from bot.delivery.errors import RefusedError
from bot.delivery.pacing import PACE
from bot.delivery.sender import Sender
from bot.tasks import log_and_continue
from store.errors import StoreError

log = logging.getLogger(__name__)

KEPT = 3600.0  # seconds after its last use during which a Home is kept current
MOST = 50  # Homes kept current; those used least recently are dropped

Draw = Callable[[str, View], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class _Watched:
    """One person's Home: the list it shows, when it was last used, and the view that was published."""

    query: View
    used: float
    view: dict[str, Any] = field(default_factory=dict)
    hash: str = ""  # Slack's hash of that view
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Homes:
    """`draw` makes the view of a list for a person. After a change the Homes are redrawn one per `pace` seconds; at 1 s
    that is 60 of the 100 calls a minute that Slack allows. Changes made by other processes appear when a Home is next
    used. `clock` (monotonic, seconds) and `sleep` are passed in.
    """

    def __init__(
        self,
        sender: Sender,
        draw: Draw,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: float = PACE,
    ) -> None:
        self._sender, self._draw = sender, draw
        self._clock, self._sleep, self._pace = clock, sleep, pace
        self._watched: dict[str, _Watched] = {}  # most recently used last
        self._stale: dict[str, None] = {}  # an ordered set of users
        self._work: asyncio.Task[None] | None = None

    def query(self, user: str) -> View | None:
        """The list that the user's Home shows; None if they have not used it lately."""
        self._forget_the_old()
        watched = self._watched.get(user)
        return watched.query if watched else None

    async def show(self, user: str, query: View) -> None:
        """The user opened or used their Home. Raises `RefusedError`."""
        watched = self._watched.pop(user, None) or _Watched(query, 0.0)
        watched.query, watched.used = query, self._clock()
        self._watched[user] = watched
        self._forget_the_old()
        async with watched.turn:
            await self._publish(user, watched)

    def invalidate(self) -> None:
        """A ticket changed: redraw the Homes that show it."""
        self._forget_the_old()
        self._stale |= dict.fromkeys(self._watched)
        if self._stale and self._work is None:
            self._work = asyncio.create_task(self._redraw_all())

    async def idle(self) -> None:
        """Wait until every Home is up to date."""
        while self._work is not None:
            await asyncio.wait([self._work])

    def stop(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _forget_the_old(self) -> None:
        now = self._clock()
        kept = [user for user, watched in self._watched.items() if watched.used + KEPT > now][-MOST:]
        self._watched = {user: self._watched[user] for user in kept}

    async def _redraw_all(self) -> None:
        try:
            while self._stale:
                await self._sleep(self._pace)
                published = False
                while self._stale and not published:
                    user = next(iter(self._stale))
                    del self._stale[user]
                    published = True  # a failed attempt counts: it takes as long
                    with log_and_continue(f"Redrawing the Home of {user}"):
                        published = await self._redraw(user)
        finally:
            self._work = None

    async def _redraw(self, user: str) -> bool:
        """Whether there was something new to publish. Logs errors instead of raising them, as nobody waits for this."""
        watched = self._watched.get(user)
        if watched is None:
            return False
        try:
            async with watched.turn:
                return await self._publish(user, watched, again=True)
        except (RefusedError, StoreError) as error:
            # For example hash_conflict: another process has published a newer view.
            log.info("The Home of %s is not kept up to date any more: %s", user, error)
            self._watched.pop(user, None)
            return True

    async def _publish(self, user: str, watched: _Watched, *, again: bool = False) -> bool:
        view = await self._draw(user, watched.query)
        if again and view == watched.view:
            return False
        unless = {"hash": watched.hash} if again and watched.hash else {}
        answer = await self._sender.call("views.publish", user_id=user, view=view, **unless)
        watched.view, watched.hash = view, str((answer.get("view") or {}).get("hash", ""))
        return True
