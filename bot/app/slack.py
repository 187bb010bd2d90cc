"""The bot in Slack: built, wired, started and stopped."""

import logging
import random
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from http import HTTPStatus
from typing import Any, Self

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.clients import bolt_logger, slack_client
from bot.app.clocks import Clocks, SystemClock
from bot.app.connecting import OutageError, TokenRefusedError, check_answer, find_identity, open_socket
from bot.app.core import count_tickets, open_core
from bot.app.health import LOOK, Health, readiness
from bot.app.metrics import Metrics, find_metrics
from bot.app.parked import serve_parked
from bot.delivery.cards import Cards, DebouncePolicy
from bot.delivery.homes import Homes
from bot.delivery.sender import Sender
from bot.delivery.undo_lines import UndoLines
from bot.directory import Directory
from bot.listeners import home
from bot.listeners.answering.drawing import draw
from bot.listeners.incoming.http import HttpEndpoints, serve
from bot.listeners.incoming.intake import REPLAYED, Intake
from bot.listeners.incoming.observer import Observer
from bot.listeners.incoming.receiving import Receiver
from bot.listeners.incoming.socket import SocketClient
from bot.listeners.incoming.threads import Threads
from bot.listeners.registration import EVENTS, register
from bot.listeners.runner import DeliveryRunner
from bot.listeners.services import RequestContext, Services
from bot.parser.llm.model import Model
from bot.pipeline import Answer
from bot.settings import Settings, SettingsError
from bot.tasks import BackgroundTasks, log_and_continue
from store.models import Delivery
from store.protocol import StoreError, TicketStore

log = logging.getLogger(__name__)

REPLAY_INTERVAL = 60.0  # seconds between two looks for what failed
LISTEN_INTERVAL = 5.0  # seconds between two looks whether the socket is alive
SHUTDOWN_TIMEOUT = 5.0  # seconds that a stop waits for what is in hand


