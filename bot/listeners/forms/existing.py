"""Shows the ticket that a message's thread already has, instead of a form for another one."""

from collections.abc import Mapping
from typing import Any

from bot.listeners.answering.drawing import draw_card_view
from bot.listeners.forms.context import read_place
from bot.listeners.services import IncomingRequest, Services, build_context
from bot.views import notices
from bot.views.forms.filled_in import changed_fields, typed_fields


async def card_of_thread(
    services: Services,
    request: IncomingRequest,
    channel: str,
    thread: str,
    filled_in: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """The ticket's card as a modal; None if there is no ticket that the person may see. `filled_in` is what the person
    typed into a form that comes too late: the modal then says so."""
    ticket_id = await services.store.find_by_thread(channel, thread)
    if ticket_id is None:
        return None
    ctx = await build_context(
        services,
        request,
        user=request.body["user"]["id"],
        channel=channel,
        surface="thread",
        alone=True,
    )
    record = await ctx.requester.get_visible(services.store, ticket_id)
    if record is None:
        return None
    if filled_in is None:
        return await draw_card_view(services, ctx, record)
    said = notices.made_meanwhile(ticket_id, changed_fields(record.ticket, filled_in))
    return await draw_card_view(services, ctx, record, said=said)


async def made_meanwhile(services: Services, body: dict[str, Any]) -> dict[str, Any] | None:
    """For a form filled in from a message: the ticket that somebody else has created from it since; else None."""
    place = read_place(body["view"].get("private_metadata", ""))
    channel, thread = place.get("channel", ""), place.get("thread", "")
    if not (thread and place.get("message")) or not await services.directory.is_in(
        channel, body["user"]["id"]
    ):
        return None
    return await card_of_thread(services, IncomingRequest(body), channel, thread, typed_fields(body["view"]))
