"""Identifies what Slack delivered: which deliveries are the same, and which must not be lost. Pure."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from bot.views import controls

MessageKind = Literal["mention", "dm", "thread"]

# Buttons and menus that change something. The others open a form or turn a page; repeating those does no harm.
_CHANGING = (
    controls.START,
    controls.REOPEN,
    controls.MENU,
    controls.UNDO,
    controls.UNDO_BULK,
    controls.CONFIRM,
    controls.CANCEL,
    controls.CHOOSE,
    controls.ADD_TO,
    controls.SOLVED,
    controls.REOPEN_SIMILAR,
)
EDIT_WINDOW = 300.0  # seconds after which an edited message is not read again
REACTIONS = ("reaction_added", "reaction_removed")
REACTION_NAMES = frozenset({"ticket", "eyes", "white_check_mark"})
_USER_SUBTYPES = (None, "file_share", "thread_broadcast")


@dataclass(frozen=True, slots=True)
class Identity:
    """`keys` identify the delivery and its duplicates. `intent` identifies what the person meant, even if they press twice.
    Messages of one `thread` are handled in order, after the one that `begins` it; "" means no thread.
    """

    keys: tuple[str, ...]
    intent: str
    thread: str = ""
    begins: bool = False


def classify_event(event: dict[str, Any], bot: str) -> MessageKind | None:
    """How a message reached the bot; None if it is not for the bot: edits, messages by bots, other talk.

    "thread" is any reply without a mention; only the store knows whether the thread belongs to a ticket.
    """
    if event.get("type") not in ("message", "app_mention") or event.get("subtype") not in _USER_SUBTYPES:
        return None
    if event.get("bot_id") or event.get("edited") or not event.get("user") or event.get("user") == bot:
        return None
    if event.get("channel_type") == "im":
        return "dm"
    if (
        event["type"] == "app_mention"
        or f"<@{bot}>" in event.get("text", "")
        or f"<@{bot}|" in event.get("text", "")
    ):
        return "mention"
    return "thread" if event.get("thread_ts") else None


def edited_message(event: dict[str, Any], bot: str) -> dict[str, Any] | None:
    """The edited message as if it had been written like that, if its author changed the text soon after writing; else None.
    Slack also sends `message_changed` when a link unfolds or a reply arrives.
    """
    now, before = event.get("message"), event.get("previous_message")
    if event.get("subtype") != "message_changed" or not isinstance(now, dict) or not isinstance(before, dict):
        return None
    texts = (now.get("text"), before.get("text"), now.get("ts"), now.get("user"), now.get("thread_ts", ""))
    edited = now.get("edited")
    if not all(isinstance(one, str) for one in texts) or not isinstance(edited, dict):
        return None
    if now["text"] == before["text"] or not _is_soon_after(now["ts"], edited.get("ts")):
        return None
    kept = {name: value for name, value in now.items() if name not in ("edited", "subtype")}
    where = {name: event[name] for name in ("channel", "channel_type") if name in event}
    message = {**kept, **where, "type": "message"}
    return message if classify_event(message, bot) else None


JOINED = "member_joined_channel"
UNARCHIVED = frozenset({"channel_unarchive", "group_unarchive"})
# Events of channels that the bot may be able to write in from now on.
WRITABLE_AGAIN = UNARCHIVED | {JOINED}


def needs_no_listener(event: dict[str, Any], bot: str) -> bool:
    """Whether no listener handles the event. Most are such messages and reactions: every answer and reaction of the bot
    comes back to it."""
    if event.get("type") == JOINED:
        return event.get("user") != bot
    if event.get("type") in UNARCHIVED:
        return False
    if event.get("type") in REACTIONS:
        return not is_asking(event, bot)
    if event.get("type") not in ("message", "app_mention"):
        return False
    return classify_event(event, bot) is None and edited_message(event, bot) is None


def _is_soon_after(written: str, edited: Any) -> bool:
    try:
        return 0 <= float(edited) - float(written) <= EDIT_WINDOW
    except (TypeError, ValueError):
        return False


def _event_keys(body: dict[str, Any]) -> tuple[str, ...]:
    """The key of the event itself, which its repetitions share."""
    if not body.get("event_id"):
        return ()
    return (f"event:{body.get('api_app_id', '')}:{body.get('team_id', '')}:{body['event_id']}",)


def identify_message(body: dict[str, Any]) -> Identity:
    """One message, however often and in which of its two event types it is delivered."""
    event, team = body["event"], body.get("team_id", "")
    intent = f"message:{team}:{event['channel']}:{event['ts']}"
    keys = [intent, *_event_keys(body)]
    if event.get("client_msg_id"):
        keys.append(f"client:{team}:{event['channel']}:{event['client_msg_id']}")
    root = event.get("thread_ts") or event["ts"]
    if event.get("channel_type") == "im" and root == event["ts"]:  # outside of a thread, so no order to keep
        return Identity(tuple(keys), intent)
    return Identity(tuple(keys), intent, f"{event['channel']} {root}", root == event["ts"])


def identify_command(body: dict[str, Any]) -> Identity:
    """A command is identified by its trigger id, or by its contents if it has none (Slack's always do)."""
    trigger = body.get("trigger_id") or _digest(body)
    key = f"command:{body.get('team_id', '')}:{trigger}"
    return Identity((key,), key)


def _digest(body: dict[str, Any]) -> str:
    told = json.dumps({name: value for name, value in body.items() if name != "token"}, sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def is_for_team(body: dict[str, Any], team: str) -> bool:
    """Whether a payload is meant for the workspace `team`, according to the installations that Slack sent it for.

    For an event from a shared channel, `team_id` may be the partner's workspace, so it counts only if nothing else
    names one. A payload that names no workspace is rejected.
    """
    view = body.get("view") or {}
    named = [one.get("team_id") for one in body.get("authorizations") or ()]
    named += [body.get("context_team_id"), view.get("app_installed_team_id"), read_id(body.get("team"))]
    said = [one for one in named if one]
    return team in said if said else body.get("team_id") == team


def read_id(named: Any) -> str:
    """The id, which Slack gives by itself or in an object."""
    return str((named.get("id") if isinstance(named, dict) else named) or "")


def identify_interaction(body: dict[str, Any]) -> Identity | None:
    """None if the interaction changes nothing. Pressing the same button twice yields two keys but one intent, because the
    button's value names the version that it was drawn for."""
    team = read_id(body.get("team"))
    key = f"{body['type']}:{team}:{body.get('trigger_id', '')}"
    if body["type"] == "view_submission":
        return Identity((key,), f"view:{team}:{body['view']['id']}")
    if body["type"] != "block_actions" or not body.get("actions"):
        return None
    action = body["actions"][0]
    if not str(action.get("action_id", "")).startswith(_CHANGING):
        return None
    container = body.get("container") or {}
    where = f"{container.get('channel_id', '')}:{container.get('message_ts') or container.get('view_id', '')}"
    who = (body.get("user") or {}).get("id", "")
    return Identity((key,), f"press:{team}:{where}:{who}:{action['action_id']}:{pressed_value(action)}")


def pressed_value(action: dict[str, Any]) -> str:
    """The value of a button, or of the selected menu option."""
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")


def is_asking(event: dict[str, Any], bot: str) -> bool:
    """Whether a reaction may be a request: one of ours, by a person, on a message."""
    item = event.get("item") or {}
    theirs = bool(event.get("user")) and event.get("user") != bot
    named = item.get("type") == "message" and item.get("channel") and item.get("ts")
    return theirs and bool(named) and event.get("reaction") in REACTION_NAMES


def identify_reaction(body: dict[str, Any]) -> Identity:
    """One reaction added or removed by one person, however often delivered. Reactions to a message are handled in order,
    after the message itself."""
    event = body["event"]
    item = event["item"]
    where = f"{item['channel']}:{item['ts']}:{event['user']}:{event['reaction']}:"
    intent = f"reaction:{where}{event.get('event_ts', '')}:{event['type'].removeprefix('reaction_')}"
    return Identity((intent, *_event_keys(body)), intent, f"{item['channel']} {item['ts']}")


def identify_writable_again(body: dict[str, Any]) -> Identity:
    """The bot's own joining of a channel, or the end of the channel's being archived, however often delivered."""
    event, team = body["event"], body.get("team_id", "")
    what = "joined" if event["type"] == JOINED else "unarchived"
    intent = f"{what}:{team}:{event.get('channel', '')}:{event.get('event_ts', '')}"
    return Identity((intent, *_event_keys(body)), intent)


def identify(body: dict[str, Any], bot: str) -> Identity | None:
    """The identity to write to disk before Slack is told "received"; None for what is not kept."""
    if body.get("type") == "event_callback":
        event = body.get("event") or {}
        if event.get("type") in REACTIONS:
            return identify_reaction(body) if is_asking(event, bot) else None
        if event.get("type") in WRITABLE_AGAIN:
            return None if needs_no_listener(event, bot) else identify_writable_again(body)
        return identify_message(body) if classify_event(body.get("event") or {}, bot) else None
    if "command" in body:
        return identify_command(body)
    return identify_interaction(body) if body.get("type") in ("block_actions", "view_submission") else None
