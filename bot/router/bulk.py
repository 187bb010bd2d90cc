"""Changes to several tickets: at once if the person named them, after a confirmed preview if a filter found them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import replies
from bot.actions import Where
from bot.results import Outcome, not_found, of_writes, refused
from bot.router.choices import Choices
from bot.router.closing import ATTEMPTS, are_left, find_kept, resolves, values_for
from bot.router.filters import Filters
from bot.router.requester import Requester
from store.models.filters import Filter
from store.models.tickets import Category, Json, Origin, Priority, Record, Status, Ticket, Values
from store.protocol import TicketStore

MAX_TICKETS = 500
MAX_PAGES = 20  # of `MAX_TICKETS` each, in which to look for tickets that would change
_FILTERED: Mapping[str, Sequence[Any]] = {
    "stat": tuple(Status),
    "pri": tuple(Priority),
    "cat": tuple(Category),
}
CONFIRM, CANCEL = "confirm", "cancel"
TOO_MANY = f"That would change more than {MAX_TICKETS} tickets, which is the most at once: narrow it down."
TOO_MANY_TO_COMPARE = f"More than {MAX_TICKETS * MAX_PAGES:,} tickets match, too many to see which would change: narrow it down."
NO_MATCH = "Nothing to change: no {} match."
ALL_LIKE_THAT = "Nothing to change: these tickets are all like that already."
EXPIRED = "This preview has expired, or is somebody else’s: previews last 10 minutes. Ask again."
BUSY = "These tickets are being changed at this moment, so nothing was changed: try again."
CANCELLED = "This was cancelled: nothing was changed."


class Bulk:
    def __init__(self, store: TicketStore, choices: Choices, filters: Filters) -> None:
        self._store, self._choices, self._filters = store, choices, filters

    async def update_named(
        self, ids: tuple[str, ...], values: Mapping[str, Any], requester: Requester, origin: Origin
    ) -> Outcome:
        """Change all of them, or none if one is missing. If one that is to be closed changes while this is decided, decide
        again."""
        for _ in range(ATTEMPTS):
            found = await self._visible(ids, requester)
            missing = [one for one in ids if one not in found]
            if missing:
                return replace(not_found(*missing), skipped=tuple(found))
            asked = {one: values_for(record.ticket, values) for one, record in found.items()}
            expected = {one: record.version for one, record in found.items() if resolves(asked[one])}
            done = await self._store.bulk_update(asked, origin, expected, together=True)
            if not are_left(done, expected):
                return replace(of_writes(done), kept=find_kept(done, asked, values))
        return refused(BUSY)

    async def _visible(self, ids: Iterable[str], requester: Requester) -> dict[str, Record]:
        """The tickets that exist and that this person may see, by id."""
        found = {one: await requester.get_visible(self._store, one) for one in ids}
        return {one: record for one, record in found.items() if record}

    async def preview(
        self, where: Where, values: Mapping[str, Any], requester: Requester, origin: Origin
    ) -> Outcome:
        """Show what would change, and store it until the same person confirms. Raises `UnknownPersonError`."""
        wanted = await self._filters.resolve(where, requester, origin.timestamp)
        found = await self._find_changing(wanted, values, requester)
        if isinstance(found, Outcome):
            return found
        records = list(found.values())
        if not records:
            matched = (await self._store.view(wanted, requester.scope, size=1)).count
            return refused(ALL_LIKE_THAT if matched else NO_MATCH.format(_describe_filter(where)))
        token = await self._choices.offer(requester.person.id, _freeze(records, values), origin.timestamp)
        reply = replies.preview([record.ticket.id for record in records])
        return Outcome(
            reply,
            records=tuple(records),
            token=token,
            values=values,
            asked_at=origin.timestamp,
        )

    async def _find_changing(
        self, wanted: Filter, values: Mapping[str, Any], requester: Requester
    ) -> dict[str, Record] | Outcome:
        """The tickets that would change, by id, or the answer that there are too many."""
        found = dict[str, Record]()
        for narrowed in _without_unchanged(wanted, values):
            number, pages = 0, 1
            while number < pages:
                number += 1
                if number > MAX_PAGES:
                    return refused(TOO_MANY_TO_COMPARE)
                # Mostly the first page is all; to count very many to the end takes a database long.
                page = await self._store.view(
                    narrowed, requester.scope, number, MAX_TICKETS, exact=number > 1
                )
                pages = page.pages
                changing = (each for each in page.records if _would_change(each.ticket, values))
                found |= {record.ticket.id: record for record in changing}
                if len(found) > MAX_TICKETS:
                    return refused(TOO_MANY)
        return found

    async def confirm(self, token: str, requester: Requester, origin: Origin) -> Outcome:
        """Carry out a preview. Tickets that changed since it was shown are skipped and named. A second press shows what the
        first one did."""
        if requester.refusal:
            return refused(requester.refusal)
        taken = await self._choices.take(token, CONFIRM, origin)
        if taken is None:
            return refused(EXPIRED)
        if taken.option != CONFIRM:
            return refused(CANCELLED)
        frozen: Mapping[str, int] = taken.payload["versions"]
        found = await self._visible(frozen, requester)
        visible = {one: frozen[one] for one in found}
        asked: Values = taken.payload["values"]
        values = {one: values_for(record.ticket, asked) for one, record in found.items()}
        done = await self._store.bulk_update(values, taken.origin, expected=visible)
        left = {
            each.record.ticket.id
            for each in done
            if each.change is None and each.record.version != visible[each.record.ticket.id]
        }
        skipped = [one for one in frozen if one not in visible or one in left]
        changed = [each for each in done if each.record.ticket.id not in skipped]
        result = of_writes(changed)
        kept = find_kept(changed, values, asked)
        return replace(result, skipped=tuple(skipped), kept=kept, repeated=taken.again or result.repeated)

    async def cancel(self, token: str, requester: Requester, origin: Origin) -> Outcome | None:
        """None if this cancelled the preview; else what the preview did, or why there is nothing to cancel."""
        taken = await self._choices.take(token, CANCEL, origin)
        if taken is None:
            return refused(EXPIRED)
        return None if taken.option == CANCEL else await self.confirm(token, requester, origin)


_STATUSES = {Status.OPEN: "open", Status.PROG: "in-progress", Status.DONE: "done"}
_PRIORITIES = {
    Priority.HIGH: "high-priority",
    Priority.MEDIUM: "medium-priority",
    Priority.LOW: "low-priority",
}


def _describe_filter(where: Where) -> str:
    """`open doc tickets`: the filter's statuses, priorities and categories in words."""
    parts = [
        [_STATUSES[one] for one in where.stat or ()],
        [_PRIORITIES[one] for one in where.pri or ()],
        [one.value for one in where.cat or ()],
    ]
    return " ".join([*(" or ".join(part) for part in parts if part), "tickets"])