class Bot:
    """The bot in Slack. `async with Bot(settings):` runs it; `port` is where it serves HTTP, 0 in Socket Mode; `health_port`
    where it says how it is, if it has a port for that alone."""

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
        self.health_port = 0
        self._ports: list[web.ServerRunner] = []
        self._endpoints: HttpEndpoints | None = None
        self._store: TicketStore | None = None
        self._client: AsyncWebClient | None = None
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
        self.health = Health(self.clocks.monotonic)
        self.health.report("store", "The store is being opened.")
        self.health.report("slack", "Slack has not answered yet.")
        self.metrics = find_metrics()
        self.background = BackgroundTasks()
        self._stack.push_async_callback(self.background.stop)
        self.background.start("the watch over Slack", self._watch())
        await self._open_ports()
        self.core = await open_core(self.settings, self._stack, self.clocks, self.wrap)
        self._store = self.core.store
        self.health.clear("store")
        self.services = await self._open_services()
        self._stack.callback(self.services.homes.stop)
        self.runner = DeliveryRunner(self.services)
        self.app = self._bolt()
        self.receiver = Receiver(self.app, self.team, self.settings.slack_api_url, EVENTS)
        self._stack.push_async_callback(self._finish_work)
        await serve_parked(
            self.settings.store, self.core.store, self._stack, self.finish_earlier, self._readiness
        )
        directory = self.services.directory
        self.background.start("what was accepted earlier", self._replay())
        self.background.start("the listing of people", directory.keep_listing())
        self.background.start("what is known of people", directory.keep_writing())
        self.background.start("the end of refusals", self.services.sender.end_outages())
        self._stack.push_async_callback(self.background.stop)  # before the store is closed
        if self.settings.slack_app_token:
            await self._connect(self.settings.slack_app_token.get_secret_value())
        elif self._endpoints:
            self._endpoints.receive = self.receiver.receive
            self._stack.push_async_callback(self._close_ports)  # before what stands behind them is closed

    async def describe(self, version: str) -> str:
        """One line for the operator: the version, the store and what is in it, and the way to Slack."""
        every, left = await count_tickets(self.core.store)
        way = (
            "connected by Socket Mode"
            if self.settings.slack_app_token
            else f"serving HTTP on port {self.port}"
        )
        return f"tickets {version} is running: {self.settings.store_location} ({every} tickets, {left} not done), {way}."

    async def _open_ports(self) -> None:
        """From the first moment, so that whoever watches the bot can tell a long start from a dead process."""
        self._stack.push_async_callback(self._close_ports)
        settings, secret = self.settings, self.settings.slack_signing_secret
        if settings.health_port is not None:
            health_only = HttpEndpoints(self._readiness, metrics=self._numbers(self.metrics))
            self.health_port = await self._listen(health_only, settings.health_port, "TICKETS_HEALTH_PORT")
        if not settings.slack_app_token:
            self._endpoints = HttpEndpoints(
                self._readiness, secret.get_secret_value() if secret else "", self._numbers(self.metrics)
            )
            self.port = await self._listen(self._endpoints, settings.port, "PORT")

    async def _listen(self, endpoints: HttpEndpoints, port: int, setting: str) -> int:
        try:
            runner = await serve(endpoints, self.settings.host, port)
        except OSError as error:
            raise SettingsError(
                f"Port {port} cannot be used ({error.strerror}): set {setting} to another one."
            ) from None
        self._ports.append(runner)
        return int(runner.addresses[0][1])

    async def _close_ports(self) -> None:
        if self._endpoints:
            self._endpoints.receive = None
        for runner in self._ports:
            await runner.cleanup()
        self._ports.clear()

    async def _watch(self) -> None:
        """While Slack is away it is asked now and then: a bot that is not ready may be sent nothing to call Slack for."""
        while True:
            await self.clocks.sleep(LOOK)
            self.health.log_lasting_problems()
            if self._client and "slack" in self.health.problems:
                with suppress(OutageError, TokenRefusedError):
                    await check_answer(self._client.auth_test())

    async def _readiness(self) -> dict[str, Any]:
        return await readiness(self.health, self._store, self.background, self.clocks.now())

    def _numbers(self, metrics: Metrics | None) -> Callable[[], Awaitable[bytes]] | None:
        if metrics is None:
            return None

        async def render() -> bytes:
            return metrics.render(await self._readiness())

        return render

    async def _open_services(self) -> Services:
        client = slack_client(self.settings)
        if self.metrics:
            client.count = self.metrics.count_call
        me = await find_identity(client, self.health, self.clocks.sleep)
        client.health, self._client = self.health, client
        sender = Sender(
            client,
            clock=self.clocks.monotonic,
            now=self.clocks.now,
            jitter=random.random,
            sleep=self.clocks.sleep,
            pace=self.pace,
            told=self._refused,
        )
        self._stack.push_async_callback(sender.close)
        self.team = me.team
        store = self.core.store
        directory = Directory(
            sender,
            store,
            self.team,
            self.settings.admins,
            bot=me.user,
            clock=self.clocks.monotonic,
            now=self.clocks.now,
            sleep=self.clocks.sleep,
        )
        services = Services(
            bot=me.user,
            name=me.name,
            workspace=me.url,
            store=store,
            pipeline=self.core.pipeline,
            router=self.core.router,
            directory=directory,
            sender=sender,
            threads=Threads(
                sender,
                self.core.pipeline,
                me.user,
                find_placed=lambda *thread: services.cards.find_placed(*thread),  # noqa: PLW0108  # made below
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
            undo_lines=UndoLines(store),
            clock=self.clocks.now,
            reference=lambda: f"E-{secrets.token_hex(3).upper()}",
            noticed=self.noticed,
            **({"count_delivery": self.metrics.count_delivery} if self.metrics else {}),
        )
        return services

    def _refused(self, sentence: str) -> None:
        """Slack refuses everything, or does so no more."""
        if sentence:
            self.health.report("refusal", sentence, quiet=True)
        else:
            self.health.clear("refusal")

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

        app = AsyncApp(
            logger=bolt_logger(),
            client=AsyncWebClient(base_url=self.settings.slack_api_url),
            authorize=known,
            request_verification_enabled=False,  # it is checked on the bytes before
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )
        services = self.services
        app.use(Observer(services.directory).__call__)
        intake = Intake(
            self.core.store,
            services.bot,
            self.clocks.now,
            services.threads.may_belong,
            self._written,
            reactions=self.settings.reactions,
        )
        app.use(intake.__call__)
        register(app, self.runner)
        return app

    def _written(self, error: StoreError | None, seconds: float) -> None:
        """What became of an attempt to write a delivery to disk."""
        if self.metrics:
            self.metrics.count_accept(seconds, failed=error is not None)
        if error:
            self.health.report("store", f"The store cannot be written: {error}")
        else:
            self.health.clear("store")

    async def _replay(self) -> None:
        """What an earlier run left is finished at once, what failed since a while later."""
        patience = 0.0
        while True:
            with log_and_continue("Looking for what was accepted earlier"):
                await self.finish_earlier(patience)
            patience = 0.0 if self.runner.overflowed else REPLAY_INTERVAL
            await self.clocks.sleep(1.0 if self.runner.overflowed else REPLAY_INTERVAL)

    async def finish_earlier(self, patience: float = 0.0) -> None:
        """Work on what was accepted more than `patience` seconds ago and is not finished, by the same listeners."""
        for delivery in await self.core.store.pending():
            key = delivery.keys[0]
            if self.runner.full:
                self.runner.overflowed = True
                return
            if not self.runner.may_retry(key) or self.clocks.now() < delivery.timestamp + patience:
                continue
            with log_and_continue(f"Finishing {key}"):
                await self._finish(key, delivery)
        self.runner.overflowed = False

    async def _finish(self, key: str, delivery: Delivery) -> None:
        log.info("Finishing what was accepted earlier: %s", key)
        request = AsyncBoltRequest(body=delivery.payload, mode="socket_mode", context={REPLAYED: key})
        self.runner.expect(key)
        answer = await self.app.async_dispatch(request)
        if answer.status != HTTPStatus.OK:
            self.runner.expect(key, coming=False)
            await self.runner.give_up(key, f"no listener takes it (HTTP {answer.status})")

    async def _connect(self, app_token: str) -> None:
        client = AsyncWebClient(
            app_token, base_url=self.settings.slack_api_url, retry_handlers=[], timeout=10
        )
        sockets = await open_socket(client, app_token, self.receiver.receive, self.health, self.clocks.sleep)
        self._stack.push_async_callback(sockets.close)
        await sockets.connect()
        self.background.start("the socket's silence", self._listen_to(sockets))

    async def _listen_to(self, sockets: SocketClient) -> None:
        """As long as a socket answers pings, events arrive."""
        last = None
        while True:
            if sockets.last_ping_pong_time != last:
                last = sockets.last_ping_pong_time
                self.services.directory.heard()
            await self.clocks.sleep(LISTEN_INTERVAL)

    async def _finish_work(self) -> None:
        if left := await self.runner.stop(SHUTDOWN_TIMEOUT):
            log.warning("%d deliveries are left for the next start", left)
