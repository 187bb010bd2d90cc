"""Undo: people take back their own changes, admins anybody's. A bulk change is taken back as a whole."""

from collections.abc import Sequence
from dataclasses import replace

from bot import policy, replies
from bot.results import Outcome, is_inseparable, of_write, of_writes, refused
from bot.router.requester import Requester
from store.errors import ConflictError, NothingToUndoError
from store.models.tickets import Change, Origin, Written
from store.protocol import TicketStore

RECENT = 3600.0  # seconds; an older change is confirmed before it is undone
OF_ANOTHER = "The latest change to {} is somebody else’s. Undo it?"
OLD = "That was more than an hour ago. Undo the latest change to {}?"
ALREADY = "That is undone already."
GONE = "There is nothing to undo any more."
CHANGED_SINCE = "{} was changed since, so nothing was undone."
ALL_CHANGED_SINCE = "{} were changed since, so nothing was undone."
DELETED_SINCE = "{} was deleted since, so nothing was undone."
NOT_YOURS = "Only the person who made a change, or an admin, can undo it."


async def trace(store: TicketStore, change: Change) -> tuple[Change, ...]:
    """The change, the change it undoes, the one that undoes, and so on back to the original change."""
    found = [change]
    while change.undoes is not None:
        earlier = await store.change(change.ticket_id, change.undoes)
        if earlier is None:  # retention removed it
            break
        found.append(change := earlier)
    return tuple(found)


async def is_redone(store: TicketStore, change: Change) -> bool:
    """Whether the change redoes what had been undone."""
    undoings = len(await trace(store, change)) - 1
    return undoings > 0 and undoings % 2 == 0


async def is_superseded(store: TicketStore, change: Change) -> bool:
    """Whether a change that has no line yet will be told by a newer one: there is a later change to the ticket, or the
    change was undone. The undo of an older change does not count, since the older one's line tells of it."""
    record = await store.get(change.ticket_id)
    if record is None or record.version <= change.version:
        return False
    latest, _ = await store.history(change.ticket_id)
    return any(
        each.undoes is None if each.version > change.version else each.undone_by is not None
        for each in latest
        if each.version >= change.version
    )


async def made_together(store: TicketStore, change: Change) -> tuple[Change, ...]:
    """The changes of the same commit. For an undo, the undos made with it: undoing a bulk change writes one per ticket."""
    first = (await trace(store, change))[-1]
    together = await store.changes_together(first.ticket_id, first.version)
    if change.undoes is None:
        return together
    by = (change.origin.user_id, change.origin.timestamp)
    found: list[Change] = []
    for ticket_id in (one.ticket_id for one in together):
        latest, _ = await store.history(ticket_id)
        undoings = (each for each in latest if each.undoes is not None)
        found += [each for each in undoings if (each.origin.user_id, each.origin.timestamp) == by][:1]
    return tuple(found) or (change,)


def _nothing_to_undo(ticket_id: str) -> str:
    return f"There is no change of yours{f' on {ticket_id}' if ticket_id else ''} to undo."


def _key_of(origin: Origin, ticket_id: str) -> str:
    """The idempotency key of one undo of several by the same request; "" if that has none."""
    return f"{origin.idempotency_key} {ticket_id}" if origin.idempotency_key else ""


def _ask_first(changes: tuple[Change, ...], *, of_another: bool) -> Outcome:
    ids = [change.ticket_id for change in changes]
    commands = [f"undo {ids[0]}"] if len(ids) == 1 else []
    question = (OF_ANOTHER if of_another else OLD).format(", ".join(ids))
    return Outcome(replies.choices(question, commands), to_undo=changes, of_another=of_another)


