"""What is found by a value: the commit of an idempotency key, the tickets of a thread."""

from typing import NamedTuple

from store.models.tickets import Record
from store.protocol import KEY_LIFETIME

_PRUNE_AT = 1000  # keys


class Key(NamedTuple):
    """The place in the journal of the commit that a key made, and when that was."""

    place: int
    timestamp: float


class Keys:
    """Idempotency keys, for as long as they are known. `now` is the time of the newest commit."""

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
        """The time before which keys are not known any more."""
        return self.now - KEY_LIFETIME

    def find(self, key: str) -> int | None:
        found = self.keys.get(key)
        return found.place if found and found.timestamp >= self.oldest else None


class Threads:
    """Which tickets have their thread where: candidates, to be looked at, for threads with one hash are one here."""

    def __init__(self) -> None:
        self._numbers: dict[int, tuple[int, ...]] = {}

    def add(self, record: Record, number: int) -> None:
        for thread in threads_of(record):
            known = self._numbers.get(hash(thread), ())
            if number not in known:
                self._numbers[hash(thread)] = (*known, number)

    def find(self, channel: str, thread: str) -> list[int]:
        """In the order of numbers."""
        return sorted(self._numbers.get(hash((channel, thread)), ()))


def threads_of(record: Record) -> list[tuple[str, str]]:
    """The threads that belong to a ticket, each its channel and ts: where it was made, and where its card is."""
    origin = record.origin
    threads = [(origin.channel, origin.thread)] if origin.thread else []
    if card := record.card:
        threads.append((card.channel, card.thread or card.ts))
    return threads
