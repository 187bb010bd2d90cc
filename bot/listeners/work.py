"""One delivery, worked on to its end: finished in the store, or met by the error edge."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncBoltContext

from bot.listeners import errors
from bot.listeners.desk import Delivered, Desk
from bot.listeners.intake import INTENT, KEY, REPLAYED
from store.protocol import StoreError

log = logging.getLogger(__name__)

Job = Callable[[Desk, Delivered], Awaitable[dict[str, Any] | None]]

PATIENCE = 3  # times that a delivery may fail before it is parked


class Workshop:
    """Runs jobs and knows which are in hand, so that a stop can wait for them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._in_hand: dict[asyncio.Task[Any], str] = {}

    async def work(self, job: Job, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """`job` returns what the person was told, to be told again when the same is delivered again."""
        key = str(context.get(KEY) or "")
        delivered = Delivered(body, key, str(context.get(INTENT) or ""), replayed=bool(context.get(REPLAYED)))
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # Bolt runs listeners in tasks
        self._in_hand[task] = key
        try:
            told = await job(self.desk, delivered)
            if key:
                notes = delivered.notes
                await self.desk.store.finish(key, told, posted=notes.posted(), usage=notes.usage)
        except Exception as error:  # noqa: BLE001  # the one edge where every error is met
            await self._met(delivered, error)
        finally:
            del self._in_hand[task]

    def works_on(self, key: str) -> bool:
        return key in self._in_hand.values()

    async def _met(self, delivered: Delivered, error: Exception) -> None:
        reference = self.desk.reference()
        log.error("%s while working on %s", reference, delivered.key or "a gesture", exc_info=error)
        if delivered.key:
            try:
                await self.give_up(delivered.key, f"{reference} {type(error).__name__}")
            except StoreError:
                log.exception("%s could not be recorded", reference)
        if not delivered.replayed:
            await errors.tell(self.desk, delivered, error, reference)

    async def give_up(self, key: str, reason: str) -> None:
        """It failed once more; after `PATIENCE` times it is parked, where `tickets check` names it."""
        if await self.desk.store.fail(key, reason, park=False) >= PATIENCE:
            await self.desk.store.fail(key, reason, park=True)

    async def drop(self, context: AsyncBoltContext) -> None:
        """Nothing was done: the person will send it again."""
        if key := context.get(KEY):
            await self.desk.store.finish(str(key))

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
