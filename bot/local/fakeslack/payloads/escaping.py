"""Converts what a person types into what Slack delivers: escapes entities, and encodes mentions, channels and links."""

import re
from collections.abc import Callable
from typing import Any

_BROADCASTS = ("here", "channel", "everyone")
_TOKEN = re.compile(
    r"(?P<url>https?://(?:(?!&[lg]t;)[^\s<>|])*(?!&[lg]t;)[^\s<>|.,:!?\"')\]])"
    r"|(?P<mail>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<domain>\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev)\b(?:/[^\s<>|]*)?)"
    r"|(?<![\w@])@(?P<user>[a-z0-9][\w.-]*)"
    r"|(?<![\w#&])#(?P<channel>[a-z0-9][\w-]*)",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"<(?P<kind>[@#!]?)(?P<body>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_HTML = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}

Lookup = Callable[[str], str | None]


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return re.sub(r"&(?:lt|gt|amp);", lambda found: _HTML[found[0]], text)


def to_wire(typed: str, user_id: Lookup, channel_id: Lookup, *, labels: bool = False) -> str:
    """`typed` as Slack delivers it. The look-ups return a name's id, or None to leave the name as text.

    With `labels`, a mention also has the name (`<@U1|ann>`), as in an escaped slash command.
    """

    def spelled(found: re.Match[str]) -> str:
        token = found[0]
        if found["url"]:
            return f"<{token}>"
        if found["mail"]:
            return f"<mailto:{token}|{token}>"
        if found["domain"]:
            return f"<http://{token}|{token}>"
        if name := found["channel"]:
            identity = channel_id(name.lower())
            return f"<#{identity}|{name.lower()}>" if identity else token
        return _mention(found["user"], user_id, labels=labels) or token

    return _TOKEN.sub(spelled, escape(typed))


def _mention(name: str, user_id: Lookup, *, labels: bool) -> str:
    # The name may be followed by the end of its sentence.
    for known in (name, name.rstrip(".-_")):
        rest = name[len(known) :]
        if known.lower() in _BROADCASTS:
            return f"<!{known.lower()}>{rest}"
        if identity := user_id(known.lower()):
            return (f"<@{identity}|{known.lower()}>" if labels else f"<@{identity}>") + rest
    return ""


def to_plain(wire: str, user_name: Lookup) -> str:
    """A delivered text as people read it."""

    def read(found: re.Match[str]) -> str:
        kind, body, label = found["kind"], found["body"], found["label"]
        if kind == "@":
            return "@" + (user_name(body) or label or body)
        if kind == "#":
            return "#" + (label or body)
        if kind == "!":
            return label or "@" + body.split("^")[0]
        return f"{label} ({body})" if label and label not in body else label or body

    return unescape(_ENTITY.sub(read, wire))


def to_rich_text(wire: str, block_id: str) -> dict[str, Any]:
    """The `rich_text` block that Slack adds to a person's message."""
    elements: list[dict[str, Any]] = []
    end = 0
    for found in _ENTITY.finditer(wire):
        if found.start() > end:
            elements.append({"type": "text", "text": unescape(wire[end : found.start()])})
        elements.append(_rich(found))
        end = found.end()
    if end < len(wire):
        elements.append({"type": "text", "text": unescape(wire[end:])})
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _rich(found: re.Match[str]) -> dict[str, Any]:
    kind, body, label = found["kind"], found["body"], found["label"]
    if kind == "@":
        return {"type": "user", "user_id": body}
    if kind == "#":
        return {"type": "channel", "channel_id": body}
    if kind == "!":
        return {"type": "broadcast", "range": body}
    return {"type": "link", "url": unescape(body)} | ({"text": unescape(label)} if label else {})
