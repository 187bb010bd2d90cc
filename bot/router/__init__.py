"""Runs an action against the store for one person and returns the outcome. Knows no Slack and no model; has no clock."""

from dataclasses import replace
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
from bot.results import Outcome, answer_not_found, not_found, of_write, refused
from bot.router.bulk import Bulk
from bot.router.choices import Choices
from bot.router.closing import change, change_version
from bot.router.filters import ACTIVE, Calendar, Filters, FindPeople, UnknownPersonError
from bot.router.offers import FormatCommand, Offers
from bot.router.posting import Posting
from bot.router.requester import Requester
from bot.router.similar import SimilarTickets
from bot.router.undo import UndoService, is_redone
from store.models.filters import PAGE_SIZE, Filter, Page
from store.models.tickets import Category, Change, NewTicket, Origin, Priority, Status
from store.protocol import TicketStore
from store.transfer.exporting import export

USAGE_DAYS = 14
_FOR_ADMINS = {"DELETE": "delete tickets", "EXPORT": "export tickets", "USAGE": "see usage"}


class Router:
    """`calendar` knows the team's time zone, `find_people` looks up names, `format_command` writes an action as a command.

    Typed messages come in through `act`. Buttons that no command could express use `choose`, `bulk` (confirm and cancel)
    and `undo_service`.
    """

    def __init__(
        self,
        store: TicketStore,
        calendar: Calendar,
        choices: Choices,
        find_people: FindPeople,
        format_command: FormatCommand,
    ) -> None:
        self._store = store
        self.calendar = calendar
        self._filters = Filters(calendar, find_people)
        self._format_command = format_command
        self.choices = choices
        self._offers = Offers(store, choices, format_command)
        self.bulk = Bulk(store, choices, self._filters)
        self.undo_service = UndoService(store)
        self.similar = SimilarTickets(store)
        self.posting = Posting(store)

    async def choose(self, choice_id: str, option: str, requester: Requester, origin: Origin) -> Outcome:
        """Carry out the button that was pressed. Permission and visibility are checked now, not when it was offered."""
        return await self._offers.choose(choice_id, option, requester, origin, self.act)

    @answer_not_found
    async def act(
        self, action: Action, requester: Requester, origin: Origin, *, is_part: bool = False
    ) -> Outcome:
        """Check permission, run `action` and return the outcome. Raises `StoreError` if the store fails. `is_part`: it is
        one of several commands in a message."""
        if not policy.may(requester.person, action):
            return _denied(action, requester)
        try:
            return await self._act(action, requester, origin, is_part=is_part)
        except UnknownPersonError as unknown:
            return await self._offer_without_person(str(unknown), action, requester, origin)

    @answer_not_found
    async def edit(
        self, action: Update, version: int, requester: Requester, origin: Origin
    ) -> Outcome | None:
        """Change a ticket that is still at `version`; None if it is not. Otherwise as `act`."""
        if not policy.may(requester.person, action):
            return _denied(action, requester)
        return await change_version(
            self._store, action.id, version, action.values(), requester=requester, origin=origin
        )

    async def _act(  # noqa: C901, PLR0911, PLR0912  # one branch per action
        self, action: Action, requester: Requester, origin: Origin, *, is_part: bool
    ) -> Outcome:
        match action:
            case Create():
                once = bool(origin.message) and not is_part
                return await self._create(action, requester, origin, once=once)
            case Update() | Close() if action.about:
                return await self._offers.by_words(action, requester, origin)
            case Update():
                return await change(self._store, action.id, action.values(), requester, origin)
            case Close():
                values = {"stat": Status.DONE.value, **({"res": action.res} if action.res else {})}
                return await change(self._store, action.id, values, requester, origin)
            case View():
                return await self._view(action, requester, origin)
            case BulkUpdate():
                return await self._bulk(action, requester, origin)
            case History():
                return await self._history(action, requester)
            case Undo():
                return await self.undo_service.undo_latest(action.id or "", requester, origin)
            case Delete():
                return await self._delete(action.id, requester, origin)
            case Usage():
                return await self._usage()
            case Export():
                return await self._export(action)
            case Help():
                return Outcome(replies.HELP)
            case Ask():
                return await self._offers.ask(action, requester, origin)
            case Several():
                return await self._several(action, requester, origin)
            case Nothing():
                return Outcome(replies.NONE)

    async def _create(self, action: Create, requester: Requester, origin: Origin, *, once: bool) -> Outcome:
        """With `once`, a message makes one ticket: if it has one that the person may see, that is shown instead."""
        new = NewTicket(
            title=action.title,
            desc=action.desc,
            cat=action.cat or Category.OTHER,
            pri=action.pri or Priority.MEDIUM,
            created=self.calendar.day_of(origin.timestamp),
        )
        written = await self._store.create(new, origin, once=once)
        if written.change is None:
            if requester.scope.includes(written.record):
                return await self._view(View(id=written.record.ticket.id), requester, origin)
            written = await self._store.create(new, origin)
        return of_write(written, await self.similar.find(written.record, requester.scope))

    async def _view(self, action: View, requester: Requester, origin: Origin) -> Outcome:
        if action.id:
            record = await requester.get_visible(self._store, action.id)
            if not record:
                return not_found(action.id)
            return Outcome(replies.one(record.ticket), records=(record,), asked_at=origin.timestamp)
        wanted = await self._filters.resolve(action, requester, origin.timestamp)
        if action.stats:
            return await self._count(action, wanted, requester)
        found = await self._store.view(wanted, requester.scope, action.page or 1)
        if action.tickets and not found.count:
            return not_found(*action.tickets)
        there = {record.ticket.id for record in found.records}
        missing = tuple(one for one in action.tickets or () if one not in there) if found.pages <= 1 else ()
        hides_done = wanted.stat == ACTIVE != action.stat and not action.stale
        hidden = await self._count_done(wanted, requester) if hides_done else None
        return Outcome(
            replies.listed(
                [record.ticket for record in found.records],
                found.count,
                found.page,
                found.pages,
                action,
                more=found.more,
            ),
            records=found.records,
            query=action,
            page=found.page,
            pages=found.pages,
            count=found.count,
            more=found.more,
            missing=missing,
            hidden=hidden.count if hidden else 0,
            more_hidden=bool(hidden and hidden.more),
            hint=self._list_all(action) if hidden and hidden.count else "",
            asked_at=origin.timestamp,
        )

    async def _count(self, action: View, wanted: Filter, requester: Requester) -> Outcome:
        """Count the tickets in each requested status (all by default), and the open ones of high priority."""

        async def count(**narrower: Any) -> int:
            narrowed = replace(wanted, **narrower)
            return (await self._store.view(narrowed, requester.scope, size=1, exact=True)).count

        counts = {one.value: await count(stat=(one,)) for one in action.stat or tuple(Status)}
        if Status.OPEN in counts and Priority.HIGH in (wanted.pri or Priority):
            counts["high"] = await count(stat=(Status.OPEN,), pri=(Priority.HIGH,))
        return Outcome(replies.stats(counts), query=action, counts=counts)

    def _list_all(self, action: View) -> str:
        """The command for the same list with tickets of every status."""
        command = self._format_command(action.model_copy(update={"stat": tuple(Status), "page": None}))
        return command.replace("view", "list", 1)

    async def _count_done(self, wanted: Filter, requester: Requester) -> Page:
        """How many done tickets the list left out because it shows unfinished ones by default."""
        return await self._store.view(replace(wanted, stat=(Status.DONE,)), requester.scope, size=1)

    async def _offer_without_person(
        self, message: str, action: Action, requester: Requester, origin: Origin
    ) -> Outcome:
        """The name matches nobody, or several people: offer the same list without the person."""
        if not isinstance(action, View):
            return refused(message)
        nearest = action.model_copy(update={"by": None, "started_by": None})
        return await self._offers.offer_nearest(message, nearest, requester, origin)

    async def _several(self, action: Several, requester: Requester, origin: Origin) -> Outcome:
        """Run each command with its own idempotency key. The model's usage is counted with the first."""
        parts = []
        for number, each in enumerate(action.actions):
            key = f"{origin.idempotency_key} {number}" if origin.idempotency_key else ""
            usage = None if number else origin.usage
            its_origin = replace(origin, idempotency_key=key, usage=usage)
            parts.append(await self.act(each, requester, its_origin, is_part=True))
        return Outcome(replies.several([part.reply for part in parts]), parts=tuple(parts))

    async def _bulk(self, action: BulkUpdate, requester: Requester, origin: Origin) -> Outcome:
        values = action.changes.values()
        if action.where is not None:
            return await self.bulk.preview(action.where, values, requester, origin)
        ids = action.tickets or ()
        if len(ids) == 1:
            return await change(self._store, ids[0], values, requester, origin)
        return await self.bulk.update_named(ids, values, requester, origin)

    async def _history(self, action: History, requester: Requester) -> Outcome:
        if not await requester.get_visible(self._store, action.id) and not requester.scope.everything:
            return not_found(action.id)
        page = action.page or 1
        entries, count = await self._store.history(action.id, page)
        redoings = frozenset([entry.version for entry in entries if await is_redone(self._store, entry)])
        entries = tuple(_redact_entry(entry, requester) for entry in entries)
        pages = max(1, -(-count // PAGE_SIZE))
        reply = replies.many("history", count, [_history_row(entry) for entry in entries])
        return Outcome(
            reply, history=entries, redoings=redoings, page=min(page, pages), pages=pages, count=count
        )

    async def _delete(self, ticket_id: str, requester: Requester, origin: Origin) -> Outcome:
        found = await requester.get_visible(self._store, ticket_id)
        if not found and not await requester.has_deleted(self._store, ticket_id, origin):
            return not_found(ticket_id)
        return of_write(await self._store.delete(ticket_id, origin))

    async def _usage(self) -> Outcome:
        days = await self._store.usage(USAGE_DAYS)
        rows = [{**day._asdict(), "day": day.day.isoformat()} for day in days]
        return Outcome(replies.many("usage", len(rows), rows), count=len(rows))

    async def _export(self, action: Export) -> Outcome:
        written: list[str] = []
        count = await export(self._store, written.append, action.format)
        return Outcome(replies.exported(action.format, count), count=count, file="".join(written))


def _redact_entry(entry: Change, requester: Requester) -> Change:
    """The entry as `requester` may see it: the new values always, the typed words and their place only by
    `may_read_words`."""
    origin = entry.origin
    if policy.may_read_words(requester.scope, origin):
        return entry
    hidden = replace(origin, channel="", message="", thread="", text="", source_author="", source_link="")
    return replace(entry, origin=hidden)


def _history_row(entry: Change) -> dict[str, Any]:
    """A log entry as JSON: number, kind, user, time, changed fields."""
    about = {
        "n": entry.version,
        "kind": entry.kind,
        "who": entry.origin.user_id,
        "at": int(entry.origin.timestamp),
    }
    return about | dict(entry.after)


def _denied(action: Action, requester: Requester) -> Outcome:
    if requester.refusal:
        return refused(requester.refusal)
    return refused(f"Only admins can {_FOR_ADMINS.get(action.action, 'do that')}.")
