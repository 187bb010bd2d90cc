"""conversations.*: channels, who is in them and what was said there."""

import copy

from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.webapi.call import Call, page
from bot.local.fakeslack.workspace.people import BOT_USER, Json


def info(platform: Platform, call: Call) -> Json:
    channel = platform.workspace.seen_by(BOT_USER, call.text("channel"))
    shown = channel.shown(BOT_USER)
    return {
        "channel": shown | ({"num_members": len(channel.members)} if call.flag("include_num_members") else {})
    }


def members(platform: Platform, call: Call) -> Json:
    channel = platform.workspace.seen_by(BOT_USER, call.text("channel"))
    found, metadata = page(channel.members, call)
    return {"members": found, "response_metadata": metadata}


def list_of_bot(platform: Platform, call: Call) -> Json:
    """The channels that the bot is in, of the kinds in `types`."""
    kinds = [kind.removesuffix("_channel") for kind in (call.maybe("types") or "public_channel").split(",")]
    inside = [
        channel.shown(BOT_USER)
        for channel in platform.workspace.channels.values()
        if BOT_USER in channel.members and channel.kind in kinds
    ]
    found, metadata = page(inside, call)
    return {"channels": found, "response_metadata": metadata}


def history(platform: Platform, call: Call) -> Json:
    """Newest first."""
    channel = platform.workspace.inside(BOT_USER, call.text("channel"))
    return _filter_page(list(reversed(platform.workspace.history(channel.id))), call)


def replies(platform: Platform, call: Call) -> Json:
    """The parent, then its replies, oldest first."""
    channel = platform.workspace.inside(BOT_USER, call.text("channel"))
    return _filter_page(platform.workspace.thread(channel.id, call.text("ts")), call)


def _filter_page(messages: list[Json], call: Call) -> Json:
    oldest, latest = _bound(call, "oldest", float("-inf")), _bound(call, "latest", float("inf"))
    inclusive = call.flag("inclusive")

    def within(ts: float) -> bool:
        return oldest <= ts <= latest if inclusive else oldest < ts < latest

    found, metadata = page([message for message in messages if within(float(message["ts"]))], call)
    without = () if call.flag("include_all_metadata") else ("metadata",)
    given = [{name: part for name, part in message.items() if name not in without} for message in found]
    more = bool(metadata["next_cursor"])
    answer: Json = {"messages": copy.deepcopy(given), "has_more": more, "pin_count": 0}
    return answer | ({"response_metadata": metadata} if more else {})


def _bound(call: Call, name: str, default: float) -> float:
    try:
        return float(call.maybe(name) or default)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def open_(platform: Platform, call: Call) -> Json:
    """A DM with one person. Group DMs are not supported, as the bot does not use them."""
    if channel := call.maybe("channel"):
        return {"channel": {"id": platform.workspace.inside(BOT_USER, channel).id}}
    users = call.text("users").split(",")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = platform.workspace.user(users[0])
    if user.deleted:
        raise SlackError("user_disabled")
    return {"no_op": False, "already_open": False, "channel": {"id": platform.workspace.dm(user.id).id}}
