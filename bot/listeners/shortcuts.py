"""New ticket from anywhere, and a ticket made of somebody's message."""

from typing import Any

from bot.listeners.desk import Delivered, Desk
from bot.listeners.forms import origin, show
from bot.parser.text import plain
from bot.views.forms import new_form


async def new_ticket(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    await show(desk, delivered, new_form(private_metadata=origin()))
    return None


async def from_message(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """A form filled in with the message; the card goes into its thread."""
    message, channel = delivered.body["message"], delivered.body["channel"]["id"]
    place = origin(channel, message["ts"], message.get("thread_ts") or message["ts"])
    await show(desk, delivered, new_form(title=plain(message.get("text", "")), private_metadata=place))
    return None
