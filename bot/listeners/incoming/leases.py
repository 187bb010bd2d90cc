"""Which deliveries are this process's to work on, and until when: others take over what a dead process leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from bot.delivery.pacing.turns import LONGEST_CALL
from store.protocol import TicketStore

TERM = 30.0  # seconds that a lease lasts
BEAT = 5.0  # seconds between two renewals
MARGIN = LONGEST_CALL + 2.0  # seconds of a lease that have to be left when something is sent


class Leases:
    """`owner` names this process; `now` is in seconds since 1970, and agrees with the other processes' within a second."""

    def __init__(self, store: TicketStore, owner: str, now: Callable[[], float]) -> None:
        self._store, self.owner, self._now = store, owner, now
        self._until: dict[str, float] = {}
        self._to_release: dict[str, tuple[float, bool]] = {}
        self._releasing: asyncio.Future[None] | None = None
        self.postponed = 0  # times that something was released to be done later, in its place
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

    def begin(self, key: str) -> None:
        """It is in hand. Should its lease be over, it may be renewed yet."""
        self._until.setdefault(key, 0.0)

    def _is_safe(self, key: str) -> bool:
        """Whether no other process can have taken it over before a call to Slack that begins now has ended."""
        return self._until.get(key, 0.0) - self._now() > MARGIN

    def drop(self, key: str) -> None:
        """It is done, or another's."""
        self._until.pop(key, None)

    async def renew(self, keys: Collection[str]) -> list[str]:
        """Of `keys`, which are in hand, those that turn out to be another's by now. Raises `StoreError`."""
        await self.release_rest()
        now = self._now()
        # What is held and not in hand, nobody has begun with: it is left to be claimed.
        self._until = {key: end for key, end in self._until.items() if key in keys or end > now}
        return await self._renew([key for key in self._until if key in keys])

    async def _renew(self, asked: Sequence[str]) -> list[str]:
        """Those that are another's."""
        until = self.end_of_term()
        renewed = set(await self._store.renew(self.owner, asked, until)) if asked else set()
        held = [key for key in asked if key in self._until]  # still: the others are done meanwhile
        self._until |= dict.fromkeys((key for key in held if key in renewed), until)
        return [key for key in held if key not in renewed]

    async def release(self, keys: Collection[str], until: float = 0.0, *, in_line: bool = False) -> None:
        """Leave them to whoever claims them, from `until` on; `in_line`, others of their threads wait for them. Where the
        store does not answer, that is done later. Raises `StoreError`.
        """
        self.postponed += in_line
        for key in keys:
            self.drop(key)
            self._to_release[key] = (until, in_line)
        await self.release_rest()

    async def release_rest(self) -> None:
        """What could not be released so far. Until then this process's own are taken to be in hand. Raises `StoreError`."""
        while self._to_release:  # also what came while others were on their way
            if self._releasing is None or self._releasing.done():
                self._releasing = asyncio.ensure_future(self._release_all())
                self._releasing.add_done_callback(self._released)
            await asyncio.shield(self._releasing)

    def _released(self, done: "asyncio.Future[None]") -> None:
        if self._releasing is done:
            self._releasing = None
        if not done.cancelled():
            done.exception()

    async def _release_all(self) -> None:
        """In a statement or two, however many there are: the store may be short of time."""
        for in_line in (True, False):
            some = {key: until for key, (until, stays) in self._to_release.items() if stays is in_line}
            if some:
                await self._store.release(self.owner, list(some), max(some.values()), in_line=in_line)
                self._to_release = {
                    key: left for key, left in self._to_release.items() if some.get(key) != left[0]
                }

    def holding(self, key: str) -> Callable[[], Awaitable[bool]]:
        """Whether `key` is still this process's, for long enough to send something: to be asked later. What has no key is
        not kept, and no other process knows of it."""

        async def is_held() -> bool:
            return not key or self._is_safe(key) or not await self._renew([key])

        return is_held
