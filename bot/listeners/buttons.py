"""Buttons, menus and page turns. A value only names a ticket: it is looked up, and checked, as if it had been typed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.actions import Action, History, View, read_action
from bot.delivery.errors import RefusedError
from bot.directory import FRESH_ENOUGH
from bot.directory.memory import FRESH
from bot.listeners.answering.drawing import card_posted, drawn, names
from bot.listeners.answering.following import follow
from bot.listeners.answering.lines import draw_undone, offer_undo
from bot.listeners.answering.replying import change_modal, reply, tell
from bot.listeners.forms import show
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, thread_pressed_in
from bot.requester import Requester
from bot.results import Outcome
from bot.undo import ALREADY
from bot.views import blocks, controls, notices
from bot.views.card import card_view
from bot.views.rendered import Rendered
from store.models import MessageRef, Origin

log = logging.getLogger(__name__)


async def press(services: Services, request: IncomingRequest, max_age: float = FRESH) -> RequestContext:
    """Who pressed what, where. In a thread the answer goes there; an ephemeral message answers to its reader alone."""
    body = request.body
    container = body.get("container") or {}
    message = body.get("message") or {}
    return await build_context(
        services,
        request,
        user=body["user"]["id"],
        channel=(body.get("channel") or {}).get("id", ""),
        surface="thread",
        thread=message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or "",
        alone=bool(container.get("is_ephemeral")) or container.get("type") == "view",
        max_age=max_age,
        beside=thread_pressed_in(body),
    )


async def act(services: Services, ctx: RequestContext, action: Action) -> dict[str, Any]:
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def started(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _set_status(services, request, "prog")


async def reopened(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _set_status(services, request, "open")


async def _set_status(services: Services, request: IncomingRequest, stat: str) -> dict[str, Any] | None:
    pressed = controls.read_pressed(pressed_value(request.body["actions"][0]))
    if pressed is None:
        return None
    ctx = await press(services, request)
    return await act(services, ctx, read_action({"action": "UPDATE", "id": pressed.ticket_id, "stat": stat}))


async def chosen(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """An option of a card's menu."""
    choice = controls.read_chosen(pressed_value(request.body["actions"][0]))
    if choice is None:
        return None
    ctx, ticket_id = await press(services, request), choice.pressed.ticket_id
    match choice.what:
        case "pri" | "cat":
            value = int(choice.to) if choice.what == "pri" else choice.to
            return await act(
                services, ctx, read_action({"action": "UPDATE", "id": ticket_id, choice.what: value})
            )
        case "history":
            return await _show_history(services, request, ctx, History(id=ticket_id))
        case _:
            return await act(services, ctx, read_action({"action": "UNDO", "id": ticket_id}))


