"""What one Slack event says about people and channels. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from store.models.tickets import Json

_PERSON_EVENTS = frozenset({"team_join", "user_change"})
_MEMBERSHIP_EVENTS = frozenset({"member_joined_channel", "member_left_channel"})
_CHANNEL_EVENTS = frozenset(
    {
        "channel_archive",
        "channel_convert_to_private",
        "channel_convert_to_public",
        "channel_deleted",
        "channel_id_changed",
        "channel_left",
        "channel_rename",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "group_archive",
        "group_deleted",
        "group_left",
        "group_rename",
        "group_unarchive",
        "im_close",
        "shared_channel_invite_accepted",
        "shared_channel_invite_approved",
    }
)
_REVOCATION_EVENTS = {"tokens_revoked": "token_revoked", "app_uninstalled": "account_inactive"}

# Events that only inform about people, channels and the installation; they need no answer.
OBSERVED_EVENTS = _PERSON_EVENTS | _MEMBERSHIP_EVENTS | _CHANNEL_EVENTS | frozenset(_REVOCATION_EVENTS)


@dataclass(frozen=True, slots=True)
class DirectoryChange:
    """`user` is a changed user object, `channel` a changed channel, `joined` or `left` a member of it. `refused` is the
    error code that Slack will answer every call with from now on."""

    user: Json | None = None
    channel: str = ""
    joined: str = ""
    left: str = ""
    refused: str = ""


def read_event(event: Json) -> DirectoryChange | None:
    """None if the event says nothing about people or channels. Channel conversions arrive as messages with a subtype."""
    kind = event.get("type")
    if kind == "message":
        kind = event.get("subtype")
    if kind in _PERSON_EVENTS:
        user = event.get("user")
        return DirectoryChange(user=user) if isinstance(user, dict) and user.get("id") else None
    if kind in _MEMBERSHIP_EVENTS:
        place, who = DirectoryChange(channel=_channel_id(event.get("channel"))), str(event.get("user") or "")
        return replace(place, joined=who) if kind == "member_joined_channel" else replace(place, left=who)
    if kind in _CHANNEL_EVENTS:
        return DirectoryChange(channel=_channel_id(event.get("channel")))
    if kind == "tokens_revoked" and not _has_bot_token(event.get("tokens")):
        return None  # a user token; the bot uses none
    if kind in _REVOCATION_EVENTS:
        return DirectoryChange(refused=_REVOCATION_EVENTS[kind])
    return None


def _has_bot_token(tokens: Any) -> bool:
    return isinstance(tokens, dict) and bool(tokens.get("bot"))


def _channel_id(channel: Any) -> str:
    """Slack gives a channel as its id or as an object."""
    return str(channel.get("id") or "") if isinstance(channel, dict) else str(channel or "")
