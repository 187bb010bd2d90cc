"""Slack's ids and message timestamps. They are counted, so that the same actions yield the same ids; secrets are random."""

import hashlib
import secrets
from collections import Counter

from bot.local.fakeslack.clock import Clock


class Ids:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._first = 0
        self._counted: Counter[str] = Counter()
        self._second = 0
        self._within = 0

    def begin(self, at: float) -> None:
        """Avoid ids and timestamps of an earlier run, which stores may remember. `at` is the time of this start, in seconds
        since 1970."""
        self._first = int(at * 1000)
        self._second, self._within = int(at), int(at % 1 * 1_000_000)

    def turn_back(self, at: float) -> None:
        """Let timestamps continue from `at`, in seconds since 1970. Only for a workspace without messages."""
        self._second, self._within = int(at), 0

    def next(self, prefix: str) -> str:
        """An id such as `C0000000001`, with Slack's prefix for its kind."""
        self._counted[prefix] += 1
        return f"{prefix}{self._first + self._counted[prefix]:010d}"

    def token(self, kind: str) -> str:
        """24 hexadecimal digits, derived from a counter for each kind."""
        return hashlib.sha256(self.next(kind).encode()).hexdigest()[:24]

    def secret(self) -> str:
        """24 random hexadecimal digits, for URLs and ids that grant access."""
        return secrets.token_hex(12)

    def uuid(self, kind: str) -> str:
        digits = hashlib.sha256(self.next(kind).encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"

    def ts(self) -> str:
        """A message timestamp that is later than all before it, even if the clock stood still or went back."""
        second = max(int(self._clock.time()), self._second)
        self._within = self._within + 1 if second == self._second else 1
        self._second = second
        return f"{second}.{self._within:06d}"
