"""The forms for New, Edit and Close, opened by a button."""

from typing import Any

from bot.listeners.answering.sending import tell
from bot.listeners.answering.sources import read_create
from bot.listeners.forms.context import meet, write_place
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, Services, thread_pressed_in
from bot.views import controls
from bot.views.forms import close_form, edit_form, filled_form
from bot.views.notices import notice
from store.models.tickets import Record


async def open_new(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """From a button: the ticket is born in the channel and the thread that the button was pressed in, if any. Below a message
    that was not understood, the form holds what that says.
    """
    channel = (request.body.get("channel") or {}).get("id", "")
    said = controls.read_new(pressed_value(request.body["actions"][0]))
    read = read_create(services, said) if said else None
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
    """On top of a form that is open already, if one is. Raises `LateError` when it took too long to get here."""
    under = request.body.get("view") or {}
    method = "views.push" if under.get("type") == "modal" else "views.open"
    await services.sender.call_at_once(method, trigger_id=request.body["trigger_id"], view=view)


async def pressed_record(services: Services, request: IncomingRequest) -> Record | None:
    """The ticket of the pressed button, if the person may see it; otherwise they are told, as for one that is not there."""
    pressed = controls.read_pressed(pressed_value(request.body["actions"][0]))
    if pressed is None:
        return None
    record = await services.store.get(pressed.ticket_id)
    ctx = await meet(services, request, record)
    if record and ctx.requester.scope.includes(record):
        return record
    await tell(services, ctx, notice(f"There is no ticket {pressed.ticket_id}."))
    return None
