"""Delivers to the app within Slack's deadline, and retries events that fail."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.local.fakeslack.clock import Clock
from bot.local.fakeslack.delivery.envelope import Attempt, Carrier, Delivery, UndeliveredError
from bot.local.fakeslack.errors import GestureError

ACK_SECONDS = 3.0
RETRY_AFTER = (0.0, 60.0, 300.0)
MAX_KEPT = 5_000


class Dispatcher:
    """`carrier` may be replaced at any time. `patience` is the time limit of a gesture, in real seconds, for when nobody
    advances the clock.
    """

    def __init__(self, carrier: Carrier, clock: Clock, changed: Callable[[Delivery], None]) -> None:
        self.carrier, self._clock, self._changed = carrier, clock, changed
        self.patience = 10.0
        self.deliveries: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, delivery: Delivery, *, again: bool = False) -> None:
        """Deliver an event in the background, with up to three retries. `again`: begin with the first retry."""
        self._record(delivery)
        task = asyncio.get_running_loop().create_task(self._deliver_with_retries(delivery, 1 if again else 0))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self, delivery: Delivery) -> Any:
        """Deliver a gesture once. Raises `GestureError`: `operation_timeout` or `dispatch_failed`."""
        self._record(delivery)
        try:
            async with asyncio.timeout(self.patience):
                await self._try(delivery, Attempt())
        except TimeoutError:
            raise GestureError("operation_timeout") from None
        except UndeliveredError as error:
            late = error.reason == self.carrier.timeout_reason
            raise GestureError("operation_timeout" if late else "dispatch_failed", error.reason) from None
        return delivery.answer

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _record(self, delivery: Delivery) -> None:
        if len(self.deliveries) >= MAX_KEPT:
            del self.deliveries[: MAX_KEPT // 2]
        self.deliveries.append(delivery)
        self._changed(delivery)

    async def _deliver_with_retries(self, delivery: Delivery, first: int) -> None:
        reason = self.carrier.timeout_reason if first else ""
        for retry in range(first, len(RETRY_AFTER) + 1):
            if retry:
                await self._clock.sleep(RETRY_AFTER[retry - 1])
            try:
                await self._try(delivery, Attempt(retry, reason))
            except UndeliveredError as error:
                reason = error.reason
                if error.final:
                    return
            else:
                return

    async def _try(self, delivery: Delivery, attempt: Attempt) -> None:
        """One attempt, recorded in the delivery. Raises `UndeliveredError`."""
        carrier = self.carrier
        try:
            delivery.answer = await self._carry_within_deadline(carrier, delivery, attempt)
        except UndeliveredError as error:
            delivery.outcomes.append(error.reason)
            self._changed(delivery)
            raise
        delivery.outcomes.append("ok")
        self._changed(delivery)

    async def _carry_within_deadline(self, carrier: Carrier, delivery: Delivery, attempt: Attempt) -> Any:
        loop = asyncio.get_running_loop()
        work = loop.create_task(carrier.carry(delivery, attempt))
        deadline = loop.create_task(self._clock.sleep(ACK_SECONDS))
        try:
            await asyncio.wait({work, deadline}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise UndeliveredError(carrier.timeout_reason)
        finally:
            work.cancel()
            deadline.cancel()
            await asyncio.gather(work, deadline, return_exceptions=True)
