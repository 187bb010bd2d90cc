"""The message that a ticket is made of: what it says with all that it holds, who wrote it, and what the rules read in it."""

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

NO_CONTENT = "This content can't be displayed."  # Slack's text for a message that is all blocks
UNNAMED = "(a message without text)"


@dataclass(frozen=True, slots=True)
class Source:
    """A message in Slack. `text` is as Slack delivers it; `thread` the thread that it stands in, or begins."""

    channel: str
    ts: str
    thread: str
    author: str
    text: str

    def link(self, workspace: str) -> str:
        address = f"{workspace}archives/{self.channel}/p{self.ts.replace('.', '')}"
        return f"{address}?thread_ts={self.thread}&cid={self.channel}" if self.thread != self.ts else address


def read_source(message: dict[str, Any], channel: str) -> Source:
    """`message` is Slack's own object. Its author is "" for an app's message that names no user."""
    ts = str(message.get("ts") or "")
    return Source(
        channel,
        ts,
        str(message.get("thread_ts") or ts),
        str(message.get("user") or ""),
        content(message),
    )


async def find_source(services: Services, channel: str, ts: str) -> Source | None:
    """The message with that timestamp, also one of a thread; None where the bot cannot read it."""
    try:
        found = await services.sender.call("reactions.get", channel=channel, timestamp=ts, full="true")
    except RefusedError:
        return None
    message = found.get("message")
    return read_source(message, channel) if isinstance(message, dict) else None


async def as_create(services: Services, source: Source) -> Create:
    """The ticket that the rules read in it, whoever it was written to."""
    return read_create(services, await readable(services, source.text))


def read_create(services: Services, text: str) -> Create:
    """As `as_create`, of a text that is readable already."""
    for tried in (text, f"create {text}"):
        action = rules.read(Message(tried, "dm", bot=services.bot)).action
        if isinstance(action, Create) and action.title:
            return action
    return Create(title=to_plain_text(text) or UNNAMED)


def content(message: dict[str, Any]) -> str:
    """Its text, else what its blocks say, else its attachments, as alerts have it; and the names of its files."""
    text = str(message.get("text") or "").strip()
    if text in ("", NO_CONTENT):
        text = _lines(_words(message.get("blocks"))) or _lines(_of_attachments(message.get("attachments")))
    if text:
        return text
    files = message.get("files")
    return _lines(str(one.get("title") or one.get("name") or "") for one in _dicts(files))


def _of_attachments(attachments: Any) -> Iterable[str]:
    for one in _dicts(attachments):
        parts = [str(one.get(name) or "") for name in ("pretext", "title", "text")]
        fields = [f"{each.get('title', '')}: {each.get('value', '')}" for each in _dicts(one.get("fields"))]
        said = [part for part in (*parts, *fields) if part.strip()]
        yield from said or list(_words(one.get("blocks"))) or [str(one.get("fallback") or "")]


def _words(node: Any) -> Iterable[str]:
    """The texts of blocks, each line of a rich text as one."""
    if isinstance(node, list):
        for each in node:
            yield from _words(each)
    elif isinstance(node, dict):
        if node.get("type") == "rich_text_section":
            yield "".join(
                str(one.get("text") or one.get("url") or "") for one in _dicts(node.get("elements"))
            )
        elif isinstance(node.get("text"), str):
            yield node["text"]
        else:
            for name in ("text", "fields", "elements"):
                yield from _words(node.get(name))


def _dicts(given: Any) -> list[dict[str, Any]]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())
