"""Event payloads in Slack's format. Pure.

Source: docs.slack.dev, apis/events-api and reference/events.
"""

import copy
import json

from bot.local.fakeslack.workspace.people import BOT_USER, TEAM, Channel, Json

# The names of message events in a manifest, by channel type.
MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
REACTIONS = ("reaction_added", "reaction_removed")
USUAL_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_left",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "group_archive",
        "group_left",
        "group_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "team_join",
        "tokens_revoked",
        "user_change",
        *REACTIONS,
        *MESSAGES.values(),
    }
)


def subscription(event: Json) -> str:
    """The name of `event` in a manifest."""
    if event["type"] == "message":
        return MESSAGES[event["channel_type"]]
    return str(event["type"])


def posted(channel: Channel, message: Json) -> Json:
    event = _public(message)
    if channel.is_ext_shared:
        event |= {"user_team": message["team"], "source_team": message["team"]}
    return event | _where(channel, message["ts"])


def mentioned(channel: Channel, message: Json) -> Json:
    kept = ("user", "ts", "client_msg_id", "text", "team", "thread_ts", "parent_user_id", "blocks", "edited")
    event = {"type": "app_mention"} | {name: copy.deepcopy(message[name]) for name in kept if name in message}
    if channel.is_ext_shared:
        event |= {"user_team": message["team"], "source_team": message["team"]}
    return event | {"channel": channel.id, "event_ts": message["ts"]}


def changed(channel: Channel, message: Json, before: Json, ts: str) -> Json:
    inner = {"source_team": message.get("team", TEAM), "user_team": message.get("team", TEAM)}
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": _public(message) | inner,
        "previous_message": _public(before),
        "hidden": True,
        "ts": ts,
    } | _where(channel, ts)


def deleted(channel: Channel, before: Json, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": _public(before),
        "hidden": True,
        "deleted_ts": before["ts"],
        "ts": ts,
    } | _where(channel, ts)


def reacted(kind: str, user: str, name: str, item: tuple[str, Json], ts: str) -> Json:
    """`kind` is `reaction_added` or `reaction_removed`; `item` is the channel and the message."""
    channel, message = item
    return {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel, "ts": message["ts"]},
        "item_user": message["user"],
        "event_ts": ts,
    }


def membership(kind: str, channel: Channel, user: str, inviter: str, ts: str) -> Json:
    """`kind` is `member_joined_channel` or `member_left_channel`."""
    event = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "public" else "G",
        "team": TEAM,
        "event_ts": ts,
    }
    return event | ({"inviter": inviter} if inviter else {})


def archived(kind: str, channel: Channel, user: str, ts: str) -> Json:
    """`kind` is `archive` or `unarchive`."""
    prefix = "channel" if channel.kind == "public" else "group"
    return {"type": f"{prefix}_{kind}", "channel": channel.id, "user": user, "event_ts": ts}


def home_opened(user: str, channel: str, view: Json | None, ts: str) -> Json:
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": ts}
    return event | ({"view": copy.deepcopy(view)} if view else {})


def _public(message: Json) -> Json:
    """A copy without the metadata, which message events do not contain."""
    event: Json = json.loads(json.dumps({name: part for name, part in message.items() if name != "metadata"}))
    return event


def _where(channel: Channel, ts: str) -> Json:
    return {"channel": channel.id, "event_ts": ts, "channel_type": channel.type}


def mentions_bot(text: str) -> bool:
    return f"<@{BOT_USER}>" in text or f"<@{BOT_USER}|" in text
