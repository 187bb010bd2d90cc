"""Summarises deliveries for the inspector: who did what. Pure."""

from typing import Any, NamedTuple

from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.payloads.escaping import Lookup, to_plain
from bot.local.fakeslack.workspace.people import Json

Spot = tuple[str, str]  # a channel and a timestamp


class Gesture(NamedTuple):
    """What a person did. `key` is the same for all deliveries of one gesture. `spots` are the messages and threads that it
    was made in, a message's own place first."""

    key: str
    kind: str  # message, command, press, form, closed, shortcut or home
    who: str
    channel: str
    text: str
    spots: tuple[Spot, ...] = ()
    trigger: str = ""


def read(delivery: Delivery, names: Lookup) -> Gesture | None:
    """None for deliveries that no person caused: the app's own messages, edits due to a reply, joins and leaves."""
    payload = delivery.payload
    if delivery.kind == "events_api":
        return _event(payload["event"], names)
    if delivery.kind == "slash_commands":
        trigger, channel = str(payload["trigger_id"]), str(payload["channel_id"])
        text = f"{payload['command']} {to_plain(payload['text'], names)}".strip()
        return Gesture(f"gesture {trigger}", "command", payload["user_id"], channel, text, (), trigger)
    return _gesture(payload, names)


def _event(event: Json, names: Lookup) -> Gesture | None:
    kind, channel = event["type"], str(event.get("channel", ""))
    if kind == "app_home_opened":
        return Gesture(f"home {event['event_ts']}", "home", event["user"], channel, "opened App Home")
    if kind not in ("message", "app_mention") or event.get("subtype") or event.get("bot_id"):
        return None
    own, root = str(event["ts"]), str(event.get("thread_ts") or event["ts"])
    spots = ((channel, own), *(((channel, root),) if root != own else ()))
    text = to_plain(event["text"], names)
    return Gesture(f"message {channel} {event['ts']}", "message", event["user"], channel, text, spots)


def _gesture(payload: Json, names: Lookup) -> Gesture:
    kind, trigger = payload["type"], str(payload.get("trigger_id", ""))
    container: Json = payload.get("container") or {}
    message: Json = payload.get("message") or {}
    channel = str((payload.get("channel") or {}).get("id", ""))
    stamps = {
        container.get("message_ts"),
        container.get("thread_ts"),
        message.get("ts"),
        message.get("thread_ts"),
    }
    spots = tuple((channel, str(ts)) for ts in sorted(stamp for stamp in stamps if stamp))
    named, text = _NAMES.get(kind, ("press", kind)), ""
    if kind == "block_actions":
        text = f"{named[1]} {_label(payload['actions'][0], names)}"
    elif "view" in payload:
        text = f"{named[1]} {_words(payload['view'].get('title'), names)}"
    else:
        text = f"{named[1]} {payload.get('callback_id', '')}"
    key = f"gesture {trigger}" if trigger else f"closed {payload['view']['id']}"
    return Gesture(key, named[0], payload["user"]["id"], channel, text.strip(), spots, trigger)


_NAMES = {
    "block_actions": ("press", "pressed"),
    "view_submission": ("form", "sent the form"),
    "view_closed": ("closed", "closed the form"),
    "shortcut": ("shortcut", "used the shortcut"),
    "message_action": ("shortcut", "used on a message the shortcut"),
}


def _label(action: Json, names: Lookup) -> str:
    chosen = action.get("selected_option")
    return _words(chosen["text"] if chosen else action.get("text"), names) or str(action["action_id"])


def _words(text: Json | None, names: Lookup) -> str:
    """The text in a text object."""
    words = str((text or {}).get("text", ""))
    return to_plain(words, names) if text and text.get("type") == "mrkdwn" else words


def metadata_of(args: Json) -> Any:
    """The compressed JSON that a call sends as its message's metadata; None if there is none."""
    metadata = args.get("metadata")
    return metadata.get("event_payload") if isinstance(metadata, dict) else None


def posted(args: Json, answer: Json) -> Spot | None:
    """Where the message is that a call posted."""
    channel, ts = answer.get("channel", args.get("channel")), answer.get("ts") or answer.get("message_ts")
    return (str(channel), str(ts)) if channel and ts else None
