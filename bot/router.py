"""An action, run against the store for one person, becomes an outcome. No Slack, no model, no clock of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot import policy, replies
from bot.actions import (
    Action,
    Ask,
    BulkUpdate,
    Close,
    Create,
    Delete,
    Export,
    Help,
    History,
    Nothing,
    Undo,
    Update,
    Usage,
    View,
    Where,
)
from bot.policy import Person
from bot.previews import MOST, Previews
from bot.replies import Outcome
from store.base import (
    Change,
    ConflictError,
    Deed,
    Filter,
    NewTicket,
    NothingToUndoError,
    Scope,
    TicketStore,
    Written,
)
from store.ticket import RES_LIMIT, Category, Priority, Status, Ticket, cut

USAGE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what the answer may speak of."""

    person: Person
    scope: Scope


class Router:
    """`today` turns a deed's time into the date that tickets are created at, in the desk's time zone."""

    def __init__(self, store: TicketStore, today: Callable[[float], date], previews: Previews) -> None:
        self._store = store
        self._today = today
        self._previews = previews

    async def act(  # noqa: C901, PLR0911, PLR0912  # the table of what can be asked, a line each
        self, action: Action, asker: Asker, deed: Deed
    ) -> Outcome:
        """Check that `asker` may, do it, and say what came of it. Raises `StoreError` when the store cannot."""
        if not policy.may(asker.person, action):
            return _denied(action, asker)
        match action:
            case Create():
                return await self._create(action, asker, deed)
            case Update():
                return await self._change(action.id, action.values(), asker, deed)
            case Close():
                values = {"stat": Status.DONE.value} | ({"res": action.res} if action.res else {})
                return await self._close(action.id, values, asker, deed)
            case View():
                return await self._view(action, asker)
            case BulkUpdate():
                return await self._bulk(action, asker, deed)
            case History():
                return await self._history(action, asker)
            case Undo():
                return await self._undo_latest(action, asker, deed)
            case Delete():
                return await self._delete(action.id, asker, deed)
            case Usage():
                return await self._usage()
            case Export():
                return _error("Export is written to a file: run tickets export.")
            case Help():
                return Outcome(replies.HELP)
            case Ask():
                return _error(action.msg, action.hint or "")
            case Nothing():
                return Outcome(replies.NONE)

    async def _create(self, action: Create, asker: Asker, deed: Deed) -> Outcome:
        new = NewTicket(
            title=action.title,
            desc=action.desc,
            cat=action.cat or Category.OTHER,
            pri=action.pri or Priority.MEDIUM,
            created=self._today(deed.at),
        )
        outcome = _written(await self._store.create(new, deed))
        alike = await self._store.similar(f"{new.title} {new.desc or ''}", asker.scope)
        others = tuple(match for match in alike if match.record.ticket.id != outcome.records[0].ticket.id)
        return replace(outcome, similar=others)

    async def _change(self, ticket_id: str, values: Mapping[str, Any], asker: Asker, deed: Deed) -> Outcome:
        if not await self._seen(ticket_id, asker):
            return _missing(ticket_id)
        return _written(await self._store.update(ticket_id, values, deed))

    async def _close(self, ticket_id: str, values: Mapping[str, Any], asker: Asker, deed: Deed) -> Outcome:
        record = await self._store.get(ticket_id)
        if record and asker.scope.holds(record.born) and record.ticket.stat is Status.DONE:
            values = {"stat": Status.DONE.value}  # closed already: its resolution stays what it was
        return await self._change(ticket_id, values, asker, deed)

    async def _seen(self, ticket_id: str, asker: Asker) -> bool:
        record = await self._store.get(ticket_id)
        return record is not None and asker.scope.holds(record.born)

    async def _view(self, action: View, asker: Asker) -> Outcome:
        if action.id:
            record = await self._store.get(action.id)
            if record is None or not asker.scope.holds(record.born):
                return _missing(action.id)
            return Outcome(replies.one(record.ticket), records=(record,))
        found = await self._store.view(_filter(action, asker), asker.scope, action.page or 1)
        there = {record.ticket.id for record in found.records}
        missing = tuple(one for one in action.tickets or () if one not in there) if found.pages <= 1 else ()
        if action.tickets and not found.count:
            return _missing(*action.tickets)
        tickets = [record.ticket for record in found.records]
        reply = replies.listed(tickets, found.count, found.page, found.pages, action)
        return Outcome(
            reply,
            records=found.records,
            query=action,
            page=found.page,
            pages=found.pages,
            count=found.count,
            missing=missing,
        )

    async def _bulk(self, action: BulkUpdate, asker: Asker, deed: Deed) -> Outcome:
        values = action.changes.values()
        if action.where is not None:
            return await self._preview(action.where, values, asker, deed)
        assert action.tickets is not None  # noqa: S101  # the model holds that it is one of the two
        if len(action.tickets) == 1:
            return await self._change(action.tickets[0], values, asker, deed)
        missing = [one for one in action.tickets if not await self._seen(one, asker)]
        if missing:
            return _missing(*missing)
        done = await self._store.bulk(dict.fromkeys(action.tickets, values), deed)
        return _bulk_written(done)

    async def _preview(self, where: Where, values: Mapping[str, Any], asker: Asker, deed: Deed) -> Outcome:
        """What would change, frozen until the same person confirms it."""
        found = await self._store.view(_filter(where, asker), asker.scope, size=MOST)
        if found.count > MOST:
            return _error(
                f"That would change {found.count} tickets, and {MOST} is the most at once: narrow it down."
            )
        records = [record for record in found.records if _differs(record.ticket, values)]
        if not records:
            return _error("No ticket would change by that.")
        preview = self._previews.freeze(asker.person.id, records, values, deed.at)
        reply = replies.preview([record.ticket.id for record in records])
        return Outcome(reply, records=tuple(records), token=preview.token, values=values)

    async def confirm(self, token: str, asker: Asker, deed: Deed) -> Outcome:
        """Carry out a preview. Tickets that changed since it was shown are skipped and named."""
        if asker.person.role not in policy.ROLES["bulk_update"]:
            return _error("This desk answers members of the workspace only.")
        preview = self._previews.take(token, asker.person.id, deed.at)
        if preview is None:
            return _error(
                "This preview is no longer valid: previews last 10 minutes, for whoever asked. Ask again."
            )
        ids: list[str] = []
        skipped: list[str] = []
        for one in preview.frozen:
            record = await self._store.get(one)
            fresh = preview.unchanged(record) and record is not None and asker.scope.holds(record.born)
            (ids if fresh else skipped).append(one)
        done = await self._store.bulk(dict.fromkeys(ids, preview.values), deed) if ids else []
        return replace(_bulk_written(done), skipped=tuple(skipped))

    def cancel(self, token: str, asker: Asker, deed: Deed) -> bool:
        """Whether there was such a preview of this person's."""
        return self._previews.take(token, asker.person.id, deed.at) is not None

    async def _history(self, action: History, asker: Asker) -> Outcome:
        if not await self._seen(action.id, asker) and not asker.scope.everything:
            return _missing(action.id)
        page = action.page or 1
        entries, count = await self._store.history(action.id, page)
        rows = [_row(entry) for entry in entries]
        pages = max(1, -(-count // 10))
        return Outcome(
            replies.many("history", count, rows),
            history=entries,
            page=min(page, pages),
            pages=pages,
            count=count,
        )

    async def _undo_latest(self, action: Undo, asker: Asker, deed: Deed) -> Outcome:
        change = await self._store.latest(asker.person.id, action.id or "")
        if change is None:
            about = f" on {action.id}" if action.id else ""
            return _error(f"There is no change of yours{about} to undo.")
        return await self.undo(change.number, asker, deed)

    async def undo(self, number: int, asker: Asker, deed: Deed) -> Outcome:
        """Undo change `number` of the log, as a button names it."""
        change = await self._store.change(number)
        record = await self._store.get(change.id) if change else None
        seen = record is None or asker.scope.holds(record.born)
        if change is None or not seen:
            return _error("There is nothing to undo any more.")
        if not policy.may_undo(asker.person, change):
            return _error("Only the person who made a change, or an admin, can undo it.")
        try:
            return _written(await self._store.undo(number, deed))
        except (ConflictError, NothingToUndoError) as error:
            return _error(str(error))

    async def _delete(self, ticket_id: str, asker: Asker, deed: Deed) -> Outcome:
        if not await self._seen(ticket_id, asker):
            return _missing(ticket_id)
        return _written(await self._store.delete(ticket_id, deed))

    async def merge(self, new: str, into: str, asker: Asker, deed: Deed) -> Outcome:
        """What was said in `new` becomes a note of `into`, and `new` is withdrawn: for its author, and admins."""
        if asker.person.role is policy.Role.NOBODY:
            return _error("This desk answers members of the workspace only.")
        record = await self._store.get(new)
        if record is None or not asker.scope.holds(record.born):
            return _missing(new)
        if not await self._seen(into, asker):
            return _missing(into)
        if asker.person.role is not policy.Role.ADMIN and record.born.who != asker.person.id:
            return _error(f"Only the person who made {new}, or an admin, can move it.")
        note = cut(f"{record.ticket.title} ({new})", RES_LIMIT)
        noted = await self._store.update(into, {"res": note}, replace(deed, key=f"{deed.key} {into}"))
        withdrawn = await self._store.delete(new, deed)
        changes = tuple(written.change for written in (noted, withdrawn) if written.change)
        records = (noted.record, withdrawn.record)
        return replace(_written(noted), records=records, changes=changes)

    async def _usage(self) -> Outcome:
        days = await self._store.usage(USAGE_DAYS)
        rows = [{**day._asdict(), "day": day.day.isoformat()} for day in days]
        return Outcome(replies.many("usage", len(rows), rows), count=len(rows))


def _filter(action: View | Where, asker: Asker) -> Filter:
    return Filter(
        ids=getattr(action, "tickets", None) or (),
        stat=action.stat or (),
        pri=action.pri or (),
        cat=action.cat or (),
        text=action.text or "",
        author=asker.person.id if action.mine else "",
    )


def _row(entry: Change) -> dict[str, Any]:
    """A log entry as JSON: who, when, what."""
    return {"n": entry.number, "kind": entry.kind, "who": entry.deed.who, "at": int(entry.deed.at)} | dict(
        entry.after
    )


def _written(written: Written) -> Outcome:
    """What a write did, in the words of its log entry: a repeated key is answered as it was the first time."""
    record, change, repeated = written
    if change is None:
        return Outcome(replies.about("unchanged", record.ticket.id), records=(record,), repeated=repeated)
    match change.kind:
        case "created":
            reply = replies.created(record.ticket)
        case "deleted":
            reply = replies.about("deleted", record.ticket.id)
        case "closed" | "updated" | "undone":
            reply = replies.changed(change.kind, record.ticket.id, change.after)
    return Outcome(reply, records=(record,), changes=(change,), repeated=repeated)


def _bulk_written(done: Sequence[Written]) -> Outcome:
    changed = [written for written in done if written.change]
    return Outcome(
        replies.bulk([written.record.ticket.id for written in changed]),
        records=tuple(written.record for written in done),
        changes=tuple(written.change for written in changed if written.change),
        repeated=any(written.repeated for written in done),
    )


def _differs(ticket: Ticket, values: Mapping[str, Any]) -> bool:
    return any(getattr(ticket, name) != value for name, value in values.items())


def _missing(*ids: str) -> Outcome:
    return Outcome(replies.missing(", ".join(ids)), missing=ids)


def _error(message: str, hint: str = "") -> Outcome:
    return Outcome(replies.error(message), hint=hint)


def _denied(action: Action, asker: Asker) -> Outcome:
    if asker.person.role is policy.Role.NOBODY:
        return _error("This desk answers members of the workspace only.")
    return _error(f"Only an admin of this desk can {action.action.lower()}.")
