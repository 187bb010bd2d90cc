"""Where an answer is put: in the channel for all to read, or before the person alone."""

import logging
from collections.abc import Sequence
from typing import Any

from bot.delivery.errors import MissingScopeError, RefusedError
from bot.listeners.answering.drawing import names_of
from bot.listeners.answering.lines import Draw
from bot.listeners.services import RequestContext, Services
from bot.views import blocks
from bot.views.card import card_view
from bot.views.notices import done_but_held
from bot.views.rendered import Rendered
from store.models.tickets import MessageRef, Record

log = logging.getLogger(__name__)


async def post(
    services: Services,
    ctx: RequestContext,
    thread: str,
    shown: Rendered,
    *,
    done: Sequence[Record] = (),
    late: Draw | None = None,
) -> MessageRef | None:
    """For all to read in the room; None where Slack does not take it there, so that it has to be told in another way.
    `done` is what the message tells of: should it have to wait for long, the person hears of that first. `late` draws it
    anew once it is its turn."""

    async def held() -> None:
        if done and ctx.response_url:
            await services.sender.respond(ctx.response_url, done_but_held([one.ticket.id for one in done]))

    try:
        if ctx.place:
            await ctx.place.come()
        posted = await services.sender.post(
            ctx.room.id, thread, shown, key=ctx.delivery, maybe_sent=ctx.replayed, held=held, late=late
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


async def tell(services: Services, ctx: RequestContext, shown: Rendered) -> MessageRef | None:
    """To the person alone, by the first way that is open: in the modal before them, the command's own answer, an ephemeral
    message, a direct one. Returns where it stands if that is a message that can be changed later."""
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
    except RefusedError as error:  # a bot, or somebody deactivated meanwhile: there is nobody to tell
        log.warning(
            "%s cannot be told what came of %s: %s", ctx.person.id, ctx.delivery or "an interaction", error
        )
        return None


async def _tell_where_pressed(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """In the modal, in the thread, or by the answer that Slack keeps open for a command or a press."""
    if ctx.modal and await _show_in_modal(services, ctx, shown):
        return True
    if ctx.beside and ctx.room.joined and ctx.room.id and await _tell_beside(services, ctx, shown):
        return True
    return bool(ctx.response_url) and await services.sender.respond(ctx.response_url, shown)


async def _tell_in_room(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    try:
        # An ephemeral message in a thread that nobody has opened is not seen.
        thread = "" if ctx.thread == ctx.origin.message else ctx.thread
        await services.sender.post_ephemeral(ctx.room.id, ctx.person.id, thread, shown)
    except RefusedError:  # they left the room, or the bot did; their answer still finds them
        return False
    return True


async def _tell_beside(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """In the thread where they pressed something: what comes by a response_url Slack shows in the channel."""
    try:
        await services.sender.post_ephemeral(ctx.room.id, ctx.person.id, ctx.beside, shown)
    except RefusedError:
        return False
    return True


async def _show_in_modal(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """Above the card as it is now; False where the modal is closed."""
    record = await ctx.requester.get_visible(services.store, ctx.about) if ctx.about else None
    if record:
        view = card_view(
            record,
            said=shown,
            link=services.link(record, ctx.requester.scope),
            names=await names_of(services, [record]),
        )
    else:
        view = blocks.modal("Tickets", shown.blocks)
    return await change_modal(services, ctx, view)


async def change_modal(services: Services, ctx: RequestContext, view: dict[str, Any]) -> bool:
    """Show something else in the modal before the person; False where it is closed."""
    try:
        await services.sender.call("views.update", view_id=ctx.modal, view=view)
    except RefusedError as error:
        if error.code != "not_found":
            raise
        return False
    return True
