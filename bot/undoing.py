"""Taking changes back: one's own, or as an admin anybody's; and those of one bulk change together."""

from dataclasses import replace

from bot import policy
from bot.asking import STRANGER, Asker
from bot.outcomes import Outcome, not_found, of_write, of_writes, refused
from store.base import Change, ConflictError, Deed, NothingToUndoError, Record, TicketStore, Written
from store.ticket import RES_LIMIT, cut

GONE = "There is nothing to undo any more."
NOT_MOVABLE = (
    "Only whoever made {new}, or an admin, can add it to {into}, and only while nobody has worked on it: "
    "otherwise close it with a note that says so."
)
NOT_YOURS = "Only the person who made a change, or an admin, can undo it."


class Undoing:
    def __init__(self, store: TicketStore) -> None:
        self._store = store

    async def latest(self, ticket_id: str, asker: Asker, deed: Deed) -> Outcome:
        """The person's latest change, with what was changed together with it; or their latest on that ticket alone."""
        change = await self._store.latest(asker.person.id, ticket_id)
        if change is None:
            return refused(f"There is no change of yours{f' on {ticket_id}' if ticket_id else ''} to undo.")
        first = change.number
        while not ticket_id and change.deed.key and (before := await self._store.change(first - 1)):
            if before.deed.key != change.deed.key:
                break
            first -= 1
        if first == change.number:
            return await self.one(change.number, asker, deed)
        return await self.several(first, change.number, asker, deed)

    async def one(self, number: int, asker: Asker, deed: Deed, *, of: str = "") -> Outcome:
        """Change `number` of the log, as a button names it together with its ticket (`of`)."""
        change = await self._visible(number, asker)
        if change is None or change.id != (of or change.id):
            return refused(GONE)
        if not policy.may_undo(asker.person, change):
            return refused(NOT_YOURS)
        try:
            return of_write(await self._store.undo(number, deed))
        except (ConflictError, NothingToUndoError) as error:
            return refused(str(error))

    async def several(self, first: int, last: int, asker: Asker, deed: Deed) -> Outcome:
        """The changes of one bulk change. Tickets that changed since are skipped and named."""
        found = [await self._visible(number, asker) for number in range(last, first - 1, -1)]
        changes = [change for change in found if change is not None]
        if len(changes) < len(found) or len({change.deed.key for change in changes}) != 1:
            return refused(GONE)
        if not all(policy.may_undo(asker.person, change) for change in changes):
            return refused(NOT_YOURS)
        done: list[Written] = []
        skipped: list[str] = []
        for change in changes:
            try:
                done.append(
                    await self._store.undo(change.number, replace(deed, key=f"{deed.key} {change.number}"))
                )
            except (ConflictError, NothingToUndoError):
                skipped.append(change.id)
        if not done:
            return refused(GONE)
        return replace(of_writes(done[::-1]), skipped=tuple(skipped[::-1]))

    async def _visible(self, number: int, asker: Asker) -> Change | None:
        """None also for a change to a ticket that is not for them to see. A deleted ticket is its admins'."""
        change = await self._store.change(number)
        if change is None:
            return None
        record = await self._store.get(change.id)
        if record is not None:
            return change if asker.scope.holds(record.born) else None
        return change if asker.scope.everything or change.deed.who == asker.person.id else None

    async def merge(self, new: str, number: int, into: str, asker: Asker, deed: Deed) -> Outcome:
        """What was said in `new` becomes a note of `into`, and `new` is withdrawn: for its author, and admins; while
        `number` is its only change and the two are alike."""
        if asker.person.role is policy.Role.NOBODY:
            return refused(STRANGER)
        title = ""
        if not await asker.has_deleted(self._store, new, deed):
            record = await asker.finds(self._store, new)
            if record is None:
                return not_found(new)
            if not await asker.finds(self._store, into):
                return not_found(into)
            if not await self._may_move(record, number, into, asker):
                return refused(NOT_MOVABLE.format(new=new, into=into))
            title = record.ticket.title
        note = cut(f"{title} ({new})", RES_LIMIT)
        noted = await self._store.update(into, {"res": note}, replace(deed, key=f"{deed.key} {into}"))
        withdrawn = await self._store.delete(new, deed)
        changes = tuple(written.change for written in (noted, withdrawn) if written.change)
        return replace(of_write(noted), records=(noted.record, withdrawn.record), changes=changes)

    async def _may_move(self, record: Record, number: int, into: str, asker: Asker) -> bool:
        if asker.person.role is not policy.Role.ADMIN and record.born.who != asker.person.id:
            return False
        _, changes = await self._store.history(record.ticket.id)
        if changes != 1 or record.number != number:
            return False
        alike = await self._store.similar(f"{record.ticket.title} {record.ticket.desc or ''}", asker.scope)
        return into in {match.record.ticket.id for match in alike}
