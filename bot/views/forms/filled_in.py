"""Reads the fields of a submitted form. Nothing in its state is trusted."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.views import controls
from bot.views import text as words
from store.models.tickets import DESC_LIMIT, RES_LIMIT, TITLE_LIMIT, Ticket, cut_lines

# The fields of each form, in order. Errors that belong to no field are shown at the first.
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
    """The id of the channel that was chosen; "" if none. The caller must check that the person is a member of it."""
    values = view_state.get("values")
    inputs = values.get("channel") if isinstance(values, Mapping) else None
    given = next(iter(inputs.values()), None) if isinstance(inputs, Mapping) else None
    chosen = given.get("selected_conversation") if isinstance(given, Mapping) else None
    return chosen if isinstance(chosen, str) else ""


def read_form(view_state: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in a submitted form's state, as JSON values; None for one that was left empty.

    `view_state` is `view["state"]`. Unknown fields, and values that do not have the shape that Slack sends, are left out.
    The values themselves are validated by the action models.
    """
    values = view_state.get("values")
    fields: dict[str, Any] = {}
    for block_id, inputs in values.items() if isinstance(values, Mapping) else ():
        if block_id in words.FIELDS and isinstance(inputs, Mapping) and inputs:
            given = next(iter(inputs.values()))
            if isinstance(given, Mapping):
                fields[block_id] = _read_input(block_id, given)
    return fields


def typed_fields(view: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a submitted form that do not have the values with which it was opened."""
    opened_with: dict[str, Any] = {}
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        element = block.get("element") if isinstance(block, Mapping) else None
        if isinstance(element, Mapping):
            given = {"value": element.get("initial_value"), "selected_option": element.get("initial_option")}
            name = str(block.get("block_id"))
            opened_with[name] = _read_input(name, given)
    filled_in = read_form(view.get("state") or {})
    return {name: given for name, given in filled_in.items() if given != opened_with.get(name)}


def changed_fields(ticket: Ticket, filled_in: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in `filled_in` that differ from what the form showed of `ticket`."""
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
    """The form's error messages by block id, for a model's validation error."""
    there = FIELDS[form]
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        named = [str(part) for part in one["loc"] if part in there]
        if named:
            found.setdefault(named[0], _MESSAGES[named[0]])
        else:
            found.setdefault(there[0], NO_CHANGE)
    return found


def _read_input(field: str, given: Mapping[str, Any]) -> Any:
    if field in ("pri", "cat", "stat"):
        selected = given.get("selected_option")
        value = selected.get("value") if isinstance(selected, Mapping) else None
        return int(value) if field == "pri" and isinstance(value, str) and value in ("1", "2", "3") else value
    value = given.get("value")
    if not isinstance(value, str):
        return None
    visible = words.clean_lines(value)
    return (" ".join(visible.split()) if field == "title" else cut_lines(visible, len(visible))) or None
