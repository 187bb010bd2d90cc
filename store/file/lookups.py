"""Lookups: the commit of an idempotency key, the tickets of a thread, the usage of the model by day."""

from collections.abc import Iterator
from typing import NamedTuple

from store.models.tickets import Json, Record
from store.protocol import KEY_LIFETIME

_PRUNE_AT = 1000  # keys; below, expired ones are not removed


class Key(NamedTuple):
    """The journal place and the time of a key's commit."""

    place: int
    timestamp: float


class Keys:
    """Idempotency keys, for `KEY_LIFETIME` before the newest commit."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._now = 0.0
        self._prune_at = _PRUNE_AT

    def load(self, keys: dict[str, Key]) -> None:
        self._keys |= keys
        self._now = max([self._now, *(key.timestamp for key in keys.values())])

    def add(self, key: str, place: int, timestamp: float) -> None:
        self._now = max(self._now, timestamp)
        if key:
            self._keys.pop(key, None)
            self._keys[key] = Key(place, timestamp)
        if len(self._keys) >= self._prune_at:
            self._keys = dict(self.unexpired())
            self._prune_at = max(2 * len(self._keys), _PRUNE_AT)

    def find(self, key: str) -> int | None:
        found = self._keys.get(key)
        return found.place if found and found.timestamp >= self._now - KEY_LIFETIME else None

    def unexpired(self) -> Iterator[tuple[str, Key]]:
        """The keys as they are now; read them at any time, on any thread."""
        keys, oldest = list(self._keys.items()), self._now - KEY_LIFETIME
        return ((key, each) for key, each in keys if each.timestamp >= oldest)


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
    """A ticket's threads as channel and ts: the one it was created in, and the one of its card; and likewise the
    message that it was made from."""
    origin = record.origin
    threads = [(origin.channel, ts) for ts in {origin.thread, origin.message} if ts]
    if card := record.card:
        threads.append((card.channel, card.thread or card.ts))
    return threads


def count_usage(days: dict[str, list[int]], usage: Json) -> None:
    """Add one message, encoded by `encode_usage`, to its day. Each ISO date has its counts: messages, those that rules
    understood, calls, tokens. They are replaced, never modified."""
    more = (1, usage["rules"], usage["calls"], usage["tokens"])
    counts = days.get(usage["day"], [0, 0, 0, 0])
    days[usage["day"]] = [one + other for one, other in zip(counts, more, strict=True)]
