"""Turns, announcements and call limits of a store that only one process opens: kept in memory."""

from collections import OrderedDict
from collections.abc import Sequence

from store.models.deliveries import Turn

ASKING = 2.0  # seconds within which the next in line for a turn has to ask again
_MINUTE = 60
_MOST = 5000  # turns whose number is remembered


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
        self._calls = [call for call in self._calls if call[1] > now - _MINUTE]
        allowed = sum(caller == user_id for caller, _ in self._calls) < per_minute
        if allowed:
            self._calls.append((user_id, now))
        return allowed
