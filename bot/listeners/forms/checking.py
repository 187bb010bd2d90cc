"""Checks a submitted form and answers it at once, while the person still sees it."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from bot.actions import Action, Close, Create, Update
from bot.listeners.forms.context import build_form_context, is_from_nowhere, ticket_as_shown
from bot.listeners.forms.existing import made_meanwhile
from bot.listeners.services import IncomingRequest, Services
from bot.views import controls
from bot.views.forms import changed_meanwhile
from bot.views.forms.filled_in import changed_fields, field_errors, read_channel, read_form
from store.models.tickets import Record, Ticket

CHECK_TIMEOUT = 2.0  # seconds; after three, Slack shows an error of its own


class Checked(NamedTuple):
    """`answer` is the response to Slack; empty closes the form. `carried_out`: the form will be carried out.
    `shows_result`: the result is shown in the form's place."""

    answer: dict[str, Any]
    carried_out: bool
    shows_result: bool = False


_CLOSES: dict[str, Any] = {}


async def check(services: Services, body: dict[str, Any]) -> Checked:
    """Check a form. Invalid input is reported at its fields; if the ticket changed meanwhile, the form is shown again;
    an unchanged form just closes. Otherwise, or if the check takes too long, the form is carried out, and the person is
    told the result. The result is shown in the form's place if a new ticket's form was opened outside of a channel. If
    somebody else has created a ticket from the same message meanwhile, that one is shown."""
    view = body["view"]
    form = view["callback_id"]
    channel = read_channel(view.get("state") or {})
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            wrong = await cannot_post(services, channel, body["user"]["id"]) if channel else ""
            record = await _record_of(services, body) if form != controls.NEW_FORM else None
            made = await made_meanwhile(services, body) if form == controls.NEW_FORM else None
    except TimeoutError:
        return Checked(_CLOSES, carried_out=True)
    if wrong:
        return _errors({"channel": wrong})
    if made:
        return Checked(in_place(made), carried_out=False)
    if record is None and form != controls.NEW_FORM:
        first = {controls.EDIT_FORM: "title", controls.POST_FORM: "channel"}.get(form, "res")
        return _errors({first: "This ticket is not there any more."})
    pressed = controls.read_ticket_version(view.get("private_metadata", ""))
    shown = await ticket_as_shown(services, record, pressed.version) if record and pressed else None
    return _check_input(view, record, shown)


def _errors(errors: dict[str, str]) -> Checked:
    return Checked({"response_action": "errors", "errors": errors}, carried_out=False)


def in_place(view: dict[str, Any]) -> dict[str, Any]:
    """The response that shows `view` in the form's place."""
    return {"response_action": "update", "view": view}


async def _record_of(services: Services, body: dict[str, Any]) -> Record | None:
    """The ticket in the form's metadata, if the person may see it."""
    pressed = controls.read_ticket_version(body["view"].get("private_metadata", ""))
    record = await services.store.get(pressed.ticket_id) if pressed else None
    ctx = await build_form_context(services, IncomingRequest(body), record)
    return record if record and ctx.requester.scope.includes(record) else None


def _check_input(view: dict[str, Any], record: Record | None, shown: Ticket | None) -> Checked:
    form, filled_in = view["callback_id"], read_form(view.get("state") or {})
    pressed = controls.read_ticket_version(view.get("private_metadata", ""))
    if record and (pressed is None or record.version != pressed.version):
        again = changed_meanwhile(record, form, filled_in, shown=shown)
        return Checked(in_place(again), carried_out=False)
    if form == controls.POST_FORM:
        return Checked(_CLOSES, carried_out=True)
    if record and form == controls.EDIT_FORM and not changed_fields(record.ticket, filled_in):
        return Checked(_CLOSES, carried_out=False)
    try:
        read_form_action(view, record)
    except ValidationError as error:
        return _errors(field_errors(error, form))
    return Checked(_CLOSES, carried_out=True, shows_result=is_from_nowhere(view))


async def cannot_post(services: Services, channel: str, user: str) -> str:
    """Why a ticket cannot be posted in the channel; "" if the bot and this person are both members."""
    room = await services.directory.room(channel)
    if not room.joined:
        return f"I am not in this channel: type /invite @{services.name} there first."
    return "" if await services.directory.is_in(channel, user) else "You are not in this channel."


def read_form_action(view: dict[str, Any], record: Record | None) -> Action:
    """The action that a form asks for; `record` is its ticket. Raises `ValidationError`."""
    filled_in = read_form(view.get("state") or {})
    if record is None:
        given = {name: value for name, value in filled_in.items() if value is not None}
        return Create.model_validate({"title": "", **given})
    if view["callback_id"] == controls.CLOSE_FORM:
        return Close(id=record.ticket.id, res=filled_in.get("res"))
    return update_of(record.ticket.id, changed_fields(record.ticket, filled_in))


def update_of(ticket_id: str, changed: Mapping[str, Any]) -> Update:
    """The change to these values, of which None empties a field. Raises `ValidationError`."""
    given = {name: "" if value is None else value for name, value in changed.items()}
    return Update.model_validate({"id": ticket_id, **given})
