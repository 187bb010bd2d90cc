"""Interaction payloads in Slack's format: commands, block actions, submissions, shortcuts. Pure.

Source: docs.slack.dev, reference/interaction-payloads and interactivity/implementing-slash-commands.
"""

import copy
from dataclasses import dataclass

from bot.local.fakeslack.workspace.people import APP, TEAM, Channel, Json, User

VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105  # deprecated by Slack but still sent; not secret


@dataclass(frozen=True, slots=True)
class GestureContext:
    """The person, and what the app can answer with."""

    user: User
    team: Json
    trigger_id: str
    action_ts: str
    response_url: str = ""

    def common(self, kind: str) -> Json:
        user = {
            "id": self.user.id,
            "username": self.user.name,
            "name": self.user.name,
            "team_id": self.user.team_id,
        }
        return {
            "type": kind,
            "token": VERIFICATION_TOKEN,
            "team": {"id": self.team["id"], "domain": self.team["domain"]},
            "user": user,
            "api_app_id": APP,
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.trigger_id,
        }


def command(gesture: GestureContext, channel: Channel, name: str, text: str) -> dict[str, str]:
    """The fields of the form that Slack sends."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "team_domain": gesture.team["domain"],
        "channel_id": channel.id,
        "channel_name": channel.shown_name,
        "user_id": gesture.user.id,
        "user_name": gesture.user.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": gesture.response_url,
        "trigger_id": gesture.trigger_id,
    }


def pressed_in_message(
    gesture: GestureContext, channel: Channel, message: Json, action: Json, state: Json
) -> Json:
    """Slack does not keep ephemeral messages, so for those there is no `message`."""
    ephemeral = bool(message.get("is_ephemeral"))
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    payload = gesture.common("block_actions") | {
        "container": container,
        "channel": {"id": channel.id, "name": channel.shown_name},
        "state": {"values": state},
        "response_url": gesture.response_url,
        "actions": [action],
    }
    return payload if ephemeral else payload | {"message": copy.deepcopy(message)}


def pressed_in_view(gesture: GestureContext, view: Json, action: Json) -> Json:
    return gesture.common("block_actions") | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": copy.deepcopy(view),
        "actions": [action],
    }


def submitted(gesture: GestureContext, view: Json) -> Json:
    return gesture.common("view_submission") | {"view": copy.deepcopy(view), "response_urls": []}


def closed(gesture: GestureContext, view: Json, *, cleared: bool) -> Json:
    payload = gesture.common("view_closed") | {"view": copy.deepcopy(view), "is_cleared": cleared}
    del payload["trigger_id"]
    return payload


def shortcut(gesture: GestureContext, callback_id: str) -> Json:
    return gesture.common("shortcut") | {"callback_id": callback_id, "action_ts": gesture.action_ts}


def message_shortcut(gesture: GestureContext, channel: Channel, message: Json, callback_id: str) -> Json:
    return gesture.common("message_action") | {
        "callback_id": callback_id,
        "action_ts": gesture.action_ts,
        "channel": {"id": channel.id, "name": channel.shown_name},
        "message_ts": message["ts"],
        "message": copy.deepcopy(message),
        "response_url": gesture.response_url,
    }
