"""Turns and pacing per channel, across processes: one call at a time, and a pause between two messages."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bot.delivery.pacing.ownership import check_ownership
from bot.delivery.pacing.queues import Queues
from bot.delivery.pacing.turns import Turns
from bot.delivery.retry import FailedCallError, wait_after

PACE = 1.0  # seconds between two messages in one channel; Slack's limit
MAX_WAIT = 60.0  # seconds to wait at most because Slack rate-limited an earlier call in the channel


class Pacing:
    """Keeps nothing about channels in which no call waits."""

    def __init__(self, turns: Turns, pace: float = PACE) -> None:
        self._turns, self._pace = turns, pace
        self._queues = Queues()

    def turn(self, name: str) -> AbstractAsyncContextManager[None]:
        """Exclusive use of `name` within this process, first come, first served."""
        return self._queues.turn(name)

    @asynccontextmanager
    async def reserved(self, channel: str) -> AsyncIterator[None]:
        """Wait until a message may be posted in the channel and hold its turn, so that `posting` need not wait."""
        next_at = await self._wait_for_turn(channel)
        try:
            yield
        finally:
            await self._turns.end(channel, next_at)  # no effect if `posting` has ended the turn

    @asynccontextmanager
    async def posting(self, channel: str) -> AsyncIterator[None]:
        """Hold the channel's turn for one attempt to post. Raises `NotOursError`."""
        if not self._turns.holds(channel):
            await self._wait_for_turn(channel)
        pause = 0.0
        try:
            await check_ownership()
            yield
        except FailedCallError as failure:
            if failure.limited:
                pause = min(MAX_WAIT, wait_after(failure, 0, self._turns.now(), 0.0))
            raise
        finally:
            # Slack received the message at some time before its answer, so count the pause from now.
            await self._turns.end(channel, self._turns.now() + max(self._pace, pause))

    async def _wait_for_turn(self, channel: str) -> float:
        """Wait for the channel's turn and its pause. Returns the time since which a message was allowed."""
        next_at = await self._turns.take(channel)
        left = next_at - self._turns.now()
        if left > MAX_WAIT + PACE:  # no pause is that long: the clock was set back since
            left = PACE
        if left > 0:
            if left > PACE:
                await self._turns.take(channel, left)
            await self._turns.sleep(left)
        return next_at

    def __len__(self) -> int:
        """The number of queues kept."""
        return len(self._queues)
