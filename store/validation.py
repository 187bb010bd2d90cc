"""Checks of rows of the store's files where somebody else may have written them. Pure.

Every check returns what the row means, and raises `ValueError`, `TypeError`, `KeyError` or `StoreError` for one that no
store has written.
"""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from store import commands
from store.codec import (
    decode_change,
    decode_origin,
    decode_record,
    encode_change,
    encode_metadata,
    encode_origin,
    encode_ticket,
)
from store.ids import number_of
from store.models import METADATA, Change, ChangeKind, Json, Origin, Record, Ticket, Values
from store.protocol import StoreError

DAMAGE = (ValueError, TypeError, KeyError, AttributeError, StoreError)  # what the checks raise

EXTRAS = frozenset({"usage", "imported_by", "goes_on", "back"})  # what a line of the journal may say besides
_SOME_TICKET = commands.make_ticket({"id": "T001"})
_NO_TEXT = {"timestamp", "private", "usage"}
_KINDS = get_args(ChangeKind)


def check_ticket(row: Mapping[str, Any]) -> Ticket:
    ticket = Ticket.model_validate(row)
    if encode_ticket(ticket) != row:
        raise ValueError("it is no ticket as the store writes it")
    return ticket


def check_origin(row: Json) -> Origin:
    origin = decode_origin(row)
    texts = [value for name in Origin.__slots__ if name not in _NO_TEXT for value in [getattr(origin, name)]]
    if not (all(isinstance(text, str) for text in texts) and isinstance(origin.private, bool)):
        raise ValueError("it does not say who made it, and where")
    if not _is_time(origin.timestamp) or encode_origin(origin) != row:
        raise ValueError("it does not say when it was made")
    return origin


def check_change(row: Json) -> Change:
    change = decode_change(row)
    if encode_change(change) != row:
        raise ValueError("it is no change as the store writes it")
    if change.kind not in _KINDS:
        raise ValueError("it is no change")
    if change.undoes is not None and check_version(change.undoes) >= check_version(change.version):
        raise ValueError("it undoes what is not before it")
    check_origin(row["origin"])
    commands.number_or_raise(change.ticket_id)
    for values in (change.before, change.after):
        commands.plain_values(values)
    for values in (change.metadata_before, change.metadata_after):
        _check_metadata(values)
    if (change.version == 1 or change.trimmed is not None) != ("created" in change.metadata_after):
        raise ValueError("a ticket is made by its first change")
    if (change.kind == "trimmed") != (change.trimmed is not None):
        raise ValueError("it does not say what was removed")
    if change.trimmed is not None:
        check_origin(row["trimmed"]["origin"])
        check_numbers([change.trimmed.changed_at, change.trimmed.days])
    return change


def check_metadata(ticket: Ticket, row: Json) -> Record:
    record = decode_record(ticket, row)
    check_origin(row["origin"])
    check_version(record.version)
    if not _is_time(record.changed_at):
        raise ValueError("it does not say when it was changed")
    if record.card is not None and not all(isinstance(part, str) for part in record.card):
        raise ValueError("its card is nowhere")
    _check_metadata({name: getattr(record, name) for name in METADATA})
    known = encode_metadata(record)
    if {name: row[name] for name in known} != known:
        raise ValueError("it is no metadata as the store writes it")
    return record


def _check_metadata(values: Values) -> None:
    for name, value in values.items():
        if name in {"private", "deleted"}:
            fine = isinstance(value, bool)
        elif name == "closed_at":
            fine = value is None or _is_time(value)
        elif name == "created":
            fine = bool(date.fromisoformat(value))
        else:
            fine = name in METADATA and isinstance(value, str)
        if not fine:
            raise ValueError(f"{name} is not what it should be")


def _is_time(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def check_row(table: str, key: str, row: Any) -> None:
    """A row of a backup, by itself."""
    if table in {"tickets", "deleted"}:
        if number_of(check_ticket(row).id) != int(key):
            raise ValueError("its number is another ticket's")
    elif table == "metadata":
        check_metadata(_SOME_TICKET, row)
    elif table == "changes":
        check_change({name: value for name, value in row.items() if name not in EXTRAS})
        check_origin(row.get("imported_by") or row["origin"])
        for usage in row.get("usage", ()):
            date.fromisoformat(usage["day"])
            check_numbers([usage[name] for name in ("rules", "calls", "tokens")])
    elif table == "audits":
        if list(row) != ["audit"]:
            raise ValueError("it does not say what was done")
    else:
        check_numbers(row)


def check_numbers(row: Any) -> None:
    """As keys and what the model cost have them."""
    if not isinstance(row, list) or not all(_is_time(value) for value in row):
        raise ValueError("these are no numbers")


def check_version(value: Any) -> int:
    """A whole number from 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("it does not say which change it is")
    return value
