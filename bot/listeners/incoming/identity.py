"""What Slack delivered: which deliveries are one and the same, and which of them must not be lost. Pure."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from bot.views import controls

Hearing = Literal["mention", "dm", "thread"]

# Gestures that change something. The others open a form or turn a page: done again at no harm, useless later.
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
    controls.CHOOSE,
    controls.SOLVED,
    controls.REOPEN_SIMILAR,
)
EDITING = 300.0  # seconds after which a message that is changed is not read again
REACTIONS = ("reaction_added", "reaction_removed")
REACTION_NAMES = frozenset({"ticket", "eyes", "white_check_mark"})
_SPOKEN_SUBTYPES = (None, "file_share", "thread_broadcast")


@dataclass(frozen=True, slots=True)
class Identity:
    """`keys` name the delivery and its twins; `intent` is what the person meant, once, in whatever gestures. What is said in
    one `thread` is worked on in its order, after the message that `begins` it; "" is none."""

    keys: tuple[str, ...]
    intent: str
    thread: str = ""
    begins: bool = False


def classify_event(event: dict[str, Any], bot: str) -> Hearing | None:
    """How a message reached the bot; None for what nobody said to it: edits, bots, its own words, other channels' talk.

    "thread" is any reply without a mention: whether the thread belongs to a ticket, the store knows.
    """
    if event.get("type") not in ("message", "app_mention") or event.get("subtype") not in _SPOKEN_SUBTYPES:
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
    """The message as it reads after its writer changed its text soon after writing it, as if it had been written so; None
    for any other event. Slack also says `message_changed` when a link is unfolded or a reply comes.
    """
    now, before = event.get("message"), event.get("previous_message")
    if event.get("subtype") != "message_changed" or not isinstance(now, dict) or not isinstance(before, dict):
        return None
    texts = (now.get("text"), before.get("text"), now.get("ts"), now.get("user"), now.get("thread_ts", ""))
    edited = now.get("edited")
    if not all(isinstance(one, str) for one in texts) or not isinstance(edited, dict):
        return None
    if now["text"] == before["text"] or not _soon(now["ts"], edited.get("ts")):
        return None
    kept = {name: value for name, value in now.items() if name not in ("edited", "subtype")}
    where = {name: event[name] for name in ("channel", "channel_type") if name in event}
    message = {**kept, **where, "type": "message"}
    return message if classify_event(message, bot) else None


def asks_for_nothing(event: dict[str, Any], bot: str) -> bool:
    """Whether an event is of a message or a reaction that no listener does anything about. Most events are: each answer
    and each reaction of the bot comes back to it."""
    if event.get("type") in REACTIONS:
        return not is_asking(event, bot)
    if event.get("type") not in ("message", "app_mention"):
        return False
    return classify_event(event, bot) is None and edited_message(event, bot) is None


def _soon(written: str, edited: Any) -> bool:
    try:
        return 0 <= float(edited) - float(written) <= EDITING
    except (TypeError, ValueError):
        return False


def of_message(body: dict[str, Any]) -> Identity:
    """One message, however often and in whichever of its two forms it is delivered."""
    event, team = body["event"], body.get("team_id", "")
    intent = f"message:{team}:{event['channel']}:{event['ts']}"
    keys = [intent]
    if body.get("event_id"):
        keys.append(f"event:{body.get('api_app_id', '')}:{team}:{body['event_id']}")
    if event.get("client_msg_id"):
        keys.append(f"client:{team}:{event['channel']}:{event['client_msg_id']}")
    root = event.get("thread_ts") or event["ts"]
    if event.get("channel_type") == "im" and root == event["ts"]:  # in the flow, where nothing waits
        return Identity(tuple(keys), intent)
    return Identity(tuple(keys), intent, f"{event['channel']} {root}", root == event["ts"])


def of_command(body: dict[str, Any]) -> Identity:
    """By its trigger; what comes without one, as no command of Slack's does, by all that it holds."""
    trigger = body.get("trigger_id") or _digest(body)
    key = f"command:{body.get('team_id', '')}:{trigger}"
    return Identity((key,), key)


def _digest(body: dict[str, Any]) -> str:
    told = json.dumps({name: value for name, value in body.items() if name != "token"}, sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def is_for_team(body: dict[str, Any], team: str) -> bool:
    """Whether a payload is meant for the workspace `team`, as Slack says by the installations that it is sent for.

    An event of a channel that is shared names the partner's workspace in `team_id`, so that counts only where
    nothing else is said. What names no workspace at all is for nobody.
    """
    view = body.get("view") or {}
    named = [one.get("team_id") for one in body.get("authorizations") or ()]
    named += [body.get("context_team_id"), view.get("app_installed_team_id"), read_id(body.get("team"))]
    said = [one for one in named if one]
    return team in said if said else body.get("team_id") == team


def read_id(named: Any) -> str:
    """Of what Slack names by its id alone, or by an object that has it."""
    return str((named.get("id") if isinstance(named, dict) else named) or "")


def of_interaction(body: dict[str, Any]) -> Identity | None:
    """None for a gesture that changes nothing. A second press of the same button has a key of its own, but the
    same intent: the value names the change that the button was drawn after."""
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
    """The value of a button, or of the option that was chosen in a menu."""
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")


def is_asking(event: dict[str, Any], bot: str) -> bool:
    """Whether a reaction may ask for something: one of ours on a message, by a person."""
    item = event.get("item") or {}
    theirs = bool(event.get("user")) and event.get("user") != bot
    named = item.get("type") == "message" and item.get("channel") and item.get("ts")
    return theirs and bool(named) and event.get("reaction") in REACTION_NAMES


def of_reaction(body: dict[str, Any]) -> Identity:
    """One reaction of somebody to a message, added or taken away, however often it is delivered; in its order among those to
    that message, and after the message itself."""
    event, team = body["event"], body.get("team_id", "")
    item = event["item"]
    where = f"{item['channel']}:{item['ts']}:{event['user']}:{event['reaction']}:"
    intent = f"reaction:{where}{event.get('event_ts', '')}:{event['type'].removeprefix('reaction_')}"
    keys = [intent]
    if body.get("event_id"):
        keys.append(f"event:{body.get('api_app_id', '')}:{team}:{body['event_id']}")
    return Identity(tuple(keys), intent, f"{item['channel']} {item['ts']}")


def identify(body: dict[str, Any], bot: str) -> Identity | None:
    """What to write to disk before Slack is told "received"; None for what is not kept."""
    if body.get("type") == "event_callback":
        event = body.get("event") or {}
        if event.get("type") in REACTIONS:
            return of_reaction(body) if is_asking(event, bot) else None
        return of_message(body) if classify_event(body.get("event") or {}, bot) else None
    if "command" in body:
        return of_command(body)
    return of_interaction(body) if body.get("type") in ("block_actions", "view_submission") else None
