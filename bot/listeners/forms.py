"""The forms for New, Edit and Close: opened, checked while the person still sees them, and carried out.

A form knows nothing for certain: which ticket it is about, and where it was opened, is looked up again.
"""

import asyncio
import json
import re
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from bot.actions import Action, Close, Create, Update, View
from bot.listeners.answering.replying import reply, tell
from bot.listeners.answering.sources import find_source
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, thread_pressed_in
from bot.policy import Role
from bot.views import controls
from bot.views.forms import (
    changed_meanwhile,
    close_form,
    edit_form,
    edited,
    field_errors,
    new_form,
    read_channel,
    read_form,
)
from bot.views.notices import notice
from store.models import Record

CHECK_TIMEOUT = 2.0  # seconds: Slack waits for three, and then shows an error of its own
MEANWHILE = "Somebody changed {} while you had the form open, so nothing was changed. Please open it again."

_CHANNEL = re.compile(r"[A-Z0-9]{1,30}")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,6}")


async def open_new(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """From a button: the ticket is born in the channel that the button was pressed in, if any."""
    channel = (request.body.get("channel") or {}).get("id", "")
    await show(services, request, new_form(private_metadata=origin(channel), ask_channel=not channel))
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


def origin(channel: str = "", message: str = "", thread: str = "") -> str:
    """Where a new ticket comes from, for `private_metadata`."""
    return json.dumps({"channel": channel, "message": message, "thread": thread})


async def meet(
    services: Services, request: IncomingRequest, record: Record | None, text: str = ""
) -> RequestContext:
    """The person, alone with a form, standing in the channel that the ticket was born in if they are a member of it."""
    user = request.body["user"]["id"]
    born = record.origin.channel if record else ""
    inside = bool(born) and await services.directory.is_in(born, user)
    thread = (record.card.thread or record.card.ts) if record and record.card else ""
    return await build_context(
        services,
        request,
        user=user,
        channel=born if inside else "",
        surface="thread",
        text=text,
        thread=thread if inside else "",
        alone=True,
        beside=thread_pressed_in(request.body),
    )


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


async def check(services: Services, body: dict[str, Any]) -> dict[str, Any] | None:
    """What a submitted form is answered with instead of being carried out: errors at its fields, or the form again
    where its ticket changed meanwhile; nothing at all where it was saved as it was, so that it just closes. None when it
    is to be carried out: all is well, or Slack does not say in time who the person is, and they hear of what became of it."""
    view = body["view"]
    form = view["callback_id"]
    channel = read_channel(view.get("state") or {})
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            wrong = await cannot_post(services, channel, body["user"]["id"]) if channel else ""
            record = await _record_of(services, body) if form != controls.NEW_FORM else None
    except TimeoutError:
        return None
    if wrong:
        return {"response_action": "errors", "errors": {"channel": wrong}}
    if record is None and form != controls.NEW_FORM:
        first = {controls.EDIT_FORM: "title", controls.POST_FORM: "channel"}.get(form, "res")
        return {"response_action": "errors", "errors": {first: "This ticket is not there any more."}}
    return _checked(view, record)


async def _record_of(services: Services, body: dict[str, Any]) -> Record | None:
    """The ticket that a form says it is about, if the person may see it."""
    pressed = controls.read_pressed(body["view"].get("private_metadata", ""))
    record = await services.store.get(pressed.ticket_id) if pressed else None
    ctx = await meet(services, IncomingRequest(body), record)
    return record if record and ctx.requester.scope.includes(record) else None


def _checked(view: dict[str, Any], record: Record | None) -> dict[str, Any] | None:
    form, filled_in = view["callback_id"], read_form(view.get("state") or {})
    pressed = controls.read_pressed(view.get("private_metadata", ""))
    if record and (pressed is None or record.version != pressed.version):
        return {"response_action": "update", "view": changed_meanwhile(record, form, filled_in)}
    if form == controls.POST_FORM:
        return None
    if record and form == controls.EDIT_FORM and not edited(record.ticket, filled_in):
        return {}
    try:
        _asked(view, record)
    except ValidationError as error:
        return {"response_action": "errors", "errors": field_errors(error, form)}
    return None


async def cannot_post(services: Services, channel: str, user: str) -> str:
    """Why a ticket cannot be posted there; "" where the bot and this person are both members."""
    room = await services.directory.room(channel)
    if not room.joined:
        return f"I am not in this channel: type /invite @{services.name} there first."
    return "" if await services.directory.is_in(channel, user) else "You are not in this channel."


def _asked(view: dict[str, Any], record: Record | None) -> Action:
    """The action that a form asks for, `record` being the ticket that it is about. Raises `ValidationError`."""
    filled_in = read_form(view.get("state") or {})
    if record is None:
        given = {name: value for name, value in filled_in.items() if value is not None}
        return Create.model_validate({"title": "", **given})
    if view["callback_id"] == controls.CLOSE_FORM:
        return Close(id=record.ticket.id, res=filled_in.get("res"))
    changes = {
        name: "" if value is None else value for name, value in edited(record.ticket, filled_in).items()
    }
    return Update.model_validate({"id": record.ticket.id, **changes})


async def new_submitted(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """A new ticket, born where the form was opened if the person is really there."""
    action = _asked(request.body["view"], None)
    user = request.body["user"]["id"]
    place = _origin(request.body["view"].get("private_metadata", ""))
    if chosen := read_channel(request.body["view"].get("state") or {}):
        place = {"channel": chosen}
    channel = place.get("channel", "")
    if channel and not await services.directory.is_in(channel, user):
        channel, place = "", {}
    if not channel and (await services.directory.person(user)).role is Role.GUEST:
        channel = await services.sender.open_dm(user)  # made nowhere, it would be everybody's but theirs
    ctx = await build_context(
        services,
        request,
        user=user,
        channel=channel,
        surface="mention" if place.get("message") else "slash",
        text=str(read_form(request.body["view"].get("state") or {}).get("title") or ""),
        message=place.get("message", ""),
        thread=place.get("thread", ""),
    )
    source = await find_source(services, channel, place["message"]) if place.get("message") else None
    if source:
        told = replace(
            ctx.origin,
            source_author="" if source.author == user else source.author,
            source_link=source.link(services.workspace),
        )
        ctx = replace(ctx, origin=told)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


def _origin(text: str) -> dict[str, str]:
    """As `origin` wrote it: a channel, and two timestamps; what has another shape is left out."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    shapes = {"channel": _CHANNEL, "message": _TS, "thread": _TS}
    return {name: str(found[name]) for name, shape in shapes.items() if shape.fullmatch(str(found.get(name)))}


async def edit_submitted(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _carried_out(services, request)


async def close_submitted(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _carried_out(services, request)


async def is_as_shown(services: Services, record: Record, version: int, intent: str) -> bool:
    """Whether the ticket is at the version that the form showed, or was changed since by this very form."""
    if record.version == version:
        return True
    change = await services.store.change(record.ticket.id, record.version)
    return change is not None and bool(intent) and change.origin.idempotency_key == intent


async def _carried_out(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    view = request.body["view"]
    pressed = controls.read_pressed(view.get("private_metadata", ""))
    record = await services.store.get(pressed.ticket_id) if pressed else None
    if record is None:
        return None
    filled_in = read_form(view.get("state") or {})
    ctx = await meet(services, request, record, text=str(filled_in.get("res") or ""))
    if not ctx.requester.scope.includes(record):
        await tell(services, ctx, notice(f"There is no ticket {record.ticket.id}."))
        return None
    if pressed and not await is_as_shown(services, record, pressed.version, request.intent):
        await tell(services, ctx, notice(MEANWHILE.format(record.ticket.id)))
        return None
    try:
        action = _asked(view, record)
    except ValidationError:  # nothing is left to change, such as where it was done before a restart
        action = View(id=record.ticket.id)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}
