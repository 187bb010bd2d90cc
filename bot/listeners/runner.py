"""Runs a listener for one delivery and finishes it in the store. Every error that a listener raises ends up here."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncBoltContext

from bot.delivery.errors import LateError, MissingScopeError
from bot.delivery.pacing.ownership import NotOursError, is_ours
from bot.delivery.recent import RecentDict
from bot.listeners.answering import errors
from bot.listeners.answering.following import correct_after_finish
from bot.listeners.incoming.intake import INTENT, KEY, REPLAYED
from bot.listeners.incoming.leases import Leases
from bot.listeners.incoming.rush import Rush
from bot.listeners.incoming.threads import PostponedError
from bot.listeners.services import IncomingRequest, Services
from bot.tasks import log_and_continue
from store.errors import StoreError, UnavailableError, UnwritableError

log = logging.getLogger(__name__)

Job = Callable[[Services, IncomingRequest], Awaitable[dict[str, Any] | None]]

MAX_FAILURES = 3  # failures caused by a delivery's own contents, after which it is parked
MAX_IN_HAND = 500  # deliveries in this process; further ones stay in the store until these are done
RETRY = 60.0  # seconds until a failed delivery is retried; doubles each time
LONGEST_RETRY = 300.0
STORE_PAUSE = 1.0  # seconds until what follows from a finished delivery is tried again after the store failed
STORE_RETRY = 5.0  # the same after the store failed: once it is back, all can continue
MAX_FAILED = 5000  # failed deliveries whose failures are counted

# These fail for any delivery until somebody fixes the cause, so no delivery is parked for them.
_LASTING = (MissingScopeError, UnavailableError, UnwritableError)


class DeliveryRunner:
    """Runs jobs and tracks which are in hand, so that a shutdown can wait for them."""

    def __init__(
        self, services: Services, leases: Leases, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.services, self.leases, self._sleep = services, leases, sleep
        self._stopped = False
        self.overflowed = False  # more was accepted than fits: the rest is claimed from the store in order
        self._rush = Rush(lambda: leases.being_accepted, time.monotonic)
        self._in_hand: dict[asyncio.Task[Any], str] = {}
        self._expected: set[str] = set()  # passed to Bolt, which starts their listeners a moment later
        # How often each delivery failed for a cause outside of it.
        self._failed: RecentDict[str, int] = RecentDict(MAX_FAILED)

    async def work(self, job: Job, body: dict[str, Any], context: AsyncBoltContext) -> dict[str, Any] | None:
        """Run `job` for one request. Returns what the job did: the answer to give if the same request is delivered again."""
        key = str(context.get(KEY) or "")
        replayed = bool(context.get(REPLAYED))
        self._expected.discard(key)
        if self._stopped:  # accepted at the last moment: the store keeps it for the next start
            self.leases.drop(key)
            return None
        request = IncomingRequest(body, key, str(context.get(INTENT) or ""), replayed=replayed)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # Bolt runs listeners in tasks
        self._in_hand[task] = key
        begun, told = self.services.clock(), None
        if key:
            self.leases.begin(key)
        is_ours.set(self.leases.ownership_check(key))
        try:
            await self._rush.wait()
            told = await job(self.services, request)
            if key:
                await self._finish(request, told)
        except NotOursError:
            request.line.outcome = "left"
            log.warning("%s is left to another process", key)
        except PostponedError:
            request.line.outcome = "postponed"
            with log_and_continue(f"Postponing {key}"):
                await self._try_later(key, STORE_RETRY, in_line=True)
        except Exception as error:  # noqa: BLE001  # the one place where every error is handled
            await self._handle_error(request, error)
        finally:
            del self._in_hand[task]
            self.leases.drop(key)
            line = request.line.write(body, self.services.bot, key, self.services.clock() - begun, told)
            if line:
                self.services.count_delivery(line)
        return told

    async def _finish(self, request: IncomingRequest, told: dict[str, Any] | None) -> None:
        notes = request.notes
        self.leases.drop(request.key)  # the lease is no longer needed
        versions = await self.services.store.finish(
            request.key, told, posted=notes.posted(), usage=notes.usage
        )
        self._failed.pop(request.key, None)
        with log_and_continue(f"What follows from {request.key}"):
            await self._correct(request, versions)

    async def _correct(self, request: IncomingRequest, versions: Mapping[str, int]) -> None:
        """Correct the cards and lines of a finished delivery. If the store is away, nobody would do it later."""
        away = False
        while True:
            try:
                await correct_after_finish(self.services, request.notes, versions)
            except (UnavailableError, UnwritableError) as error:
                if not away:
                    log.warning("What follows from %s waits for the store: %s", request.key, error)
                away = True
                await self._sleep(STORE_PAUSE)
            else:
                return

    @property
    def room(self) -> int:
        """How many more deliveries can be in hand."""
        ours = {*self._in_hand.values(), *self._expected, *self.leases.held}
        return max(0, MAX_IN_HAND - len(ours) - self.leases.being_accepted)

    def is_full(self) -> bool:
        """Whether new deliveries must wait in the store for earlier ones."""
        self.overflowed = self.overflowed or not self.room
        return self.overflowed

    def works_on(self, key: str) -> bool:
        return key in self._expected or key in self._in_hand.values()

    def expect(self, key: str, *, coming: bool = True) -> None:
        """A delivery is about to be handled again; with `coming=False`, it is not after all."""
        (self._expected.add if coming else self._expected.discard)(key)

    async def renew_leases(self) -> None:
        """Call every `BEAT` seconds. Cancels work on deliveries that another process has taken over."""
        lost = await self.leases.renew({*self._in_hand.values(), *self._expected})
        for task, key in list(self._in_hand.items()):
            if key in lost:
                log.warning("%s is another process's by now", key)
                task.cancel()

    async def _handle_error(self, request: IncomingRequest, error: Exception) -> None:
        reference = self.services.reference()
        request.line.outcome = f"error {reference}"
        if isinstance(error, LateError):
            log.info("%s came too late: %s", request.key or "An interaction", error)
        elif isinstance(error, _LASTING):  # the sentence says all, and an outage meets every delivery in hand
            log.error("%s while working on %s: %s", reference, request.key or "an interaction", error)
        else:
            log.error("%s while working on %s", reference, request.key or "an interaction", exc_info=error)
        parked = False
        if request.key:
            try:
                parked = await self._record_failure(request, error, reference)
            except StoreError as unrecorded:  # some process will claim it when its lease ends
                log.error("%s could not be recorded: %s", reference, unrecorded)  # noqa: TRY400  # its sentence says all
        if parked:
            await errors.tell(
                self.services, request.body, errors.given_up(request.body, reference, self.services.bot)
            )
        elif not request.replayed:
            told = errors.sentence(error, reference, kept=bool(request.key))
            await errors.tell(self.services, request.body, told)

    async def _record_failure(self, request: IncomingRequest, error: Exception, reference: str) -> bool:
        """Record the failure. Returns whether the delivery is now parked."""
        if isinstance(error, LateError):
            await self.services.store.finish(request.key)
            return False
        times = self._failed.get(request.key, 0)
        if isinstance(error, _LASTING):
            self._failed[request.key] = times + 1
            first = RETRY if isinstance(error, MissingScopeError) else STORE_RETRY
            pause = min(LONGEST_RETRY, first * 2.0 ** min(times, 6))
            await self._try_later(request.key, pause, in_line=not isinstance(error, MissingScopeError))
            return False
        return await self.give_up(request.key, f"{reference} {type(error).__name__}")

    async def _try_later(self, key: str, pause: float, *, in_line: bool = False) -> None:
        await self.leases.release([key], self.services.clock() + pause, in_line=in_line)

    async def give_up(self, key: str, reason: str) -> bool:
        """Count a failure; after `MAX_FAILURES` of them, park the delivery for `tickets parked`. Returns whether it was
        parked."""
        if await self.services.store.fail(key, reason, park=False) < MAX_FAILURES:
            await self._try_later(key, RETRY)
            return False
        await self.services.store.fail(key, reason, park=True)
        return True

    async def drop(self, context: AsyncBoltContext) -> None:
        """Forget a delivery that did nothing; the person will submit it again."""
        if key := context.get(KEY):
            self.leases.drop(str(key))
            await self.services.store.finish(str(key))

    async def stop(self, seconds: float) -> int:
        """Wait at most `seconds` for what is in hand, and start nothing afterwards. Returns how many jobs were left to
        other processes or the next start."""
        left: set[asyncio.Task[Any]] = set()
        if self._in_hand:
            _, left = await asyncio.wait(self._in_hand, timeout=seconds)
        self._stopped = True
        if not left:
            return 0
        keys = [key for task, key in self._in_hand.items() if task in left and key]
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=1.0)  # let them end, so that they send nothing more
        with log_and_continue("Leaving the rest to others"):
            await self.leases.release(keys)
        return len(left)

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while self._in_hand or self._expected:
            await (asyncio.wait(self._in_hand) if self._in_hand else asyncio.sleep(0))
