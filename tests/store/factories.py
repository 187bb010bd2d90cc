"""Short constructors for tests: who asks for what."""

from datetime import date
from itertools import count
from typing import Any

from store.models.deliveries import Delivery, Posted
from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import MessageRef, NewTicket, Origin, TrimmedHistory
from store.protocol import TicketStore

TODAY = date(2024, 9, 24)
NOW = 1_727_172_000.0
DAY = 86_400
A_YEAR_AGO = NOW - 365 * DAY

EVERY_TICKET = Filter()

_numbers = count(1)


def origin(user_id: str = "U1", key: str | None = None, at: float = NOW, **more: Any) -> Origin:
    """An origin with a new key, unless `key` gives one."""
    return Origin(f"key-{next(_numbers)}" if key is None else key, user_id, at, **more)


def new_ticket(title: str = "API timeout", **more: Any) -> NewTicket:
    return NewTicket(title, more.pop("created", TODAY), **more)


async def show_card(store: TicketStore, ticket_id: str, card: MessageRef) -> None:
    """Store where a ticket's card is as the product does: when a delivery is finished."""
    key = f"delivery-{next(_numbers)}"
    await store.accept(Delivery((key,), NOW, {}))
    await store.finish(key, posted=Posted(((ticket_id, card),)))


async def ids(
    store: TicketStore, where: Filter = EVERY_TICKET, scope: Scope = EVERYTHING, **more: Any
) -> list[str]:
    """The ids of the tickets on a page, in order."""
    return [record.ticket.id for record in (await store.view(where, scope, **more)).records]


async def trim(store: TicketStore) -> TrimmedHistory:
    """Remove the history of tickets that were done a year before `NOW`."""
    return await store.trim_history(A_YEAR_AGO, 365, NOW)


async def count_tickets(store: TicketStore) -> int:
    """How many tickets there are, without deleted ones."""
    return (await store.view(EVERY_TICKET, EVERYTHING)).count
