"""Turns and announcements of a store that several processes share, over plain dictionaries."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from store.coordination import ASKING, LocalTurns
from store.models.deliveries import Turn

_MOST = 5000  # announcements that are remembered


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


class SharedTurns(LocalTurns):
    """See `TicketStore` for the methods."""

    shared = True

    def __init__(self) -> None:
        super().__init__()
        self._turns: defaultdict[str, _Turn] = defaultdict(_Turn)
        self._announced: deque[str] = deque(maxlen=_MOST)
        self._announcements = 0  # their total number

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn:
        turn = self._turns[name]
        return Turn(turn.take(owner, now, until), turn.number)

    async def end_turn(self, name: str, owner: str, number: float) -> bool:
        turn = self._turns[name]
        if turn.holder != owner:
            return False
        turn.holder, turn.held_until, turn.number = "", 0.0, number
        return True

    async def announce(self, names: Sequence[str]) -> None:
        self._announced.extend(names)
        self._announcements += len(names)

    async def announced(self, after: int) -> tuple[int, list[str] | None]:
        last = self._announcements
        missed = last - after
        if not 0 <= missed <= len(self._announced):
            return last, None
        return last, list(self._announced)[len(self._announced) - missed :]
