"""Turns the filter of an action into the store's: names become user ids, days become times in the team's time zone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.actions import ME, STALE_DAYS, View, Where
from bot.router.requester import Requester
from store.models.filters import Filter
from store.models.tickets import Status

ACTIVE = (Status.OPEN, Status.PROG)

FindPeople = Callable[[str], Awaitable[Sequence[str]]]  # the user ids of the people with this name


class UnknownPersonError(Exception):
    """Nobody, or more than one person, has this name."""

    def __init__(self, name: str, found: int) -> None:
        self.name = name
        super().__init__(
            f"I know nobody called “{name}”." if not found else f"More than one person is called “{name}”."
        )


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days in the team's time zone: `day_of` a time, and the time at which a day starts."""

    day_of: Callable[[float], date]
    start_of: Callable[[date], float]

    def end_of(self, day: date) -> float | None:
        """None for the last day that a date can name, which has no next one: nothing ends later."""
        return self.start_of(day + timedelta(days=1)) if day < date.max else None


class Filters:
    """`find_people` looks up a name among the people the store knows."""

    def __init__(self, calendar: Calendar, find_people: FindPeople) -> None:
        self._calendar, self._find_people = calendar, find_people

    async def resolve(self, asked: View | Where, requester: Requester, now: float) -> Filter:
        """Raises `UnknownPersonError`."""
        calendar = self._calendar
        done_only = asked.stat == (Status.DONE,)
        since = calendar.start_of(asked.since) if asked.since else None
        until = calendar.end_of(asked.until) if asked.until else None
        time: Literal["created", "closed", "changed"] = "closed" if done_only else "created"
        stat = asked.stat or _default_statuses(asked)
        if asked.stale:
            until, time, stat = now - STALE_DAYS * 86_400, "changed", asked.stat or ACTIVE
        return Filter(
            ids=(asked.tickets or ()) if isinstance(asked, View) else (),
            stat=stat,
            pri=asked.pri or (),
            cat=asked.cat or (),
            text=asked.text or "",
            by=await self._find_user_id(asked.by, requester),
            started_by=await self._find_user_id(asked.started_by, requester),
            involving=requester.person.id if asked.mine else "",
            time=time,
            since=since,
            until=until,
        )

    async def _find_user_id(self, name: str | None, requester: Requester) -> str:
        if not name:
            return ""
        if name.casefold() == ME:
            return requester.person.id
        if name.startswith("<@") and name.endswith(">"):
            return name[2:-1].partition("|")[0]
        found = await self._find_people(name.removeprefix("@"))
        if len(found) != 1:
            raise UnknownPersonError(name.removeprefix("@"), len(found))
        return found[0]


def _default_statuses(asked: View | Where) -> tuple[Status, ...]:
    """The statuses of a list that names none: unfinished tickets; all of them if it names words, ids or people."""
    named = asked.text or asked.mine or asked.by or asked.started_by
    ids = isinstance(asked, View) and asked.tickets
    return () if named or ids else ACTIVE
