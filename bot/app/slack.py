"""The bot in Slack: built, wired, started and stopped."""

import logging
import os
import random
import secrets
import socket
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
from bot.delivery.turns import Turns
from bot.delivery.undo_lines import UndoLines
from bot.directory import Directory
from bot.listeners import home
from bot.listeners.answering.drawing import draw
from bot.listeners.incoming.http import HttpEndpoints, serve
from bot.listeners.incoming.intake import REPLAYED, Intake
from bot.listeners.incoming.leases import BEAT, Leases
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

CLAIM_INTERVAL = (
    1.0  # seconds between two looks for what is nobody's: left by a process that died, or to be tried again
)
HURRY = 5.0  # seconds after something had to wait for another process, while it is looked for more often:
HURRIED_INTERVAL = 0.2
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
        # What this process is called in the store, and nobody else.
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._hurried_until = 0.0
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
        self.leases = Leases(self.core.store, self.owner, self.clocks.now)
        self.runner = DeliveryRunner(self.services, self.leases)
        self.app = self._bolt()
        self.receiver = Receiver(self.app, self.team, self.settings.slack_api_url, EVENTS)
        self._stack.push_async_callback(self._finish_work)
        await serve_parked(self.settings.store, self.core.store, self._stack, self.finish_earlier)
        directory = self.services.directory
        self.background.start("what was accepted earlier", self._claim_again_and_again())
        self.background.start("the leases", self._keep_leases())
        self.background.start("the listing of people", directory.keep_listing())
        self.background.start("what is known of people", directory.keep_writing())
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
            if self._client and {"slack", "token"} & self.health.problems.keys():
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
        store = self.core.store
        turns = Turns(store, self.owner, self.clocks.now, self.clocks.sleep)
        sender = Sender(
            client,
            now=self.clocks.now,
            jitter=random.random,
            sleep=self.clocks.sleep,
            pace=self.pace,
            turns=turns,
        )
        self._stack.push_async_callback(sender.close)
        self.team = me.team
        directory = Directory(
            sender,
            store,
            self.team,
            self.settings.admins,
            bot=me.user,
            clock=self.clocks.monotonic,
            now=self.clocks.now,
            owner=self.owner,
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
                turns,
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
            leases=self.leases,
            may_belong=services.threads.may_belong,
            written=self._written,
            is_full=self.runner.is_full,
            waits=self._hurry,
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

    def _hurry(self) -> None:
        """Something was accepted that is to be claimed soon."""
        self._hurried_until = self.clocks.now() + HURRY

    async def _claim_again_and_again(self) -> None:
        while True:
            with log_and_continue("Looking for what was accepted earlier"):
                await self.finish_earlier()
            hurried = self.clocks.now() < self._hurried_until
            await self.clocks.sleep(HURRIED_INTERVAL if hurried else CLAIM_INTERVAL)

    async def _keep_leases(self) -> None:
        while True:
            await self.clocks.sleep(BEAT)
            with log_and_continue("Renewing the leases"):
                await self.runner.renew_leases()

    async def finish_earlier(self, due: float | None = None) -> None:
        """Work on what was accepted, is not finished, and belongs to nobody (now, or at the time `due`), by the same
        listeners."""
        now = self.clocks.now()
        while room := self.runner.room:
            until = self.leases.end_of_term() + max(0.0, (due or now) - now)
            claimed = await self.core.store.claim(self.owner, now if due is None else due, until, room)
            for delivery in claimed:
                self.leases.hold(delivery.keys[0], until)
            for delivery in claimed:
                key = delivery.keys[0]
                if not self.runner.works_on(key):
                    with log_and_continue(f"Finishing {key}"):
                        await self._finish(key, delivery)
            if not claimed:
                self.runner.overflowed = False
                return

    async def _finish(self, key: str, delivery: Delivery) -> None:
        log.info("Finishing what was accepted earlier: %s", key)
        request = AsyncBoltRequest(body=delivery.payload, mode="socket_mode", context={REPLAYED: key})
        self.runner.expect(key)
        try:
            answer = await self.app.async_dispatch(request)
        except BaseException:
            self.runner.expect(key, coming=False)
            raise
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
