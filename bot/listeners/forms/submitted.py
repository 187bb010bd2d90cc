"""Carries out the forms for New, Edit and Close."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from bot.actions import Action, View
from bot.listeners.answering.drawing import draw_card_view
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sending import tell
from bot.listeners.answering.sources import find_source
from bot.listeners.forms.checking import in_place, read_form_action
from bot.listeners.forms.context import MEANWHILE, build_form_context, is_as_shown, read_place
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, was_created_by
from bot.policy import Role
from bot.views import controls
from bot.views.filled_in import read_channel, read_form
from bot.views.notices import notice
from bot.views.text import escape


async def submit_new(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Create a ticket, in the channel where the form was opened if the person is a member of it. If they are not, or Slack
    does not say, it belongs to no channel; it is private if that place is, because it may say what was said there.
    """
    action: Action = read_form_action(request.body["view"], None)
    user = request.body["user"]["id"]
    place = read_place(request.body["view"].get("private_metadata", ""))
    if chosen := read_channel(request.body["view"].get("state") or {}):
        place = {"channel": chosen}
    channel, secret = place.get("channel", ""), False
    if channel and not await services.directory.is_in(channel, user):
        secret = (await services.directory.room(channel)).private
        channel, place = "", {}
    if not channel and (await services.directory.person(user)).role is Role.GUEST:
        channel = await services.sender.open_dm(user)  # a guest could not see a ticket without a channel
    ctx = await build_context(
        services,
        request,
        user=user,
        channel=channel,
        surface="mention" if place.get("message") else "slash",
        text=escape(str(read_form(request.body["view"].get("state") or {}).get("title") or "")),
        message=place.get("message", ""),
        thread=place.get("thread", ""),
    )
    if secret:
        ctx = replace(ctx, origin=replace(ctx.origin, private=True))
    source = await find_source(services, channel, place["message"]) if place.get("message") else None
    if source:
        told = replace(
            ctx.origin,
            source_author="" if source.author == user else source.author,
            source_link=source.link(services.workspace),
        )
        ctx = replace(ctx, origin=told)
    async with AsyncExitStack() as stack:
        if place.get("message") and place.get("thread"):
            await stack.enter_async_context(services.threads.turn(channel, place["thread"]))
            if made := await _made_by_another(services, request, ctx):
                ctx, action = replace(ctx, alone=True), View(id=made)
        outcome = await services.router.act(action, ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def _made_by_another(services: Services, request: IncomingRequest, ctx: RequestContext) -> str | None:
    """The ticket that the message's thread has by now, if the person may see it."""
    ticket_id = await services.store.find_by_thread(ctx.room.id, ctx.origin.thread)
    record = await ctx.requester.get_visible(services.store, ticket_id) if ticket_id else None
    return record.ticket.id if record and not was_created_by(record, request) else None


async def result_in_place(
    services: Services, body: dict[str, Any], work: asyncio.Task[dict[str, Any] | None], due: float
) -> dict[str, Any]:
    """The response to a form: the ticket that `work` creates, shown in the form's place, if it is done by `due` (event loop
    time); otherwise nothing, and the form closes."""
    await asyncio.wait({work}, timeout=max(0.0, due - asyncio.get_running_loop().time()))
    told = work.result() if work.done() else None
    made = json.loads(str(told["json"])) if told else {}
    if made.get("action") != "created":
        return {}
    view = await _created(services, body, str(made["data"]["id"]))
    return in_place(view) if view else {}


async def _created(services: Services, body: dict[str, Any], ticket_id: str) -> dict[str, Any] | None:
    """The view of the new ticket; None if the person may not see it."""
    record = await services.store.get(ticket_id)
    ctx = await build_form_context(services, IncomingRequest(body), record)
    if record is None or not ctx.requester.scope.includes(record):
        return None
    return await draw_card_view(services, ctx, record, title=f"{ticket_id} created")


async def submit_edit(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _carry_out(services, request)


async def submit_close(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _carry_out(services, request)


async def _carry_out(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    view = request.body["view"]
    pressed = controls.read_ticket_version(view.get("private_metadata", ""))
    if pressed is None:
        return None
    record = await services.store.get(pressed.ticket_id)
    filled_in = read_form(view.get("state") or {})
    ctx = await build_form_context(services, request, record, text=escape(str(filled_in.get("res") or "")))
    if record is None or not ctx.requester.scope.includes(record):
        await tell(services, ctx, notice(f"There is no ticket {pressed.ticket_id}."))
        return None
    if not await is_as_shown(services, record, pressed.version, request.intent):
        await tell(services, ctx, notice(MEANWHILE.format(record.ticket.id)))
        return None
    try:
        action = read_form_action(view, record)
    except ValidationError:  # nothing left to change, for example because it was done before a restart
        action = View(id=record.ticket.id)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}
