"""Lookups: the commit of an idempotency key, the threads of a ticket, the usage of the model by day."""

from collections.abc import Iterator
from math import inf

from store.models.tickets import Json, Record
from store.protocol import KEY_LIFETIME

_PRUNE_AT = 1000  # keys; below, expired ones are not removed


class Keys:
    """Idempotency keys, for `KEY_LIFETIME` before the newest commit: the journal place and the time of their commits."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[int, float]] = {}
        self._now = 0.0
        self._prune_at = _PRUNE_AT

    def add(self, key: str, place: int, timestamp: float) -> None:
        self._now = max(self._now, timestamp)
        if key:
            self._keys.pop(key, None)
            self._keys[key] = place, timestamp
        if len(self._keys) >= self._prune_at:
            self._keys = dict(self.unexpired())
            self._prune_at = max(2 * len(self._keys), _PRUNE_AT)

    def find(self, key: str) -> int | None:
        """The place of the commit."""
        place, timestamp = self._keys.get(key, (0, -inf))
        return place if timestamp >= self._now - KEY_LIFETIME else None

    def unexpired(self) -> Iterator[tuple[str, tuple[int, float]]]:
        """The keys as they are now; read them at any time, on any thread."""
        keys, oldest = list(self._keys.items()), self._now - KEY_LIFETIME
        return (each for each in keys if each[1][1] >= oldest)


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
