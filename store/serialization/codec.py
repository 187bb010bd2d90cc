"""The store's data as JSON and back, the same for every store. Default values are left out. Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from store.models.tickets import Change, Json, MessageUsage, Origin, Record, Ticket

T = TypeVar("T")
_ORIGIN, _CHANGE, _RECORD = TypeAdapter(Origin), TypeAdapter(Change), TypeAdapter(Record)
_VALUES = ("before", "after", "metadata_before", "metadata_after")


def encode(value: Any) -> bytes:
    """`value` as compact JSON on one line, UTF-8.

    Raises `TypeError` or `ValueError` if it cannot be JSON.
    """
    try:
        return to_json(value)
    except (PydanticSerializationError, UnicodeEncodeError):
        # Half a surrogate pair cannot be encoded as UTF-8, but can be kept as an escape.
        return json.dumps(value, separators=(",", ":")).encode()


def decode(data: bytes) -> Any:
    """Raises `ValueError`, also for JSON that is nested too deeply."""
    try:
        return from_json(data)
    except ValueError:
        try:
            return json.loads(data)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None


def _encode(adapter: TypeAdapter[Any], value: Any) -> Json:
    row: Json = adapter.dump_python(value, mode="json", by_alias=True, exclude_defaults=True)
    return row


def validate(adapter: TypeAdapter[T], row: Mapping[str, Any]) -> T:
    """Raises `ValueError` with the first error, and the place of the value."""
    try:
        return adapter.validate_python(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def encode_origin(origin: Origin) -> Json:
    """`origin` without its `usage`."""
    return _encode(_ORIGIN, origin)


def decode_origin(row: Mapping[str, Any]) -> Origin:
    """Raises `ValueError` if `row` is not an origin."""
    return validate(_ORIGIN, row)


def encode_change(change: Change) -> Json:
    """`undone_by` is left out: it follows from later changes."""
    row: Json = {"id": change.ticket_id, "version": change.version, "kind": change.kind}
    row["origin"] = encode_origin(change.origin)
    if change.undoes is not None:
        row["undoes"] = change.undoes
    if change.trimmed is not None:
        row["trimmed"] = change.trimmed._asdict() | {"origin": encode_origin(change.trimmed.origin)}
    return row | {name: dict(values) for name in _VALUES if (values := getattr(change, name))}


def decode_change(row: Mapping[str, Any], undone_by: int | None = None) -> Change:
    """Raises `ValueError` if `row` is not a change."""
    change = validate(_CHANGE, row)
    return replace(change, undone_by=undone_by) if undone_by else change


def encode_ticket(ticket: Ticket) -> Json:
    """The eight fields as TinyDB keeps them, without nulls."""
    return ticket.model_dump(mode="json", exclude_none=True)


def encode_metadata(record: Record) -> Json:
    """A record without its ticket."""
    return _encode(_RECORD, record)


def decode_record(ticket: Ticket, row: Mapping[str, Any]) -> Record:
    """Raises `ValueError` if `row` is not metadata."""
    return validate(_RECORD, {"ticket": ticket, **row})


def encode_usage(usage: MessageUsage) -> Json:
    """The JSON for a line of the journal or of the deliveries file."""
    return {
        "day": usage.day.isoformat(),
        "rules": int(usage.parsed_by == "rules"),
        "calls": usage.calls,
        "tokens": usage.tokens,
    }
