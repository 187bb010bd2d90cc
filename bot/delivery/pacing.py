"""Whose turn it is in a channel: one call after the other there, and a pace between its messages."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from bot.delivery.queues import Queues

PACE = 1.0  # seconds between two messages in one channel, Slack's own limit
MOST = 256  # channels whose last message is remembered without need


class Pacing:
    """`clock` is in seconds, monotonic. Nothing is kept of a channel where nothing waits and nothing was just said."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        pace: float = PACE,
    ) -> None:
        self._clock, self._sleep, self._pace = clock, sleep, pace
        self._queues = Queues()
        self._next: dict[str, float] = {}

    def turn(self, name: str) -> AbstractAsyncContextManager[None]:
        """Alone with what `name` stands for, in the order of asking."""
        return self._queues.turn(name)

    async def wait(self, channel: str) -> None:
        """Until the next message may be posted there."""
        left = self._next.get(channel, 0.0) - self._clock()
        if left > 0:
            await self._sleep(left)

    def posting(self, channel: str) -> None:
        """A message is on its way there now; also one that is tried again."""
        now = self._clock()
        if len(self._next) >= MOST:
            self._next = {name: at for name, at in self._next.items() if at > now}
        self._next[channel] = now + self._pace

    def __len__(self) -> int:
        """How many channels and queues are remembered."""
        return len(self._queues) + len(self._next)
