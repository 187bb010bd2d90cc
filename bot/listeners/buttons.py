"""Buttons, menus and page turns. A value only names a ticket: it is looked up, and checked, as if it had been typed."""

from typing import Any

from bot.actions import Action, History, View, read_action
from bot.listeners.desk import Delivered, Desk, Gesture, gesture
from bot.listeners.forms import show
from bot.listeners.identity import pressed_value
from bot.listeners.replying import card_posted, change_modal, follow, links, names, reply, tell, undo_offered
from bot.views import blocks, controls, notices
from bot.views.answer import answer
from bot.views.card import card_view
from bot.views.rendered import Rendered
from store.models import MessageRef


async def press(desk: Desk, delivered: Delivered) -> Gesture:
    """Who pressed what, where. In a thread the answer goes there; an ephemeral message answers to its reader alone."""
    body = delivered.body
    container = body.get("container") or {}
    message = body.get("message") or {}
    return await gesture(
        desk,
        delivered,
        user=body["user"]["id"],
        channel=(body.get("channel") or {}).get("id", ""),
        surface="thread",
        thread=message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or "",
        alone=bool(container.get("is_ephemeral")) or container.get("type") == "view",
    )


async def act(desk: Desk, made: Gesture, action: Action) -> dict[str, Any]:
    outcome = await desk.router.act(action, made.asker, made.origin)
    await reply(desk, made, outcome)
    return {"json": outcome.reply.json}


