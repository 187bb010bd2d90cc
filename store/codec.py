"""The store's data as JSON and back: what every store writes. What is not said is left out. Pure."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

from store.fields import fields_of, without_defaults
from store.models.tickets import METADATA, Change, Json, MessageRef, Origin, Record, Ticket, Trimmed, Values

# Of an origin and of a change, what has the same name in JSON.
_OF_ORIGIN = ("team", "channel", "message", "thread", "private", "text", "source_author", "source_link")
_OF_CHANGE = ("before", "after", "metadata_before", "metadata_after")


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
    """`usage` is no part of it."""
    row: Json = {"by": origin.user_id, "at": origin.timestamp}
    if origin.idempotency_key:
        row["key"] = origin.idempotency_key
    return row | {name: value for name in _OF_ORIGIN if (value := getattr(origin, name))}


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
    row |= {name: dict(values) for name in _OF_CHANGE if (values := getattr(change, name))}
    if change.undoes is not None:
        row["undoes"] = change.undoes
    if change.trimmed is not None:
        row["trimmed"] = change.trimmed._asdict() | {"origin": encode_origin(change.trimmed.origin)}
    return row


def decode_change(row: Mapping[str, Any], undone_by: int | None = None) -> Change:
    """Raises `KeyError` for a row that is no change."""
    values: dict[str, Values] = {name: MappingProxyType(row[name]) for name in _OF_CHANGE if name in row}
    origin, trimmed = decode_origin(row["origin"]), None
    if "trimmed" in row:
        trimmed = Trimmed(**{**row["trimmed"], "origin": decode_origin(row["trimmed"]["origin"])})
    return Change(
        row["id"],
        row["version"],
        row["kind"],
        origin,
        undoes=row.get("undoes"),
        undone_by=undone_by,
        trimmed=trimmed,
        **values,
    )


def encode_ticket(ticket: Ticket) -> Json:
    """The eight fields, as TinyDB keeps them: null is left out."""
    values = {"id": ticket.id, **fields_of(ticket), "created": ticket.created.isoformat()}
    return {name: value for name, value in values.items() if value is not None}


def encode_metadata(record: Record) -> Json:
    """What is kept beside a ticket."""
    row: Json = {
        "version": record.version,
        "changed_at": record.changed_at,
        "origin": encode_origin(record.origin),
        **without_defaults({name: getattr(record, name) for name in METADATA}),
    }
    return row if record.card is None else row | {"card": list(record.card)}


def decode_record(ticket: Ticket, row: Mapping[str, Any]) -> Record:
    metadata = {name: row[name] for name in METADATA if name in row}
    card = MessageRef(*row["card"]) if "card" in row else None
    origin = decode_origin(row["origin"])
    return Record(ticket, origin, row["version"], row["changed_at"], card=card, **metadata)
