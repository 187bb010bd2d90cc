"""Suggestions for a new ticket that resembles an earlier one: merge it, close it as solved, or reopen the earlier one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import policy
from bot.results import DUPLICATE, MERGED, Outcome, answer_not_found, not_found, of_write, of_writes, refused
from bot.router.closing import ATTEMPTS, are_left
from bot.router.requester import Requester
from store.ids import number_of
from store.models.filters import Match, Scope
from store.models.tickets import RES_LIMIT, Origin, Record, Status, cut
from store.protocol import TicketStore

NOT_SOLVED = "{} is not done any more."
CLOSED = "{} was closed meanwhile, so nothing was changed."
CHANGED = "{} has been worked on meanwhile."
NOT_MERGEABLE = (
    "Only whoever made {new}, or an admin, can add it to {into}, and only while nobody has worked on it. "
    "Close it with a note instead."
)
MAX_FOUND = 10  # similar tickets to fetch; later ones are dropped


def is_worked_on(record: Record) -> bool:
    """Whether the ticket was started or closed, or has a note."""
    ticket = record.ticket
    return ticket.stat is not Status.OPEN or ticket.res is not None or bool(record.started_by)


class SimilarTickets:
    """`version` is the new ticket's version on the card that was pressed. If the ticket changed since, nothing is done."""

    def __init__(self, store: TicketStore) -> None:
        self._store = store

    async def find(self, record: Record, scope: Scope) -> tuple[Match, ...]:
        """Earlier tickets in `scope` similar to `record`, the most similar first; none once somebody has worked on it."""
        if record.deleted or is_worked_on(record):
            return ()
        ticket = record.ticket
        alike = await self._store.similar(f"{ticket.title} {ticket.desc or ''}", scope, MAX_FOUND)
        number = number_of(ticket.id)
        return tuple(match for match in alike if number_of(match.record.ticket.id) < number)

    @answer_not_found
    async def merge(self, new: str, version: int, into: str, requester: Requester, origin: Origin) -> Outcome:
        """Make `new` a note on `into` and delete it, in one commit that one undo takes back. Only `new`'s reporter or an
        admin may, only while nobody has worked on it, and only if the two are similar. Nothing is added to a done ticket:
        its note is its resolution, and nobody would see what was added."""
        if requester.refusal:
            return refused(requester.refusal)
        origin = replace(origin, text=MERGED.format(into))
        if await requester.has_deleted(self._store, new, origin):
            # By this same press, which is answered again.
            return of_writes(await self._store.bulk_update({into: {}, new: None}, origin))
        for _ in range(ATTEMPTS):
            found = await self._find_mergeable(new, version, into, requester)
            if isinstance(found, Outcome):
                return found
            record, other = found
            note = cut(f"{record.ticket.title} ({new})", RES_LIMIT)
            halves: dict[str, Mapping[str, str] | None] = {into: {"res": note}, new: None}
            expected = {into: other.version, new: version}
            done = await self._store.bulk_update(halves, origin, expected, together=True)
            if not are_left(done, expected):
                return of_writes(done)
        return refused(CHANGED.format(into))

    async def _find_mergeable(
        self, new: str, version: int, into: str, requester: Requester
    ) -> tuple[Record, Record] | Outcome:
        """Both tickets, if the person may merge them now."""
        record = await requester.get_visible(self._store, new)
        if record is None:
            return not_found(new)
        other = await requester.get_visible(self._store, into)
        if other is None:
            return not_found(into)
        if not await self._may_merge(record, version, into, requester):
            return refused(NOT_MERGEABLE.format(new=new, into=into))
        return refused(CLOSED.format(into)) if other.ticket.stat is Status.DONE else (record, other)

    async def _may_merge(self, record: Record, version: int, into: str, requester: Requester) -> bool:
        theirs = requester.person.role is policy.Role.ADMIN or record.origin.user_id == requester.person.id
        if not theirs or record.version != version:
            return False
        return into in {match.record.ticket.id for match in await self.find(record, requester.scope)}

    @answer_not_found
    async def close_as_solved(
        self, new: str, version: int, other: str, requester: Requester, origin: Origin
    ) -> Outcome:
        """Close `new` with the resolution of `other`."""
        found = await self._find_other(new, version, other, requester, origin)
        if isinstance(found, Outcome):
            return found
        values: dict[str, Any] = {"stat": Status.DONE.value}
        if found.ticket.res:
            values["res"] = found.ticket.res
        done = await self._store.bulk_update({new: values}, origin, {new: version})
        if are_left(done, {new: version}):  # by somebody else at this moment
            return refused(CHANGED.format(new))
        return of_write(done[0])

    @answer_not_found
    async def reopen(
        self, new: str, version: int, other: str, requester: Requester, origin: Origin
    ) -> Outcome:
        """Reopen `other` with the title of `new` as its note and close `new` as a duplicate, in one commit that one
        undo takes back."""
        found = await self._find_other(new, version, other, requester, origin)
        if isinstance(found, Outcome):
            return found
        record = await self._store.get(new)
        title = record.ticket.title if record else ""
        values: dict[str, Mapping[str, Any]] = {
            other: {"stat": Status.OPEN.value, "res": cut(f"{title} ({new})", RES_LIMIT)},
            new: {"stat": Status.DONE.value, "res": DUPLICATE.format(other)},
        }
        expected = {other: found.version, new: version}
        done = await self._store.bulk_update(values, origin, expected, together=True)
        if are_left(done, expected):  # by somebody else at this moment
            return refused(CHANGED.format(f"{new} or {other}"))
        return of_writes(done)

    async def _find_other(
        self, new: str, version: int, other: str, requester: Requester, origin: Origin
    ) -> Record | Outcome:
        """`other`, if the person may see both tickets and neither has changed since the card was shown."""
        if requester.refusal:
            return refused(requester.refusal)
        record = await requester.get_visible(self._store, new)
        if record is None:
            return not_found(new)
        found = await requester.get_visible(self._store, other)
        if found is None:
            return not_found(other)
        done_before = await self._is_repeat(new, version + 1, origin)
        if record.version != version and not done_before:
            return refused(CHANGED.format(new))
        if found.ticket.stat is not Status.DONE and not done_before:
            return refused(NOT_SOLVED.format(other))
        return found

    async def _is_repeat(self, ticket_id: str, version: int, origin: Origin) -> bool:
        """Whether this same press already made that version. It is then answered again."""
        change = await self._store.change(ticket_id, version)
        return change is not None and change.origin.idempotency_key == origin.idempotency_key != ""
