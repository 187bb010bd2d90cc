"""Posting a private ticket in a channel: opening the form, carrying it out, and moving the card."""

from dataclasses import replace
from typing import Any

from bot.delivery.errors import MissingScopeError, RefusedError
from bot.listeners.answering.drawing import draw_card, note_card_posted
from bot.listeners.answering.following import refresh_cards
from bot.listeners.answering.lines import offer_undo
from bot.listeners.answering.sending import tell
from bot.listeners.forms.checking import cannot_post
from bot.listeners.forms.context import build_form_context, is_as_shown
from bot.listeners.forms.opening import pressed_record, show
from bot.listeners.services import IncomingRequest, RequestContext, Services
from bot.results import Outcome
from bot.views import controls, notices
from bot.views.answer import answer
from bot.views.forms import post_form
from bot.views.forms.filled_in import read_channel
from bot.views.rendered import Rendered
from store.models.tickets import MessageRef


async def open_post(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    if record := await pressed_record(services, request):
        await show(services, request, post_form(record))
    return None


async def submit_post(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    view = request.body["view"]
    pressed = controls.read_ticket_version(view.get("private_metadata", ""))
    channel = read_channel(view.get("state") or {})
    if pressed is None or not channel:
        return None
    record = await services.store.get(pressed.ticket_id)
    ctx = await build_form_context(services, request, record)
    if record is None:
        await tell(services, ctx, notices.notice(f"There is no ticket {pressed.ticket_id}."))
        return None
    # The form's check may have timed out, or this is a replay from before a restart.
    if record.channel != channel and (wrong := await cannot_post(services, channel, ctx.person.id)):
        await tell(services, ctx, notices.notice(f"Nothing was posted. {wrong}"))
        return None
    if ctx.requester.scope.includes(record) and not await is_as_shown(
        services, record, pressed.version, request.intent
    ):
        await tell(services, ctx, notices.not_saved(record.ticket.id, {}))
        return None
    room = await services.directory.room(channel)
    outcome = await services.router.posting.post(record.ticket.id, room, ctx.requester, ctx.origin)
    if outcome.changes:
        await _move_card(services, ctx, outcome, record.card)
    else:
        names = {ctx.person.id: ctx.person.name}
        await tell(services, ctx, answer(outcome, names=names, prefix=ctx.prefix(services)))
    return {"json": outcome.reply.json}


async def _move_card(
    services: Services, ctx: RequestContext, outcome: Outcome, before: MessageRef | None
) -> None:
    """Post the card in the channel. Its old message becomes a line that says so, with Undo."""
    (record,), change = outcome.records, outcome.changes[0]
    ctx = ctx.telling_of(outcome.changes)
    moved = replace(record, card=None)
    shown = (await draw_card(services, moved)).with_metadata(outcome.reply)
    try:
        message = await services.sender.post(
            record.channel, "", shown, key=ctx.delivery, maybe_sent=ctx.replayed
        )
    except MissingScopeError:
        raise
    except RefusedError as error:
        # The ticket now belongs to the channel, but its card stays where it is.
        await refresh_cards(services, [record])
        line = notices.posted(record, change, services.link(record, ctx.requester.scope))
        await tell(services, ctx, line.prepend(notices.refused_here(error.code)))
        return
    note_card_posted(services, ctx, record, message)
    link = services.link(replace(record, card=message), ctx.requester.scope)
    line = notices.posted(record, change, link)
    theirs = record.origin.user_id == ctx.person.id
    read_by_others = notices.posted(record, change, "" if record.private else link, who=ctx.person.name)
    moved_here = before and await _say_where_it_stood(services, before, line if theirs else read_by_others)
    if before and moved_here:  # an undo then says so there, too
        await offer_undo(services, ctx, change, before)
    if not (moved_here and theirs):
        await tell(services, ctx, line)


async def _say_where_it_stood(services: Services, before: MessageRef, line: Rendered) -> bool:
    try:
        await services.sender.update(before, line)
    except RefusedError:  # the message is gone
        return False
    return True
