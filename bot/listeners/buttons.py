"""Buttons, menus and page turns. A value only names a ticket: it is looked up, and checked, as if it had been typed."""

from typing import Any

from bot.actions import Action, BulkUpdate, Changes, History, Update, View, read_action
from bot.listeners import forms
from bot.listeners.desk import Delivered, Desk, Gesture, gesture
from bot.listeners.identity import pressed_value
from bot.listeners.replying import links, reply, tell
from bot.replies import Outcome
from bot.views import controls
from bot.views.answer import answer


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
        text=f"pressed {body['actions'][0]['action_id']}",
        thread=message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or "",
        alone=bool(container.get("is_ephemeral")) or container.get("type") == "view",
    )


async def act(desk: Desk, made: Gesture, action: Action) -> dict[str, Any]:
    outcome = await desk.router.act(action, made.asker, made.deed)
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
            return await act(desk, made, read_action({"action": "UPDATE", "id": ticket_id, choice.what: value}))
        case "history":
            return await _show_alone(desk, made, History(id=ticket_id))
        case _:
            return await act(desk, made, read_action({"action": "UNDO", "id": ticket_id}))


async def undone(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    pressed = controls.read_pressed(pressed_value(delivered.body["actions"][0]))
    if pressed is None:
        return None
    made = await press(desk, delivered)
    outcome = await desk.router.undo(pressed.number, made.asker, made.deed)
    await reply(desk, made, outcome)
    return {"json": outcome.reply.json}


async def opened(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """A list's row: the ticket, to the one who asked."""
    pressed = controls.read_pressed(pressed_value(delivered.body["actions"][0]))
    made = await press(desk, delivered)
    return await _show_alone(desk, made, View(id=pressed.ticket_id)) if pressed else None


async def _show_alone(desk: Desk, made: Gesture, action: Action) -> dict[str, Any]:
    outcome = await desk.router.act(action, made.asker, made.deed)
    await tell(desk, made, answer(outcome, links=links(desk, outcome.records)))
    return {"json": outcome.reply.json}
