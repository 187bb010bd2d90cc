"""The past answer at once: a new ticket that is like one that was solved is closed by its solution, or reopens it."""

from collections.abc import Mapping
from typing import Any

from bot import policy
from bot.requester import STRANGER, Requester
from bot.results import Outcome, not_found, of_write, of_writes, refused
from store.models.tickets import RES_LIMIT, Origin, Record, Status, cut
from store.protocol import TicketStore

NOT_SOLVED = "{} is not done any more."
CHANGED = "{} has been worked on meanwhile."


class SimilarTickets:
    """`version` is that of the new ticket's card: what changed since is left alone."""

    def __init__(self, store: TicketStore) -> None:
        self._store = store

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
            new: {"stat": Status.DONE.value, "res": f"duplicate of {other}"},
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
