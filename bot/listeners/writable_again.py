"""The bot is invited to a channel, or the channel is no longer archived: the cards there that it could not update are drawn
again."""

from typing import Any

from bot.directory.events import read_event
from bot.listeners.services import IncomingRequest, Services
from store.models.filters import Filter, Scope

MAX_CARDS = 200  # unfinished tickets first
RECENT = 30 * 86_400.0  # seconds since the last change of a ticket whose card is drawn again


async def redraw_cards(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Draw one card after the other, so that Slack's limit is left to others, too. Cards that are known to be up to date
    are skipped."""
    change = read_event(request.body["event"])
    if change is None or change.joined not in ("", services.bot):
        return None
    changed = Filter(time="changed", since=services.clock() - RECENT)
    here = Scope(public=False, channels=frozenset({change.channel}))
    found = await services.store.view(changed, here, size=MAX_CARDS)
    for record in found.records:
        if record.card and record.card.channel == change.channel:
            await services.cards.refresh(record)
    return None
