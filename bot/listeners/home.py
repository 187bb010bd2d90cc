"""App Home: the queue, for one person."""

from typing import Any

from bot.actions import View
from bot.listeners.desk import Delivered, Desk, gesture
from bot.listeners.identity import pressed_value
from bot.listeners.replying import links, names
from bot.views import controls
from bot.views.home import first_query, home, read_filters


async def opened(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    event = delivered.body["event"]
    if event.get("tab") == "home":
        await _publish(desk, delivered, event["user"], first_query())
    return None


async def filtered(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    state = (delivered.body.get("view") or {}).get("state") or {}
    await _publish(desk, delivered, delivered.body["user"]["id"], read_filters(state))
    return None


async def paged(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    query = controls.read_query(pressed_value(delivered.body["actions"][0]))
    if query:
        await _publish(desk, delivered, delivered.body["user"]["id"], query)
    return None


async def _publish(desk: Desk, delivered: Delivered, user: str, query: View) -> None:
    made = await gesture(desk, delivered, user=user, channel="", surface="slash", alone=True)
    outcome = await desk.router.act(query, made.asker, made.deed)
    await desk.sender.call(
        "views.publish",
        user_id=user,
        view=home(outcome, links(desk, outcome.records), await names(desk, outcome)),
    )
