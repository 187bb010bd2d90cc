"""reactions.*"""

import copy
import re

from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.webapi.call import Call
from bot.local.fakeslack.workspace.people import BOT_USER, Channel, Json

_NAME = re.compile(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?")


def _place(platform: Platform, call: Call) -> tuple[Channel, str]:
    channel = platform.workspace.inside(BOT_USER, call.text("channel"))
    return channel, str(platform.workspace.message(channel.id, call.text("timestamp"))["ts"])


def _writable_place(platform: Platform, call: Call) -> tuple[Channel, str]:
    channel, ts = _place(platform, call)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, ts


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def add(platform: Platform, call: Call) -> Json:
    channel, ts = _writable_place(platform, call)
    platform.react(channel, ts, BOT_USER, _name(call))
    return {}


def remove(platform: Platform, call: Call) -> Json:
    channel, ts = _writable_place(platform, call)
    platform.react(channel, ts, BOT_USER, _name(call), added=False)
    return {}


def get(platform: Platform, call: Call) -> Json:
    channel, ts = _place(platform, call)
    message = copy.deepcopy(platform.workspace.message(channel.id, ts))
    return {"type": "message", "channel": channel.id, "message": message}
