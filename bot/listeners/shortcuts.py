"""New ticket from anywhere, and a ticket made of somebody's message."""

from typing import Any

from bot.listeners.forms import origin, show
from bot.listeners.services import IncomingRequest, Services
from bot.parser.text import plain
from bot.views.forms import new_form


async def new_ticket(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    await show(services, request, new_form(private_metadata=origin()))
    return None


async def from_message(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """A form filled in with the message; the card goes into its thread."""
    message, channel = request.body["message"], request.body["channel"]["id"]
    place = origin(channel, message["ts"], message.get("thread_ts") or message["ts"])
    await show(services, request, new_form(title=plain(message.get("text", "")), private_metadata=place))
    return None
