"""Caches Slack's answers. Concurrent requests share one call; events and age invalidate entries."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from bot.delivery.recent import RecentDict

FRESH = 300.0  # seconds that an answer is valid, unless an event invalidates it
SILENCE = 60.0  # seconds without a sign of Slack's events, after which some may have been missed
SILENT_MAX_AGE = 10.0  # seconds that an answer is valid during such a silence


class _Answer(NamedTuple):
    value: Any
    at: float


class AnswerCache:
    """`clock` is monotonic, in seconds; at most `most` answers are kept. `catch_up` is awaited before a cached answer is
    used: it forgets what other processes have announced as changed."""

    def __init__(
        self, clock: Callable[[], float], most: int, catch_up: Callable[[], Awaitable[None]]
    ) -> None:
        self._clock, self._catch_up = clock, catch_up
        self._answers: RecentDict[str, _Answer] = RecentDict(most)
        self._in_flight: dict[str, asyncio.Task[Any]] = {}
        self._last_connected = clock()

    def note_connected(self) -> None:
        """Slack's events reach this process. After too long a silence everything is forgotten: events may have been
        missed."""
        if self._is_silent():
            self.clear()
        self._last_connected = self._clock()

    def _is_silent(self) -> bool:
        return self._clock() - self._last_connected >= SILENCE

    async def ask(
        self,
        key: str,
        find: Callable[[], Awaitable[Any]],
        max_age: float = FRESH,
        *,
        caught_up: bool = False,
    ) -> Any:
        """The cached answer if it is at most `max_age` seconds old, else the result of `find`. Concurrent callers share it.
        `caught_up`: the caller has just asked for something else, so other processes' announcements are already read."""
        if not caught_up:
            await self._catch_up()
        if (known := self._find_valid(key, max_age)) is not None:
            return known.value
        task = self._in_flight.get(key)
        if task is None:
            task = self._in_flight[key] = asyncio.create_task(self._fetch(key, find))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(task)

    def peek(self, key: str) -> Any:
        """The cached answer, without asking Slack or reading announcements; None if there is none that is valid."""
        found = self._find_valid(key, FRESH)
        return found and found.value

    def _find_valid(self, key: str, max_age: float) -> _Answer | None:
        oldest = min(max_age, SILENT_MAX_AGE if self._is_silent() else FRESH)
        known = self._answers.get(key)
        return known if known and self._clock() - known.at < oldest else None

    async def _fetch(self, key: str, find: Callable[[], Awaitable[Any]]) -> Any:
        asked, this = self._clock(), asyncio.current_task()
        try:
            value = await find()
        finally:
            current = self._in_flight.get(key) is this
            if current:
                del self._in_flight[key]
        if current:  # else the entry was forgotten meanwhile: good for those who wait, but not kept
            self._answers[key] = _Answer(value, asked)
        return value

    def forget(self, *keys: str) -> None:
        for key in keys:
            self._answers.pop(key, None)
            self._in_flight.pop(key, None)

    def replace(self, key: str, change: Callable[[Any], Any]) -> None:
        """Apply an event to a cached answer. A call in flight may predate the event, so its answer will not be cached."""
        self._in_flight.pop(key, None)
        if known := self._answers.get(key):
            self._answers[key] = known._replace(value=change(known.value))

    def clear(self) -> None:
        self._answers.clear()
        self._in_flight.clear()

    def __len__(self) -> int:
        return len(self._answers)
