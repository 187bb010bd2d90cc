"""A circuit breaker: after so many failures in a row, nobody waits for what is broken. Pure but for its clock."""

from collections.abc import Callable


class Breaker:
    """Lets calls through until `limit` of them failed in a row; then one every `rest` seconds, until one succeeds.

    `clock` counts seconds and never goes back.
    """

    def __init__(self, clock: Callable[[], float], limit: int = 5, rest: float = 30.0) -> None:
        self._clock, self._limit, self._rest = clock, limit, rest
        self._failures = 0
        self._until = float("-inf")

    @property
    def closed(self) -> bool:
        """Whether a call would be let through now."""
        return self._failures < self._limit or self._clock() >= self._until

    def enter(self) -> bool:
        """Whether this call may be made. While resting, the one that is let through moves the next `rest` away."""
        if not self.closed:
            return False
        if self._failures >= self._limit:
            self._until = self._clock() + self._rest
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> bool:
        """Count a failure; whether this one made it rest."""
        self._failures += 1
        self._until = self._clock() + self._rest
        return self._failures == self._limit
