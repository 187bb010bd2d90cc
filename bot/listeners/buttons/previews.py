"""Buttons offered to one person: confirming or cancelling a bulk change, and choices."""

from typing import Any

from bot.directory import FRESH_ENOUGH
from bot.listeners.answering.drawing import draw_answer, note_card_posted
from bot.listeners.answering.following import propagate
from bot.listeners.answering.lines import offer_undo
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sending import tell
from bot.listeners.buttons.pressing import build_press_context, replace_preview, update_message
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, RequestContext, Services
from bot.results import Outcome
from bot.views import notices
from bot.views.rendered import Rendered
from store.models.tickets import MessageRef


async def confirm(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Carry out a previewed bulk change."""
    ctx = await build_press_context(services, request, FRESH_ENOUGH)
    outcome = await services.router.bulk.confirm(
        pressed_value(request.body["actions"][0]), ctx.requester, ctx.origin
    )
    await replace_preview(services, ctx, await draw_answer(services, ctx, outcome))
    if outcome.changes and not (outcome.repeated and not ctx.replayed):
        await propagate(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def cancel(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Cancel a preview; if it was confirmed before, show what that did."""
    ctx = await build_press_context(services, request, FRESH_ENOUGH)
    token = pressed_value(request.body["actions"][0])
    outcome = await services.router.bulk.cancel(token, ctx.requester, ctx.origin)
    await replace_preview(
        services, ctx, await draw_answer(services, ctx, outcome) if outcome else notices.cancelled()
    )
    return {"json": outcome.reply.json} if outcome else None


async def choose(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Carry out one of the offered actions. The result replaces the question; if only this person saw the question, the
    result is also posted where it belongs."""
    choice_id, _, option = pressed_value(request.body["actions"][0]).partition(" ")
    ctx = await build_press_context(services, request, FRESH_ENOUGH)
    outcome = await services.router.choose(choice_id, option, ctx.requester, ctx.origin)
    container = request.body.get("container") or {}
    if outcome.reply.kind == "none":
        shown = notices.nothing_done()
    elif container.get("is_ephemeral") and outcome.changes:
        shown = notices.chosen(outcome)
    else:
        shown = await draw_answer(services, ctx, outcome)
    if not outcome.chosen:
        await _refuse(services, ctx, request.body, choice_id, shown)
    elif container.get("is_ephemeral"):
        await replace_preview(services, ctx, shown)
        if outcome.changes:
            await reply(services, ctx, outcome)
    else:
        message = MessageRef(ctx.room.id, str(container.get("message_ts", "")), ctx.thread)
        await _answer_in_place(services, ctx, message, outcome, shown)
    return {"json": outcome.reply.json}


async def _refuse(
    services: Services, ctx: RequestContext, body: dict[str, Any], choice_id: str, shown: Rendered
) -> None:
    """Tell the person that they cannot choose. A question that has expired for everybody loses its buttons instead."""
    container = body.get("container") or {}
    message = MessageRef(ctx.room.id, str(container.get("message_ts", "")), ctx.thread)
    if container.get("is_ephemeral"):
        await replace_preview(services, ctx, notices.question_expired())
    elif not (
        _still_asks(body, choice_id)
        and await services.router.choices.has_expired(choice_id, ctx.origin.timestamp)
        and await update_message(services, ctx, message, notices.question_expired())
    ):
        await tell(services, ctx, shown)


def _still_asks(body: dict[str, Any], choice_id: str) -> bool:
    """Whether the message that was pressed still shows the question, not what came of it."""
    shown = (body.get("message") or {}).get("blocks") or ()
    values = (str(one.get("value", "")) for block in shown for one in block.get("elements") or ())
    return any(choice_id and value.partition(" ")[0] == choice_id for value in values)


async def _answer_in_place(
    services: Services, ctx: RequestContext, message: MessageRef, outcome: Outcome, shown: Rendered
) -> None:
    if outcome.repeated and not ctx.replayed and await _became_the_answer(services, outcome, message):
        return  # the card or line has been updated since
    if not await update_message(services, ctx, message, shown):
        if outcome.reply.kind == "none":
            await tell(services, ctx, shown)
        else:
            await reply(services, ctx, outcome)
        return
    if outcome.reply.kind == "created":
        note_card_posted(services, ctx, outcome.records[0], message)
    elif outcome.changes:
        await offer_undo(services, ctx, outcome.changes[0], message)
    if not outcome.repeated or ctx.replayed:
        await propagate(services, ctx, outcome, ctx.thread)


async def _became_the_answer(services: Services, outcome: Outcome, message: MessageRef) -> bool:
    """Whether the question has already become the card of the created ticket, or the line of the change."""
    if outcome.reply.kind == "created":
        place = services.cards.find_card(outcome.records[0])
        return place is not None and place[:2] == message[:2]
    for change in outcome.changes[:1]:
        line = await services.undo_lines.find(change.ticket_id, change.version)
        return line is not None and line.message[:2] == message[:2]
    return False
