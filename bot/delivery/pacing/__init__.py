"""Whose turn it is in a channel: one call after the other there, and a pace between its messages, in all processes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from slack_sdk.errors import SlackApiError

from bot.delivery.pacing.ownership import check_ownership
from bot.delivery.pacing.queues import Queues
from bot.delivery.pacing.turns import Turns
from bot.delivery.retry import read_failure, wait_after

PACE = 1.0  # seconds between two messages in one channel, Slack's own limit
LONGEST = 60.0  # seconds that a channel is left alone because Slack said so to another call


class Pacing:
    """Nothing is kept of a channel where nothing waits."""

    def __init__(self, turns: Turns, pace: float = PACE) -> None:
        self._turns, self._pace = turns, pace
        self._queues = Queues()

    def turn(self, name: str) -> AbstractAsyncContextManager[None]:
        """Alone with what `name` stands for in this process, in the order of asking."""
        return self._queues.turn(name)

    @asynccontextmanager
    async def reserved(self, channel: str) -> AsyncIterator[None]:
        """From when the next message may be posted there: `posting` need not wait then."""
        next_at = await self._wait(channel)
        try:
            yield
        finally:
            await self._turns.end(channel, next_at)  # where nothing was posted

    @asynccontextmanager
    async def posting(self, channel: str) -> AsyncIterator[None]:
        """Around one try to post there, when its turn has come. Raises `NotOursError`."""
        if not self._turns.holds(channel):
            await self._wait(channel)
        pause = 0.0
        try:
            await check_ownership()
            yield
        except SlackApiError as error:
            failure = read_failure(error)
            if failure.limited:
                pause = min(LONGEST, wait_after(failure, 0, self._turns.now(), 0.0))
            raise
        finally:
            # When it arrived is not known, but not after its answer.
            await self._turns.end(channel, self._turns.now() + max(self._pace, pause))

    async def _wait(self, channel: str) -> float:
        """Until it is this process's turn, and a message's; the time since when it was."""
        next_at = await self._turns.take(channel)
        left = min(LONGEST, next_at - self._turns.now())
        if left > 0:
            if left > PACE:
                await self._turns.take(channel, left)
            await self._turns.sleep(left)
        return next_at

    def __len__(self) -> int:
        """How many queues are remembered."""
        return len(self._queues)
