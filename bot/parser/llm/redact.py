"""Removes people's names and ids from what the model gets, and secrets from a URL before it is shown or logged."""

import re
from urllib.parse import urlsplit

from bot.parser.mention import remove_mention
from bot.parser.message import Message
from bot.parser.text import unescape

LONGEST = 1_500  # characters of a message that the model gets
_TAIL = 500  # of these, taken from the end: where a traceback says what went wrong

_ENTITY = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def _readable(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith("#"):
        return f"#{label}" if label else "#channel"
    return "@someone" if target[0] in "@!" else label or target.removeprefix("mailto:")


def redact_message(message: Message) -> str:
    """The message without the bot's mention, with Slack's escapes undone and its entities readable and anonymous."""
    return unescape(_ENTITY.sub(_readable, remove_mention(message))).strip()


def shorten(text: str) -> str:
    """`text` in at most `LONGEST` characters: its beginning and its end."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - _TAIL - 3]}\n…\n{text[-_TAIL:]}"


def redact_url(url: str) -> str:
    """`url` without user name, password and query values."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "(not a URL)"
    asked = "?…" if parts.query or parts.fragment else ""
    return f"{parts.scheme}://{host}{parts.path}{asked}" if host else parts.path + asked
