"""What the first version of this program kept of a ticket, as changes and origins of today's. Pure.

There the history was a table, `log`, and what is kept beside a ticket another, `beside`.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from store import commands
from store.ids import format_id
from store.models.tickets import FIELDS, Change, ImportedTicket, Json, Origin, Record, Ticket
from store.validation import DAMAGE, check_origin

_OF_ORIGIN = ("key", "team", "channel", "message", "thread", "private", "text")


def convert_log(
    number: int, log: Mapping[int, Json], beside: Json, ticket: Ticket | None
) -> dict[int, Change]:
    """The entries of a ticket's log as changes, both by their numbers in it; what is none is left out.

    `ticket` and what was kept `beside` it, if there is anything, say what the log does not.
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
    # What was imported has its own origin beside it.
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
        # That nothing stood in its way was found then.
        return commands.undo(record, [undone], undone.version, origin)
    before, after = row.get("before", {}), row.get("after", {})
    values: Json = {name: after.get(name) for name in FIELDS if name in before or name in after}
    return commands.update(record, values, origin)


def read_origin(row: Json) -> Origin:
    """Of an entry of the log, or of what was kept beside a ticket."""
    known = {name: row[name] for name in _OF_ORIGIN if row.get(name)}
    return check_origin({"by": row["who"], "at": row["at"], **known})
