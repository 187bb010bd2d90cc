"""Builds actions from slots: a change of named tickets, a change by filter, a list to show."""

from typing import Any

from bot.actions import Action, Ask, BulkUpdate, Changes, Close, Update, View, Where
from bot.fields import MAX_IDS
from bot.parser.message import ThreadTicket
from bot.parser.rules import questions
from bot.parser.rules.commands.slots import EFFECTS, Slots
from store.models.tickets import Status


class ConflictError(ValueError):
    """Two values for one field: either two commands, or none."""


def effects(slots: Slots) -> dict[str, Any]:
    """The fields to change, with their new values. Raises `ConflictError`."""
    changes: dict[str, Any] = {}
    for field, value in slots.field_values:
        if value and changes.setdefault(field, value) != value:
            raise ConflictError
    return changes


def targets(slots: Slots, thread: ThreadTicket | None) -> tuple[str, ...]:
    """The ids of the named tickets, or of the thread's ticket."""
    both = slots.flags.get("all") == "both"  # the thread's ticket is one of the two
    if slots.ids:
        here = (thread.id,) if both and thread and len(slots.ids) == 1 else ()
        return tuple(dict.fromkeys((*here, *slots.ids)))
    return (thread.id,) if thread and not (slots.many or both) else ()


def change(ids: tuple[str, ...], changes: dict[str, Any]) -> Action:
    if len(ids) > MAX_IDS:
        return questions.TOO_MANY
    if len(ids) > 1:
        return BulkUpdate(tickets=ids, changes=Changes(**changes))
    if changes.get("stat") == "done" and changes.keys() <= {"stat", "res"}:
        return Close(id=ids[0], res=changes.get("res"))
    return Update(id=ids[0], **changes)


def by_filter(slots: Slots, note: str = "") -> Action:
    """A change of all tickets that match the filter in `slots`; a question if they hold no filter."""
    if not any(value.marked for value in slots.values):
        for slot in slots.values:
            slot.marked = slot.late  # `make all open tickets low`
    where, changes = _where(slots, marked=False), dict[str, Any](slots.texts)
    told = [("stat", EFFECTS[verb]) for verb in slots.verbs if verb in EFFECTS]
    told += [(slot.field, slot.value) for slot in slots.values if slot.marked]
    for field, new in told:
        if changes.setdefault(field, new) != new:
            return questions.one_at_a_time()
    if not where or not changes:
        return questions.UNBOUNDED
    if note:
        changes.setdefault("res", note)
    return BulkUpdate(where=Where(**where), changes=Changes(**changes))


def view(slots: Slots, thread: ThreadTicket | None) -> View | Ask:
    """The named tickets, the thread's ticket, or the list that the slots describe."""
    ids = slots.ids
    if len(ids) > MAX_IDS:
        return questions.TOO_MANY
    if ids:
        return View(id=ids[0]) if len(ids) == 1 else View(tickets=tuple(ids))
    filters = _where(slots)
    if slots.flags.get("all") == "yes":
        filters.setdefault("stat", tuple(Status))
    if "stats" in slots.flags:
        filters["stats"] = True
    if slots.page:
        filters["page"] = slots.page
    if thread and not filters and not slots.many and "count" not in slots.flags:
        return View(id=thread.id)
    return View(**filters)


def _where(slots: Slots, *, marked: bool = True) -> dict[str, Any]:
    """The filter that the slots describe. With `marked=False`, values marked as new ones are left out."""
    where: dict[str, Any] = dict(slots.filters)
    for value in slots.values:
        if marked or not value.marked:
            wanted = where.setdefault(value.field, [])
            if value.value not in wanted:
                wanted.append(value.value)
    if slots.search:
        where["text"] = slots.search
    if "mine" in slots.flags:
        where["mine"] = True
    return where
