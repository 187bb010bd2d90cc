"""Slack's ids and message timestamps, counted rather than drawn: the same acts give the same ids. Secrets are drawn."""

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
        """Give no id and no timestamp of an earlier start, which what outlives it may remember. `at` is when this
        one is, in seconds since 1970."""
        self._first = int(at * 1000)
        self._second, self._within = int(at), int(at % 1 * 1_000_000)

    def turn_back(self, at: float) -> None:
        """Let timestamps go on from `at`, in seconds since 1970: only for a workspace without messages."""
        self._second, self._within = int(at), 0

    def next(self, prefix: str) -> str:
        """Such as `C0000000001`, by the prefix that Slack gives that kind of thing."""
        self._counted[prefix] += 1
        return f"{prefix}{self._first + self._counted[prefix]:010d}"

    def token(self, kind: str) -> str:
        """24 hexadecimal digits, the n-th of its kind."""
        return hashlib.sha256(self.next(kind).encode()).hexdigest()[:24]

    def secret(self) -> str:
        """24 hexadecimal digits that nobody can guess: whoever has them may act by them."""
        return secrets.token_hex(12)

    def uuid(self, kind: str) -> str:
        digits = hashlib.sha256(self.next(kind).encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"

    def ts(self) -> str:
        """A message timestamp: later than every one before it, also where the clock stood still or went back."""
        second = max(int(self._clock.time()), self._second)
        self._within = self._within + 1 if second == self._second else 1
        self._second = second
        return f"{second}.{self._within:06d}"
