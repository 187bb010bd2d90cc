"""Sends an answer: to the whole channel, or to one person."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.delivery.errors import MissingScopeError, RefusedError
from bot.listeners.answering.drawing import draw_card_view
from bot.listeners.answering.lines import Draw
from bot.listeners.services import RequestContext, Services
from bot.views import blocks
from bot.views.notices import done_but_held
from bot.views.rendered import Rendered
from store.models.tickets import MessageRef, Record

log = logging.getLogger(__name__)

ACKNOWLEDGEMENT = "+1"  # the reaction that replaces an answer


async def post(
    services: Services,
    ctx: RequestContext,
    thread: str,
    shown: Rendered,
    *,
    done: Sequence[Record] = (),
    redraw: Draw | None = None,
) -> MessageRef | None:
    """Post in the room for everybody. None if Slack refuses, so that the answer must take another way. `done` are the
    records that the message reports: if it has to wait for an outage, the person is told first. `redraw` renders the
    message again when its turn comes."""

    async def on_wait() -> None:
        if done and ctx.response_url:
            await services.sender.respond(ctx.response_url, done_but_held([one.ticket.id for one in done]))

    try:
        if ctx.place:
            await ctx.place.wait_for_turn()
        posted = await services.sender.post(
            ctx.room.id,
            thread,
            shown,
            key=ctx.delivery,
            maybe_sent=ctx.replayed,
            on_wait=on_wait,
            redraw=redraw,
        )
        if ctx.place:
            ctx.place.leave()
    except MissingScopeError:
        raise
    except RefusedError as error:
        log.warning("An answer could not be posted in %s: %s", ctx.room.id, error)
        ctx.notes.refused = error.code
        services.directory.forget_room(ctx.room.id)
        return None
    return posted


async def acknowledge(services: Services, ctx: RequestContext) -> None:
    """React to the person's message instead of answering it. If it is gone, they miss nothing."""
    try:
        message = MessageRef(ctx.room.id, ctx.origin.message)
        await services.sender.react(message, ACKNOWLEDGEMENT, there=True)
    except MissingScopeError:
        raise
    except RefusedError as error:
        log.info("A message in %s could not be acknowledged: %s", ctx.room.id, error)


async def tell(services: Services, ctx: RequestContext, shown: Rendered) -> MessageRef | None:
    """Tell the person alone, by the first way that works: in their modal, by response_url, as an ephemeral message, as
    a direct message. Returns the message if it can be updated later."""
    if await _tell_where_pressed(services, ctx, shown):
        return None
    if ctx.room.kind == "dm" and ctx.room.joined and not ctx.notes.refused:
        if posted := await post(services, ctx, ctx.thread, shown):
            return posted
    elif ctx.room.joined and ctx.room.id and await _tell_in_room(services, ctx, shown):
        return None
    try:
        return await services.sender.post_dm(ctx.person.id, shown, key=ctx.delivery, maybe_sent=ctx.replayed)
    except MissingScopeError:
        raise
    except RefusedError as error:  # a bot, or a person deactivated meanwhile: nobody can be told
        log.warning(
            "%s cannot be told what came of %s: %s", ctx.person.id, ctx.delivery or "an interaction", error
        )
        return None


async def tell_also(services: Services, ctx: RequestContext, shown: Rendered) -> MessageRef | None:
    """Tell the person alone something beside the answer, whose key it must not share: sent again, only one of two direct
    messages with the same key would arrive."""
    return await tell(services, replace(ctx, delivery=ctx.key_for("also")), shown)


async def _tell_where_pressed(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """In the modal, as an ephemeral message in the thread, or by response_url."""
    if ctx.modal and await _show_in_modal(services, ctx, shown):
        return True
    if ctx.beside and ctx.room.joined and ctx.room.id and await _tell_beside(services, ctx, shown):
        return True
    return bool(ctx.response_url) and await services.sender.respond(ctx.response_url, shown)


async def _tell_in_room(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    try:
        # A person does not see an ephemeral message in a thread that they have not opened.
        thread = "" if ctx.thread == ctx.origin.message else ctx.thread
        await services.sender.post_ephemeral(ctx.room.id, ctx.person.id, thread, shown)
    except RefusedError:  # the person or the bot has left the room; a direct message still works
        return False
    return True


async def _tell_beside(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """In the thread where something was pressed. Slack would show an answer by response_url in the channel instead."""
    try:
        await services.sender.post_ephemeral(ctx.room.id, ctx.person.id, ctx.beside, shown)
    except RefusedError:
        return False
    return True


async def _show_in_modal(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """Show the message above the current card; False if the modal is closed."""
    record = await ctx.requester.get_visible(services.store, ctx.about) if ctx.about else None
    if record:
        view = await draw_card_view(services, ctx, record, said=shown)
    else:
        view = blocks.modal("Tickets", shown.blocks)
    return await update_modal(services, ctx, view)


async def update_modal(services: Services, ctx: RequestContext, view: dict[str, Any]) -> bool:
    """Replace the contents of the person's modal; False if it is closed."""
    try:
        await services.sender.call("views.update", view_id=ctx.modal, view=view)
    except RefusedError as error:
        if error.code != "not_found":
            raise
        return False
    return True
