"""What one Slack event says about people and channels. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from store.models.tickets import Json

_OF_A_PERSON = frozenset({"team_join", "user_change"})
_OF_MEMBERS = frozenset({"member_joined_channel", "member_left_channel"})
_OF_A_PLACE = frozenset(
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
_THE_END = {"tokens_revoked": "token_revoked", "app_uninstalled": "account_inactive"}

# Events that only inform about people, channels and the installation; they need no answer.
OBSERVED_EVENTS = _OF_A_PERSON | _OF_MEMBERS | _OF_A_PLACE | frozenset(_THE_END)


@dataclass(frozen=True, slots=True)
class News:
    """`user` is a changed user object, `channel` a changed channel, `joined` or `left` a member of it. `refused` is the
    error code that Slack will answer every call with from now on."""

    user: Json | None = None
    channel: str = ""
    joined: str = ""
    left: str = ""
    refused: str = ""


def read_event(event: Json) -> News | None:
    """None if the event says nothing about people or channels. Channel conversions arrive as messages with a subtype."""
    kind = event.get("type")
    if kind == "message":
        kind = event.get("subtype")
    if kind in _OF_A_PERSON:
        user = event.get("user")
        return News(user=user) if isinstance(user, dict) and user.get("id") else None
    if kind in _OF_MEMBERS:
        place, who = News(channel=_id(event.get("channel"))), str(event.get("user") or "")
        return replace(place, joined=who) if kind == "member_joined_channel" else replace(place, left=who)
    if kind in _OF_A_PLACE:
        return News(channel=_id(event.get("channel")))
    if kind == "tokens_revoked" and not _bots_token(event.get("tokens")):
        return None  # a user token; the bot uses none
    if kind in _THE_END:
        return News(refused=_THE_END[kind])
    return None


def _bots_token(tokens: Any) -> bool:
    return isinstance(tokens, dict) and bool(tokens.get("bot"))


def _id(channel: Any) -> str:
    """Slack gives a channel as its id or as an object."""
    return str(channel.get("id") or "") if isinstance(channel, dict) else str(channel or "")
