"""Block Kit's texts, options and elements, with their limits.

Source: docs.slack.dev, reference/block-kit.
"""

from collections.abc import Mapping
from typing import Any

from bot.local.fakeslack.blockkit.schema import (
    Check,
    Rule,
    Shape,
    anything,
    boolean,
    exactly_one,
    integer,
    items,
    note,
    one_of,
    string,
    typed,
)

ID = string(255)
URL = string(3000, 1)


def text(most: int, *kinds: str) -> Check:
    """A text object of at most `most` characters, of those kinds; either kind if none is named."""
    plain = Shape({"text": string(most, 1)}, {"emoji": boolean})
    mrkdwn = Shape({"text": string(most, 1)}, {"verbatim": boolean})
    every: dict[str, Check] = {"plain_text": plain, "mrkdwn": mrkdwn}
    return typed({kind: shape for kind, shape in every.items() if not kinds or kind in kinds})


def plain(most: int) -> Check:
    return text(most, "plain_text")


OPTION = Shape(
    {"text": text(75), "value": string(150, 1)},
    {"description": text(75), "url": URL},
)
OPTIONS = items(OPTION, 100)
GROUPS = items(Shape({"label": plain(75), "options": OPTIONS}), 100)
CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_COMMON: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
_MENU: dict[str, Check] = {**_COMMON, "placeholder": plain(150)}
_MANY: dict[str, Check] = {**_MENU, "max_selected_items": integer(1, 100)}


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All options of a select, those in groups included."""
    groups = element.get("option_groups") or []
    grouped = [one for group in groups if isinstance(group, dict) for one in group.get("options") or []]
    return [one for one in [*(element.get("options") or []), *grouped] if isinstance(one, dict)]


def _initial(name: str) -> Rule:
    """What is chosen at first is one of the options, to the letter."""

    def rule(element: Mapping[str, Any], pointer: str, errors: list[str]) -> None:
        chosen = element.get(name)
        if chosen is None:
            return
        known = [(one.get("value"), _words(one)) for one in options_of(element)]
        picked = chosen if isinstance(chosen, list) else [chosen]
        if not picked or any(
            not isinstance(one, dict) or (one.get("value"), _words(one)) not in known for one in picked
        ):
            note(errors, "must be one of the provided options", f"{pointer}/{name}")

    return rule


def _words(option: Mapping[str, Any]) -> Any:
    words = option.get("text")
    return words.get("text") if isinstance(words, dict) else None


_FROM_OPTIONS: dict[str, Check] = {"options": OPTIONS, "option_groups": GROUPS}
_ONE_LIST = exactly_one("options", "option_groups")


def _pick(least: int, most: int, **more: Check) -> dict[str, Check]:
    return {"options": items(OPTION, most, least), **more}


_INPUT: dict[str, Check] = {
    "action_id": ID,
    "placeholder": plain(150),
    "initial_value": string(3000),
    "focus_on_load": boolean,
    "dispatch_action_config": anything,
}
_FILTER: dict[str, Check] = {"filter": anything, "response_url_enabled": boolean}

ELEMENTS: dict[str, Check] = {
    "button": Shape(
        {"text": plain(75)},
        {
            "action_id": ID,
            "url": URL,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "static_select": Shape(
        {}, {**_MENU, **_FROM_OPTIONS, "initial_option": anything}, [_ONE_LIST, _initial("initial_option")]
    ),
    "multi_static_select": Shape(
        {}, {**_MANY, **_FROM_OPTIONS, "initial_options": anything}, [_ONE_LIST, _initial("initial_options")]
    ),
    "external_select": Shape({}, {**_MENU, "min_query_length": integer(0, 255), "initial_option": OPTION}),
    "multi_external_select": Shape(
        {}, {**_MANY, "min_query_length": integer(0, 255), "initial_options": OPTIONS}
    ),
    "users_select": Shape({}, {**_MENU, "initial_user": ID}),
    "multi_users_select": Shape({}, {**_MANY, "initial_users": items(ID, 100)}),
    "channels_select": Shape({}, {**_MENU, "initial_channel": ID, "response_url_enabled": boolean}),
    "multi_channels_select": Shape({}, {**_MANY, "initial_channels": items(ID, 100)}),
    "conversations_select": Shape(
        {}, {**_MENU, **_FILTER, "initial_conversation": ID, "default_to_current_conversation": boolean}
    ),
    "multi_conversations_select": Shape(
        {},
        {
            **_MANY,
            **_FILTER,
            "initial_conversations": items(ID, 100),
            "default_to_current_conversation": boolean,
        },
    ),
    "overflow": Shape(_pick(1, 5), {"action_id": ID, "confirm": CONFIRM}),
    "radio_buttons": Shape(
        _pick(1, 10), {**_COMMON, "initial_option": anything}, [_initial("initial_option")]
    ),
    "checkboxes": Shape(
        _pick(1, 10), {**_COMMON, "initial_options": anything}, [_initial("initial_options")]
    ),
    "datepicker": Shape({}, {**_MENU, "initial_date": string(10, 10)}),
    "timepicker": Shape({}, {**_MENU, "initial_time": string(5, 5), "timezone": ID}),
    "datetimepicker": Shape({}, {**_COMMON, "initial_date_time": integer(0, 9_999_999_999)}),
    "plain_text_input": Shape(
        {}, {**_INPUT, "multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000)}
    ),
    "email_text_input": Shape({}, _INPUT),
    "url_text_input": Shape({}, _INPUT),
    "number_input": Shape(
        {"is_decimal_allowed": boolean}, {**_INPUT, "min_value": string(40), "max_value": string(40)}
    ),
    "rich_text_input": Shape({}, {**_INPUT, "initial_value": anything}),
    "file_input": Shape({}, {"action_id": ID, "filetypes": anything, "max_files": integer(1, 10)}),
    "image": Shape(
        {"alt_text": string(2000, 1)},
        {"image_url": URL, "slack_file": anything},
        [exactly_one("image_url", "slack_file")],
    ),
    "workflow_button": Shape(
        {"text": plain(75), "workflow": anything},
        {"action_id": ID, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "feedback_buttons": Shape({"positive_button": anything, "negative_button": anything}, {"action_id": ID}),
    "icon_button": Shape(
        {"icon": ID, "text": plain(75)},
        {
            "action_id": ID,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": anything,
        },
    ),
}


def some(*kinds: str) -> dict[str, Check]:
    return {kind: ELEMENTS[kind] for kind in kinds}
