"""Changing one ticket, and closing tickets. One that is done already is not closed again: its note is its resolution, and stays."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.results import Outcome, not_found, of_write
from bot.router.requester import Requester
from store.models.tickets import Origin, Status, Ticket, Written
from store.protocol import TicketStore

ATTEMPTS = 5  # to close a ticket that keeps being changed


def values_for(ticket: Ticket, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of `values` to set on this ticket: without the note if they would close it and it is done already."""
    if ticket.stat is not Status.DONE or not _closes(values):
        return values
    return _without_note(values)


async def change(
    store: TicketStore, ticket_id: str, asked: Mapping[str, Any], requester: Requester, origin: Origin
) -> Outcome:
    """Change the ticket. If it is to be closed, and changes while this is decided, such as by somebody who closes it too,
    decide again."""
    for _ in range(ATTEMPTS):
        record = await requester.get_visible(store, ticket_id)
        if record is None:
            return not_found(ticket_id)
        values = values_for(record.ticket, asked)
        if not resolves(values):
            return _outcome(await store.update(ticket_id, values, origin, record), values, asked)
        expected = {ticket_id: record.version}
        done = await store.bulk_update({ticket_id: values}, origin, expected)
        if not are_left(done, expected):
            return _outcome(done[0], values, asked)
    values = _without_note(asked)
    return _outcome(await store.update(ticket_id, values, origin), values, asked)


async def change_version(
    store: TicketStore,
    ticket_id: str,
    version: int,
    values: Mapping[str, Any],
    *,
    requester: Requester,
    origin: Origin,
) -> Outcome | None:
    """Change the ticket if it is still at `version`; None if it is not, unless this request has changed it already."""
    if await requester.get_visible(store, ticket_id) is None:
        return not_found(ticket_id)
    expected = {ticket_id: version}
    done = await store.bulk_update({ticket_id: values}, origin, expected)
    return None if are_left(done, expected) else _outcome(done[0], values, values)


def resolves(values: Mapping[str, Any]) -> bool:
    """Whether they would close a ticket with a note, which could replace somebody else's."""
    return _closes(values) and "res" in values


def are_left(done: Sequence[Written], expected: Mapping[str, int]) -> bool:
    """Whether tickets were left unchanged because one of them is no longer at its `expected` version."""
    return any(
        not (each.change or each.repeated)
        and each.record.version != expected.get(each.record.ticket.id, each.record.version)
        for each in done
    )


def _closes(values: Mapping[str, Any]) -> bool:
    return bool(values.get("stat") == Status.DONE.value)


def _without_note(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if name != "res"}


def find_kept(
    done: Sequence[Written], values: Mapping[str, Mapping[str, Any]], asked: Mapping[str, Any]
) -> tuple[str, ...]:
    """The tickets that were changed without the note that was `asked` for. None for a repeated request: then they are
    done because of the request itself."""
    return tuple(
        each.change.ticket_id
        for each in done
        if each.change and not each.repeated and "res" in asked and "res" not in values[each.change.ticket_id]
    )


def _outcome(written: Written, values: Mapping[str, Any], asked: Mapping[str, Any]) -> Outcome:
    kept = find_kept([written], {written.record.ticket.id: values}, asked)
    return replace(of_write(written), values=values, kept=kept)
