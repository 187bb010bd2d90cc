"""Whose a delivery is, for how long, and which others have to wait for it. Pure, and the same for every store."""

from collections.abc import Sequence
from typing import NamedTuple


class Lease(NamedTuple):
    """Without an owner it is not to be claimed before `until`."""

    owner: str = ""
    until: float = 0.0

    def holds_up(self, owner: str, now: float) -> bool:
        """Whether `owner` has to wait with what follows in the thread: not for its own, nor for what was released to be
        claimed later."""
        mine = self.owner == owner and self.until > now
        later = not self.owner and self.until > now
        return not (mine or later)


NOBODYS = Lease()
IN_LINE = "-"  # the owner of what waits for its time, and others of its thread for it


class Pending(NamedTuple):
    """A pending delivery, by its place among those of the store; `thread` and `begins` as in `Delivery`."""

    place: int
    lease: Lease
    thread: str = ""
    begins: bool = False


def find_claimable(pending: Sequence[Pending], owner: str, now: float) -> list[int]:
    """The places of those that `owner` may claim. `pending` are all that there are, the oldest first."""
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
    """Whether one that comes now, and does not begin its thread, is somebody else's to do after theirs."""
    return bool(thread) and any(one.thread == thread and one.lease.holds_up(owner, now) for one in pending)
