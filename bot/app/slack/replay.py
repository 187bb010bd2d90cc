"""Claims deliveries that were accepted but not finished and that no process works on, and renews this process's leases."""

import logging
from http import HTTPStatus

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app.clocks import Clocks
from bot.app.monitoring.health import PROBE
from bot.listeners.incoming.intake import REPLAYED
from bot.listeners.incoming.leases import BEAT, Leases
from bot.listeners.runner import DeliveryRunner
from bot.tasks import log_and_continue
from store.errors import UnavailableError, UnwritableError
from store.models.deliveries import Delivery
from store.protocol import TicketStore

log = logging.getLogger(__name__)

CLAIM_INTERVAL = 1.0  # seconds between two attempts to claim deliveries
HURRY_TIME = 5.0  # seconds after a delivery was left to be claimed, during which the interval is shorter
HURRIED_INTERVAL = 0.2  # seconds


class Replayer:
    """Passes deliveries from the store to the listeners of `app`, as if Slack had just sent them."""

    def __init__(
        self, store: TicketStore, app: AsyncApp, runner: DeliveryRunner, leases: Leases, clocks: Clocks
    ) -> None:
        self._store, self._app, self._runner, self._leases, self._clocks = store, app, runner, leases, clocks

    async def keep_replaying(self) -> None:
        """Claim and finish deliveries for ever, more often right after the intake has left one to be claimed.

        A store that does not answer is logged once, and once more when it answers again.
        """
        away = False
        while True:
            with log_and_continue("Looking for what was accepted earlier"):
                try:
                    await self.finish_earlier()
                except (UnavailableError, UnwritableError) as error:
                    if not away:
                        log.error("What was accepted waits for the store: %s", error)  # noqa: TRY400  # its sentence says all
                    away = True
                else:
                    if away:
                        log.warning("The store answers again")
                    away = False
            hurried = self._clocks.now() < self._leases.left_at + HURRY_TIME
            await self._clocks.sleep(HURRIED_INTERVAL if hurried else CLAIM_INTERVAL)

    async def keep_leases(self) -> None:
        """Renew the leases of what is in hand, for ever."""
        while True:
            await self._clocks.sleep(BEAT)
            with log_and_continue("Renewing the leases"):
                await self._runner.renew_leases()

    async def finish_earlier(self, due: float | None = None) -> None:
        """Finish the deliveries that no process has leased now, or at the time `due`."""
        now = self._clocks.now()
        ahead = max(0.0, (due or now) - now)
        while room := self._runner.room:
            until, postponed = self._leases.end_of_term() + ahead, self._leases.postponed
            await self._leases.release_rest()
            with self._leases.claiming():
                unknown = self._leases.unanswered and await self._leases.recover(self._runner.works_on)
                claimed = unknown or await self._store.claim(self._leases.owner, now + ahead, until, room)
                for delivery in claimed:
                    coming = "" if self._runner.works_on(delivery.keys[0]) else delivery.thread
                    self._leases.hold(delivery.keys[0], until, coming)
            for delivery in claimed:
                key = delivery.keys[0]
                if postponed != self._leases.postponed and delivery.thread and not delivery.begins:
                    # Perhaps an earlier one of its thread, which this process still held when it claimed this one.
                    await self._leases.release([key], in_line=True)
                elif key.startswith(PROBE):  # which could be written, but not finished
                    self._leases.drop(key)
                    await self._store.finish(key)
                elif not self._runner.works_on(key):
                    with log_and_continue(f"Finishing {key}"):
                        await self._finish(key, delivery)
            if not claimed:
                self._runner.overflowed = False
                return

    async def _finish(self, key: str, delivery: Delivery) -> None:
        log.info("Finishing what was accepted earlier: %s", key)
        request = AsyncBoltRequest(body=delivery.payload, mode="socket_mode", context={REPLAYED: key})
        self._runner.expect(key)
        try:
            answer = await self._app.async_dispatch(request)
        except BaseException:
            self._runner.expect(key, coming=False)
            self._leases.drop(key)
            raise
        if answer.status != HTTPStatus.OK:
            self._runner.expect(key, coming=False)
            await self._runner.give_up(key, f"no listener takes it (HTTP {answer.status})")
