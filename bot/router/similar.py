"""A new ticket that is like an earlier one: added to that one as a note, closed by its solution, or reopening it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import policy
from bot.requester import STRANGER, Requester
from bot.results import DUPLICATE, MERGED, Outcome, not_found, of_write, of_writes, refused
from store.ids import number_of
from store.models.filters import Match, Scope
from store.models.tickets import RES_LIMIT, Origin, Record, Status, cut
from store.protocol import TicketStore

NOT_SOLVED = "{} is not done any more."
CHANGED = "{} has been worked on meanwhile."
NOT_MOVABLE = (
    "Only whoever made {new}, or an admin, can add it to {into}, and only while nobody has worked on it. "
    "Close it with a note instead."
)
LOOKED_AT = 10  # tickets that are alike, later ones among them


def is_worked_on(record: Record) -> bool:
    """Whether something has come of the ticket: it was started or closed, or has a note."""
    ticket = record.ticket
    return ticket.stat is not Status.OPEN or ticket.res is not None or bool(record.started_by)


class SimilarTickets:
    """`version` is that of the new ticket's card: what changed since is left alone."""

    def __init__(self, store: TicketStore) -> None:
        self._store = store

    async def find(self, record: Record, scope: Scope) -> tuple[Match, ...]:
        """The earlier tickets of that scope that are like this one, the most alike first, while nobody has worked on it."""
        if record.deleted or is_worked_on(record):
            return ()
        ticket = record.ticket
        alike = await self._store.similar(f"{ticket.title} {ticket.desc or ''}", scope, LOOKED_AT)
        number = number_of(ticket.id)
        return tuple(match for match in alike if number_of(match.record.ticket.id) < number)

    async def merge(self, new: str, version: int, into: str, requester: Requester, origin: Origin) -> Outcome:
        """What was said in `new` becomes a note of `into`, and `new` is deleted, together, for one undo: for its author, and
        admins; while nobody has worked on it and the two are alike."""
        if requester.person.role is policy.Role.NOBODY:
            return refused(STRANGER)
        title = ""
        if not await requester.has_deleted(self._store, new, origin):
            record = await requester.get_visible(self._store, new)
            if record is None:
                return not_found(new)
            if not await requester.get_visible(self._store, into):
                return not_found(into)
            if not await self._may_move(record, version, into, requester):
                return refused(NOT_MOVABLE.format(new=new, into=into))
            title = record.ticket.title
        note = cut(f"{title} ({new})", RES_LIMIT)
        halves: dict[str, Mapping[str, str] | None] = {into: {"res": note}, new: None}
        return of_writes(await self._store.bulk_update(halves, replace(origin, text=MERGED.format(into))))

    async def _may_move(self, record: Record, version: int, into: str, requester: Requester) -> bool:
        theirs = requester.person.role is policy.Role.ADMIN or record.origin.user_id == requester.person.id
        if not theirs or record.version != version:
            return False
        return into in {match.record.ticket.id for match in await self.find(record, requester.scope)}

    async def solved(
        self, new: str, version: int, other: str, requester: Requester, origin: Origin
    ) -> Outcome:
        """Close `new` with the note that says how `other` was resolved."""
        found = await self._both(new, version, other, requester, origin)
        if isinstance(found, Outcome):
            return found
        values: dict[str, Any] = {"stat": Status.DONE.value}
        if found.ticket.res:
            values["res"] = found.ticket.res
        return of_write(await self._store.update(new, values, origin))

    async def reopen(
        self, new: str, version: int, other: str, requester: Requester, origin: Origin
    ) -> Outcome:
        """Reopen `other` with what `new` says as its note, and close `new` as its duplicate: together, for one undo."""
        found = await self._both(new, version, other, requester, origin)
        if isinstance(found, Outcome):
            return found
        record = await self._store.get(new)
        title = record.ticket.title if record else ""
        values: dict[str, Mapping[str, Any]] = {
            other: {"stat": Status.OPEN.value, "res": cut(f"{title} ({new})", RES_LIMIT)},
            new: {"stat": Status.DONE.value, "res": DUPLICATE.format(other)},
        }
        return of_writes(await self._store.bulk_update(values, origin))

    async def _both(
        self, new: str, version: int, other: str, requester: Requester, origin: Origin
    ) -> Record | Outcome:
        """The other ticket, where both are there for this person and as they were shown."""
        if requester.person.role is policy.Role.NOBODY:
            return refused(STRANGER)
        record = await requester.get_visible(self._store, new)
        if record is None:
            return not_found(new)
        found = await requester.get_visible(self._store, other)
        if found is None:
            return not_found(other)
        done_before = await self._done_by(new, version + 1, origin)
        if record.version != version and not done_before:
            return refused(CHANGED.format(new))
        if found.ticket.stat is not Status.DONE and not done_before:
            return refused(NOT_SOLVED.format(other))
        return found

    async def _done_by(self, ticket_id: str, version: int, origin: Origin) -> bool:
        """Whether this very press made that change already: then its answer is given again."""
        change = await self._store.change(ticket_id, version)
        return change is not None and change.origin.idempotency_key == origin.idempotency_key != ""
