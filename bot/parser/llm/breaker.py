"""A circuit breaker: after too many failures in a row, calls fail at once. Pure, except for the clock."""

from collections.abc import Callable


class Breaker:
    """Lets calls through until `limit` fail in a row; then one every `rest` seconds (of `clock`), until one succeeds."""

    def __init__(self, clock: Callable[[], float], limit: int = 5, rest: float = 30.0) -> None:
        self._clock, self._limit, self._rest = clock, limit, rest
        self._failures = 0
        self._until = float("-inf")

    @property
    def closed(self) -> bool:
        """Whether a call would be let through now."""
        return self._failures < self._limit or self._clock() >= self._until

    def enter(self) -> bool:
        """Whether this call may be made. While the breaker rests, each call let through restarts the `rest` period."""
        if not self.closed:
            return False
        if self._failures >= self._limit:
            self._until = self._clock() + self._rest
        return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> bool:
        """Count a failure. True if it opened the breaker."""
        self._failures += 1
        self._until = self._clock() + self._rest
        return self._failures == self._limit
