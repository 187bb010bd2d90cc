"""What a change changed, in words. Plain text throughout: `blocks.run` or `text.inert` makes it safe to show."""

from typing import Any

from bot.views import text as words
from store.models import DESC_LIMIT, RES_LIMIT, TITLE_LIMIT, Change, Status, Values, cut

_LIMITS = {"title": TITLE_LIMIT, "desc": DESC_LIMIT, "res": RES_LIMIT}
_ORDER = ("stat", "pri", "cat", "title", "desc", "res")


def value(field: str, given: Any) -> str:
    """A field's value in words, within its limit."""
    return cut(words.value(field, given), _LIMITS.get(field, words.NAME_LIMIT))


def phrases(change: Change, *, named: bool = False) -> list[str]:
    """What was done, in the past tense, without the note: `["started", "set the priority to High"]`; `named` with
    the ticket's id: `["started T043", "set the priority to High"]`.
    """
    what = change.ticket_id if named else ""
    match change.kind:
        case "created" | "deleted" | "posted":
            return [_WHOLE[change.kind].format(what or "this ticket")]
        case "undone":
            restored = settings(change.after)
            return [
                "undid a change" + (f" to {what}" if what else "") + (f": {restored}" if restored else "")
            ]
        case "updated" | "closed":
            return _updates(change, what)


_WHOLE = {"created": "opened {}", "deleted": "withdrew {}", "posted": "posted {} in this channel"}


def _updates(change: Change, what: str) -> list[str]:
    of = f" of {what}" if what else ""
    fields = [field for field in _ORDER if field in change.after and field != "res"]
    if fields:
        first, *rest = fields
        return [_phrase(first, change, what, of), *(_phrase(field, change, "", "") for field in rest)]
    if not change.after:
        return [f"took over {what or 'this ticket'}"]
    if change.after.get("res") is None:
        return [f"removed the note{of}"]
    return ["noted" + (f" on {what}" if what else "")]


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


def _phrase(field: str, change: Change, what: str, of: str) -> str:
    after, shown = change.after[field], value(field, change.after[field])
    match field:
        case "stat":
            return _moved(change.before.get("stat"), Status(after), what)
        case "title":
            return f"renamed {what or 'it'} to “{shown}”"
        case "desc":
            return f"changed the description{of}" if after else f"removed the description{of}"
    return f"set the {words.FIELDS[field].lower()}{of} to {shown}"


def _moved(before: Any, after: Status, what: str) -> str:
    it = f" {what}" if what else ""
    match after:
        case Status.PROG:
            return f"started{it} again" if before == Status.DONE else f"started{it}"
        case Status.DONE:
            return f"closed{it}"
        case Status.OPEN:
            return f"reopened{it}" if before == Status.DONE else f"put {what or 'it'} back to open"
