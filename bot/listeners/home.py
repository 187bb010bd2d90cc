"""App Home: the queue, for one person."""

from typing import Any

from bot.actions import View
from bot.listeners.desk import Delivered, Desk, gesture
from bot.listeners.identity import pressed_value
from bot.listeners.replying import links, names
from bot.views import controls
from bot.views.home import first_query, home, read_filters


async def opened(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """The list that they left it with, lately; else the whole queue."""
    event = delivered.body["event"]
    if event.get("tab") == "home":
        user = event["user"]
        await desk.homes.show(user, desk.homes.query(user) or first_query())
    return None


async def filtered(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    state = (delivered.body.get("view") or {}).get("state") or {}
    await desk.homes.show(delivered.body["user"]["id"], read_filters(state))
    return None


async def paged(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    query = controls.read_query(pressed_value(delivered.body["actions"][0]))
    if query and not (query.id or query.tickets or query.text):  # no list of Home's asks for these
        await desk.homes.show(delivered.body["user"]["id"], query)
    return None


async def draw(desk: Desk, user: str, query: View) -> dict[str, Any]:
    """What this person may see of what `query` asks for, as it is now."""
    made = await gesture(desk, Delivered({}), user=user, channel="", surface="slash", alone=True)
    outcome = await desk.router.act(query, made.asker, made.origin)
    return home(outcome, links(desk, outcome.records), await names(desk, outcome))
