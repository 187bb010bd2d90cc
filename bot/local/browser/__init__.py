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
    """`model` is the switch to wrap the bot's model with; without one the page says that there is none."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.guard = Guard()
        self.model = ModelSwitch()
        self.hub: Hub | None = None

    def routes(self) -> list[web.RouteDef]:
        return [*Files(self.guard).routes(), web.get("/live", self._live)]

    def attach(self, slack: LocalSlack) -> None:
        """Show this workspace from now on; its own address is where links to it lead."""
        self.hub = Hub(slack, self.guard, self.offer, self.model)

    def remember(self, path: Path) -> Memory:
        """What was said earlier is put back from the file `path`; `follow` of what is returned keeps it there."""
        assert self.hub is not None  # noqa: S101  # attached first
        memory = Memory(path, self.hub.slack, self.hub.marks)
        memory.recall()
        return memory

    def close(self) -> None:
        if self.hub is not None:
            self.hub.close()

    def offer_samples(self, load: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """An empty workspace has a button that calls `load`. To be called once it is attached."""
        if self.hub is not None:
            self.hub.samples = load

    def notice(self, noticed: Noticed) -> None:
        """What the bot made of a message."""
        if self.hub is not None:
            self.hub.notice(noticed)

    def read_until(self, at: float) -> None:
        """Everybody has read what was said before then."""
        if self.hub is not None:
            self.hub.read_until(at)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        if self.hub is None:
            raise web.HTTPServiceUnavailable(text="the workspace is not open yet\n")
        if not self.guard.of_the_page(request):
            raise web.HTTPForbidden(text="only the workspace's own page may connect\n")
        return await Session(self.hub).serve(request, admitted=self.guard.admits(request))
