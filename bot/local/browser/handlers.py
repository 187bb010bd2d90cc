"""Carries out a page's requests with the local Slack's gestures, as the person whom the page acts as."""

from typing import Any

from bot.local.browser.requests import (
    Dismiss,
    Edit,
    Home,
    OnMessage,
    PageRequest,
    Press,
    React,
    Remove,
    Say,
    Shortcut,
    Submit,
)
from bot.local.fakeslack.errors import GestureError, SlackError
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import Json


async def carry_out(  # noqa: C901  # one branch per request
    slack: LocalSlack, user: str, asked: PageRequest
) -> Json:
    """The answer for the page. Raises `GestureError`."""
    match asked:
        case Say():
            return await _say(slack, user, asked)
        case Edit():
            await slack.edit(user, asked.channel, asked.ts, asked.text)
        case Remove():
            await slack.remove(user, asked.channel, asked.ts)
        case React():
            await slack.react(user, asked.channel, asked.ts, asked.name, added=asked.added)
        case Press():
            await _press(slack, user, asked)
        case Submit():
            values = {block: _entered(value) for block, value in asked.values.items()}
            errors = await slack.submit(user, values, view_id=asked.view)
            return {"errors": errors or {}}
        case Dismiss():
            await slack.dismiss(user)
        case Shortcut():
            await slack.shortcut(user, asked.callback_id)
        case OnMessage():
            await slack.message_shortcut(user, asked.channel, asked.ts, asked.callback_id)
        case Home():
            await slack.open_home(user)
        case _:
            raise GestureError("no_such_gesture", asked.do)
    return {}


def _entered(value: Any) -> Any:
    """Slack reports an empty field as null."""
    return None if value == "" else value


async def _say(slack: LocalSlack, user: str, asked: Say) -> Json:
    text = asked.text.strip()
    if not text.startswith("/"):
        return {"ts": await slack.say(user, asked.channel, asked.text, thread=asked.thread)}
    name, _, rest = text.partition(" ")
    if asked.thread:
        raise GestureError("unknown_command", f"{name} cannot be used in a thread.")
    if name in ("/invite", "/remove"):
        await _move(slack, user, asked.channel, name, rest)
    else:
        await slack.command(user, asked.channel, name, rest)
    return {}


async def _move(slack: LocalSlack, user: str, channel: str, command: str, rest: str) -> None:
    """Slack's own commands `/invite` and `/remove`, for people and the bot."""
    who = rest.strip().removeprefix("@")
    try:
        where = slack.workspace.inside(user, channel)
        if command == "/invite":
            await slack.invite(who, where.id, by=user)
        else:
            await slack.kick(who, where.id)
    except SlackError as error:
        raise GestureError(error.code, who) from None


async def _press(slack: LocalSlack, user: str, asked: Press) -> None:
    action, value, block = asked.action_id, asked.value, asked.block_id
    match asked.where:
        case "message":
            await slack.press(user, asked.channel, asked.ts, action, value, block_id=block)
        case "view":
            await slack.press_in_view(user, action, value, block_id=block)
        case "home":
            await slack.press_in_home(user, action, value, block_id=block)
