"""Limits on model calls: tokens a day for everybody, calls a minute for each person."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Protocol

from bot.parser.message import Via
from store.models.tickets import MessageUsage

# Assumed cost of a call in flight, so that many at once do not overspend.
EXPECTED_TOKENS = 300


class OverBudgetError(Exception):
    """The call may not be made. The message is one sentence for the person."""


class Ledger(Protocol):
    """The part of the store that counts usage, including that of other processes and from before a restart."""

    async def tokens_used(self, day: date) -> int: ...
    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool: ...


class Budget:
    """Enforces, before each call, `daily` tokens a day (0: no calls) and `per_minute` calls a minute for each
    person.

    `now` is in seconds since 1970; `today` is the day on which tokens are booked.
    """

    def __init__(
        self,
        ledger: Ledger,
        daily: int,
        *,
        now: Callable[[], float],
        today: Callable[[], date],
        per_minute: int = 10,
    ) -> None:
        self._ledger, self._daily, self._per_minute = ledger, daily, per_minute
        self._now, self._today = now, today
        self._flying = 0
        self._day = date.min
        self._used = 0  # tokens used on that day, including those that the ledger does not know yet

    @asynccontextmanager
    async def call(self, who: str) -> AsyncIterator[None]:
        """Wrap one model call by `who` and the counting of its cost. Raises `OverBudgetError`."""
        booked = await self._ledger.tokens_used(self._begin_day())
        self._used = max(self._used, booked)
        if self._used + (self._flying + 1) * EXPECTED_TOKENS > self._daily:
            raise OverBudgetError("Today's budget for the language model is used up.")
        if not await self._ledger.allow_call(who, self._now(), self._per_minute):
            raise OverBudgetError("You have asked the language model often in this minute.")
        self._flying += 1
        try:
            yield
        finally:
            self._flying -= 1

    def _begin_day(self) -> date:
        today = self._today()
        if today != self._day:
            self._day, self._used = today, 0
        return today

    def count(self, who: str, via: Via, tokens: int, calls: int) -> MessageUsage:
        """Count a message by `who` and its cost. The commit that answers the message must store the result."""
        day = self._begin_day()
        self._used += tokens
        return MessageUsage(day, who, via, tokens, calls)
