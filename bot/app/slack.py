"""The bot in Slack: built, wired, started and stopped."""

import asyncio
import gc
import logging
import random
import secrets
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Any, Self

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.clocks import Clocks, SystemClock
from bot.app.core import open_core
from bot.app.parked import serve_parked
from bot.delivery.cards import Cards, DebouncePolicy
from bot.delivery.errors import LastingRefusalError
from bot.delivery.homes import Homes
from bot.delivery.sender import Sender
from bot.directory import Directory
from bot.listeners import home, register
from bot.listeners.http import web_app
from bot.listeners.intake import REPLAYED, Intake
from bot.listeners.observer import Observer
from bot.listeners.replying import draw
from bot.listeners.runner import DeliveryRunner
from bot.listeners.services import RequestContext, Services
from bot.listeners.threads import Threads
from bot.parser.model import Model
from bot.pipeline import Answer
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)

REPLAY_INTERVAL = 60.0  # seconds between two looks for what failed
LISTEN_INTERVAL = 5.0  # seconds between two looks whether the socket is alive
ORG_WIDE = "The app is installed for a whole organisation: install it in the one workspace that it is for."
SHUTDOWN_TIMEOUT = 10.0  # seconds that a stop waits for what is in hand


def slack_client(settings: Settings) -> AsyncWebClient:
    """Without the SDK's own retries: sent again after a reset, a message would stand there twice."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return AsyncWebClient(token, base_url=settings.slack_api_url, retry_handlers=[], timeout=10)


class Bot:
    """The bot in Slack. `async with Bot(settings):` runs it; `port` is where it serves HTTP, 0 in Socket Mode."""

    def __init__(
        self,
        settings: Settings,
        clocks: Clocks | None = None,
        *,
        pace: float = 1.0,
        noticed: Callable[[RequestContext, Answer], None] = lambda *_: None,
        wrap: Callable[[Model], Model] = lambda model: model,
    ) -> None:
        self.settings = settings
        self.clocks = clocks or SystemClock()
        self.pace = pace
        self.noticed = noticed
        self.wrap = wrap
        self.port = 0
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        if faults := self.settings.faults():
            raise SettingsError("\n".join(faults))
        self.core = await open_core(self.settings, self._stack, self.clocks, self.wrap)
        self.services = await self._open_desk()
        self._stack.callback(self.services.homes.stop)
        self.runner = DeliveryRunner(self.services)
        self.app = self._bolt()
        self._stack.push_async_callback(self._finish_work)
        await serve_parked(self.settings.store, self.core.store, self._stack, self.finish_earlier)
        directory = self.services.directory
        for work in (self._replay(), directory.keep_listing(), directory.keep_writing()):
            self._stack.callback(asyncio.create_task(work).cancel)
        if self.settings.slack_app_token:
            await self._connect(self.settings.slack_app_token.get_secret_value())
        else:
            await self._serve()

    async def _open_desk(self) -> Services:
        client = slack_client(self.settings)
        sender = Sender(
            client,
            clock=self.clocks.monotonic,
            now=self.clocks.now,
            jitter=random.random,
            sleep=self.clocks.sleep,
            pace=self.pace,
        )
        self._stack.push_async_callback(sender.close)
        try:
            me = await sender.identify()
        except LastingRefusalError as error:
            raise SettingsError(
                f"Slack does not accept SLACK_BOT_TOKEN ({error.code}): copy it again from OAuth & Permissions, or reinstall the app."
            ) from None
        if me.get("is_enterprise_install"):
            raise SettingsError(ORG_WIDE)
        self.team, bot = str(me["team_id"]), str(me["user_id"])
        store = self.core.store
        directory = Directory(
            sender,
            store,
            self.team,
            self.settings.admins,
            bot=bot,
            clock=self.clocks.monotonic,
            now=self.clocks.now,
            sleep=self.clocks.sleep,
        )
        services = Services(
            bot=bot,
            workspace=str(me.get("url") or "https://slack.com/"),
            store=store,
            pipeline=self.core.pipeline,
            router=self.core.router,
            directory=directory,
            sender=sender,
            threads=Threads(
                sender,
                self.core.pipeline,
                bot,
                find_placed=lambda channel, thread: services.cards.find_placed(channel, thread),  # noqa: PLW0108  # `services` is being made
                now=self.clocks.now,
                sleep=self.clocks.sleep,
            ),
            cards=Cards(
                store,
                sender,
                lambda record: draw(services, record),
                clock=self.clocks.monotonic,
                sleep=self.clocks.sleep,
                debounce=DebouncePolicy(self.pace / 4, self.pace),
            ),
            homes=Homes(
                sender,
                lambda user, query: home.draw(services, user, query),
                clock=self.clocks.monotonic,
                sleep=self.clocks.sleep,
                pace=self.pace,
            ),
            clock=self.clocks.now,
            reference=lambda: f"E-{secrets.token_hex(3).upper()}",
            noticed=self.noticed,
        )
        return services

    def _bolt(self) -> AsyncApp:
        # Who the bot is it knows since its start. Bolt by itself would ask Slack before the intake, and acknowledge a
        # message that it then drops when Slack does not answer.
        me = AuthorizeResult(
            enterprise_id=None,
            team_id=self.team,
            bot_user_id=self.services.bot,
            bot_token=self.services.sender.client.token,
        )

        async def known() -> AuthorizeResult:
            return me

        secret = self.settings.slack_signing_secret
        app = AsyncApp(
            client=AsyncWebClient(base_url=self.settings.slack_api_url),
            authorize=known,
            signing_secret=secret.get_secret_value() if secret else "only Socket Mode is served",
        )
        services = self.services
        app.use(Observer(services.directory).__call__)
        app.use(Intake(self.core.store, services.bot, self.clocks.now, services.threads.may_belong).__call__)
        register(app, self.runner)
        return app

    async def _replay(self) -> None:
        """What an earlier run left is finished at once, what failed since a while later."""
        await self.finish_earlier()
        while True:
            await self.clocks.sleep(1.0 if self.runner.overflowed else REPLAY_INTERVAL)
            await self.finish_earlier(0.0 if self.runner.overflowed else REPLAY_INTERVAL)

    async def finish_earlier(self, patience: float = 0.0) -> None:
        """Work on what was accepted more than `patience` seconds ago and is not finished, by the same listeners."""
        for delivery in await self.core.store.pending():
            key = delivery.keys[0]
            if self.runner.full:
                self.runner.overflowed = True
                return
            if not self.runner.may_retry(key) or self.clocks.now() < delivery.timestamp + patience:
                continue
            log.info("Finishing what was accepted earlier: %s", key)
            request = AsyncBoltRequest(body=delivery.payload, mode="socket_mode", context={REPLAYED: key})
            self.runner.expect(key)
            answer = await self.app.async_dispatch(request)
            if answer.status != HTTPStatus.OK:
                self.runner.expect(key, coming=False)
                await self.runner.give_up(key, f"no listener takes it (HTTP {answer.status})")
        self.runner.overflowed = False

    async def _connect(self, app_token: str) -> None:
        client = AsyncWebClient(app_token, base_url=self.settings.slack_api_url)
        handler: Any = AsyncSocketModeHandler(self.app, app_token, web_client=client)
        self._stack.push_async_callback(handler.close_async)
        await handler.connect_async()
        self._stack.callback(asyncio.create_task(self._listen_to(handler.client)).cancel)

    async def _listen_to(self, client: Any) -> None:
        """As long as a socket answers pings, events arrive."""
        last = None
        while True:
            if client.last_ping_pong_time != last:
                last = client.last_ping_pong_time
                self.services.directory.heard()
            await self.clocks.sleep(LISTEN_INTERVAL)

    async def _serve(self) -> None:
        runner = web.AppRunner(web_app(self.app))
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        self.port = await listen(runner, self.settings.host, self.settings.port, "PORT")

    async def _finish_work(self) -> None:
        if left := await self.runner.stop(SHUTDOWN_TIMEOUT):
            log.warning("%d deliveries are left for the next start", left)


async def listen(runner: web.AppRunner, host: str, port: int, setting: str) -> int:
    """Where it listens; raises `SettingsError` when the port is taken."""
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        raise SettingsError(
            f"Port {port} cannot be used ({error.strerror}): set {setting} to another one."
        ) from None
    return int(runner.addresses[0][1])


async def run_until_stopped(start: Callable[[], Awaitable[None]]) -> None:
    """`start`, then wait for SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await start()
    # What was loaded stays: looking through it for garbage would hold everybody up now and then, the longer the more
    # tickets there are.
    gc.collect()
    gc.freeze()
    await stopped.wait()
