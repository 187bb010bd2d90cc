"""From gathered slots to a change of tickets: update, close, in bulk, by filter; or what is missing for one."""

from typing import Any

from bot.actions import MOST_IDS, Action, Ask, BulkUpdate, Changes, Close, Update, View, Where
from bot.parser import asks
from bot.parser.message import Topic
from bot.parser.slots import Slots
from bot.parser.text import plain

_EFFECT = {"close": "done", "start": "prog", "reopen": "open"}


class ConflictError(ValueError):
    """Two values for one field: more than one command, or none."""


def effects(slots: Slots, source: str) -> dict[str, Any]:
    """The fields that change, with their new values. Raises `ConflictError`."""
    changes: dict[str, Any] = {}
    for verb in slots.verbs:
        if verb in _EFFECT and changes.setdefault("stat", _EFFECT[verb]) != _EFFECT[verb]:
            raise ConflictError
    for field, value, _ in slots.values:
        if changes.setdefault(field, value) != value:
            raise ConflictError
    for field, (start, end) in slots.texts.items():
        changes[field] = plain(source[start:end])
    if "pri" in changes:
        changes["pri"] = int(changes["pri"])
    return {field: value for field, value in changes.items() if value != ""}


def targets(slots: Slots, topic: Topic | None) -> tuple[str, ...]:
    if slots.ids:
        return tuple(dict.fromkeys(slots.ids))
    return (topic.id,) if topic and "all" not in slots.flags and slots.flags.get("noun") != "many" else ()


def change(ids: tuple[str, ...], changes: dict[str, Any], *, close: bool = False) -> Action:
    """`close`: as a CLOSE where nothing but the status and a note changes."""
    if len(ids) > MOST_IDS:
        return asks.too_many()
    if len(ids) > 1:
        return BulkUpdate(tickets=ids, changes=Changes(**changes))
    if changes.get("stat") == "done" and changes.keys() <= {"stat", "res"} and close:
        return Close(id=ids[0], res=changes.get("res"))
    return Update(id=ids[0], **changes)


def by_filter(slots: Slots, source: str) -> Action | None:
    """A change of all the tickets that a filter finds; a question when there is no filter."""
    where: dict[str, Any] = {}
    changes: dict[str, Any] = {}
    for verb in slots.verbs:
        if verb in _EFFECT:
            changes["stat"] = _EFFECT[verb]
    for field, value, marked in slots.values:
        into = changes if marked else where
        new = int(value) if field == "pri" else value
        if into is changes and field in changes:
            return None
        if into is where:
            where.setdefault(field, []).append(new)
        else:
            changes[field] = new
    for field, (start, end) in slots.texts.items():
        changes[field] = plain(source[start:end])
    if "mine" in slots.flags:
        where["mine"] = True
    if slots.search:
        where["text"] = plain(source[slice(*slots.search)])[:200]
    if not changes and where:
        return None
    if not where or not changes:
        return asks.unbounded()
    return BulkUpdate(where=Where(**where), changes=Changes(**changes))


def view(slots: Slots, source: str, topic: Topic | None) -> View | Ask:
    """The list or the tickets that the slots describe."""
    ids = tuple(dict.fromkeys(slots.ids))
    if len(ids) > MOST_IDS:
        return asks.too_many()
    filters: dict[str, Any] = {}
    for field, value, _ in slots.values:
        new = int(value) if field == "pri" else value
        if new not in filters.setdefault(field, []):
            filters[field].append(new)
    if slots.search:
        filters["text"] = plain(source[slice(*slots.search)])[:200] or None
    if "mine" in slots.flags:
        filters["mine"] = True
    if slots.page:
        filters["page"] = slots.page
    if len(ids) == 1:
        return View(id=ids[0], **filters)
    if ids:
        return View(tickets=ids, **filters)
    if topic and not filters and not {"all", "count"} & slots.flags.keys() and slots.flags.get("noun") != "many":
        return View(id=topic.id)
    return View(**filters)
