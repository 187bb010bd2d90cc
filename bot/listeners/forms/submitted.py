"""Carries out the forms for New, Edit and Close."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from bot.actions import Action, View
from bot.listeners.answering.drawing import draw_card_view
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sending import tell, tell_also
from bot.listeners.answering.sources import find_source
from bot.listeners.forms.checking import in_place, read_form_action, update_of
from bot.listeners.forms.context import (
    build_form_context,
    find_own_change,
    is_as_shown,
    read_place,
    ticket_as_shown,
)
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, was_created_by
from bot.policy import Role
from bot.results import Outcome
from bot.router.closing import ATTEMPTS
from bot.views import controls, notices
from bot.views.forms.filled_in import changed_fields, read_channel, read_form, typed_fields
from bot.views.text import escape
from store.models.tickets import Record, Ticket


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
    if outcome.reply.kind == "one":  # another one made it meanwhile
        ctx = replace(ctx, alone=True)
    await reply(services, ctx, outcome)
    if outcome.reply.kind == "one":
        await _give_back(services, ctx, outcome, typed_fields(request.body["view"]))
    return {"json": outcome.reply.json}


async def _give_back(
    services: Services, ctx: RequestContext, outcome: Outcome, typed: Mapping[str, Any]
) -> None:
    """Tell the person what they had typed and the ticket that was made meanwhile does not contain."""
    for record in outcome.records:
        if lost := changed_fields(record.ticket, typed):
            await tell_also(services, ctx, notices.made_meanwhile(record.ticket.id, lost))


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
    begun = await _begin(services, request)
    if begun is None:
        return None
    ctx, record, version = begun
    if await is_as_shown(services, record, version, request.intent):
        outcome, lost = await _edit(services, request, ctx, record.ticket.id, version)
    else:
        outcome, filled_in = None, read_form(request.body["view"].get("state") or {})
        lost = changed_fields(await ticket_as_shown(services, record, version), filled_in)
    if outcome:
        await reply(services, ctx, outcome)
    if lost:
        await tell_also(services, ctx, notices.not_saved(record.ticket.id, lost))
    return {"json": outcome.reply.json} if outcome else None


async def _edit(
    services: Services, request: IncomingRequest, ctx: RequestContext, ticket_id: str, version: int
) -> tuple[Outcome | None, dict[str, Any]]:
    """Change what the person changed in the form. What somebody else changes at the same moment stays as it is, and is
    returned as it was filled in. Without anything to change there is no outcome."""
    filled_in, wanted = read_form(request.body["view"].get("state") or {}), dict[str, Any]()
    for _ in range(ATTEMPTS):
        record = await ctx.requester.get_visible(services.store, ticket_id)
        if record is None:
            break
        shown = await ticket_as_shown(services, record, version)
        if done := await find_own_change(services, record, version, request.intent):
            before = changed_fields(await ticket_as_shown(services, record, done.version), filled_in)
            wanted = changed_fields(shown, before)
            lost = {name: given for name, given in wanted.items() if name not in done.after}
            again = update_of(
                ticket_id, done.after
            )  # the store knows this request, and gives the same answer
            return await services.router.edit(again, record.version, ctx.requester, ctx.origin), lost
        wanted = changed_fields(record.ticket, changed_fields(shown, filled_in))
        lost = {name: given for name, given in wanted.items() if _differs(name, shown, record.ticket)}
        kept = {name: given for name, given in wanted.items() if name not in lost}
        if lost and not kept:
            return None, lost
        try:
            action = update_of(ticket_id, kept)
        except ValidationError:  # nothing left to change
            break
        if outcome := await services.router.edit(action, record.version, ctx.requester, ctx.origin):
            return outcome, lost
    else:
        return None, wanted  # the ticket keeps being changed
    return await services.router.act(View(id=ticket_id), ctx.requester, ctx.origin), {}


def _differs(name: str, one: Ticket, other: Ticket) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


async def submit_close(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    begun = await _begin(services, request)
    if begun is None:
        return None
    ctx, record, version = begun
    note = read_form(request.body["view"].get("state") or {}).get("res")
    not_saved = notices.not_saved(record.ticket.id, {"res": note} if note else {})
    if not await is_as_shown(services, record, version, request.intent):
        await tell(services, ctx, not_saved)
        return None
    try:
        action = read_form_action(request.body["view"], record)
    except ValidationError:  # it was not checked in time
        action = View(id=record.ticket.id)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    if note and outcome.reply.kind == "unchanged":  # somebody closed it at the same moment
        await tell(services, ctx, not_saved)
    else:
        await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def _begin(services: Services, request: IncomingRequest) -> tuple[RequestContext, Record, int] | None:
    """The person, the form's ticket and the version that the form showed. None if they may not see the ticket; then they
    have been told so."""
    view = request.body["view"]
    pressed = controls.read_ticket_version(view.get("private_metadata", ""))
    if pressed is None:
        return None
    record = await services.store.get(pressed.ticket_id)
    filled_in = read_form(view.get("state") or {})
    ctx = await build_form_context(services, request, record, text=escape(str(filled_in.get("res") or "")))
    if record is None or not ctx.requester.scope.includes(record):
        await tell(services, ctx, notices.notice(f"There is no ticket {pressed.ticket_id}."))
        return None
    return ctx, record, pressed.version
