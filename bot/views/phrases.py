"""Describes changes in words, as plain text. `blocks.run` or `text.escape_mrkdwn` makes it safe to show."""

from collections.abc import Sequence
from typing import Any

from bot.results import merged_into
from bot.views import text as words
from store.models.fields import LIMITS
from store.models.tickets import Change, Status, Values, cut

THIS = "this ticket"
_ORDER = ("stat", "pri", "cat", "title", "desc", "res")
_VERBS = {Status.OPEN: "Reopen", Status.PROG: "Start", Status.DONE: "Close"}
_PAST = {Status.OPEN: "reopened", Status.PROG: "started", Status.DONE: "closed"}


def value(field: str, given: Any) -> str:
    """A field's value as text, cut at the field's limit."""
    return cut(words.value(field, given), LIMITS.get(field, words.NAME_LIMIT))


def left_alone(ids: Sequence[str]) -> str:
    """A sentence naming the tickets that were skipped because they had changed."""
    return f"Left alone, changed meanwhile: {', '.join(ids)}."


def kept_note(ids: Sequence[str]) -> str:
    """A sentence naming the tickets whose resolution was not replaced; "" if there are none."""
    if not ids:
        return ""
    were, notes = ("was", "its note stays") if len(ids) == 1 else ("were", "their notes stay")
    return f"{', '.join(ids)} {were} done already, so {notes}."


def past_tense(change: Change, what: str = THIS, *, again: bool = False) -> list[str]:
    """What the change did to `what`, in the past tense, without the note: `["started T043", "set the priority to High"]`.
    `again`: it redoes what had been undone."""
    match change.kind:
        case "created":
            return [f"opened {what}"]
        case "deleted":
            return [_deleted(change, what)]
        case "posted":
            return [f"posted {what} in a channel"]
        case "undone":
            return [redone(change, what) if again else undone(change, what)]
        case "trimmed":
            return [f"removed the older history of {what}"]
        case "updated" | "closed":
            return _updates(change, what)


def in_one_sentence(parts: Sequence[str]) -> str:
    """`started T043, set the priority to High and renamed it to “…”`"""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _deleted(change: Change, what: str) -> str:
    """`deleted T012`, `merged T012 into T010`"""
    merged, _, into = merged_into(change).partition(" ")
    return f"{merged} {what} {into}" if merged else f"deleted {what}"


def redone(change: Change, what: str = THIS) -> str:
    """What a change that redoes another one did: `closed T043 again`, `added the note to T043 again`."""
    if change.metadata_after.get("deleted"):
        return f"deleted {what} again"
    if "deleted" in change.metadata_after:
        return f"restored {what}"
    if "channel" in change.metadata_after:
        return f"posted {what} in a channel again"
    if set(change.after) == {"res"}:
        verb, to = ("added", "to") if change.after["res"] else ("removed", "of")
        return f"{verb} the note {to} {what} again"
    told = in_one_sentence(_updates(change, what))
    return told if told.endswith(" again") else f"{told} again"


def undone(change: Change, what: str = THIS) -> str:
    """What an undo did: `undid the close of T043`, `restored T043`."""
    if "deleted" in change.metadata_after:
        return f"took back {what}" if change.metadata_after["deleted"] else f"restored {what}"
    fields = [field for field in _ORDER if field in change.after]
    if "stat" in fields:
        return _moved_back(change.before.get("stat"), Status(change.after["stat"]), what)
    if len(fields) == 1:
        return _set_back(fields[0], value(fields[0], change.after[fields[0]]), what)
    if "channel" in change.metadata_after:
        return f"took {what} back from the channel"
    if not fields and "started_by" in change.metadata_after:
        return f"undid the takeover of {what}"
    return f"undid a change to {what}" + (f": {settings(change.after)}" if fields else "")


def _set_back(field: str, shown: str, what: str) -> str:
    match field:
        case "res":
            return f"undid the note on {what}"
        case "desc":
            return f"undid the description of {what}"
        case "title":
            return f"renamed {what} back to “{shown}”"
    return f"set the {words.FIELDS[field].lower()} of {what} back to {shown}"


def note(change: Change) -> str:
    """The note that the change wrote; "" if none."""
    written = change.after.get("res") if change.kind in ("updated", "closed") else None
    return value("res", written) if written else ""


