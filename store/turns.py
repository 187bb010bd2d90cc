"""What processes share of a store that only one of them has open: it is in memory."""

from collections import defaultdict, deque
from functools import cached_property

from store.commands import number_or_raise

_MINUTE = 60


class LocalTurns:
    """To inherit from; every method as in `store.protocol`. Once a minute has passed nothing of it matters any more."""

    @cached_property
    def _next_turns(self) -> dict[str, float]:
        return {}

    @cached_property
    def _drawn(self) -> dict[int, int]:
        return {}

    @cached_property
    def _calls(self) -> defaultdict[str, deque[float]]:
        return defaultdict(deque)

    async def reserve_turn(self, channel: str, now: float, pace: float) -> float:
        turn = max(now, self._next_turns.get(channel, now))
        self._next_turns[channel] = turn + pace
        return turn

    async def mark_card_drawn(self, ticket_id: str, version: int) -> bool:
        number = number_or_raise(ticket_id)
        newer = number not in self._drawn or version > self._drawn[number]
        if newer:
            self._drawn[number] = version
        return newer

    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool:
        calls = self._calls[user_id]
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        allowed = len(calls) < per_minute
        if allowed:
            calls.append(now)
        return allowed
