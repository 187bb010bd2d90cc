"""chat.*: the bot's own messages."""

from typing import Any

from bot.local.fakeslack.blockkit.check import check_message
from bot.local.fakeslack.blockkit.elements import add_defaults
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.webapi.call import Call
from bot.local.fakeslack.workspace.people import BOT, BOT_USER, Channel, Json

MAX_POSTED = 40_000
MAX_UPDATED = 4_000
MAX_METADATA = 16_000


def target(platform: Platform, name: str) -> Channel:
    """The channel to post in, given by id or name; for a user id, their DM. The bot must be a member."""
    workspace = platform.workspace
    if name in workspace.users:
        return workspace.dm(name)
    channel = workspace.inside(BOT_USER, name)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def content(platform: Platform, call: Call, most: int) -> tuple[str | None, Json]:
    """The text and the other parts of a message, checked. Raises `no_text`, `msg_too_long`, `invalid_blocks`, …"""
    text = call.args.get("text")
    markdown = call.args.get("markdown_text")
    parts: Json = {}
    if markdown:
        if text or call.args.get("blocks"):
            raise SlackError("markdown_text_conflict")
        text = markdown
    blocks = call.data("blocks", "invalid_blocks_format")
    if blocks is not None:
        check_message(blocks)
        parts["blocks"] = add_defaults(blocks, lambda: platform.ids.token("block")[:5])
    attachments = call.data("attachments", "invalid_attachments")
    if attachments is not None:
        parts["attachments"] = attachments
    metadata = call.data("metadata", "invalid_metadata_format")
    if metadata is not None:
        parts["metadata"] = _metadata(metadata)
    if text is not None and len(str(text)) > most:
        raise SlackError("msg_too_long")
    return (None if text is None else str(text)), parts


def _metadata(metadata: Any) -> Json:
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if metadata and not (
        isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_schema")
    if len(str(metadata)) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _require(text: str | None, parts: Json) -> None:
    if not (text or parts.get("blocks") or parts.get("attachments")):
        raise SlackError("no_text")


def post_message(platform: Platform, call: Call) -> Json:
    channel = target(platform, call.text("channel"))
    text, parts = content(platform, call, MAX_POSTED)
    _require(text, parts)
    thread = call.maybe("thread_ts") or None
    if thread and thread not in platform.workspace.messages.get(channel.id, {}):
        raise SlackError("thread_not_found")
    platform.keep_pace(channel.id)
    if thread and call.flag("reply_broadcast"):
        parts["subtype"] = "thread_broadcast"
    message = platform.post(channel, BOT, text or "", thread_ts=thread, **parts)
    if thread and platform.workspace.statuses.pop((channel.id, thread), None):
        platform.bus.publish("status", channel=channel.id, thread=thread)
    return {"channel": channel.id, "ts": message["ts"], "message": shown(message)}


def shown(message: Json) -> Json:
    """A message as the API returns it, without the parts that are internal to the workspace."""
    return {name: part for name, part in message.items() if name not in ("metadata", "to", "channel")}


def update(platform: Platform, call: Call) -> Json:
    """Blocks and metadata that are not given are kept; an empty list or object removes them."""
    channel = platform.workspace.inside(BOT_USER, call.text("channel"))
    message = platform.workspace.message(channel.id, call.text("ts"))
    if channel.is_archived:
        raise SlackError("is_inactive")
    if message["user"] != BOT_USER:
        raise SlackError("cant_update_message")
    text, parts = content(platform, call, MAX_UPDATED)
    if text is None and "blocks" not in parts and "attachments" not in parts:
        raise SlackError("no_text")
    if text is not None:
        parts["text"] = text
    message = platform.edit(channel, message["ts"], BOT_USER, **parts)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": shown(message)}


def delete(platform: Platform, call: Call) -> Json:
    channel = platform.workspace.inside(BOT_USER, call.text("channel"))
    message = platform.workspace.message(channel.id, call.text("ts"))
    if message["user"] != BOT_USER:
        raise SlackError("cant_delete_message")
    platform.delete(channel, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(platform: Platform, call: Call) -> Json:
    channel = target(platform, call.text("channel"))
    user = call.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, parts = content(platform, call, MAX_UPDATED)
    _require(text, parts)
    parts.pop("metadata", None)
    thread = call.maybe("thread_ts") or None
    message = platform.post_ephemeral(channel, user, text or "", thread_ts=thread, **parts)
    return {"message_ts": message["ts"]}


def get_permalink(platform: Platform, call: Call) -> Json:
    channel = platform.workspace.seen_by(BOT_USER, call.text("channel"))
    message = platform.workspace.message(channel.id, call.text("message_ts"))
    team = platform.workspace.team
    root = team.get("url") or f"https://{team['domain']}.slack.com/"
    link = f"{root}archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
