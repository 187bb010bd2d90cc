"""What people filled in, read from the state of a form that they submitted. Nothing in it is trusted."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.views import controls
from bot.views import text as words
from store.models.tickets import DESC_LIMIT, RES_LIMIT, TITLE_LIMIT, Ticket, cut_lines

# The fields of each form in their order; the first takes the errors that belong to no field.
FIELDS = {
    controls.NEW_FORM: ("title", "desc", "pri", "cat"),
    controls.EDIT_FORM: ("title", "desc", "pri", "cat", "stat", "res"),
    controls.CLOSE_FORM: ("res",),
    controls.POST_FORM: ("channel",),
}
_MESSAGES = {
    "title": f"Give it a title of 1 to {TITLE_LIMIT} characters.",
    "desc": f"At most {DESC_LIMIT} characters.",
    "res": f"At most {RES_LIMIT} characters.",
    "pri": "Choose high, medium or low.",
    "cat": "Choose one of the categories.",
    "stat": "Choose open, in progress or done.",
}
NO_CHANGE = "No changes to save."


def read_channel(view_state: Mapping[str, Any]) -> str:
    """The id of the channel that was chosen in a form; "" for none. Not trusted: whoever chose it has to be in it."""
    values = view_state.get("values")
    inputs = values.get("channel") if isinstance(values, Mapping) else None
    given = next(iter(inputs.values()), None) if isinstance(inputs, Mapping) else None
    chosen = given.get("selected_conversation") if isinstance(given, Mapping) else None
    return chosen if isinstance(chosen, str) else ""


def read_form(view_state: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a submitted form's state holds, as JSON values; None for one that was left empty.

    `view_state` is `view["state"]`. Nothing in it is trusted: what is no field of ours, or not of the shape that
    Slack sends, is left out; the values are for the actions' models to check.
    """
    values = view_state.get("values")
    fields: dict[str, Any] = {}
    for block_id, inputs in values.items() if isinstance(values, Mapping) else ():
        if block_id in words.FIELDS and isinstance(inputs, Mapping) and inputs:
            given = next(iter(inputs.values()))
            if isinstance(given, Mapping):
                fields[block_id] = _given(block_id, given)
    return fields


def edited(ticket: Ticket, filled_in: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was filled in, the fields that are not as the form showed them: what there is to change."""
    shown = {
        "title": words.title(ticket),
        "desc": words.desc(ticket) or None,
        "pri": ticket.pri,
        "cat": ticket.cat,
        "stat": ticket.stat,
        "res": words.note(ticket) or None,
    }
    return {name: given for name, given in filled_in.items() if name in shown and given != shown[name]}


def field_errors(error: ValidationError, form: str = controls.NEW_FORM) -> dict[str, str]:
    """What a form says at its fields, by block id, for the errors of the models that check what it holds."""
    there = FIELDS[form]
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        named = [str(part) for part in one["loc"] if part in there]
        if named:
            found.setdefault(named[0], _MESSAGES[named[0]])
        else:
            found.setdefault(there[0], NO_CHANGE)
    return found


def _given(field: str, given: Mapping[str, Any]) -> Any:
    if field in ("pri", "cat", "stat"):
        selected = given.get("selected_option")
        value = selected.get("value") if isinstance(selected, Mapping) else None
        return int(value) if field == "pri" and isinstance(value, str) and value in ("1", "2", "3") else value
    value = given.get("value")
    if not isinstance(value, str):
        return None
    return (" ".join(value.split()) if field == "title" else cut_lines(value, len(value))) or None
