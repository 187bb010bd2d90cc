"""Which process works on what: leases of deliveries, turns, announcements, and limits of calls."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from store.models.deliveries import Turn

ASKING = 2.0  # seconds within which the next in line for a turn has to ask again
_MINUTE = 60
_MOST = 5000  # turns whose number is remembered


class Lease(NamedTuple):
    """Who holds a delivery, and until when. Without an owner: the delivery must not be claimed before `until`."""

    owner: str = ""
    until: float = 0.0

    def holds_up(self, owner: str, now: float) -> bool:
        """Whether `owner` has to wait for this delivery before later ones of its thread: not for its own, nor for one that
        was released to be claimed later."""
        return self.until <= now or self.owner not in {"", owner}


UNOWNED = Lease()
IN_LINE = "-"  # owner of a delivery released `in_line`: later ones of its thread wait for it


class Pending(NamedTuple):
    """A pending delivery. `place` is its number in the store; `thread` and `begins` as in `Delivery`."""

    place: int
    lease: Lease
    thread: str = ""
    begins: bool = False


def find_claimable(pending: Sequence[Pending], owner: str, now: float) -> list[int]:
    """The places of the deliveries that `owner` may claim. `pending` are all pending ones, oldest first."""
    beginnings = {one.thread: one for one in pending if one.begins and one.lease.holds_up(owner, now)}
    held_up: set[str] = set()
    found = []
    for one in pending:
        waits = one.thread and not one.begins and (one.thread in held_up or one.thread in beginnings)
        if one.lease.until <= now and not waits:
            found.append(one.place)
        if one.lease.holds_up(owner, now):
            held_up.add(one.thread)
    return found


def has_to_wait(pending: Sequence[Pending], thread: str, owner: str, now: float) -> bool:
    """Whether a new delivery that does not begin its `thread` has to wait for one that another owner works on."""
    return bool(thread) and any(one.thread == thread and one.lease.holds_up(owner, now) for one in pending)


class LocalTurns:
    """The methods of `TicketStore` for coordination: every turn is this process's, and there is no other to tell anything.
    Nothing is saved, as none of it matters after a minute."""

    shared = False

    def __init__(self) -> None:
        super().__init__()
        # By the turn's name; the latest to end is last.
        self._turn_numbers: OrderedDict[str, float] = OrderedDict()
        self._calls: list[tuple[str, float]] = []  # user and time of those within a minute

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn:  # noqa: ARG002  # nobody else asks
        return Turn(True, self._turn_numbers.get(name, 0.0))

    async def end_turn(self, name: str, owner: str, number: float) -> bool:  # noqa: ARG002  # the only one
        self._turn_numbers[name] = number
        self._turn_numbers.move_to_end(name)
        if len(self._turn_numbers) > _MOST:
            self._turn_numbers.popitem(last=False)
        return True

    async def announce(self, names: Sequence[str]) -> None:
        pass

    async def announced(self, after: int) -> tuple[int, list[str] | None]:
        return after, []

    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool:
        # Later ones than now were made before the clock was set back.
        self._calls = [call for call in self._calls if abs(now - call[1]) < _MINUTE]
        allowed = sum(caller == user_id for caller, _ in self._calls) < per_minute
        if allowed:
            self._calls.append((user_id, now))
        return allowed