class UndoService:
    def __init__(self, store: TicketStore) -> None:
        self._store = store

    async def undo_latest(self, ticket_id: str, requester: Requester, origin: Origin) -> Outcome:
        """Undo the person's latest change and what was changed together with it, or only their latest change to `ticket_id`.
        After an undo this redoes. An old change must be confirmed first, and so must an admin's undo of the latest change
        to `ticket_id` if somebody else made it.
        """
        changes = await self._store.latest(requester.person.id, ticket_id, undoings=True)
        if begun := await self._begun(changes, origin):
            return await self._undo_all(begun, requester, origin)
        others = await self._find_others_latest(ticket_id, requester)
        if others:
            changes = others
        elif changes and ticket_id:
            (change,) = (change for change in changes if change.ticket_id == ticket_id)
            changes = await self._inseparable(change)
        elif len(changes) == 1:
            changes = await made_together(self._store, changes[0])
        if not await self._all_visible(changes, requester):
            ids = tuple(change.ticket_id for change in changes)
            return replace(refused(_nothing_to_undo(ticket_id)), missing=ids)
        if not changes:
            return refused(_nothing_to_undo(ticket_id))
        if others or origin.timestamp - changes[-1].origin.timestamp > RECENT:
            return _ask_first(changes, of_another=bool(others))
        if len(changes) == 1:
            return await self.undo_one(changes[0].ticket_id, changes[0].version, requester, origin)
        return await self._undo_all(changes, requester, origin)

    async def _find_others_latest(self, ticket_id: str, requester: Requester) -> tuple[Change, ...]:
        """The latest change to the ticket, with its other half, if somebody else made it and this person is an admin."""
        if not ticket_id or requester.person.role is not policy.Role.ADMIN:
            return ()
        record = await requester.get_visible(self._store, ticket_id)
        change = await self._store.change(ticket_id, record.version) if record else None
        if change is None or change.origin.user_id == requester.person.id:
            return ()
        together = await self._inseparable(change)
        return together if await self._all_visible(together, requester) else ()

    async def _begun(self, changes: Sequence[Change], origin: Origin) -> tuple[Change, ...]:
        """All that this request was undoing when it was interrupted, if `changes` are a part of its undos. Without this,
        working on it again would undo that part."""
        for change in changes:
            if change.origin.idempotency_key == _key_of(origin, change.ticket_id) != "" and change.undoes:
                undone = await self._store.change(change.ticket_id, change.undoes)
                return await made_together(self._store, undone) if undone else ()
        return ()

    async def _inseparable(self, change: Change) -> tuple[Change, ...]:
        """The change alone; both halves if it merged two tickets or reopened a similar one."""
        together = await made_together(self._store, change)
        firsts = [(await trace(self._store, each))[-1] for each in together]
        return together if is_inseparable(firsts) else (change,)

    async def undo_one(self, ticket_id: str, version: int, requester: Requester, origin: Origin) -> Outcome:
        """Undo the change that made this version of the ticket (a button names it), with its other half if it has one."""
        change = await self._find_visible(ticket_id, version, requester)
        if change is None:
            return refused(GONE)
        if not policy.may_undo(requester.person, change):
            return refused(NOT_YOURS)
        together = await self._inseparable(change)
        if len(together) > 1:
            return await self._undo_all(together, requester, origin)
        try:
            outcome = of_write(await self._store.undo(ticket_id, version, origin))
        except NothingToUndoError:
            return refused(ALREADY)
        except ConflictError:
            return await self._changed_since(ticket_id)
        return replace(outcome, redone=await is_redone(self._store, outcome.changes[0]))

    async def _changed_since(self, ticket_id: str) -> Outcome:
        if await self._store.get(ticket_id) is None:  # deleted: only admins may read its history
            return refused(DELETED_SINCE.format(ticket_id))
        return refused(CHANGED_SINCE.format(ticket_id), f"history {ticket_id}")

    async def undo_together(
        self, ticket_id: str, version: int, requester: Requester, origin: Origin
    ) -> Outcome:
        """Undo every change made together with this one. Tickets that changed since are skipped and named."""
        change = await self._find_visible(ticket_id, version, requester)
        if change is None:
            return refused(GONE)
        return await self._undo_all(await made_together(self._store, change), requester, origin)

    async def _undo_all(self, changes: Sequence[Change], requester: Requester, origin: Origin) -> Outcome:
        if not await self._all_visible(changes, requester):
            return refused(GONE)
        if not all(policy.may_undo(requester.person, change) for change in changes):
            return refused(NOT_YOURS)
        done: list[Written] = []
        skipped: list[str] = []
        for change in reversed(changes):
            key = _key_of(origin, change.ticket_id)
            try:
                undo = self._store.undo(
                    change.ticket_id, change.version, replace(origin, idempotency_key=key)
                )
                done.append(await undo)
            except (ConflictError, NothingToUndoError):
                skipped.append(change.ticket_id)
        if not done:
            now = [await self._store.change(change.ticket_id, change.version) for change in changes]
            if all(change and change.undone_by for change in now):  # perhaps by somebody a moment ago
                return refused(ALREADY)
            return refused(ALL_CHANGED_SINCE.format(", ".join(change.ticket_id for change in changes)))
        outcome = replace(of_writes(done[::-1]), skipped=tuple(skipped[::-1]))
        return replace(outcome, redone=await is_redone(self._store, outcome.changes[0]))

    async def _all_visible(self, changes: Sequence[Change], requester: Requester) -> bool:
        for change in changes:
            if await self._find_visible(change.ticket_id, change.version, requester) is None:
                return False
        return True

    async def _find_visible(self, ticket_id: str, version: int, requester: Requester) -> Change | None:
        """The change, or None if this person may not see its ticket. Of a deleted ticket, admins see all and others
        their own."""
        change = await self._store.change(ticket_id, version)
        if change is None:
            return None
        record = await self._store.get(ticket_id)
        if record is not None:
            return change if requester.scope.includes(record) else None
        return change if requester.scope.everything or change.origin.user_id == requester.person.id else None
