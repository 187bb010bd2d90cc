"""Response URLs: lets an app answer the person whose gesture it was.

Source: docs.slack.dev, interactivity/handling-user-interaction.
"""

from bot.local.fakeslack.blockkit.check import check_message
from bot.local.fakeslack.blockkit.elements import add_defaults
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.webapi.chat import MAX_POSTED
from bot.local.fakeslack.workspace.people import BOT, BOT_USER, Channel, Json
from bot.local.fakeslack.workspace.triggers import ResponseUrl


def respond(platform: Platform, secret: str, body: Json) -> None:
    """Raises the errors of `ResponseUrls.use`, `no_text`, `invalid_blocks`, …"""
    url = platform.response_urls.use(secret)
    channel = platform.workspace.channels[url.channel]
    if body.get("delete_original"):
        _delete(platform, channel, url)
        return
    parts = check_parts(platform, body)
    if body.get("replace_original") and url.ts:
        _replace(platform, channel, url, parts)
    else:
        say(platform, channel, url.user, parts, in_channel=body.get("response_type") == "in_channel")


def check_parts(platform: Platform, body: Json) -> Json:
    """The parts of an app's message, checked. Raises `no_text`, `invalid_blocks`, `msg_too_long`."""
    parts: Json = {"text": str(body.get("text") or "")}
    if body.get("blocks") is not None:
        check_message(body["blocks"])
        parts["blocks"] = add_defaults(body["blocks"], lambda: platform.ids.token("block")[:5])
    if len(parts["text"]) > MAX_POSTED:
        raise SlackError("msg_too_long")
    if not parts["text"] and not parts.get("blocks") and not body.get("attachments"):
        raise SlackError("no_text")
    for name in ("attachments", "thread_ts", "metadata"):
        if body.get(name):
            parts[name] = body[name]
    return parts


def say(platform: Platform, channel: Channel, user: str, parts: Json, *, in_channel: bool) -> Json:
    """Works also in channels that the bot is not in."""
    more = {name: part for name, part in parts.items() if name != "text"}
    if in_channel:
        return platform.post(channel, BOT, parts["text"], **more)
    more.pop("metadata", None)
    return platform.post_ephemeral(channel, user, parts["text"], **more)


def _replace(platform: Platform, channel: Channel, url: ResponseUrl, parts: Json) -> None:
    parts = {"blocks": [], **parts}
    ephemeral = platform.workspace.ephemeral(url.ts)
    if ephemeral is not None:
        ephemeral |= parts
        platform.bus.publish("ephemeral", channel=channel.id, message=ephemeral)
        return
    platform.edit(channel, url.ts, BOT_USER, **parts)


def _delete(platform: Platform, channel: Channel, url: ResponseUrl) -> None:
    ephemeral = platform.workspace.ephemeral(url.ts)
    if ephemeral is not None:
        platform.workspace.ephemerals.remove(ephemeral)
        platform.bus.publish("deleted", channel=channel.id, message=ephemeral)
    elif url.ts:
        platform.delete(channel, url.ts)
