"""What a change changed, in words. Plain text throughout: `blocks.run` or `text.inert` makes it safe to show."""

from typing import Any

from bot.views import text as words
from store.base import Change, Values
from store.ticket import DESC_LIMIT, RES_LIMIT, TITLE_LIMIT, Status, cut

_LIMITS = {"title": TITLE_LIMIT, "desc": DESC_LIMIT, "res": RES_LIMIT}
_ORDER = ("stat", "pri", "cat", "title", "desc", "res")


def value(field: str, given: Any) -> str:
    """A field's value in words, within its limit."""
    return cut(words.value(field, given), _LIMITS.get(field, words.NAME_LIMIT))


def phrases(change: Change) -> list[str]:
    """What was done, in the past tense, without the note: `["started", "set the priority to High"]`."""
    match change.kind:
        case "created":
            return ["opened this ticket"]
        case "deleted":
            return ["withdrew this ticket"]
        case "undone":
            return [_undone(change)]
        case "updated" | "closed":
            done = [_phrase(field, change) for field in _ORDER if field in change.after and field != "res"]
    return done or ["removed the note" if change.after.get("res") is None else "noted"]


def note(change: Change) -> str:
    """The note that a change wrote; "" for none."""
    written = change.after.get("res") if change.kind in ("updated", "closed") else None
    return value("res", written) if written else ""


def settings(values: Values) -> str:
    """What a change will set: `status Done, priority Low`."""
    return ", ".join(_setting(field, values[field]) for field in _ORDER if field in values)


def differences(change: Change) -> list[str]:
    """A line a field: `Status: Open → In progress`; for a new ticket what it was made with."""
    fields = [field for field in ("title", "desc", "pri", "stat", "cat", "res") if field in change.after]
    return [_difference(field, change) for field in fields]


def _setting(field: str, given: Any) -> str:
    name = words.FIELDS[field].lower()
    if given is None:
        return f"no {name}"
    return f"{name} “{value(field, given)}”" if field in _LIMITS else f"{name} {value(field, given)}"


def _difference(field: str, change: Change) -> str:
    after = value(field, change.after[field])
    name = words.FIELDS[field]
    if change.kind == "created" or field not in change.before:
        return f"{name}: {after}"
    return f"{name}: {value(field, change.before[field])} → {after}"


def _phrase(field: str, change: Change) -> str:
    after, shown = change.after[field], value(field, change.after[field])
    match field:
        case "stat":
            return _moved(change.before.get("stat"), Status(after))
        case "title":
            return f"renamed it to “{shown}”"
        case "desc":
            return "changed the description" if after else "removed the description"
    return f"set the {words.FIELDS[field].lower()} to {shown}"


def _moved(before: Any, after: Status) -> str:
    match after:
        case Status.PROG:
            return "started again" if before == Status.DONE else "started"
        case Status.DONE:
            return "closed"
        case Status.OPEN:
            return "reopened" if before == Status.DONE else "put it back to open"


def _undone(change: Change) -> str:
    restored = settings(change.after)
    return f"undid a change: {restored}" if restored else "undid a change"
