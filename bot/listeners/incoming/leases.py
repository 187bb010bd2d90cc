"""Which deliveries are this process's to work on, and until when: others take over what a dead process leaves."""

from collections.abc import Callable, Collection

from bot.delivery.turns import LONGEST_CALL
from store.protocol import TicketStore

TERM = 30.0  # seconds that a lease lasts
BEAT = 5.0  # seconds between two renewals
MARGIN = LONGEST_CALL + 2.0  # seconds of a lease that have to be left when something is sent


class Leases:
    """`owner` names this process; `now` is in seconds since 1970, and agrees with the other processes' within a second."""

    def __init__(self, store: TicketStore, owner: str, now: Callable[[], float]) -> None:
        self._store, self.owner, self._now = store, owner, now
        self._until: dict[str, float] = {}
        self.accepting = 0  # deliveries that are being written, for this process
        self.left_at = 0.0  # when something was accepted last that is to be claimed, by whoever comes first

    @property
    def held(self) -> Collection[str]:
        return self._until.keys()

    def end_of_term(self) -> float:
        """Of a lease that begins now."""
        return self._now() + TERM

    def hold(self, key: str, until: float) -> None:
        """The store has given this process the delivery."""
        self._until[key] = until

    def is_safe(self, key: str) -> bool:
        """Whether no other process can have taken it over before a call to Slack that begins now has ended."""
        return self._until.get(key, 0.0) - self._now() > MARGIN

    def drop(self, key: str) -> None:
        """It is done, or another's."""
        self._until.pop(key, None)

    async def renew(self, keys: Collection[str]) -> list[str]:
        """Of `keys`, which are in hand, those that turn out to be another's by now. Raises `StoreError`."""
        now, until = self._now(), self.end_of_term()
        # What is held and not in hand, nobody has begun with: it is left to be claimed.
        self._until = {key: end for key, end in self._until.items() if key in keys or end > now}
        asked = [key for key in self._until if key in keys]
        renewed = set(await self._store.renew(self.owner, asked, until)) if asked else set()
        held = [key for key in asked if key in self._until]  # still: the others are done meanwhile
        self._until |= dict.fromkeys((key for key in held if key in renewed), until)
        return [key for key in held if key not in renewed]

    async def release(self, keys: Collection[str], until: float = 0.0) -> None:
        """Leave them to whoever claims them, from `until` on. Raises `StoreError`."""
        for key in keys:
            self.drop(key)
        if keys:
            await self._store.release(self.owner, list(keys), until)

    def holding(self, key: str) -> Callable[[], bool]:
        """What `is_safe` says of `key`, to be asked later. What has no key is not kept, and no other process knows of it."""
        return lambda: not key or self.is_safe(key)
