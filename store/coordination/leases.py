"""Leases of deliveries: who holds one, until when, and which others wait for it. Pure, the same for every store."""

from collections.abc import Sequence
from typing import NamedTuple


class Lease(NamedTuple):
    """Without an owner: the delivery must not be claimed before `until`."""

    owner: str = ""
    until: float = 0.0

    def holds_up(self, owner: str, now: float) -> bool:
        """Whether `owner` has to wait for this delivery before later ones of its thread: not for its own, nor for one that
        was released to be claimed later."""
        mine = self.owner == owner and self.until > now
        later = not self.owner and self.until > now
        return not (mine or later)


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