def _freeze(records: Sequence[Record], values: Mapping[str, Any]) -> Json:
    """The payload to store: the version of each ticket as shown, to detect later changes, and the new values."""
    return {
        "versions": {record.ticket.id: record.version for record in records},
        "values": dict(values),
    }


def _without_unchanged(wanted: Filter, values: Mapping[str, Any]) -> Iterator[Filter]:
    """Filters that together find the tickets that would change, each only once. The first finds those that differ in the
    first field to be set. The second finds those that are alike in it and differ in the second field, and so on. A filter
    can compare only the fields in `_FILTERED`, so the last one may also find tickets that would not change."""
    for name in (each for each in _FILTERED if each in values):
        there = getattr(wanted, name) or _FILTERED[name]
        same, others = (
            tuple(each for each in there if (each == values[name]) is alike) for alike in (True, False)
        )
        if others:
            yield _narrow(wanted, name, others)
        if not same:
            return
        wanted = _narrow(wanted, name, same)
    if any(name not in _FILTERED and (name != "res" or not resolves(values)) for name in values):
        yield wanted


def _narrow(wanted: Filter, name: str, left: tuple[Any, ...]) -> Filter:
    narrowed: dict[str, Any] = {name: left}
    return replace(wanted, **narrowed)


def _would_change(ticket: Ticket, values: Mapping[str, Any]) -> bool:
    return any(getattr(ticket, name) != value for name, value in values_for(ticket, values).items())
