"""The local Slack: a server on loopback that an unmodified Bolt app takes for Slack.

async with LocalSlack() as slack:
app = AsyncApp(client=AsyncWebClient(slack.bot_token, base_url=slack.url))
…
ts = await slack.say("engineer", "support", "@tickets create API timeout")
await slack.until(lambda: slack.messages("support", ts)[1:])
"""

import copy
import random
import secrets
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.local.fakeslack.clock import Clock, SystemClock
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.delivery.signed import SignedHttp
from bot.local.fakeslack.delivery.socket import Reason
from bot.local.fakeslack.event_bus import Watcher
from bot.local.fakeslack.faults import Faults
from bot.local.fakeslack.gestures.filling import Filling
from bot.local.fakeslack.gestures.pressing import Pressing
from bot.local.fakeslack.gestures.talking import Talking
from bot.local.fakeslack.platform import ApiCall, Settings, build
from bot.local.fakeslack.webapi.endpoints import Endpoints
from bot.local.fakeslack.workspace.messages import Workspace
from bot.local.fakeslack.workspace.people import BOT_USER, Channel, Json, User


class LocalSlack(Talking, Pressing, Filling):
    """People are given by id or name (`engineer`, `admin`, `guest`, `consultant`, `partner`, `former`, …), channels, too
    (`support`, `private`, `shared`, `lobby`); `dm` is a person's DM with the bot.

    `faults` simulates failures, `calls` lists the API calls, `deliveries` what was delivered to the app; `settings` is
    the app's configuration at Slack.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        settings: Settings | None = None,
        users: Iterable[User] | None = None,
        channels: Iterable[Channel] | None = None,
        seed: int = 0,
        routes: Sequence[web.AbstractRouteDef] = (),
    ) -> None:
        chance = random.Random(seed)  # noqa: S311  # picks sockets, keeps no secret
        self.platform = build(clock or SystemClock(), settings or Settings(), users, channels, chance)
        self.bot_token = f"xoxb-local-{secrets.token_hex(12)}"
        self.app_token = f"xapp-local-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.bot_user = BOT_USER
        self._routes = routes
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    # the server

    @property
    def address(self) -> str:
        """http://127.0.0.1:PORT, or https."""
        return self.platform.root

    @property
    def url(self) -> str:
        """The `base_url` for a client."""
        return f"{self.platform.root}/api/"

    @property
    def port(self) -> int:
        return int(self.platform.root.rsplit(":", 1)[1])

    async def start(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """Listen on loopback; port 0 is any free one. With `tls`, the API is https and the sockets are wss.

        Raises `OSError` if the port is taken.
        """
        app = Endpoints(self.platform, self.bot_token, self.app_token).application()
        app.add_routes(self._routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=tls)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._session = aiohttp.ClientSession()
        self.platform.root = f"{'https' if tls else 'http'}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self.platform.dispatcher.close()
        self.platform.sockets.drop()
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # delivery

    def deliver_to(self, url: str | None, now: Callable[[], float] = time.time) -> None:
        """Deliver by signed HTTP to the app's request URL; None: over its sockets, the default."""
        platform = self.platform
        if url is None:
            platform.dispatcher.carrier = platform.sockets
        else:
            platform.dispatcher.carrier = SignedHttp(url, self.signing_secret, now, self._http)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the local Slack is not running: start it first")
        return self._session

    def repeat(self, delivery: Delivery) -> Delivery:
        """Deliver an event again although it was acknowledged, as Slack does if the acknowledgement is lost."""
        again = Delivery(delivery.kind, copy.deepcopy(delivery.payload))
        self.platform.dispatcher.post(again, again=True)
        return again

    def drop_sockets(self) -> None:
        """Abort every open socket."""
        self.platform.sockets.drop()

    async def disconnect(self, reason: Reason = "refresh_requested") -> None:
        """Ask every client to reconnect. Any reason but `warning` also closes the socket."""
        await self.platform.sockets.disconnect(reason)

    @property
    def patience(self) -> float:
        """Real seconds that a gesture waits for the app at most, whatever the clock says."""
        return self.platform.dispatcher.patience

    @patience.setter
    def patience(self, seconds: float) -> None:
        self.platform.dispatcher.patience = seconds

    @property
    def sockets(self) -> int:
        """The number of open sockets."""
        return len(self.platform.sockets)

    # inspecting the state

    @property
    def settings(self) -> Settings:
        return self.platform.settings

    @property
    def faults(self) -> Faults:
        return self.platform.faults

    @property
    def workspace(self) -> Workspace:
        return self.platform.workspace

    @property
    def calls(self) -> list[ApiCall]:
        return self.platform.calls

    @property
    def deliveries(self) -> list[Delivery]:
        return self.platform.dispatcher.deliveries

    def called(self, method: str) -> list[ApiCall]:
        return [call for call in self.calls if call.method == method]

    def dm(self, user: str) -> str:
        """The id of a person's DM with the bot."""
        return self.workspace.dm(user).id

    def _channel(self, name: str) -> str:
        return self.workspace.channel(name).id

    def message(self, channel: str, ts: str) -> Json:
        """A copy. Raises `SlackError`: `message_not_found`."""
        return copy.deepcopy(self.workspace.message(self._channel(channel), ts))

    def messages(self, channel: str, thread: str | None = None) -> list[Json]:
        """Copies, oldest first, with metadata and reactions: of a channel, or of one thread including its parent."""
        identity = self._channel(channel)
        found = self.workspace.thread(identity, thread) if thread else self.workspace.history(identity)
        return copy.deepcopy(found)

    def ephemerals(self, user: str, channel: str | None = None) -> list[Json]:
        """Copies of the messages that only this person sees, oldest first."""
        to = self.workspace.user(user).id
        where = self._channel(channel) if channel else None
        found = [
            one for one in self.workspace.ephemerals if one["to"] == to and where in (None, one["channel"])
        ]
        return copy.deepcopy(found)

    def modal(self, user: str) -> Json | None:
        """A copy of the topmost modal."""
        return copy.deepcopy(self.platform.modals.top(self.workspace.user(user).id))

    def home(self, user: str) -> Json | None:
        """A copy of the App Home published for this person."""
        return copy.deepcopy(self.platform.modals.home(self.workspace.user(user).id))

    def reactions(self, channel: str, ts: str) -> dict[str, list[str]]:
        """The users who reacted, by the reaction's name."""
        return {one["name"]: one["users"] for one in self.message(channel, ts).get("reactions", [])}

    def uploads(self) -> dict[str, bytes]:
        """The contents of every file, by name."""
        return {
            file["name"]: file["content"]
            for file in self.workspace.files.values()
            if file["content"] is not None
        }

    # waiting and watching

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` at every change and every API call. Call the result to stop."""
        return self.platform.bus.watch(watcher)

    async def until(self, predicate: Callable[[], Any], timeout: float = 10) -> Any:  # noqa: ASYNC109  # for tests
        """Wait until `predicate` returns something true, and return it. Raises `TimeoutError` with the latest calls."""
        try:
            return await self.platform.bus.until(predicate, timeout)
        except TimeoutError:
            last = [f"{call.method} {call.args} -> {call.status} {call.answer}" for call in self.calls[-3:]]
            waiting = [delivery.outcomes for delivery in self.deliveries if not delivery.done]
            summary = "\n".join([f"not within {timeout} s; undelivered: {waiting}; the last calls:", *last])
            raise TimeoutError(summary) from None
