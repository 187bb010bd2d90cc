"""Answers of Slack's that are remembered: asked for once by many, forgotten when an event says so, and not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from bot.delivery.recent import Recent

FRESH = 300.0  # seconds that an answer is believed, should no event ever take it back
SILENCE = 60.0  # seconds without a sign of Slack's events after which what they would have said is not known
JUST_ASKED = 10.0  # seconds that an answer is believed all the same


class _Answer(NamedTuple):
    value: Any
    at: float


class Memory:
    """`clock` is in seconds, monotonic; `most` answers are remembered. `catch_up` is awaited before one is believed: it
    forgets what other processes have heard to be no longer so."""

    def __init__(
        self, clock: Callable[[], float], most: int, catch_up: Callable[[], Awaitable[None]]
    ) -> None:
        self._clock, self._catch_up = clock, catch_up
        self._answers: Recent[str, _Answer] = Recent(most)
        self._flights: dict[str, asyncio.Task[Any]] = {}
        self._heard = clock()

    def heard(self) -> None:
        """Slack's events arrive. If there was no sign of them for too long, what they would have said is not known."""
        if self._is_silent():
            self.clear()
        self._heard = self._clock()

    def _is_silent(self) -> bool:
        return self._clock() - self._heard >= SILENCE

    async def ask(
        self,
        key: str,
        find: Callable[[], Awaitable[Any]],
        max_age: float = FRESH,
        *,
        caught_up: bool = False,
    ) -> Any:
        """What `find` returns, or has returned at most `max_age` seconds ago. Many who ask at once wait for one answer.
        `caught_up`: this very answer was preceded by another, so that what others have heard is known."""
        if not caught_up:
            await self._catch_up()
        if (known := self._believed(key, max_age)) is not None:
            return known.value
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._fly(key, find))
            flight.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(flight)

    def known(self, key: str) -> Any:
        """What is remembered and believed, as of the last time that somebody asked for anything; None for nothing."""
        found = self._believed(key, FRESH)
        return found and found.value

    def _believed(self, key: str, max_age: float) -> _Answer | None:
        oldest = min(max_age, JUST_ASKED if self._is_silent() else FRESH)
        known = self._answers.get(key)
        return known if known and self._clock() - known.at < oldest else None

    async def _fly(self, key: str, find: Callable[[], Awaitable[Any]]) -> Any:
        asked, this = self._clock(), asyncio.current_task()
        try:
            value = await find()
        finally:
            current = self._flights.get(key) is this
            if current:
                del self._flights[key]
        if current:  # otherwise an event has overtaken it: good for those who wait, and for nobody after them
            self._answers[key] = _Answer(value, asked)
        return value

    def forget(self, *keys: str) -> None:
        for key in keys:
            self._answers.pop(key, None)
            self._flights.pop(key, None)

    def replace(self, key: str, change: Callable[[Any], Any]) -> None:
        """Change what is remembered, if it is, as an event says; an answer that is on its way may be older."""
        self._flights.pop(key, None)
        if known := self._answers.get(key):
            self._answers[key] = known._replace(value=change(known.value))

    def clear(self) -> None:
        self._answers.clear()
        self._flights.clear()

    def __len__(self) -> int:
        return len(self._answers)
