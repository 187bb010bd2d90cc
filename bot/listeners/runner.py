"""One delivery, worked on to its end: finished in the store, or met by the error edge."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncBoltContext

from bot.delivery.errors import LateError, MissingScopeError
from bot.delivery.recent import Recent
from bot.listeners.answering import errors
from bot.listeners.incoming.intake import INTENT, KEY, REPLAYED
from bot.listeners.services import IncomingRequest, Services
from store.protocol import StoreError, UnwritableError

log = logging.getLogger(__name__)

Job = Callable[[Services, IncomingRequest], Awaitable[dict[str, Any] | None]]

PATIENCE = 3  # times that a delivery may fail by what it holds before it is parked
MOST_IN_HAND = 500  # deliveries; more are left to the store until these are done
RETRY = 60.0  # seconds until a delivery that failed is tried again; twice as long each time
LONGEST_RETRY = 300.0
MOST_FAILED = 5000  # deliveries that have failed, of which it is remembered when to try again

# What keeps failing whatever a delivery holds, until somebody mends it: nothing is parked for it.
_LASTING = (MissingScopeError, UnwritableError)


class DeliveryRunner:
    """Runs jobs and knows which are in hand, so that a stop can wait for them."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.overflowed = False  # more is accepted than is in hand: it is taken up in its order
        self._in_hand: dict[asyncio.Task[Any], str] = {}
        self._expected: set[str] = set()  # handed to Bolt, which starts their listeners a moment later
        self._failed: Recent[str, tuple[int, float]] = Recent(MOST_FAILED)  # how often, and when to try again

    async def work(self, job: Job, body: dict[str, Any], context: AsyncBoltContext) -> dict[str, Any] | None:
        """`job` returns what the person was told, to be told again when the same is delivered again. So does this."""
        key = str(context.get(KEY) or "")
        replayed = bool(context.get(REPLAYED))
        self._expected.discard(key)
        if key and (self.full or (self.overflowed and not replayed)):
            self.overflowed = True
            return None
        request = IncomingRequest(body, key, str(context.get(INTENT) or ""), replayed=replayed)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # Bolt runs listeners in tasks
        self._in_hand[task] = key
        begun, told = self.services.clock(), None
        try:
            told = await job(self.services, request)
            if key:
                notes = request.notes
                await self.services.store.finish(key, told, posted=notes.posted(), usage=notes.usage)
                self._failed.pop(key, None)
        except Exception as error:  # noqa: BLE001  # the one edge where every error is met
            await self._met(request, error)
        finally:
            del self._in_hand[task]
            line = request.line.write(body, self.services.bot, key, self.services.clock() - begun, told)
            if line:
                self.services.count_delivery(line)
        return told

    @property
    def full(self) -> bool:
        return len(self._in_hand) + len(self._expected) >= MOST_IN_HAND

    def works_on(self, key: str) -> bool:
        return key in self._expected or key in self._in_hand.values()

    def expect(self, key: str, *, coming: bool = True) -> None:
        """A delivery is about to be worked on again, or is not after all."""
        (self._expected.add if coming else self._expected.discard)(key)

    def may_retry(self, key: str) -> bool:
        """Whether it is time to work on it (again)."""
        return not self.works_on(key) and self._failed.get(key, (0, 0.0))[1] <= self.services.clock()

    async def _met(self, request: IncomingRequest, error: Exception) -> None:
        reference = self.services.reference()
        request.line.outcome = f"error {reference}"
        if isinstance(error, LateError):
            log.info("%s came too late: %s", request.key or "An interaction", error)
        elif isinstance(error, MissingScopeError):
            log.error("%s %s", reference, error)
        else:
            log.error("%s while working on %s", reference, request.key or "an interaction", exc_info=error)
        parked = False
        if request.key:
            try:
                parked = await self._failed_again(request, error, reference)
            except StoreError:
                log.exception("%s could not be recorded", reference)
        if parked:
            await errors.tell(
                self.services, request.body, errors.given_up(request.body, reference, self.services.bot)
            )
        elif not request.replayed:
            told = errors.sentence(error, reference, kept=bool(request.key))
            await errors.tell(self.services, request.body, told)

    async def _failed_again(self, request: IncomingRequest, error: Exception, reference: str) -> bool:
        """Whether it is parked now."""
        if isinstance(error, LateError):
            await self.services.store.finish(request.key)
            return False
        times = self._failed.get(request.key, (0, 0.0))[0]
        pause = min(LONGEST_RETRY, RETRY * 2.0 ** min(times, 5))
        if isinstance(error, _LASTING):
            self._failed[request.key] = (times + 1, self.services.clock() + pause)
            return False
        return await self.give_up(request.key, f"{reference} {type(error).__name__}")

    async def give_up(self, key: str, reason: str) -> bool:
        """It failed once more; after `PATIENCE` times it is parked, and `tickets parked` names it. Whether it is."""
        if await self.services.store.fail(key, reason, park=False) < PATIENCE:
            return False
        await self.services.store.fail(key, reason, park=True)
        return True

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
        while self._in_hand or self._expected:
            await (asyncio.wait(self._in_hand) if self._in_hand else asyncio.sleep(0))
