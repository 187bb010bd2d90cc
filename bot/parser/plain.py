"""A Slack message as the model is told it: readable, without anybody's name or id, and not too long."""

import re

from bot.parser.message import Message

LONGEST = 1_500  # characters that the model is told of a message
_TAIL = 500  # of them from its end: where a traceback says what went wrong

_MARK = re.compile(r"<(?=\s*/?\s*message)", re.IGNORECASE)
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
    text = _ENTITY.sub(_readable, _mention(message).sub("", message.text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def quotable(text: str) -> str:
    """`text` so that it can stand between the prompt's marks: its beginning and its end, and no mark of its own."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - _TAIL - 3]}\n…\n{text[-_TAIL:]}"
    return _MARK.sub("‹", text)
