"""The shape of `rich_text`.

Source: docs.slack.dev, reference/block-kit/blocks/rich-text-block.
"""

from bot.local.fakeslack.blockkit.schema import (
    Check,
    Shape,
    anything,
    boolean,
    integer,
    items,
    one_of,
    string,
    typed,
)

_ID = string(255, 1)
_LOOKS = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE: dict[str, Check] = {"style": Shape({}, dict.fromkeys(_LOOKS, boolean))}

_TEXT = Shape({"text": string(12_000, 1)}, _STYLE)
_LINK = Shape({"url": string(3000, 1)}, {**_STYLE, "text": string(12_000), "unsafe": boolean})
_INLINE = typed(
    {
        "text": _TEXT,
        "link": _LINK,
        "user": Shape({"user_id": _ID}, _STYLE),
        "usergroup": Shape({"usergroup_id": _ID}, _STYLE),
        "channel": Shape({"channel_id": _ID}, _STYLE),
        "team": Shape({"team_id": _ID}, _STYLE),
        "emoji": Shape({"name": _ID}, {**_STYLE, "unicode": _ID, "skin_tone": integer(1, 6)}),
        "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, _STYLE),
        "color": Shape({"value": _ID}, _STYLE),
        "date": Shape(
            {"timestamp": integer(0, 9_999_999_999), "format": _ID},
            {**_STYLE, "url": string(3000, 1), "fallback": string(3000, 1)},
        ),
    }
)
MOST = 10_000  # of elements in one block; Slack names no number
_WORDS = items(_INLINE, MOST, 0)
_SECTION = Shape({"elements": _WORDS})
_BORDER: dict[str, Check] = {"border": integer(0, 1)}
RICH_TEXT = typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": Shape(
            {
                "style": one_of("bullet", "ordered"),
                "elements": items(typed({"rich_text_section": _SECTION}), MOST),
            },
            {**_BORDER, "indent": integer(0, 8), "offset": integer(0, 100_000)},
        ),
        "rich_text_preformatted": Shape(
            {"elements": items(typed({"text": _TEXT, "link": _LINK}), MOST, 0)},
            {**_BORDER, "language": anything},
        ),
        "rich_text_quote": Shape({"elements": _WORDS}, _BORDER),
    }
)
RICH_TEXTS = items(RICH_TEXT, MOST)