async def undone(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    pressed = controls.read_pressed(pressed_value(request.body["actions"][0]))
    if pressed is None:
        return None
    ctx = await press(services, request, FRESH_ENOUGH)
    outcome = await services.router.undo_service.one(
        pressed.ticket_id, pressed.version, ctx.requester, ctx.origin
    )
    return await _say_undone(services, request, ctx, pressed, outcome)


async def _say_undone(
    services: Services,
    request: IncomingRequest,
    ctx: RequestContext,
    pressed: controls.Pressed,
    outcome: Outcome,
) -> dict[str, Any]:
    """The line that offered it says that it is undone, and has no button any more; the tickets' threads are told."""
    container = request.body.get("container") or {}
    if outcome.repeated and not ctx.replayed:
        await tell(services, ctx, notices.notice(ALREADY))
        return {"json": outcome.reply.json}
    if not outcome.changes or ctx.modal or not ctx.room.id:
        await reply(services, ctx, outcome)
        return {"json": outcome.reply.json}
    message = MessageRef(ctx.room.id, str(container.get("message_ts", "")), ctx.thread)
    line = await draw_undone(services, *pressed, message)
    if line is None or container.get("is_ephemeral"):
        await _close_preview(services, ctx, line or await drawn(services, ctx, outcome))
        await follow(services, ctx, outcome)
    else:
        await asyncio.gather(
            services.sender.update(message, line), follow(services, ctx, outcome, ctx.thread, message)
        )
    if outcome.skipped:
        left = f"Left alone, changed meanwhile: {', '.join(outcome.skipped)}."
        await tell(services, ctx, notices.notice(left))
    return {"json": outcome.reply.json}


async def opened(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """A list's row: the ticket, to the one who asked."""
    pressed = controls.read_pressed(pressed_value(request.body["actions"][0]))
    ctx = await press(services, request)
    if pressed is None:
        return None
    if ctx.room.id:
        return await _show_alone(services, ctx, View(id=pressed.ticket_id))
    outcome = await services.router.act(View(id=pressed.ticket_id), ctx.requester, ctx.origin)
    for record in outcome.records:  # App Home has no conversation to show it in
        link = services.link(record, ctx.requester.scope)
        view = card_view(record, link=link, names=await names(services, outcome))
        await show(services, request, view)
    return {"json": outcome.reply.json}


async def _show_alone(services: Services, ctx: RequestContext, action: Action) -> dict[str, Any]:
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    await tell(services, ctx, await drawn(services, ctx, outcome))
    return {"json": outcome.reply.json}


async def _show_history(
    services: Services, request: IncomingRequest, ctx: RequestContext, action: History
) -> dict[str, Any]:
    if not ctx.modal:
        return await _show_alone(services, ctx, action)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    shown = await drawn(services, ctx, outcome)
    await show(services, request, blocks.modal("History", shown.blocks))
    return {"json": outcome.reply.json}


async def paged(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Previous or Next of a list: the same message, another page of what its reader may see."""
    query = controls.read_query(pressed_value(request.body["actions"][0]))
    return await _turn(services, request, query) if query else None


async def history_paged(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    turned = controls.read_turned(pressed_value(request.body["actions"][0]))
    return await _turn(services, request, History(id=turned.ticket_id, page=turned.page)) if turned else None


async def _turn(services: Services, request: IncomingRequest, action: Action) -> dict[str, Any]:
    ctx = await press(services, request)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    rendered = await drawn(services, ctx, outcome)
    if ctx.modal:
        await change_modal(services, ctx, blocks.modal("History", rendered.blocks))
    elif ctx.alone:
        await services.sender.respond(ctx.response_url, rendered, replace=True)
    else:
        message = MessageRef(ctx.room.id, request.body["message"]["ts"])
        if not await _update(services, ctx, message, rendered):
            await tell(services, ctx, rendered)
    return {"json": outcome.reply.json}


async def confirmed(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """A previewed bulk change, by the person that it was shown to."""
    ctx = await press(services, request, FRESH_ENOUGH)
    outcome = await services.router.bulk.confirm(
        pressed_value(request.body["actions"][0]), ctx.requester, ctx.origin
    )
    await _close_preview(services, ctx, await drawn(services, ctx, outcome))
    if outcome.changes and not (outcome.repeated and not ctx.replayed):
        await follow(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def cancelled(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    ctx = await press(services, request)
    await services.router.bulk.cancel(pressed_value(request.body["actions"][0]), ctx.origin)
    await _close_preview(services, ctx, notices.cancelled())
    return None


async def chose(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """One of the actions that were offered, by the person that they were offered to. What came of it takes the place of
    the question; where only that person saw it, the answer goes where it would have gone."""
    choice_id, _, option = pressed_value(request.body["actions"][0]).partition(" ")
    ctx = await press(services, request, FRESH_ENOUGH)
    outcome = await services.router.choose(choice_id, option, ctx.requester, ctx.origin)
    container = request.body.get("container") or {}
    if outcome.reply.kind == "none":
        shown = notices.nothing_done()
    elif container.get("is_ephemeral") and outcome.changes:
        shown = notices.chosen(outcome)
    else:
        shown = await drawn(services, ctx, outcome)
    if not outcome.chosen:
        await tell(services, ctx, shown)  # there is no such choice (any more): the message is somebody else's
    elif container.get("is_ephemeral"):
        await _close_preview(services, ctx, shown)
        if outcome.changes:
            await reply(services, ctx, outcome)
    else:
        message = MessageRef(ctx.room.id, str(container.get("message_ts", "")), ctx.thread)
        await _answer_in_place(services, ctx, message, outcome, shown)
    return {"json": outcome.reply.json}


async def _answer_in_place(
    services: Services, ctx: RequestContext, message: MessageRef, outcome: Outcome, shown: Rendered
) -> None:
    if not await _update(services, ctx, message, shown):
        await reply(services, ctx, outcome)
        return
    if outcome.reply.kind == "created":
        card_posted(services, ctx, outcome.records[0], message)
    elif outcome.changes:
        await offer_undo(services, ctx, outcome.changes[0], message)
    if not outcome.repeated or ctx.replayed:
        await follow(services, ctx, outcome, ctx.thread)


async def _update(services: Services, ctx: RequestContext, message: MessageRef, shown: Rendered) -> bool:
    """Whether the message, which may be gone, shows it now."""
    if not (message.channel and message.ts):
        return False
    try:
        await services.sender.update(message, shown)
    except RefusedError as error:
        log.warning("What was pressed in %s could not be updated: %s", ctx.room.id, error)
        return False
    return True


async def _close_preview(services: Services, ctx: RequestContext, rendered: Rendered) -> None:
    """In the preview's place, so that its buttons are gone; where that is too late, beside it."""
    if not (ctx.response_url and await services.sender.respond(ctx.response_url, rendered, replace=True)):
        await tell(services, ctx, rendered)


async def added_to(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """The message belongs to a ticket that is there already: it becomes a note there, and the new ticket is deleted."""
    return await _with_similar(services, request, services.router.undo_service.merge)


async def solved(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """How a similar ticket was resolved is how this one is."""
    return await _with_similar(services, request, services.router.similar.solved)


async def similar_reopened(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """It is the same again: the similar ticket is reopened, and the new one closed as its duplicate."""
    return await _with_similar(services, request, services.router.similar.reopen)


_Merge = Callable[[str, int, str, Requester, Origin], Awaitable[Outcome]]


async def _with_similar(services: Services, request: IncomingRequest, merge: _Merge) -> dict[str, Any] | None:
    action = request.body["actions"][0]
    pressed = controls.read_pressed(pressed_value(action))
    other = controls.read_pressed(f"{action['action_id'].rpartition('.')[2]} 1")
    if pressed is None or other is None:
        return None
    ctx = await press(services, request)
    outcome = await merge(pressed.ticket_id, pressed.version, other.ticket_id, ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def bulk_undone(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """All that one bulk change did."""
    pressed = controls.read_pressed(pressed_value(request.body["actions"][0]))
    if pressed is None:
        return None
    ctx = await press(services, request, FRESH_ENOUGH)
    outcome = await services.router.undo_service.together(
        pressed.ticket_id, pressed.version, ctx.requester, ctx.origin
    )
    return await _say_undone(services, request, ctx, pressed, outcome)
