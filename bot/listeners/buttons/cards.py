"""Buttons, menus and pages. A button's value only names a ticket; permissions are checked as if it had been typed."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.actions import Action, History, Update, View, read_action
from bot.listeners.answering.drawing import draw_answer, draw_card_view
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sending import tell, update_modal
from bot.listeners.buttons.pressing import build_press_context, update_message
from bot.listeners.forms.context import find_own_change
from bot.listeners.forms.opening import show
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, RequestContext, Services
from bot.results import Outcome, refused
from bot.router.closing import ATTEMPTS
from bot.router.requester import Requester
from bot.views import blocks, controls
from bot.views.controls import TicketVersion
from store.models.tickets import MessageRef, Origin, Record, Status

WAS_CLOSED = "{} was closed meanwhile, so nothing was changed."
WAS_REOPENED = "{} was reopened meanwhile, so nothing was changed."
KEEPS_CHANGING = "{} is being changed at this moment, so nothing was changed: try again."
WAS_STARTED = "{} has started {} meanwhile, so nothing was changed. Take it over if you agreed on that."

log = logging.getLogger(__name__)


async def start(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _set_status(services, request, "prog")


async def reopen(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    return await _set_status(services, request, "open")


async def _set_status(services: Services, request: IncomingRequest, stat: str) -> dict[str, Any] | None:
    pressed = controls.read_ticket_version(pressed_value(request.body["actions"][0]))
    if pressed is None:
        return None
    ctx = await build_press_context(services, request)
    action, outcome = Update(id=pressed.ticket_id, stat=Status(stat)), None
    for _ in range(ATTEMPTS):
        record = await ctx.requester.get_visible(services.store, pressed.ticket_id)
        if record is None:
            break
        outcome = await _comes_too_late(services, ctx, pressed, record, stat)
        outcome = outcome or await services.router.edit(action, record.version, ctx.requester, ctx.origin)
        if outcome:
            break
    else:
        outcome = refused(KEEPS_CHANGING.format(pressed.ticket_id))
    return await _act_on_card(services, request, ctx, pressed.ticket_id, action, instead=outcome)


async def _comes_too_late(
    services: Services, ctx: RequestContext, pressed: TicketVersion, record: Record, stat: str
) -> Outcome | None:
    """The refusal of a button on a card that is out of date. A Start must not reopen a ticket that was closed since, or
    take one over that somebody else has started. A Reopen must not put back one that was reopened since. None if the
    button is still right, or if this press has been carried out already."""
    now = record.ticket.stat
    by_another = stat == now == Status.PROG and record.started_by not in ("", ctx.person.id)
    if (now is Status.DONE) == (stat == Status.OPEN) and not by_another:
        return None
    if await find_own_change(services, record, pressed.version, ctx.origin.idempotency_key):
        return None
    if stat == Status.OPEN:
        return refused(WAS_REOPENED.format(record.ticket.id))
    if not by_another:
        return refused(WAS_CLOSED.format(record.ticket.id))
    starter = await services.directory.person(record.started_by)
    return refused(WAS_STARTED.format(starter.name, record.ticket.id), hint=f"start {record.ticket.id}")


async def handle_menu(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Handle an option of a card's menu."""
    choice = controls.read_menu_choice(pressed_value(request.body["actions"][0]))
    if choice is None:
        return None
    ctx, ticket_id = await build_press_context(services, request), choice.pressed.ticket_id
    match choice.what:
        case "pri" | "cat":
            value = int(choice.to) if choice.what == "pri" else choice.to
            action = read_action({"action": "UPDATE", "id": ticket_id, choice.what: value})
            return await _act_on_card(services, request, ctx, ticket_id, action)
        case "history":
            return await _show_history(services, request, ctx, History(id=ticket_id))
        case _:
            action = read_action({"action": "UNDO", "id": ticket_id})
            return await _act_on_card(services, request, ctx, ticket_id, action)


async def _act_on_card(
    services: Services,
    request: IncomingRequest,
    ctx: RequestContext,
    ticket_id: str,
    action: Action,
    *,
    instead: Outcome | None = None,
) -> dict[str, Any]:
    """Run the action, or answer with `instead`. A copy of the card, such as one that was asked for, is not updated
    automatically, so redraw it here."""
    outcome = instead or await services.router.act(action, ctx.requester, ctx.origin)
    container = request.body.get("container") or {}
    theirs = bool(ctx.response_url and container.get("is_ephemeral"))
    gone = outcome.reply.kind == "missing"
    if not (theirs and gone):
        await reply(services, ctx, outcome)
    if theirs:
        now = outcome if gone else await services.router.act(View(id=ticket_id), ctx.requester, ctx.origin)
        await services.sender.respond(ctx.response_url, await draw_answer(services, ctx, now), replace=True)
    elif not (gone or ctx.modal):
        await _redraw_copy(services, ctx, ticket_id, str(container.get("message_ts") or ""))
    return {"json": outcome.reply.json}


