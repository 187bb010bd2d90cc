"""Opens the forms for New, Edit and Close from a button."""

from typing import Any

from bot.listeners.answering.sending import tell
from bot.listeners.answering.sources import create_from_text
from bot.listeners.forms.context import build_form_context, write_place
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, Services, thread_pressed_in
from bot.views import controls
from bot.views.forms import close_form, edit_form, filled_form
from bot.views.notices import notice
from store.models.tickets import Record


async def open_new(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Open the form for a new ticket, to be created in the channel and thread of the button. Below a message that was not
    understood, the form contains that message.
    """
    channel = (request.body.get("channel") or {}).get("id", "")
    said = controls.read_new(pressed_value(request.body["actions"][0]))
    read = create_from_text(services, said) if said else None
    place = write_place(channel, thread=thread_pressed_in(request.body) if channel else "")
    form = filled_form(read, private_metadata=place, ask_channel=not channel)
    await show(services, request, form)
    return None


async def open_edit(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    if record := await pressed_record(services, request):
        await show(services, request, edit_form(record))
    return None


async def open_close(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    if record := await pressed_record(services, request):
        await show(services, request, close_form(record))
    return None


async def show(services: Services, request: IncomingRequest, view: dict[str, Any]) -> None:
    """Open the view, on top of an open modal if there is one. Raises `LateError` if the trigger has expired."""
    under = request.body.get("view") or {}
    method = "views.push" if under.get("type") == "modal" else "views.open"
    await services.sender.call_at_once(method, trigger_id=request.body["trigger_id"], view=view)


async def pressed_record(services: Services, request: IncomingRequest) -> Record | None:
    """The ticket of the pressed button. If the person may not see it, they are told that it does not exist."""
    pressed = controls.read_ticket_version(pressed_value(request.body["actions"][0]))
    if pressed is None:
        return None
    record = await services.store.get(pressed.ticket_id)
    ctx = await build_form_context(services, request, record)
    if record and ctx.requester.scope.includes(record):
        return record
    await tell(services, ctx, notice(f"There is no ticket {pressed.ticket_id}."))
    return None
