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

KEEP_ACTIVE = 3600.0  # seconds after its last use during which a Home is kept current
MAX_HOMES = 50  # Homes kept current; those used least recently are dropped

Draw = Callable[[str, View], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class _Home:
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
        self._homes: dict[str, _Home] = {}  # most recently used last
        self._stale: dict[str, None] = {}  # an ordered set of users
        self._redrawing: asyncio.Task[None] | None = None

    def query(self, user: str) -> View | None:
        """The list that the user's Home shows; None if they have not used it lately."""
        self._drop_inactive()
        home = self._homes.get(user)
        return home.query if home else None

    async def show(self, user: str, query: View) -> None:
        """The user opened or used their Home. Raises `RefusedError`."""
        home = self._homes.pop(user, None) or _Home(query, 0.0)
        home.query, home.used = query, self._clock()
        self._homes[user] = home
        self._drop_inactive()
        async with home.turn:
            await self._publish(user, home)

    def invalidate(self, user: str = "") -> None:
        """A ticket changed, or what this user may see: redraw the Homes that show it."""
        self._drop_inactive()
        self._stale |= dict.fromkeys(each for each in self._homes if user in ("", each))
        if self._stale and self._redrawing is None:
            self._redrawing = asyncio.create_task(self._redraw_all())

    async def idle(self) -> None:
        """Wait until every Home is up to date."""
        while self._redrawing is not None:
            await asyncio.wait([self._redrawing])

    def stop(self) -> None:
        if self._redrawing is not None:
            self._redrawing.cancel()

    def _drop_inactive(self) -> None:
        now = self._clock()
        kept = [user for user, home in self._homes.items() if home.used + KEEP_ACTIVE > now][-MAX_HOMES:]
        self._homes = {user: self._homes[user] for user in kept}

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
            self._redrawing = None

    async def _redraw(self, user: str) -> bool:
        """Whether there was something new to publish. Logs errors instead of raising them, as nobody waits for this."""
        home = self._homes.get(user)
        if home is None:
            return False
        try:
            async with home.turn:
                return await self._publish(user, home, again=True)
        except (RefusedError, StoreError) as error:
            # For example hash_conflict: another process has published a newer view.
            log.info("The Home of %s is not kept up to date any more: %s", user, error)
            self._homes.pop(user, None)
            return True

    async def _publish(self, user: str, home: _Home, *, again: bool = False) -> bool:
        view = await self._draw(user, home.query)
        if again and view == home.view:
            return False
        unless = {"hash": home.hash} if again and home.hash else {}
        answer = await self._sender.call("views.publish", user_id=user, view=view, **unless)
        home.view, home.hash = view, str((answer.get("view") or {}).get("hash", ""))
        return True
