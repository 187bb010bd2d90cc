"""A Slack message as the model is told it: readable, without anybody's name or id, and not too long."""

import re

from bot.parser.message import Message
from bot.parser.text import clean, unescape

LONGEST = 1_500  # characters that the model is told of a message
_TAIL = 500  # of them from its end: where a traceback says what went wrong

_ENTITY = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def _readable(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith("#"):
        return f"#{label}" if label else "#channel"
    if target[0] in "@!":
        return "@someone"
    return label or target.removeprefix("mailto:")


def _mention(message: Message) -> re.Pattern[str]:
    """The bot's own mention; while its id is unknown, any at the very beginning."""
    if message.bot:
        return re.compile(rf"<@{re.escape(message.bot)}(\|[^<>]*)?>")
    return re.compile(r"\A\s*<@[A-Z0-9]+(\|[^<>]*)?>")


def is_mentioned(message: Message) -> bool:
    return _mention(message).search(message.text) is not None


def plain_text(message: Message) -> str:
    """The message without the bot's mention, with Slack's entities and escapes as a person sees them."""
    return unescape(_ENTITY.sub(_readable, _mention(message).sub("", clean(message.text)))).strip()


def shorten(text: str) -> str:
    """`text` in at most `LONGEST` characters: its beginning and its end."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - _TAIL - 3]}\n…\n{text[-_TAIL:]}"
