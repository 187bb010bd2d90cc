"""The bot in Slack: builds it, starts it and stops it."""

import logging
import os
import random
import secrets
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Self

from slack_sdk.web.async_client import AsyncWebClient

from bot.app.clients import note_call, slack_client
from bot.app.clocks import Clocks, SystemClock
from bot.app.connecting import find_identity, open_socket
from bot.app.core import count_tickets, describe_count, open_core
from bot.app.monitoring.health import CHECK_INTERVAL, Health, describe_unwritable, readiness
from bot.app.monitoring.metrics import Metrics, find_metrics
from bot.app.monitoring.timed_store import measure_writes
from bot.app.parked import serve_parked
from bot.app.retention import keep_trimming
from bot.app.slack.bolt import build_app
from bot.app.slack.ports import Ports
from bot.app.slack.replay import Replayer
from bot.app.slack.services import build_services
from bot.delivery.pacing.turns import Turns
from bot.delivery.sender import Sender
from bot.listeners.home import observe
from bot.listeners.incoming.leases import Leases
from bot.listeners.incoming.receiving import Receiver
from bot.listeners.incoming.socket import SocketClient
from bot.listeners.registration import EVENTS
from bot.listeners.runner import DeliveryRunner
from bot.listeners.services import RequestContext, Services
from bot.parser.llm.model import Model
from bot.pipeline import Answer
from bot.settings import Settings, SettingsError
from bot.tasks import BackgroundTasks
from store.errors import StoreError
from store.protocol import TicketStore

log = logging.getLogger(__name__)

LISTEN_INTERVAL = 5.0  # seconds between two checks whether the socket is alive
SHUTDOWN_TIMEOUT = 5.0  # seconds that a shutdown waits for work in hand


