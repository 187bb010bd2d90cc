"""New ticket from anywhere, and a ticket made of somebody's message."""

from typing import Any

from bot.listeners.answering.drawing import names_of
from bot.listeners.answering.sources import Source, as_create, read_source
from bot.listeners.forms.context import write_place
from bot.listeners.forms.opening import show
from bot.listeners.services import IncomingRequest, Services, build_context
from bot.views.card import card_view
from bot.views.forms import filled_form, new_form


async def new_ticket(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    await show(services, request, new_form(private_metadata=write_place(), ask_channel=True))
    return None


async def from_message(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """A form filled in with what the message says; the card goes into its thread. A thread that has a ticket shows that."""
    source = read_source(request.body["message"], request.body["channel"]["id"])
    if card := await _card_of_thread(services, request, source):
        await show(services, request, card)
        return None
    read = await as_create(services, source)
    form = filled_form(read, private_metadata=write_place(source.channel, source.ts, source.thread))
    await show(services, request, form)
    return None


async def _card_of_thread(
    services: Services, request: IncomingRequest, source: Source
) -> dict[str, Any] | None:
    """The card of the ticket that the message's thread has already; None where the person may see none."""
    ticket_id = await services.store.find_by_thread(source.channel, source.thread)
    if ticket_id is None:
        return None
    ctx = await build_context(
        services,
        request,
        user=request.body["user"]["id"],
        channel=source.channel,
        surface="thread",
        alone=True,
    )
    record = await ctx.requester.get_visible(services.store, ticket_id)
    if record is None:
        return None
    link = services.link(record, ctx.requester.scope)
    return card_view(record, link=link, names=await names_of(services, [record]))
