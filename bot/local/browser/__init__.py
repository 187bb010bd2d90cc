"""The page of the local workspace: routes for a `LocalSlack`, and what the bot lets it see.

browser = Browser(Offer("/ticket", …))
slack = LocalSlack(routes=browser.routes())
browser.attach(slack)
"""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.local.browser.files import Files
from bot.local.browser.hub import Hub, Offer
from bot.local.browser.inspector import Noticed
from bot.local.browser.memory import Memory
from bot.local.browser.origin_check import Guard
from bot.local.browser.outages import ModelSwitch
from bot.local.browser.session import Session
from bot.local.fakeslack.server import LocalSlack

__all__ = ["Browser", "Noticed", "Offer"]


class Browser:
    """`model` is the switch that wraps the bot's model. If it wraps none, the page says that there is no model."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.guard = Guard()
        self.model = ModelSwitch()
        self.hub: Hub | None = None

    def routes(self) -> list[web.RouteDef]:
        return [*Files(self.guard).routes(), web.get("/live", self._live)]

    def attach(self, slack: LocalSlack) -> None:
        """Show this workspace from now on."""
        self.hub = Hub(slack, self.guard, self.offer, self.model)

    def remember(self, path: Path) -> Memory:
        """Restore earlier messages from the file `path`. Run `follow` of the result to keep saving them there."""
        assert self.hub is not None  # noqa: S101  # attached first
        memory = Memory(path, self.hub.slack, self.hub.marks)
        memory.recall()
        return memory

    def close(self) -> None:
        if self.hub is not None:
            self.hub.close()

    def offer_samples(self, load: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let an empty workspace show a button that calls `load`. Call `attach` first."""
        if self.hub is not None:
            self.hub.samples = load

    def notice(self, noticed: Noticed) -> None:
        """Show in the inspector what the bot made of a message."""
        if self.hub is not None:
            self.hub.notice(noticed)

    def read_until(self, at: float) -> None:
        """Mark everything before that time as read by everybody."""
        if self.hub is not None:
            self.hub.read_until(at)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        if self.hub is None:
            raise web.HTTPServiceUnavailable(text="the workspace is not open yet\n")
        if not self.guard.is_from_page(request):
            raise web.HTTPForbidden(text="only the workspace's own page may connect\n")
        return await Session(self.hub).serve(request, admitted=self.guard.admits(request))
