"""Leases on deliveries: which ones this process works on, and until when. Other processes take over from a dead one."""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress

from bot.delivery.pacing.turns import LONGEST_CALL
from store.errors import StoreError
from store.models.deliveries import Delivery
from store.protocol import TicketStore

TERM = 30.0  # seconds that a lease lasts
BEAT = 5.0  # seconds between two renewals
CLAIM_WAIT = 1.0  # seconds that a delivery waits for claimed ones to begin; Slack waits three
MARGIN = LONGEST_CALL + 2.0  # seconds of the lease that must be left before something is sent


class Leases:
    """`owner` names this process. `now` is in seconds since 1970; all processes' clocks must agree within a second."""

    def __init__(self, store: TicketStore, owner: str, now: Callable[[], float]) -> None:
        self._store, self.owner, self._now = store, owner, now
        self._until: dict[str, float] = {}
        self._claims = 0  # claims that the store has not answered yet
        # Threads of claimed deliveries, by key, until work on them begins.
        self._to_begin: dict[str, str] = {}
        self._progress = asyncio.Event()  # replaced when it is set
        self._to_release: dict[str, tuple[float, bool]] = {}
        self._releasing: asyncio.Future[None] | None = None
        # How often earlier deliveries of some thread came to be done later than this process thought.
        self.postponed = 0
        # Whether the store may have leased deliveries to this process that it does not know of, as an answer was lost.
        self.unanswered = False
        self._accepting = Counter[str]()  # keys of deliveries being written for this process
        self.left_at = 0.0  # when a delivery was last accepted without a lease, for any process to claim

    @property
    def held(self) -> Collection[str]:
        return self._until.keys()

    def end_of_term(self) -> float:
        """When a lease that starts now will end."""
        return self._now() + TERM

    def hold(self, key: str, until: float, claimed_thread: str = "") -> None:
        """The store has leased the delivery to this process. `claimed_thread`: the thread of a claimed one."""
        self._until[key] = until
        if claimed_thread:
            self._to_begin[key] = claimed_thread

    def begin(self, key: str) -> None:
        """Work on the delivery starts. If its lease has expired, it can still be renewed."""
        self._until.setdefault(key, 0.0)
        self._note_progress(key)

    @property
    def being_accepted(self) -> int:
        """How many deliveries are being written for this process."""
        return self._accepting.total()

    @contextmanager
    def accepting(self, key: str) -> Iterator[None]:
        """While the store is to accept a delivery for this process."""
        self._accepting[key] += 1
        try:
            yield
        except StoreError as error:
            self._note_failure(error)
            raise
        finally:
            self._accepting -= Counter([key])

    @contextmanager
    def claiming(self) -> Iterator[None]:
        """While the store is asked for deliveries, and what it gives is held."""
        self._claims += 1
        try:
            yield
        except StoreError as error:
            self._note_failure(error)
            raise
        finally:
            self._claims -= 1
            self._note_progress()

    def _note_failure(self, error: StoreError) -> None:
        """The store failed when it was to lease something to this process. It may have done so: later deliveries of the
        same thread would not wait for what nobody works on."""
        if error.uncertain:
            self.unanswered = True
            self.postponed += 1

    async def recover(self, is_known: Callable[[str], bool]) -> list[Delivery]:
        """What the store has leased to this process without its knowing, oldest first. Raises `StoreError`."""
        pending = {one.keys[0]: one for one in await self._store.pending()}
        known = {*self._until, *self._accepting}
        unknown = [key for key in pending if key not in known and not is_known(key)]
        leased = set(await self._store.renew(self.owner, unknown, self.end_of_term()))
        self.unanswered = False
        return [pending[key] for key in unknown if key in leased]

    async def wait_for_claimed(self, thread: str) -> None:
        """Wait until work on what this process has claimed of the thread has begun: it is older than what arrives now."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLAIM_WAIT):
                while self._claims or thread in self._to_begin.values():
                    await self._progress.wait()

    def _note_progress(self, key: str = "") -> None:
        self._to_begin.pop(key, None)
        self._progress.set()
        self._progress = asyncio.Event()

    def _outlasts_call(self, key: str) -> bool:
        """Whether a call to Slack that starts now will end before another process can take the delivery over."""
        return self._until.get(key, 0.0) - self._now() > MARGIN

    def drop(self, key: str) -> None:
        """The delivery is done, or belongs to another process."""
        self._until.pop(key, None)
        self._note_progress(key)

    async def renew(self, keys: Collection[str]) -> list[str]:
        """Renew the leases of `keys`, which are being worked on, and return those that were lost. Raises `StoreError`."""
        await self.release_rest()
        now = self._now()
        # A delivery with an expired lease that nobody works on is left for any process to claim.
        self._until = {key: end for key, end in self._until.items() if key in keys or end > now}
        for key in self._to_begin.keys() - self._until.keys():
            self._note_progress(key)
        return await self._renew([key for key in self._until if key in keys])

    async def _renew(self, asked: Sequence[str]) -> list[str]:
        """Renew the leases of `asked` and return those that were lost."""
        until = self.end_of_term()
        renewed = set(await self._store.renew(self.owner, asked, until)) if asked else set()
        held = [key for key in asked if key in self._until]  # some may have been finished meanwhile
        self._until |= dict.fromkeys((key for key in held if key in renewed), until)
        return [key for key in held if key not in renewed]

    async def release(self, keys: Collection[str], until: float = 0.0, *, in_line: bool = False) -> None:
        """Give up the deliveries; any process may claim them from `until` on. `in_line`: later ones of the same thread must
        wait for them. If the store fails, `release_rest` tries again. Raises `StoreError`.
        """
        self.postponed += in_line
        for key in keys:
            self.drop(key)
            self._to_release[key] = (until, in_line)
        await self.release_rest()

    async def release_rest(self) -> None:
        """Release what could not be released before. Until then the store counts it as this process's. Raises
        `StoreError`."""
        while self._to_release:  # more may be added meanwhile
            if self._releasing is None or self._releasing.done():
                self._releasing = asyncio.ensure_future(self._release_all())
                self._releasing.add_done_callback(self._on_release_done)
            await asyncio.shield(self._releasing)

    def _on_release_done(self, done: "asyncio.Future[None]") -> None:
        if self._releasing is done:
            self._releasing = None
        if not done.cancelled():
            done.exception()

    async def _release_all(self) -> None:
        """Release everything, in one statement for those that wait until the same second, as the store may be busy."""
        together: dict[tuple[bool, int], dict[str, float]] = {}
        for key, (until, in_line) in self._to_release.items():
            together.setdefault((in_line, math.ceil(until)), {})[key] = until
        for (in_line, _), some in sorted(together.items(), reverse=True):
            await self._store.release(self.owner, list(some), max(some.values()), in_line=in_line)
            self._to_release = {
                key: left for key, left in self._to_release.items() if some.get(key) != left[0]
            }

    def ownership_check(self, key: str) -> Callable[[], Awaitable[bool]]:
        """A check whether this process still holds `key`, for long enough to send something. Always true without a key:
        such a request is not stored, so no other process knows it."""

        async def is_held() -> bool:
            return not key or self._outlasts_call(key) or not await self._renew([key])

        return is_held
