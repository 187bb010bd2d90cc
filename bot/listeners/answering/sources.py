"""Reads the message from which a ticket is created: its text, blocks and files, its author, and the ticket in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.actions import Create
from bot.delivery.errors import RefusedError
from bot.listeners.answering.readable import readable
from bot.listeners.services import Services
from bot.parser import rules
from bot.parser.message import Message
from bot.parser.text import to_plain_text

NO_CONTENT = "This content can't be displayed."  # Slack's text for a message that has only blocks
UNNAMED = "(a message without text)"
DELETED = "tombstone"  # the subtype of what Slack leaves of a deleted message that has replies


@dataclass(frozen=True, slots=True)
class Source:
    """A message in Slack. `text` is as Slack delivers it; `thread` is the thread that it is in or starts."""

    channel: str
    ts: str
    thread: str
    author: str
    text: str

    def link(self, workspace: str) -> str:
        address = f"{workspace}archives/{self.channel}/p{self.ts.replace('.', '')}"
        return f"{address}?thread_ts={self.thread}&cid={self.channel}" if self.thread != self.ts else address


def read_source(message: dict[str, Any], channel: str) -> Source:
    """`message` is Slack's message object. The author is "" for an app's message without a user."""
    ts = str(message.get("ts") or "")
    return Source(
        channel,
        ts,
        str(message.get("thread_ts") or ts),
        str(message.get("user") or ""),
        content(message),
    )


async def find_source(services: Services, channel: str, ts: str) -> Source | None:
    """The message with this timestamp, also within a thread; None if the bot cannot read it, or it was deleted."""
    try:
        found = await services.sender.call("reactions.get", channel=channel, timestamp=ts, full="true")
    except RefusedError:
        return None
    message = found.get("message")
    if not isinstance(message, dict) or message.get("subtype") == DELETED:
        return None
    return read_source(message, channel)


async def create_from_source(services: Services, source: Source) -> Create:
    """The ticket that the rules read in the message."""
    return create_from_text(services, await readable(services, source.text))


def create_from_text(services: Services, text: str) -> Create:
    """Like `create_from_source`, for a text that is readable already."""
    for tried in (text, f"create {text}"):
        action = rules.read(Message(tried, "dm", bot=services.bot)).action
        if isinstance(action, Create) and action.title:
            return action
    return Create(title=to_plain_text(text) or UNNAMED)


def content(message: dict[str, Any]) -> str:
    """The message's text; else that of its blocks; else that of its attachments; else its files' names."""
    text = str(message.get("text") or "").strip()
    if text in ("", NO_CONTENT):
        text = _lines(_block_texts(message.get("blocks"))) or _lines(
            _attachment_texts(message.get("attachments"))
        )
    if text:
        return text
    files = message.get("files")
    return _lines(str(one.get("title") or one.get("name") or "") for one in _dicts(files))


def _attachment_texts(attachments: Any) -> Iterable[str]:
    for one in _dicts(attachments):
        parts = [str(one.get(name) or "") for name in ("pretext", "title", "text")]
        fields = [f"{each.get('title', '')}: {each.get('value', '')}" for each in _dicts(one.get("fields"))]
        said = [part for part in (*parts, *fields) if part.strip()]
        yield from said or list(_block_texts(one.get("blocks"))) or [str(one.get("fallback") or "")]


def _block_texts(node: Any) -> Iterable[str]:
    """The texts in the blocks; a line of rich text is one text."""
    if isinstance(node, list):
        for each in node:
            yield from _block_texts(each)
    elif isinstance(node, dict):
        if node.get("type") == "rich_text_section":
            yield "".join(
                str(one.get("text") or one.get("url") or "") for one in _dicts(node.get("elements"))
            )
        elif isinstance(node.get("text"), str):
            yield node["text"]
        else:
            for name in ("text", "fields", "elements"):
                yield from _block_texts(node.get(name))


def _dicts(given: Any) -> list[dict[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())
