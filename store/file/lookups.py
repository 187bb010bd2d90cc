"""Lookups: the commit of an idempotency key, the tickets of a thread, the usage of the model by day."""

from datetime import date
from typing import NamedTuple

from store.models.deliveries import UsageDay
from store.models.tickets import Json, Record
from store.protocol import KEY_LIFETIME

_PRUNE_AT = 1000  # keys; below, expired ones are not removed


class Key(NamedTuple):
    """The journal place and the time of a key's commit."""

    place: int
    timestamp: float


class Keys:
    """Idempotency keys, for `KEY_LIFETIME`. `now` is the time of the newest commit."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}
        self.now = 0.0
        self._prune_at = _PRUNE_AT

    def add(self, key: str, place: int, timestamp: float) -> None:
        self.now = max(self.now, timestamp)
        if key:
            self.keys.pop(key, None)
            self.keys[key] = Key(place, timestamp)
        if len(self.keys) >= self._prune_at:
            self.keys = {key: each for key, each in self.keys.items() if each.timestamp >= self.oldest}
            self._prune_at = max(2 * len(self.keys), _PRUNE_AT)

    @property
    def oldest(self) -> float:
        """Keys from before this time have expired."""
        return self.now - KEY_LIFETIME

    def find(self, key: str) -> int | None:
        found = self.keys.get(key)
        return found.place if found and found.timestamp >= self.oldest else None


class Threads:
    """Candidate tickets by thread. Callers must check them, as only the hashes of threads are stored."""

    def __init__(self) -> None:
        self._numbers: dict[int, tuple[int, ...]] = {}

    def add(self, record: Record, number: int) -> None:
        for thread in threads_of(record):
            known = self._numbers.get(hash(thread), ())
            if number not in known:
                self._numbers[hash(thread)] = (*known, number)

    def find(self, channel: str, thread: str) -> list[int]:
        """The candidates' numbers, in order."""
        return sorted(self._numbers.get(hash((channel, thread)), ()))


def threads_of(record: Record) -> list[tuple[str, str]]:
    """A ticket's threads as channel and ts: the one it was created in, and the one of its card."""
    origin = record.origin
    threads = [(origin.channel, origin.thread)] if origin.thread else []
    if card := record.card:
        threads.append((card.channel, card.thread or card.ts))
    return threads


class Usage:
    """`days` has for each ISO date, in no order: messages, those that rules understood, calls, tokens."""

    def __init__(self) -> None:
        self.days: dict[str, list[int]] = {}

    def add(self, usage: Json) -> None:
        """Count one message, encoded by `encode_usage`."""
        row = self.days.get(usage["day"], [0, 0, 0, 0])
        more = (1, usage["rules"], usage["calls"], usage["tokens"])
        self.days[usage["day"]] = [one + other for one, other in zip(row, more, strict=True)]

    def tokens(self, day: date) -> int:
        return self.days.get(day.isoformat(), [0, 0, 0, 0])[3]

    def latest(self, count: int) -> list[UsageDay]:
        newest = sorted(self.days, reverse=True)[:count]
        return [UsageDay(date.fromisoformat(day), *self.days[day]) for day in newest]
