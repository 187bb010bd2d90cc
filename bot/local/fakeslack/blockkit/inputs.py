"""What a person enters into an element, in the form in which Slack reports it in `state.values` and `actions`. Pure."""

from collections.abc import Iterable
from typing import Any

from bot.local.fakeslack.blockkit.elements import elements_of, options_of
from bot.local.fakeslack.errors import GestureError
from bot.local.fakeslack.workspace.people import Json

# By element type: the field that holds its value, and the one that holds its initial value.
_PLACES: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_STATELESS = ("overflow",)
_EXTERNAL = ("external_select", "multi_external_select")

REQUIRED = "Please complete this required field."


def state_of(blocks: Iterable[Json]) -> Json:
    """`state.values` before any input."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            kind = element.get("type", "")
            if kind not in _PLACES or kind in _STATELESS:
                continue
            place, initial = _PLACES[kind]
            empty: Any = [] if place.endswith("s") else None
            entry = {"type": kind, place: element.get(initial, empty)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def merged(initial: Json, entered: Json) -> Json:
    """`initial`, overridden by `entered`, per element."""
    return {block: initial.get(block, {}) | entered.get(block, {}) for block in [*initial, *entered]}


def entry(element: Json, value: Any, *, forge: bool = False) -> Json:
    """The state of `element` after `value` was entered. For a choice, `value` is an option's value or a list of them.

    Raises `GestureError` for an option that is not offered, unless `forge`.
    """
    kind = element["type"]
    if kind not in _PLACES:
        raise GestureError("nothing_to_enter", f"a {kind} takes no value")
    place, _ = _PLACES[kind]
    if place == "selected_option":
        return {"type": kind, place: None if value is None else _option(element, str(value), forge=forge)}
    if place == "selected_options":
        return {"type": kind, place: [_option(element, str(one), forge=forge) for one in value or []]}
    return {"type": kind, place: value}


def _option(element: Json, value: str, *, forge: bool) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return option
    if forge or element["type"] in _EXTERNAL:
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    offered = ", ".join(str(option["value"]) for option in options_of(element))
    raise GestureError("no_such_option", f"{value!r} is not among {offered}")


def action(element: Json, block_id: str, value: Any, ts: str, *, forge: bool = False) -> Json:
    """An entry of `actions`. A button reports its own value, unless `forge` gives it another."""
    acted: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": ts,
    }
    if element["type"] not in _PLACES:
        parts = ("text", "value", "style", "url", "confirm", "icon")
        acted |= {name: element[name] for name in parts if name in element}
        return acted | ({"value": value} if forge and value is not None else {})
    if "placeholder" in element:
        acted["placeholder"] = element["placeholder"]
    return acted | entry(element, value, forge=forge)


def is_stateful(element: Json) -> bool:
    return element["type"] in _PLACES and element["type"] not in _STATELESS


def complaint(block: Json, entered: Json) -> str:
    """Why Slack's client would not submit the input of a block; "" if it would."""
    element = block["element"]
    place, _ = _PLACES.get(element["type"], ("files", ""))
    value = entered.get(place)
    if value in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if isinstance(value, str) and len(value) < least:
        return f"Must be at least {least} characters."
    if isinstance(value, str) and len(value) > most:
        return f"Must be at most {most} characters."
    return ""
