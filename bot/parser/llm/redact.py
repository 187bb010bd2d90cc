"""What leaves for the model, and what of its address may be shown: without anybody's name or id, without secrets."""

import re
from urllib.parse import urlsplit

from bot.parser.mention import without_mention
from bot.parser.message import Message
from bot.parser.text import unescape

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


def redact_message(message: Message) -> str:
    """The message without the bot's mention, with Slack's entities and escapes as a person sees them."""
    return unescape(_ENTITY.sub(_readable, without_mention(message))).strip()


def shorten(text: str) -> str:
    """`text` in at most `LONGEST` characters: its beginning and its end."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - _TAIL - 3]}\n…\n{text[-_TAIL:]}"


def redact_url(url: str) -> str:
    """`url` without what may be secret in it: name, password and the values that it asks with."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "(not a URL)"
    asked = "?…" if parts.query or parts.fragment else ""
    return f"{parts.scheme}://{host}{parts.path}{asked}" if host else parts.path + asked
