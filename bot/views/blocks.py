"""Builds Block Kit elements as plain dicts.

User text goes into `rich` blocks, where Slack shows it literally; into `mrkdwn` only through `text.escape_mrkdwn`.
"""

from collections.abc import Sequence
from typing import Any, Literal

from bot.views import text as words

Block = dict[str, Any]
Element = dict[str, Any]
Style = Literal["bold", "italic", "strike", "code"]


def plain(text: str) -> Element:
    """For our own labels, not for user text."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Element:
    """Formatting that we wrote. `verbatim` keeps Slack from adding links and mentions."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str, block_id: str, accessory: Element | None = None) -> Block:
    """`text` is mrkdwn."""
    block: Block = {"type": "section", "block_id": block_id, "text": mrkdwn(text)}
    return block | ({"accessory": accessory} if accessory else {})


def context(block_id: str, *texts: str) -> Block:
    """`texts` are mrkdwn, at most 10."""
    return {"type": "context", "block_id": block_id, "elements": [mrkdwn(text) for text in texts]}


def header(text: str, block_id: str) -> Block:
    return {"type": "header", "block_id": block_id, "text": plain(text)}


def actions(block_id: str, elements: Sequence[Element]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(
    label: str, action_id: str, value: str, *, says: str = "", style: Literal["", "primary", "danger"] = ""
) -> Element:
    """A screen reader reads `says` instead of the label."""
    element: Element = {"type": "button", "action_id": action_id, "text": plain(label), "value": value}
    if says:
        element["accessibility_label"] = says[: words.BUTTON_TEXT]
    return element | ({"style": style} if style else {})


def option(label: str, value: str) -> Element:
    return {"text": plain(label[: words.OPTION_TEXT]), "value": value}


def select(
    action_id: str, placeholder: str, options: Sequence[Element], chosen: str | None = None
) -> Element:
    """`chosen` is the value of the preselected option."""
    element: Element = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder),
        "options": list(options),
    }
    initial = [one for one in options if one["value"] == chosen]
    return element | ({"initial_option": initial[0]} if initial else {})


def channel_select(action_id: str, placeholder: str) -> Element:
    """A selection of public and private channels, including shared ones."""
    return {
        "type": "conversations_select",
        "action_id": action_id,
        "placeholder": plain(placeholder),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }


def grouped_select(
    action_id: str, placeholder: str, groups: Sequence[tuple[str, Sequence[Element]]]
) -> Element:
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder),
        "option_groups": [{"label": plain(label), "options": list(options)} for label, options in groups],
    }


def text_field(
    field: str,
    label: str,
    action_id: str,
    *,
    longest: int,
    given: str = "",
    optional: bool = True,
    multiline: bool = False,
    placeholder: str = "",
) -> Block:
    """An input for at most `longest` characters, preset to `given`. The field's name is the block id."""
    element: Element = {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": longest,
        "multiline": multiline,
    }
    if not optional:
        element["min_length"] = 1
    if given:
        element["initial_value"] = given
    if placeholder:
        element["placeholder"] = plain(placeholder)
    return {
        "type": "input",
        "block_id": field,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }


def choice_field(
    field: str, label: str, element: Element, *, optional: bool = False, hint: str = ""
) -> Block:
    """`hint` is small print below the field."""
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }
    return block | ({"hint": plain(hint)} if hint else {})


def run(text: str, *styles: Style) -> Element:
    """A piece of a rich line, shown literally."""
    element: Element = {"type": "text", "text": text}
    return element | ({"style": dict.fromkeys(styles, True)} if styles else {})


def line(*runs: Element) -> Element:
    return {"type": "rich_text_section", "elements": list(runs)}


def quote(*runs: Element) -> Element:
    return {"type": "rich_text_quote", "elements": list(runs)}


def preformatted(text: str) -> Element:
    return {"type": "rich_text_preformatted", "elements": [run(text)]}


def rich(block_id: str, *parts: Element) -> Block:
    """Lines, quotes and preformatted text."""
    return {"type": "rich_text", "block_id": block_id, "elements": list(parts)}


def modal(title: str, shown: Sequence[Block], private_metadata: str = "") -> dict[str, Any]:
    """A modal without inputs."""
    return {
        "type": "modal",
        "callback_id": "card",
        "title": plain(title[: words.VIEW_TITLE]),
        "close": plain("OK"),
        "private_metadata": private_metadata,
        "blocks": list(shown),
    }
