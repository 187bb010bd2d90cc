"""Closing a ticket. One that is done already is not closed again: its note is its resolution, and stays."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.requester import Requester
from bot.results import Outcome, not_found, of_write
from store.models.tickets import Origin, Status, Ticket, Written
from store.protocol import TicketStore

ATTEMPTS = 5  # to close a ticket that keeps being changed


def values_for(ticket: Ticket, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of `values` to set on this ticket: without the note if they would close it and it is done already."""
    if ticket.stat is not Status.DONE or values.get("stat") != Status.DONE.value:
        return values
    return {name: value for name, value in values.items() if name != "res"}


async def close(
    store: TicketStore, ticket_id: str, resolution: str | None, requester: Requester, origin: Origin
) -> Outcome:
    """Close the ticket. If it changes while this is decided, such as by somebody who closes it too, decide again."""
    asked = {"stat": Status.DONE.value, **({"res": resolution} if resolution else {})}
    for _ in range(ATTEMPTS):
        record = await requester.get_visible(store, ticket_id)
        if record is None:
            return not_found(ticket_id)
        values = values_for(record.ticket, asked)
        if "res" not in values:  # nothing that could replace somebody else's resolution
            return _outcome(await store.update(ticket_id, values, origin, record), values)
        (written,) = await store.bulk_update({ticket_id: values}, origin, {ticket_id: record.version})
        if written.change or written.repeated or written.record.version == record.version:
            return _outcome(written, values)
    values = {"stat": Status.DONE.value}
    return _outcome(await store.update(ticket_id, values, origin), values)


def _outcome(written: Written, values: Mapping[str, Any]) -> Outcome:
    return replace(of_write(written), values=values)