async def started(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    return await _set_status(desk, delivered, "prog")


async def reopened(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    return await _set_status(desk, delivered, "open")


async def _set_status(desk: Desk, delivered: Delivered, stat: str) -> dict[str, Any] | None:
    pressed = controls.read_pressed(pressed_value(delivered.body["actions"][0]))
    if pressed is None:
        return None
    made = await press(desk, delivered)
    return await act(desk, made, read_action({"action": "UPDATE", "id": pressed.ticket_id, "stat": stat}))


async def chosen(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """An option of a card's menu."""
    choice = controls.read_chosen(pressed_value(delivered.body["actions"][0]))
    if choice is None:
        return None
    made, ticket_id = await press(desk, delivered), choice.pressed.ticket_id
    match choice.what:
        case "pri" | "cat":
            value = int(choice.to) if choice.what == "pri" else choice.to
            return await act(
                desk, made, read_action({"action": "UPDATE", "id": ticket_id, choice.what: value})
            )
        case "history":
            return await _show_history(desk, delivered, made, History(id=ticket_id))
        case _:
            return await act(desk, made, read_action({"action": "UNDO", "id": ticket_id}))


async def undone(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    pressed = controls.read_pressed(pressed_value(delivered.body["actions"][0]))
    if pressed is None:
        return None
    made = await press(desk, delivered)
    outcome = await desk.router.undoing.one(pressed.ticket_id, pressed.version, made.asker, made.origin)
    await reply(desk, made, outcome)
    return {"json": outcome.reply.json}


async def opened(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """A list's row: the ticket, to the one who asked."""
    pressed = controls.read_pressed(pressed_value(delivered.body["actions"][0]))
    made = await press(desk, delivered)
    if pressed is None:
        return None
    if made.room.id:
        return await _show_alone(desk, made, View(id=pressed.ticket_id))
    outcome = await desk.router.act(View(id=pressed.ticket_id), made.asker, made.origin)
    for record in outcome.records:  # App Home has no conversation to show it in
        view = card_view(record, link=desk.link(record), names=await names(desk, outcome))
        await show(desk, delivered, view)
    return {"json": outcome.reply.json}


async def _show_alone(desk: Desk, made: Gesture, action: Action) -> dict[str, Any]:
    outcome = await desk.router.act(action, made.asker, made.origin)
    await tell(
        desk, made, answer(outcome, links=links(desk, outcome.records), names=await names(desk, outcome))
    )
    return {"json": outcome.reply.json}


async def _show_history(desk: Desk, delivered: Delivered, made: Gesture, action: History) -> dict[str, Any]:
    if not made.modal:
        return await _show_alone(desk, made, action)
    outcome = await desk.router.act(action, made.asker, made.origin)
    shown = answer(outcome, names=await names(desk, outcome))
    await show(desk, delivered, blocks.modal("History", shown.blocks))
    return {"json": outcome.reply.json}


async def paged(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """Previous or Next of a list: the same message, another page of what its reader may see."""
    query = controls.read_query(pressed_value(delivered.body["actions"][0]))
    return await _turn(desk, delivered, query) if query else None


async def history_paged(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    turned = controls.read_turned(pressed_value(delivered.body["actions"][0]))
    return await _turn(desk, delivered, History(id=turned.ticket_id, page=turned.page)) if turned else None


async def _turn(desk: Desk, delivered: Delivered, action: Action) -> dict[str, Any]:
    made = await press(desk, delivered)
    outcome = await desk.router.act(action, made.asker, made.origin)
    rendered = answer(outcome, links=links(desk, outcome.records), names=await names(desk, outcome))
    if made.modal:
        await change_modal(desk, made, blocks.modal("History", rendered.blocks))
    elif made.alone:
        await desk.sender.respond(made.response_url, rendered, replace=True)
    else:
        message = delivered.body["message"]
        await desk.sender.update(MessageRef(made.room.id, message["ts"]), rendered)
    return {"json": outcome.reply.json}


async def confirmed(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """A previewed bulk change, by the person that it was shown to."""
    made = await press(desk, delivered)
    outcome = await desk.router.bulk.confirm(
        pressed_value(delivered.body["actions"][0]), made.asker, made.origin
    )
    await _close_preview(desk, made, answer(outcome))
    if outcome.changes:
        await follow(desk, made, outcome)
    return {"json": outcome.reply.json}


async def cancelled(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    made = await press(desk, delivered)
    await desk.router.bulk.cancel(pressed_value(delivered.body["actions"][0]), made.origin)
    await _close_preview(desk, made, notices.cancelled())
    return None


async def chose(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """One of the actions that were offered, by the person that they were offered to. What came of it takes the place of
    the question; where only that person saw it, the answer goes where it would have gone."""
    choice_id, _, option = pressed_value(delivered.body["actions"][0]).partition(" ")
    made = await press(desk, delivered)
    outcome = await desk.router.choose(choice_id, option, made.asker, made.origin)
    container = delivered.body.get("container") or {}
    if outcome.reply.kind == "none":
        shown = notices.nothing_done()
    elif container.get("is_ephemeral") and outcome.changes:
        shown = notices.chosen(outcome)
    else:
        shown = answer(outcome, links=links(desk, outcome.records), names=await names(desk, outcome))
    if container.get("is_ephemeral"):
        await _close_preview(desk, made, shown)
        if outcome.changes:
            await reply(desk, made, outcome)
        return {"json": outcome.reply.json}
    message = MessageRef(made.room.id, str(container.get("message_ts", "")), made.thread)
    await desk.sender.update(message, shown)
    if outcome.reply.kind == "created":
        card_posted(desk, made, outcome.records[0], message)
    elif len(outcome.changes) == 1:
        undo_offered(made, outcome.changes[0], message)
    await follow(desk, made, outcome, made.thread)
    return {"json": outcome.reply.json}


async def _close_preview(desk: Desk, made: Gesture, rendered: Rendered) -> None:
    """In the preview's place, so that its buttons are gone; where that is too late, beside it."""
    if not (made.response_url and await desk.sender.respond(made.response_url, rendered, replace=True)):
        await tell(desk, made, rendered)


async def added_to(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """The message belongs to a ticket that is there already: it becomes a note there, and the new ticket is withdrawn."""
    action = delivered.body["actions"][0]
    pressed = controls.read_pressed(pressed_value(action))
    if pressed is None:
        return None
    made = await press(desk, delivered)
    outcome = await desk.router.undoing.merge(
        pressed.ticket_id, pressed.version, action["action_id"].rpartition(".")[2], made.asker, made.origin
    )
    await reply(desk, made, outcome)
    return {"json": outcome.reply.json}


async def bulk_undone(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """All that one bulk change did."""
    pressed = controls.read_pressed(pressed_value(delivered.body["actions"][0]))
    if pressed is None:
        return None
    made = await press(desk, delivered)
    outcome = await desk.router.undoing.together(pressed.ticket_id, pressed.version, made.asker, made.origin)
    await reply(desk, made, outcome)
    return {"json": outcome.reply.json}
