"""The Undo buttons. The line with the button is then updated to say "undone"."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.directory import FRESH_ENOUGH
from bot.listeners.answering.drawing import draw_answer
from bot.listeners.answering.following import propagate
from bot.listeners.answering.lines import draw_undone, redraw
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sending import tell, tell_also
from bot.listeners.buttons.pressing import build_press_context, replace_preview, update_message
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, RequestContext, Services
from bot.results import Outcome
from bot.router.requester import Requester
from bot.router.undo import ALREADY
from bot.views import controls, notices
from bot.views.rendered import Rendered
from store.models.tickets import Change, MessageRef, Origin


async def undo(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _undo_pressed(services.router.undo_service.undo_one, services, request)


async def undo_bulk(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Undo everything that one bulk change did."""
    return await _undo_pressed(services.router.undo_service.undo_together, services, request)


async def _undo_pressed(
    undo: Callable[[str, int, Requester, Origin], Awaitable[Outcome]],
    services: Services,
    request: IncomingRequest,
) -> dict[str, Any] | None:
    pressed = controls.read_ticket_version(pressed_value(request.body["actions"][0]))
    if pressed is None:
        return None
    ctx = await build_press_context(services, request, FRESH_ENOUGH)
    outcome = await undo(pressed.ticket_id, pressed.version, ctx.requester, ctx.origin)
    return await _show_undone(services, request, ctx, pressed, outcome)


async def _show_undone(
    services: Services,
    request: IncomingRequest,
    ctx: RequestContext,
    pressed: controls.TicketVersion,
    outcome: Outcome,
) -> dict[str, Any]:
    """Update the line to say "undone", without a button, and tell the tickets' threads."""
    container = request.body.get("container") or {}
    if outcome.repeated and not ctx.replayed:
        await tell(services, ctx, notices.notice(ALREADY))
        return {"json": outcome.reply.json}
    if not outcome.changes or ctx.modal or not ctx.room.id:
        await reply(services, ctx, outcome)
        return {"json": outcome.reply.json}
    message = MessageRef(ctx.room.id, str(container.get("message_ts", "")), ctx.thread)
    line = await _draw_pressed_message(services, pressed, message, outcome)
    if line is None or container.get("is_ephemeral"):
        await replace_preview(services, ctx, line or await draw_answer(services, ctx, outcome))
        await propagate(services, ctx, outcome)
    elif await update_message(services, ctx, message, line):
        await _show_redone(services, pressed, outcome.changes[0], message)
        await propagate(services, ctx, outcome, ctx.thread, message)
    else:
        await reply(services, ctx, outcome)  # names what was skipped, too
        return {"json": outcome.reply.json}
    if outcome.skipped:
        await tell_also(services, ctx, notices.left_alone(outcome.skipped))
    return {"json": outcome.reply.json}


async def _draw_pressed_message(
    services: Services, pressed: controls.TicketVersion, message: MessageRef, outcome: Outcome
) -> Rendered | None:
    """The new text of the message in which Undo was pressed. If that was the question before an old change is undone,
    and the thread has the change's own line, it becomes one word."""
    line = await services.undo_lines.find(*pressed)
    if line and line.message[:2] != message[:2] and line.message.thread == message.thread != "":
        return notices.notice(f"Undone: {', '.join(change.ticket_id for change in outcome.changes)}.")
    return await draw_undone(services, *pressed, message)


async def _show_redone(
    services: Services, pressed: controls.TicketVersion, undoing: Change, message: MessageRef
) -> None:
    """Update the line again if `undoing` was itself undone while the line was updated."""
    now = await services.store.change(undoing.ticket_id, undoing.version)
    if now is None or now.undone_by is None:
        return
    line, change = await services.undo_lines.find(*pressed), await services.store.change(*pressed)
    if line and change and line.message[:2] == message[:2]:
        await redraw(services, line, change, offering=True)