class Bot:
    """The bot in Slack. `async with Bot(settings):` runs it. `port` is where it serves HTTP, 0 in Socket Mode;
    `health_port` is its separate port for health checks, 0 without one."""

    def __init__(
        self,
        settings: Settings,
        clocks: Clocks | None = None,
        *,
        pace: float = 1.0,
        on_answer: Callable[[RequestContext, Answer], None] = lambda *_: None,
        wrap: Callable[[Model], Model] = lambda model: model,
    ) -> None:
        self.settings = settings
        self.clocks = clocks or SystemClock()
        self.pace = pace
        self.on_answer = on_answer
        self.wrap = wrap
        # A unique name for this process in the store.
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._store: TicketStore | None = None
        self._sender: Sender | None = None
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
        self.background.start("the watch over Slack", self._watch_slack())
        self._ports = Ports(self.settings, self._readiness, self._metrics_renderer(self.metrics))
        self._stack.push_async_callback(self._ports.close)
        # Opened first, so that monitoring can tell a long start from a dead process.
        await self._ports.open()
        self.core = await open_core(self.settings, self._stack, self.clocks, self.wrap, self._measure)
        self._store = self.core.store
        self.health.clear("store")
        self.services = await self._open_services()
        self._stack.callback(self.services.homes.stop)
        self._stack.callback(self.services.cards.stop)
        leases = Leases(self.core.store, self.owner, self.clocks.now)
        self.runner = DeliveryRunner(self.services, leases, self.clocks.sleep)
        self.app = build_app(self.settings, self.team, self.services, self.runner, self._record_write)
        self.replayer = Replayer(self.core.store, self.app, self.runner, leases, self.clocks)
        self.receiver = Receiver(
            self.app,
            self.team,
            self.settings.slack_api_url,
            EVENTS,
            bot=self.services.bot,
            observe=partial(observe, self.services),
        )
        self._stack.push_async_callback(self._finish_work)
        await serve_parked(
            self.settings.store, self.core.store, self._stack, self.replayer.finish_earlier, self._readiness
        )
        directory = self.services.directory
        self.background.start("what was accepted earlier", self.replayer.keep_replaying())
        self.background.start("the leases", self.replayer.keep_leases())
        self.background.start("the listing of people", directory.keep_listing())
        self.background.start("what is known of people", directory.keep_writing())
        if self.settings.keep_done:
            trimming = keep_trimming(self.core.store, self.settings.keep_done, self.clocks)
            self.background.start("removing old history", trimming)
        self.background.start("the end of refusals", self.services.sender.probe_outages())
        self._stack.push_async_callback(self.background.stop)  # runs before the store is closed
        if self.settings.slack_app_token:
            await self._connect(self.settings.slack_app_token.get_secret_value())
        elif self._ports.endpoints:
            self._ports.endpoints.receive = self.receiver.receive
            self._stack.push_async_callback(self._ports.close)  # runs before what the ports use is closed

    @property
    def port(self) -> int:
        return self._ports.port

    @property
    def health_port(self) -> int:
        return self._ports.health_port

    async def describe(self, version: str) -> str:
        """One line for the operator: version, store and its contents, and the connection to Slack."""
        every, left = await count_tickets(self.core.store)
        way = (
            "connected by Socket Mode"
            if self.settings.slack_app_token
            else f"serving HTTP on port {self.port}"
        )
        return f"tickets {version} is running: {self.settings.store_location} ({describe_count(every, left)}), {way}."

    async def _watch_slack(self) -> None:
        """During an outage, call Slack now and then: a bot that is not ready may receive nothing that would make it call."""
        while True:
            await self.clocks.sleep(CHECK_INTERVAL)
            self.health.log_lasting_problems()
            if self._sender and "slack" in self.health.problems:
                await self._sender.call_best_effort("auth.test")

    async def _readiness(self) -> dict[str, Any]:
        return await readiness(self.health, self._store, self.background, self.clocks.now())

    def _measure(self, store: TicketStore) -> TicketStore:
        return measure_writes(store, self.metrics.count_commit) if self.metrics else store

    def _metrics_renderer(self, metrics: Metrics | None) -> Callable[[], Awaitable[bytes]] | None:
        if metrics is None:
            return None

        async def render() -> bytes:
            return metrics.render(await self._readiness())

        return render

    async def _open_services(self) -> Services:
        client = slack_client(self.settings)
        me = await find_identity(client, self.health, self.clocks.sleep)
        turns = Turns(self.core.store, self.owner, self.clocks.now, self.clocks.sleep)
        count = self.metrics.count_call if self.metrics else None
        self._sender = Sender(
            client,
            now=self.clocks.now,
            jitter=random.random,
            sleep=self.clocks.sleep,
            pace=self.pace,
            on_outage_change=self._report_outage,
            on_call=partial(note_call, self.health, count),
            turns=turns,
        )
        self._stack.push_async_callback(self._sender.close)
        self.team = me.team
        return build_services(
            self.settings,
            self.core,
            self._sender,
            me,
            self.clocks,
            turns=turns,
            pace=self.pace,
            on_answer=self.on_answer,
            metrics=self.metrics,
        )

    def _report_outage(self, sentence: str) -> None:
        """Report the sentence of a lasting outage; "" means that it is over."""
        if sentence:
            self.health.report("refusal", sentence, quiet=True)
        else:
            self.health.clear("refusal")

    def _record_write(self, error: StoreError | None, seconds: float) -> None:
        """Report an attempt to write a delivery to disk."""
        if self.metrics:
            self.metrics.count_accept(seconds, failed=error is not None)
        if error:
            self.health.report("store", describe_unwritable(error))
        else:
            self.health.clear("store")

    async def _connect(self, app_token: str) -> None:
        client = AsyncWebClient(
            app_token, base_url=self.settings.slack_api_url, retry_handlers=[], timeout=10
        )
        sockets = await open_socket(client, app_token, self.receiver.receive, self.health, self.clocks.sleep)
        self._stack.push_async_callback(sockets.close)
        await sockets.connect()
        self.background.start("the socket's silence", self._watch_socket(sockets))

    async def _watch_socket(self, sockets: SocketClient) -> None:
        """Tell the directory that events arrive, as long as the socket answers pings."""
        last = None
        while True:
            if sockets.last_ping_pong_time != last:
                last = sockets.last_ping_pong_time
                self.services.directory.note_connected()
            await self.clocks.sleep(LISTEN_INTERVAL)

    async def _finish_work(self) -> None:
        log.info("Stopping: what is in hand is finished first, for up to %g seconds", SHUTDOWN_TIMEOUT)
        if left := await self.runner.stop(SHUTDOWN_TIMEOUT):
            log.warning("%d deliveries are left for the next start", left)
