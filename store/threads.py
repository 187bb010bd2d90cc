"""Which tickets have their thread where."""

from array import array
from bisect import bisect_left

_MOST_RECENT = 4096


class Threads:
    """Candidates for the tickets of a thread, by its hash: in a sorted array, and a dictionary of the latest.

    What is found may be of another thread with the same hash, or be there no longer; whoever asks looks.
    """

    def __init__(self) -> None:
        self._hashes, self._numbers = array("q"), array("I")
        self._recent: dict[int, list[int]] = {}

    def add(self, channel: str, thread: str, number: int) -> None:
        key = hash((channel, thread))
        numbers = self._recent.get(key)
        if numbers is None:
            self._recent[key] = [number]
            if len(self._recent) > _MOST_RECENT and len(self._recent) > len(self._hashes) // 2:
                self._settle()
        elif number not in numbers:
            numbers.append(number)

    def _settle(self) -> None:
        pairs = list(zip(self._hashes, self._numbers, strict=True))
        pairs += [(key, number) for key, numbers in self._recent.items() for number in numbers]
        pairs.sort()
        self._hashes = array("q", [key for key, _ in pairs])
        self._numbers = array("I", [number for _, number in pairs])
        self._recent.clear()

    def find(self, channel: str, thread: str) -> set[int]:
        key = hash((channel, thread))
        found = set(self._recent.get(key, ()))
        at = bisect_left(self._hashes, key)
        while at < len(self._hashes) and self._hashes[at] == key:
            found.add(self._numbers[at])
            at += 1
        return found
