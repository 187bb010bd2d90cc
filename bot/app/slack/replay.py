"""What was accepted and is not finished: done again, at the start and now and then."""

import logging
from http import HTTPStatus

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app.clocks import Clocks
from bot.listeners.incoming.intake import REPLAYED
from bot.listeners.runner import DeliveryRunner
from bot.tasks import log_and_continue
from store.models import Delivery
from store.protocol import TicketStore

log = logging.getLogger(__name__)

REPLAY_INTERVAL = 60.0  # seconds between two looks for what failed


class Replayer:
    """Works on deliveries of the store by the listeners of `app`, as if Slack had sent them now."""

    def __init__(self, store: TicketStore, app: AsyncApp, runner: DeliveryRunner, clocks: Clocks) -> None:
        self._store, self._app, self._runner, self._clocks = store, app, runner, clocks

    async def keep_replaying(self) -> None:
        """What an earlier run left is finished at once, what failed since a while later."""
        patience = 0.0
        while True:
            with log_and_continue("Looking for what was accepted earlier"):
                await self.finish_earlier(patience)
            patience = 0.0 if self._runner.overflowed else REPLAY_INTERVAL
            await self._clocks.sleep(1.0 if self._runner.overflowed else REPLAY_INTERVAL)

    async def finish_earlier(self, patience: float = 0.0) -> None:
        """Work on what was accepted more than `patience` seconds ago and is not finished, by the same listeners."""
        for delivery in await self._store.pending():
            key = delivery.keys[0]
            if self._runner.full:
                self._runner.overflowed = True
                return
            if not self._runner.may_retry(key) or self._clocks.now() < delivery.timestamp + patience:
                continue
            with log_and_continue(f"Finishing {key}"):
                await self._finish(key, delivery)
        self._runner.overflowed = False

    async def _finish(self, key: str, delivery: Delivery) -> None:
        log.info("Finishing what was accepted earlier: %s", key)
        request = AsyncBoltRequest(body=delivery.payload, mode="socket_mode", context={REPLAYED: key})
        self._runner.expect(key)
        answer = await self._app.async_dispatch(request)
        if answer.status != HTTPStatus.OK:
            self._runner.expect(key, coming=False)
            await self._runner.give_up(key, f"no listener takes it (HTTP {answer.status})")
