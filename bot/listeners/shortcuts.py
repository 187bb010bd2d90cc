"""Shortcuts: New ticket, from anywhere, and a ticket from somebody's message."""

from typing import Any

from bot.listeners.answering.sources import create_from_source, read_source
from bot.listeners.forms.context import write_place
from bot.listeners.forms.existing import card_of_thread
from bot.listeners.forms.opening import show
from bot.listeners.services import IncomingRequest, Services
from bot.views.forms import filled_form, new_form


async def new_ticket(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    await show(services, request, new_form(private_metadata=write_place(), ask_channel=True))
    return None


async def from_message(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Open the form filled in from the message. If its thread already has a ticket, show that instead."""
    source = read_source(request.body["message"], request.body["channel"]["id"])
    if card := await card_of_thread(services, request, source.channel, source.thread):
        await show(services, request, card)
        return None
    read = await create_from_source(services, source)
    form = filled_form(read, private_metadata=write_place(source.channel, source.ts, source.thread))
    await show(services, request, form)
    return None