async def _redraw_copy(services: Services, ctx: RequestContext, ticket_id: str, ts: str) -> None:
    """Redraw the message that was pressed in, if it is not the ticket's own card."""
    now = await services.router.act(View(id=ticket_id), ctx.requester, ctx.origin)
    for record in now.records:
        card = services.cards.find_card(record)
        if card is None or card[:2] != (ctx.room.id, ts):
            await update_message(
                services, ctx, MessageRef(ctx.room.id, ts), await draw_answer(services, ctx, now)
            )


async def open_ticket(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """View in a list's row: show the ticket to the person alone."""
    pressed = controls.read_ticket_version(pressed_value(request.body["actions"][0]))
    ctx = await build_press_context(services, request)
    if pressed is None:
        return None
    if ctx.room.id:
        return await _show_alone(services, ctx, View(id=pressed.ticket_id))
    outcome = await services.router.act(View(id=pressed.ticket_id), ctx.requester, ctx.origin)
    for record in outcome.records:  # App Home has no conversation to post in
        await show(services, request, await draw_card_view(services, ctx, record))
    if not outcome.records:  # the ticket is gone or no longer visible, so their Home is out of date
        shown = await draw_answer(services, ctx, outcome)
        await show(services, request, blocks.modal("Tickets", shown.blocks))
        services.homes.invalidate()
    return {"json": outcome.reply.json}


async def _show_alone(services: Services, ctx: RequestContext, action: Action) -> dict[str, Any]:
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    await tell(services, ctx, await draw_answer(services, ctx, outcome))
    return {"json": outcome.reply.json}


async def _show_history(
    services: Services, request: IncomingRequest, ctx: RequestContext, action: History
) -> dict[str, Any]:
    if not ctx.modal:
        return await _show_alone(services, ctx, action)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    shown = await draw_answer(services, ctx, outcome)
    await show(services, request, blocks.modal("History", shown.blocks))
    return {"json": outcome.reply.json}


async def turn_list_page(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Previous or Next of a list: update the message with another page of what its readers may see."""
    query = controls.read_query(pressed_value(request.body["actions"][0]))
    return await _show_page(services, request, query) if query else None


async def turn_history_page(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    turned = controls.read_history_page(pressed_value(request.body["actions"][0]))
    return (
        await _show_page(services, request, History(id=turned.ticket_id, page=turned.page))
        if turned
        else None
    )


async def _show_page(services: Services, request: IncomingRequest, action: Action) -> dict[str, Any]:
    ctx = await build_press_context(services, request)
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    rendered = await draw_answer(services, ctx, outcome)
    if ctx.modal:
        await update_modal(services, ctx, blocks.modal("History", rendered.blocks))
    elif ctx.alone:
        await services.sender.respond(ctx.response_url, rendered, replace=True)
    else:
        message = MessageRef(ctx.room.id, request.body["message"]["ts"])
        # Others read the list, too: it is only replaced by another page, not by why there is none for this person.
        turned = outcome.query is not None or bool(outcome.history)
        if not (turned and await update_message(services, ctx, message, rendered)):
            await tell(services, ctx, rendered)
    return {"json": outcome.reply.json}


async def merge_into_similar(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Add to T010: the new ticket becomes a note on the similar one and is deleted."""
    return await _act_on_similar(services, request, services.router.similar.merge)


async def close_as_solved(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """That solved it: close the new ticket with the similar one's resolution."""
    return await _act_on_similar(services, request, services.router.similar.close_as_solved)


async def reopen_similar(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Reopen T010: reopen the similar ticket, and close the new one as its duplicate."""
    return await _act_on_similar(services, request, services.router.similar.reopen)


_SimilarAction = Callable[[str, int, str, Requester, Origin], Awaitable[Outcome]]


async def _act_on_similar(
    services: Services, request: IncomingRequest, act: _SimilarAction
) -> dict[str, Any] | None:
    action = request.body["actions"][0]
    pressed = controls.read_ticket_version(pressed_value(action))
    other = controls.read_ticket_version(f"{action['action_id'].rpartition('.')[2]} 1")
    if pressed is None or other is None:
        return None
    ctx = await build_press_context(services, request)
    outcome = await act(pressed.ticket_id, pressed.version, other.ticket_id, ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    if not outcome.changes:
        await _redraw_offers(
            services, ctx, pressed.ticket_id, str((request.body.get("container") or {}).get("message_ts", ""))
        )
    return {"json": outcome.reply.json}


async def _redraw_offers(services: Services, ctx: RequestContext, ticket_id: str, ts: str) -> None:
    """Redraw the card that was pressed: what it offers about a similar ticket may be out of date, since a card is drawn
    when its own ticket changes."""
    record = await ctx.requester.get_visible(services.store, ticket_id)
    card = services.cards.find_card(record) if record else None
    if record and card and card[:2] == (ctx.room.id, ts):
        await services.cards.redraw(record)
