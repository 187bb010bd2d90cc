"""The store's data as JSON and back: what every store writes. What is not said is left out. Pure."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

from store.commands import fields_of
from store.models import (
    METADATA,
    Change,
    Json,
    MessageRef,
    Origin,
    Record,
    Ticket,
    Values,
)

# The keys of an origin in JSON; `usage` is no part of it.
_ORIGIN_KEYS = {
    "idempotency_key": "key",
    "team": "team",
    "channel": "channel",
    "message": "message",
    "thread": "thread",
    "private": "private",
    "text": "text",
    "source_author": "source_author",
    "source_link": "source_link",
}
_VALUES = ("before", "after", "metadata_before", "metadata_after")


def encode(value: Any) -> bytes:
    """`value` as compact JSON on one line, UTF-8.

    Raises `TypeError` or `ValueError` when it is no JSON.
    """
    try:
        return to_json(value)
    except (PydanticSerializationError, UnicodeEncodeError):
        # Half a surrogate pair cannot be UTF-8; as an escape it can be kept.
        return json.dumps(value, separators=(",", ":")).encode()


def decode(data: bytes) -> Any:
    """Raises `ValueError`, also for what is nested too deeply."""
    try:
        return from_json(data)
    except ValueError:
        try:
            return json.loads(data)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None


def encode_origin(origin: Origin) -> Json:
    row: Json = {"by": origin.user_id, "at": origin.timestamp}
    for name, key in _ORIGIN_KEYS.items():
        if value := getattr(origin, name):
            row[key] = value
    return row


def decode_origin(row: Mapping[str, Any]) -> Origin:
    get = row.get
    return Origin(
        get("key", ""),
        row["by"],
        row["at"],
        get("team", ""),
        get("channel", ""),
        get("message", ""),
        get("thread", ""),
        get("private", False),
        get("text", ""),
        get("source_author", ""),
        get("source_link", ""),
    )


def encode_change(change: Change) -> Json:
    """`undone_by` is left out: later changes tell it."""
    row: Json = {
        "id": change.ticket_id,
        "version": change.version,
        "kind": change.kind,
        "origin": encode_origin(change.origin),
    }
    for name in _VALUES:
        if values := getattr(change, name):
            row[name] = dict(values)
    if change.undoes is not None:
        row["undoes"] = change.undoes
    return row


def decode_change(row: Mapping[str, Any], undone_by: int | None = None) -> Change:
    """Raises `KeyError` for a row that is no change."""
    values: dict[str, Values] = {name: MappingProxyType(row[name]) for name in _VALUES if name in row}
    return Change(
        row["id"],
        row["version"],
        row["kind"],
        decode_origin(row["origin"]),
        undoes=row.get("undoes"),
        undone_by=undone_by,
        **values,
    )


def encode_ticket(ticket: Ticket) -> Json:
    """The eight fields, as TinyDB keeps them: null is left out."""
    values = {"id": ticket.id, **fields_of(ticket), "created": ticket.created.isoformat()}
    return {name: value for name, value in values.items() if value is not None}


def decode_ticket(row: Mapping[str, Any]) -> Ticket:
    """Raises `ValueError` for what is no ticket."""
    return Ticket.model_validate(row)


def encode_metadata(record: Record) -> Json:
    """What is kept beside a ticket."""
    row: Json = {
        "version": record.version,
        "changed_at": record.changed_at,
        "origin": encode_origin(record.origin),
    }
    for name in METADATA:
        value = getattr(record, name)
        if value or isinstance(value, float):  # 0.0 is a time, and None is none
            row[name] = value
    if record.card is not None:
        row["card"] = list(record.card)
    return row


def decode_record(ticket: Ticket, row: Mapping[str, Any]) -> Record:
    get = row.get
    return Record(
        ticket,
        decode_origin(row["origin"]),
        row["version"],
        row["changed_at"],
        get("channel", ""),
        get("private", False),
        get("started_by", ""),
        get("closed_at"),
        MessageRef(*row["card"]) if "card" in row else None,
        get("deleted", False),
    )
