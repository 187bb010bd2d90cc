"""One delivery, worked on to its end: finished in the store, or met by the error edge."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncBoltContext

from bot.listeners import errors
from bot.listeners.intake import INTENT, KEY, REPLAYED
from bot.listeners.services import IncomingRequest, Services
from store.protocol import StoreError

log = logging.getLogger(__name__)

Job = Callable[[Services, IncomingRequest], Awaitable[dict[str, Any] | None]]

PATIENCE = 3  # times that a delivery may fail before it is parked


class DeliveryRunner:
    """Runs jobs and knows which are in hand, so that a stop can wait for them."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._in_hand: dict[asyncio.Task[Any], str] = {}

    async def work(self, job: Job, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """`job` returns what the person was told, to be told again when the same is delivered again."""
        key = str(context.get(KEY) or "")
        request = IncomingRequest(
            body, key, str(context.get(INTENT) or ""), replayed=bool(context.get(REPLAYED))
        )
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # Bolt runs listeners in tasks
        self._in_hand[task] = key
        begun, told = self.services.clock(), None
        try:
            told = await job(self.services, request)
            if key:
                notes = request.notes
                await self.services.store.finish(key, told, posted=notes.posted(), usage=notes.usage)
        except Exception as error:  # noqa: BLE001  # the one edge where every error is met
            await self._met(request, error)
        finally:
            del self._in_hand[task]
            request.line.write(body, self.services.bot, key, self.services.clock() - begun, told)

    def works_on(self, key: str) -> bool:
        return key in self._in_hand.values()

    async def _met(self, request: IncomingRequest, error: Exception) -> None:
        reference = self.services.reference()
        log.error("%s while working on %s", reference, request.key or "a gesture", exc_info=error)
        request.line.outcome = f"error {reference}"
        if request.key:
            try:
                await self.give_up(request.key, f"{reference} {type(error).__name__}")
            except StoreError:
                log.exception("%s could not be recorded", reference)
        if not request.replayed:
            await errors.tell(self.services, request, error, reference)

    async def give_up(self, key: str, reason: str) -> None:
        """It failed once more; after `PATIENCE` times it is parked, where `tickets check` names it."""
        if await self.services.store.fail(key, reason, park=False) >= PATIENCE:
            await self.services.store.fail(key, reason, park=True)

    async def drop(self, context: AsyncBoltContext) -> None:
        """Nothing was done: the person will send it again."""
        if key := context.get(KEY):
            await self.services.store.finish(str(key))

    async def stop(self, seconds: float) -> int:
        """Wait for what is in hand, that long at most; how many jobs were left (the store has them for the next start)."""
        if not self._in_hand:
            return 0
        _, left = await asyncio.wait(self._in_hand, timeout=seconds)
        for task in left:
            task.cancel()
        return len(left)

    async def idle(self) -> None:
        """Until nothing is in hand."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)