def settings(values: Values) -> str:
    """The values that a change will set: `status Done, priority Low`."""
    return ", ".join(_setting(field, values[field]) for field in _ORDER if field in values)


def question(values: Values, what: str) -> str:
    """The question before a change to `what`: `Close 3 tickets?`, `Change 3 tickets to priority Low?`."""
    verb, rest = imperative(values)
    if verb != "Change":
        return f"{verb} {what}" + (f" with {rest}?" if rest else "?")
    return f"Change {what}" + (f" to {rest}?" if rest else "?")


def imperative(values: Values) -> tuple[str, str]:
    """The verb for a future change, and the values that the verb does not express: `("Close", "note “old”")`."""
    if "stat" in values:
        rest = {field: given for field, given in values.items() if field != "stat"}
        return _VERBS[Status(values["stat"])], settings(rest)
    return "Change", settings(values)


def past_tense_of_many(changes: tuple[Change, ...], what: str, *, again: bool = False) -> str:
    """What the same change did to several tickets: `closed 3 tickets`, `set 3 tickets to priority Low`. `again`: it redoes
    what had been undone."""
    first = changes[0]
    if first.kind == "undone":
        return redone(first, what) if again else undone(first, what)
    after = dict(first.after)
    note_text = f"added the note “{value('res', after['res'])}”" if after.get("res") else ""
    if "stat" in after:
        rest = settings({field: given for field, given in after.items() if field not in ("stat", "res")})
        told = f"{_PAST[Status(after['stat'])]} {what}" + (f" and set {rest}" if rest else "")
        return f"{told} and {note_text}" if note_text else told
    if note_text and len(after) == 1:
        return f"{note_text} to {what}"
    return f"set {what} to {settings(after)}" if after else f"took over {what}"


def differences(change: Change) -> list[str]:
    """One line per field: `Status: Open → In progress`; for a new ticket, its initial values."""
    fields = [field for field in ("title", "desc", "pri", "stat", "cat", "res") if field in change.after]
    return [_difference(field, change) for field in fields]


def _updates(change: Change, what: str) -> list[str]:
    fields = [field for field in _ORDER if field in change.after and field != "res"]
    if fields:
        first, *rest = fields
        removed = ["removed the note"] if "res" in change.after and change.after["res"] is None else []
        return [_phrase(first, change, what), *(_phrase(field, change, "") for field in rest), *removed]
    if not change.after:
        return [f"took over {what}"]
    if change.after.get("res") is None:
        return [f"removed the note of {what}"]
    return [f"added a note to {what}"]


def _setting(field: str, given: Any) -> str:
    name = words.FIELDS[field].lower()
    if given is None:
        return f"no {name}"
    return f"{name} “{value(field, given)}”" if field in LIMITS else f"{name} {value(field, given)}"


def _difference(field: str, change: Change) -> str:
    after = value(field, change.after[field])
    name = words.FIELDS[field]
    before = change.before.get(field)
    if change.kind == "created" or field not in change.before:
        return f"{name}: {after}"
    if before is None:
        return f"{name} added: {after}"
    if change.after[field] is None:
        return f"{name} removed: {value(field, before)}"
    return f"{name}: {value(field, before)} → {after}"


def _phrase(field: str, change: Change, what: str) -> str:
    """One field's change in words. `what` is "" for all fields but the first."""
    after, shown = change.after[field], value(field, change.after[field])
    of = f" of {what}" if what else ""
    match field:
        case "stat":
            return _moved(change.before.get("stat"), Status(after), what)
        case "title":
            return f"renamed {what or 'it'} to “{shown}”"
        case "desc":
            return f"changed the description{of} to “{shown}”" if after else f"removed the description{of}"
    return f"set the {words.FIELDS[field].lower()}{of} to {shown}"


def _moved(before: Any, after: Status, what: str) -> str:
    match after:
        case Status.PROG:
            return f"started {what} again" if before == Status.DONE else f"started {what}"
        case Status.DONE:
            return f"closed {what}"
        case Status.OPEN:
            return f"reopened {what}" if before == Status.DONE else f"put {what} back to open"


def _moved_back(before: Any, after: Status, what: str) -> str:
    if before == Status.DONE:
        return f"undid the close of {what}"
    if after is Status.OPEN:
        return f"undid the start of {what}"
    return f"closed {what} again" if after is Status.DONE else f"started {what} again"
