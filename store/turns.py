"""Turns, announcements and call limits of a store that only one process opens: kept in memory."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from store.models.deliveries import Turn

ASKING = 2.0  # seconds within which the next in line has to ask again
_MINUTE = 60
_MOST = 5000  # turns, and as many announcements, that are remembered


@dataclass(slots=True)
class _Turn:
    holder: str = ""
    held_until: float = 0.0
    number: float = 0.0
    following: str = ""
    following_until: float = 0.0

    def take(self, owner: str, now: float, until: float) -> bool:
        held = self.held_until > now
        asked = self.following_until > now and self.following not in ("", owner)
        if held and self.holder == owner:
            self.held_until = until
            return True
        if held or asked:
            if not asked:
                self.following, self.following_until = owner, now + ASKING
            if not held:
                self.holder = ""
            return False
        self.holder, self.held_until, self.following = owner, until, ""
        return True


class LocalTurns:
    """A mixin; see `TicketStore` for the methods. Nothing is saved, as none of it matters after a minute."""

    shared = False

    def __init__(self) -> None:
        super().__init__()
        self._turns: OrderedDict[str, _Turn] = OrderedDict()  # least recently used first
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()  # by user; the latest caller last
        self._announced: deque[str] = deque(maxlen=_MOST)
        self._announcements = 0  # their total number

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn:
        turn = self._turns.setdefault(name, _Turn())
        self._turns.move_to_end(name)
        if len(self._turns) > _MOST:
            self._turns.popitem(last=False)
        return Turn(turn.take(owner, now, until), turn.number)

    async def end_turn(self, name: str, owner: str, number: float) -> None:
        turn = self._turns.get(name)
        if turn and turn.holder == owner:
            turn.holder, turn.held_until, turn.number = "", 0.0, number

    async def announce(self, names: Sequence[str]) -> None:
        self._announced.extend(names)
        self._announcements += len(names)

    async def announced(self, after: int) -> tuple[int, list[str] | None]:
        last = self._announcements
        missed = last - after
        if not 0 <= missed <= len(self._announced):
            return last, None
        return last, list(self._announced)[len(self._announced) - missed :]

    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool:
        while self._calls and next(iter(self._calls.values()))[-1] <= now - _MINUTE:
            self._calls.popitem(last=False)
        lately = deque(at for at in self._calls.get(user_id, ()) if at > now - _MINUTE)
        allowed = len(lately) < per_minute
        if allowed:
            self._calls[user_id] = lately
            self._calls.move_to_end(user_id)
            lately.append(now)
        return allowed
