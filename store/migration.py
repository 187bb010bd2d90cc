"""Files of another version: an older one is brought up to date and kept beside, a newer one refused elsewhere."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from store.base import DamagedError, Deed, Import
from store.changes import Batch, plain_row
from store.coding import decode
from store.files import READ, read_all
from store.snapshot import HEADER, SEAL
from store.ticket import Ticket, id_of, number_of
from store.volume import Volume

TICKETS = "tickets"


def adopt_any(volume: Volume) -> dict[str, Any]:
    """The tables of any file that stock TinyDB wrote."""
    fd = volume.files.open(volume.path, READ)
    try:
        data = decode(read_all(volume.files, fd, 0, volume.files.size(fd)))
    finally:
        volume.files.close(fd)
    if not isinstance(data, dict):
        raise DamagedError(f"{volume.name} is no store; `tickets restore` brings back a backup")
    if HEADER in data or SEAL in data:
        raise DamagedError(
            f"{volume.name} was written by another program after this one;"
            " `tickets restore` brings back a backup, or what can still be read"
        )
    return data


def adopt(volume: Volume) -> dict[str, Any]:
    """The tables of a file that stock TinyDB wrote: its tickets, with what is kept beside them made up.

    Raises `DamagedError` when one of them is no ticket.
    """
    data = adopt_any(volume)
    if not isinstance(data.get(TICKETS, {}), dict):
        raise DamagedError(f"{volume.name} is no store; `tickets restore` brings back a backup")
    tickets = [_ticket(volume.name, key, row) for key, row in data.get(TICKETS, {}).items()]
    tables: dict[str, Any] = {"beside": {}, "tickets": {}, "log": {}}

    batch = Batch(lambda _table, _key: None, lambda _number: None, Deed("", "", 0.0), 0, 0)
    batch.take_in([Import(ticket.id, ticket, _born(ticket)) for ticket in sorted(tickets, key=_number)])
    for name, key, row in batch.rows:
        tables[name][key] = plain_row(row)
    return tables | {name: rows for name, rows in data.items() if name != TICKETS}


def _number(ticket: Ticket) -> int:
    return number_of(ticket.id)


def _ticket(name: str, key: str, row: Any) -> Ticket:
    try:
        if not isinstance(row, Mapping):
            raise TypeError("no object")  # noqa: TRY301  # told as the others are
        return Ticket.model_validate({"id": id_of(int(key)), **row})
    except (ValidationError, ValueError, TypeError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise DamagedError(f"{name}: what is kept as ticket {key} is none ({reason})") from None


def _born(ticket: Ticket) -> Deed:
    midnight = datetime(ticket.created.year, ticket.created.month, ticket.created.day, tzinfo=UTC)
    return Deed("", "", midnight.timestamp())
