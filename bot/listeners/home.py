"""App Home: a person's list of tickets."""

from typing import Any

from bot.actions import View
from bot.listeners.answering.drawing import links, names
from bot.listeners.incoming.identity import pressed_value
from bot.listeners.services import IncomingRequest, Services, build_context
from bot.views import controls
from bot.views.lists.home import first_query, home, read_filters


async def observe(services: Services, event: dict[str, Any]) -> None:
    """Note what any event says about people and channels. The Home of a person who changed is drawn again, because they
    may see less from now on."""
    await services.directory.observe(event)
    user = event.get("user")
    if event.get("type") == "user_change" and isinstance(user, dict) and user.get("id"):
        services.homes.invalidate(str(user["id"]))


async def handle_opened(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Show the list that the person used last, if that was lately; else the default one."""
    event = request.body["event"]
    if event.get("tab") == "home":
        user = event["user"]
        await services.homes.show(user, services.homes.query(user) or first_query())
    return None


async def apply_filters(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    state = (request.body.get("view") or {}).get("state") or {}
    await services.homes.show(request.body["user"]["id"], read_filters(state))
    return None


async def turn_page(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    query = controls.read_query(pressed_value(request.body["actions"][0]))
    if query and not (query.id or query.tickets or query.text):  # Home never writes such queries
        await services.homes.show(request.body["user"]["id"], query)
    return None


async def draw_home(services: Services, user: str, query: View) -> dict[str, Any]:
    """The view of `query` for this person, with the tickets that they may see now."""
    ctx = await build_context(
        services, IncomingRequest({}), user=user, channel="", surface="slash", alone=True
    )
    outcome = await services.router.act(query, ctx.requester, ctx.origin)
    return home(
        outcome, links(services, outcome.records, ctx.requester.scope), await names(services, outcome)
    )
