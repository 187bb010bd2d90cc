"""Which tickets have their thread where."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from zlib import crc32

_MOST_RECENT = 4096


Thread = tuple[str, str]  # its channel and ts


def threads_of(channel: str, thread: str, card: Sequence[str] | None) -> list[Thread]:
    """The threads that belong to a ticket: where it was born, and where its card is: a `Place`, or the same as a list."""
    threads = [(channel, thread)] if thread else []
    if card:
        where = (card[0], card[2] or card[1])
        if where not in threads:
            threads.append(where)
    return threads


def _hash(channel: str, ts: str) -> int:
    """The same in every process, which Python's own is not."""
    return crc32(f"{channel} {ts}".encode(errors="surrogatepass"))


class Threads:
    """Candidates for the tickets of a thread, by its hash: in a sorted array, and a dictionary of the latest.

    What is found may be of another thread with the same hash, or be there no longer; whoever asks looks.
    """

    def __init__(self) -> None:
        self._hashes, self._numbers = array("I"), array("I")
        self._recent: dict[int, list[int]] = {}

    def add(self, threads: list[Thread], number: int) -> None:
        for thread in threads:
            numbers = self._recent.setdefault(_hash(*thread), [])
            if number not in numbers:
                numbers.append(number)
        if len(self._recent) > _MOST_RECENT and len(self._recent) > len(self._hashes) // 2:
            self._settle()

    def _settle(self) -> None:
        for key, numbers in self._recent.items():
            for number in numbers:
                self._hashes.append(key)
                self._numbers.append(number)
        self._recent.clear()
        self.loaded()

    def load(self, threads: list[Thread], number: int) -> None:
        """As `add`, for many that are there before anything is asked; then `loaded`."""
        for thread in threads:
            self._hashes.append(_hash(*thread))
            self._numbers.append(number)

    def loaded(self) -> None:
        order = sorted(range(len(self._hashes)), key=self._hashes.__getitem__)
        self._hashes = array("I", [self._hashes[at] for at in order])
        self._numbers = array("I", [self._numbers[at] for at in order])

    def image(self) -> tuple[bytes, bytes]:
        """See `store.image`."""
        self._settle()
        return self._hashes.tobytes(), self._numbers.tobytes()

    def restore(self, image: tuple[bytes, bytes]) -> None:
        self._hashes, self._numbers = array("I", image[0]), array("I", image[1])

    def find(self, channel: str, thread: str) -> set[int]:
        key = _hash(channel, thread)
        found = set(self._recent.get(key, ()))
        at = bisect_left(self._hashes, key)
        while at < len(self._hashes) and self._hashes[at] == key:
            found.add(self._numbers[at])
            at += 1
        return found
