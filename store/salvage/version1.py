"""Converts rows of this program's first version to current changes and origins. Pure.

That version kept the history in a table `log`, and a ticket's metadata in a table `beside`.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from operator import index

from store import commands
from store.ids import format_id
from store.models.tickets import FIELDS, Change, ImportedTicket, Json, Origin, Record, Ticket
from store.serialization.codec import encode_origin
from store.serialization.validation import DAMAGE, check_metadata, check_origin

_OF_ORIGIN = ("key", "team", "channel", "message", "thread", "private", "text")


def convert_log(
    number: int, log: Mapping[int, Json], beside: Json, ticket: Ticket | None
) -> dict[int, Change]:
    """The changes in a ticket's log, by entry number; invalid entries are left out.

    `ticket` and `beside`, as far as they are left, provide what the log does not say.
    """
    changes: dict[int, Change] = {}
    record: Record | None = None
    for entry, row in sorted(log.items()):
        with suppress(*DAMAGE):
            change = _change(record, row, changes) if record else _creation(number, row, beside, ticket)
            if change is not None:
                record = commands.apply(record, change)
                changes[entry] = change
    return changes


def _creation(number: int, row: Json, beside: Json, ticket: Ticket | None) -> Change | None:
    if row["kind"] != "created":
        return None
    # An imported ticket's own origin is in `beside`.
    origin = read_origin({**(beside or row), "key": row.get("key", "")})
    said = ticket.created if ticket else beside.get("gone", {}).get("created")
    day = said or datetime.fromtimestamp(origin.timestamp, UTC).date()
    made = Ticket.model_validate({"id": format_id(number), "created": day, **row["after"]})
    return commands.create_imported(number, ImportedTicket("", made, origin))


def _change(record: Record, row: Json, changes: Mapping[int, Change]) -> Change | None:
    origin = read_origin(row)
    if row["kind"] == "deleted":
        return commands.delete(record, origin)
    if row["kind"] == "undone" and (undone := changes.get(row["undoes"])):
        # Undone successfully then, so nothing stands in the way now.
        return commands.undo(record, [undone], undone.version, origin)
    before, after = row.get("before", {}), row.get("after", {})
    values: Json = {name: after.get(name) for name in FIELDS if name in before or name in after}
    return commands.update(record, values, origin)


def read_origin(row: Json) -> Origin:
    """The origin in an entry of the log, or in a row of `beside`."""
    known = {name: row[name] for name in _OF_ORIGIN if row.get(name)}
    return check_origin({"by": row["who"], "at": row["at"], **known})


def read_metadata(row: Json) -> Record:
    """The metadata in a row of `beside`, of another ticket. Raises one of `DAMAGE`."""
    origin = read_origin(row)
    index(row.get("number", 0))  # raises `TypeError` if it is no number
    return check_metadata(
        {
            "origin": encode_origin(origin),
            "version": row.get("changes", 1),
            "changed_at": row["changed"],
            "channel": origin.channel,
            "private": origin.private,
            "started_by": row.get("starter", ""),
            "closed_at": row["changed"],
        }
    )
