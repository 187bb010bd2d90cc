"""An action, run against the store for one person, becomes an outcome. No Slack, no model, no clock of its own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
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
    Several,
    Undo,
    Update,
    Usage,
    View,
)
from bot.asking import STRANGER, Asker
from bot.bulk import Bulk
from bot.outcomes import Outcome, not_found, of_write, refused
from bot.previews import Previews
from bot.undoing import Undoing
from store.base import PAGE_SIZE, Change, Deed, NewTicket, NotFoundError, TicketStore
from store.ticket import Category, Priority, Status
from store.transfer import export

USAGE_DAYS = 14


class Router:
    """`today` turns a deed's time into the date that tickets are created at, in the desk's time zone.

    What people say comes in by `act`; buttons that no words would say are `bulk` (confirm, cancel) and `undoing`.
    """

    def __init__(self, store: TicketStore, today: Callable[[float], date], previews: Previews) -> None:
        self._store = store
        self._today = today
        self.bulk = Bulk(store, previews)
        self.undoing = Undoing(store)

    async def act(self, action: Action, asker: Asker, deed: Deed) -> Outcome:
        """Check that `asker` may, do it, and say what came of it. Raises `StoreError` when the store cannot."""
        if not policy.may(asker.person, action):
            return _denied(action, asker)
        try:
            return await self._act(action, asker, deed)
        except NotFoundError as gone:  # between the look and the act, or never there
            return not_found(gone.ticket_id)

    async def _act(  # noqa: C901, PLR0911, PLR0912  # the table of what can be asked, a line each
        self, action: Action, asker: Asker, deed: Deed
    ) -> Outcome:
        match action:
            case Create():
                return await self._create(action, asker, deed)
            case Update():
                return await self._change(action.id, action.values(), asker, deed)
            case Close():
                return await self._close(action, asker, deed)
            case View():
                return await self._view(action, asker)
            case BulkUpdate():
                return await self._bulk(action, asker, deed)
            case History():
                return await self._history(action, asker)
            case Undo():
                return await self.undoing.latest(action.id or "", asker, deed)
            case Delete():
                return await self._delete(action.id, asker, deed)
            case Usage():
                return await self._usage()
            case Export():
                return await self._export(action)
            case Help():
                return Outcome(replies.HELP)
            case Ask():
                return refused(action.msg, action.hint or "")
            case Several():
                return refused("One command at a time, please.")
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
        outcome = of_write(await self._store.create(new, deed))
        alike = await self._store.similar(f"{new.title} {new.desc or ''}", asker.scope)
        others = tuple(match for match in alike if match.record.ticket.id != outcome.records[0].ticket.id)
        return replace(outcome, similar=others)

    async def _change(self, ticket_id: str, values: Mapping[str, Any], asker: Asker, deed: Deed) -> Outcome:
        if not await asker.finds(self._store, ticket_id):
            return not_found(ticket_id)
        return of_write(await self._store.update(ticket_id, values, deed))

    async def _close(self, action: Close, asker: Asker, deed: Deed) -> Outcome:
        record = await asker.finds(self._store, action.id)
        values = {"stat": Status.DONE.value}
        if action.res and not (record and record.ticket.stat is Status.DONE):
            values["res"] = action.res  # closed already, its resolution stays what it was
        return await self._change(action.id, values, asker, deed)

    async def _view(self, action: View, asker: Asker) -> Outcome:
        if action.id:
            record = await asker.finds(self._store, action.id)
            return Outcome(replies.one(record.ticket), records=(record,)) if record else not_found(action.id)
        found = await self._store.view(asker.filter(action), asker.scope, action.page or 1)
        if action.tickets and not found.count:
            return not_found(*action.tickets)
        there = {record.ticket.id for record in found.records}
        missing = tuple(one for one in action.tickets or () if one not in there) if found.pages <= 1 else ()
        tickets = [record.ticket for record in found.records]
        return Outcome(
            replies.listed(tickets, found.count, found.page, found.pages, action),
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
            return await self.bulk.preview(action.where, values, asker, deed)
        ids = action.tickets or ()
        if len(ids) == 1:
            return await self._change(ids[0], values, asker, deed)
        return await self.bulk.named(ids, values, asker, deed)

    async def _history(self, action: History, asker: Asker) -> Outcome:
        if not await asker.finds(self._store, action.id) and not asker.scope.everything:
            return not_found(action.id)
        page = action.page or 1
        entries, count = await self._store.history(action.id, page)
        pages = max(1, -(-count // PAGE_SIZE))
        reply = replies.many("history", count, [_row(entry) for entry in entries])
        return Outcome(reply, history=entries, page=min(page, pages), pages=pages, count=count)

    async def _delete(self, ticket_id: str, asker: Asker, deed: Deed) -> Outcome:
        found = await asker.finds(self._store, ticket_id)
        if not found and not await asker.has_deleted(self._store, ticket_id, deed):
            return not_found(ticket_id)
        return of_write(await self._store.delete(ticket_id, deed))

    async def _usage(self) -> Outcome:
        days = await self._store.usage(USAGE_DAYS)
        rows = [{**day._asdict(), "day": day.day.isoformat()} for day in days]
        return Outcome(replies.many("usage", len(rows), rows), count=len(rows))

    async def _export(self, action: Export) -> Outcome:
        written: list[str] = []
        count = await export(self._store, written.append, action.format)
        return Outcome(replies.exported(action.format, count), count=count, file="".join(written))


def _row(entry: Change) -> dict[str, Any]:
    """A log entry as JSON: who, when, what."""
    about = {"n": entry.number, "kind": entry.kind, "who": entry.deed.who, "at": int(entry.deed.at)}
    return about | dict(entry.after)


def _denied(action: Action, asker: Asker) -> Outcome:
    if asker.person.role is policy.Role.NOBODY:
        return refused(STRANGER)
    return refused(f"Only an admin of this desk can {action.action.lower()}.")
