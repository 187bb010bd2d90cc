"""Block Kit's blocks and views, with their limits.

Source: docs.slack.dev, reference/block-kit and reference/views.
"""

from bot.local.fakeslack.blockkit.elements import ELEMENTS, ID, URL, plain, some, text
from bot.local.fakeslack.blockkit.rich import RICH_TEXTS
from bot.local.fakeslack.blockkit.schema import (
    Check,
    Shape,
    anything,
    at_least_one,
    boolean,
    exactly_one,
    items,
    one_of,
    string,
    typed,
)

_SELECTS = (
    "static_select",
    "external_select",
    "users_select",
    "channels_select",
    "conversations_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_channels_select",
    "multi_conversations_select",
)
_CHOICES = (*_SELECTS, "radio_buttons", "checkboxes", "datepicker", "timepicker")
_ACTIONS = (*_CHOICES[:5], *_CHOICES[10:], "button", "overflow", "datetimepicker", "workflow_button")
_MULTI = _SELECTS[5:]
_TYPED_IN = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")
_BLOCK: dict[str, Check] = {"block_id": ID}
_RICH_TEXT = Shape({"elements": RICH_TEXTS}, _BLOCK)
_CELL = Shape({"text": string(12_000)})

BLOCKS: dict[str, Check] = {
    "section": Shape(
        {},
        {
            **_BLOCK,
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": typed(some(*_CHOICES, "button", "overflow", "image", "workflow_button")),
            "expand": boolean,
        },
        [at_least_one("text", "fields")],
    ),
    "divider": Shape({}, _BLOCK),
    "header": Shape({"text": plain(150)}, {**_BLOCK, "level": anything}),
    "context": Shape(
        {"elements": items(typed({**some("image"), "mrkdwn": text(3000), "plain_text": text(3000)}), 10)},
        _BLOCK,
    ),
    "actions": Shape({"elements": items(typed(some(*_ACTIONS, *_MULTI, "rich_text_input")), 25)}, _BLOCK),
    "context_actions": Shape({"elements": items(typed(some("feedback_buttons", "icon_button")), 5)}, _BLOCK),
    "input": Shape(
        {
            "label": plain(2000),
            "element": typed(some(*_CHOICES, *_TYPED_IN, "datetimepicker", "file_input")),
        },
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": Shape(
        {"alt_text": string(2000, 1)},
        {**_BLOCK, "image_url": URL, "slack_file": anything, "title": plain(2000)},
        [exactly_one("image_url", "slack_file")],
    ),
    "markdown": Shape({"text": string(12_000, 1)}, _BLOCK),
    "table": Shape(
        {"rows": items(items(typed({"raw_text": _CELL, "rich_text": _RICH_TEXT}), 20), 100)},
        {**_BLOCK, "column_settings": items(anything, 20)},
    ),
    "rich_text": _RICH_TEXT,
    "video": Shape(
        {"alt_text": string(2000, 1), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {**_BLOCK, "author_name": string(50), "description": plain(200), "provider_icon_url": URL}
        | {"provider_name": string(50), "title_url": URL},
    ),
    "file": Shape({"external_id": ID, "source": one_of("remote")}, _BLOCK),
}
MARKDOWN_IN_ALL = 12_000
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
ONLY_IN_MESSAGES = ("markdown", "table", "file", "context_actions")

_VIEW: dict[str, Check] = {
    "blocks": anything,  # looked at with the surface's own limits
    "callback_id": ID,
    "private_metadata": string(3000),
    "external_id": ID,
}
MODAL = Shape(
    {"title": plain(24), "blocks": anything},
    {
        **_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
HOME = Shape({"blocks": anything}, _VIEW)
VIEWS = typed({"modal": MODAL, "home": HOME})

__all__ = ["BLOCKS", "ELEMENTS", "MARKDOWN_IN_ALL", "MOST_BLOCKS", "ONLY_IN_MESSAGES", "VIEWS"]
