"""Checks of rows from files that something else than the store may have written. Pure.

Every check returns the decoded row. It raises one of `DAMAGE` for a row that no store writes, because its values have
other types than the store's data, or because the store would encode them differently.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from store.errors import StoreError
from store.ids import parse_id
from store.models.fields import plain_values
from store.models.tickets import Change, Json, MessageRef, Origin, Record, Ticket, Time
from store.serialization.codec import (
    decode_change,
    decode_origin,
    decode_record,
    encode_change,
    encode_origin,
    validate,
)

DAMAGE = (ValueError, TypeError, KeyError, AttributeError, StoreError)  # what the checks raise

_OF_JOURNAL = ("usage", "imported_by", "goes_on", "back")  # keys of a journal line that are about its commit


_Day = Annotated[str, AfterValidator(date.fromisoformat)]
_Counts = Annotated[list[int], Field(min_length=4, max_length=4)]


class _Strict(BaseModel, strict=True, extra="forbid"):
    """Takes only what the store itself writes."""


class _Metadata(_Strict):
    channel: str = ""
    private: bool = False
    started_by: str = ""
    closed_at: Time | None = None
    deleted: bool = False
    created: _Day = ""  # after a ticket's first change


class _Usage(_Strict):
    day: _Day
    rules: int
    calls: int
    tokens: int


class _Untyped(_Strict):
    """The values of a change that `Change` says no types of, and those of its line in the journal."""

    metadata_before: _Metadata = _Metadata()
    metadata_after: _Metadata = _Metadata()
    usage: list[_Usage] = []
    goes_on: Literal[True] | None = None
    back: int = 0


_CARD, _UNTYPED = TypeAdapter(MessageRef), TypeAdapter(_Untyped)
_USAGE_DAYS = TypeAdapter(dict[_Day, _Counts], config=ConfigDict(strict=True))
_ANY_TICKET = Ticket(id="T001", title="any", created=date.min)


def check_origin(row: Mapping[str, Any]) -> Origin:
    origin = decode_origin(row)
    if encode_origin(origin) != row:
        raise ValueError("it is no origin as the store writes it")
    return origin


def check_card(row: Any) -> MessageRef:
    card = validate(_CARD, row)
    if row != list(card):
        raise ValueError("it is no message as the store writes it")
    return card


def check_metadata(row: Json) -> Record:
    """The record is of another ticket: metadata says nothing of its own."""
    return decode_record(_ANY_TICKET, row)


def check_usage(days: Json) -> Mapping[str, list[int]]:
    """Four counts for each day."""
    validate(_USAGE_DAYS, days)
    return days


def check_change(row: Json) -> Change:
    """Accepts a line of the journal too."""
    change = decode_change(row)
    of_journal = {name: row[name] for name in _OF_JOURNAL if name in row}
    if encode_change(change) | of_journal != row:
        raise ValueError("it is no change as the store writes it")
    if "imported_by" in of_journal:
        check_origin(of_journal.pop("imported_by"))
    before, after = dict(change.metadata_before), dict(change.metadata_after)
    validate(_UNTYPED, {"metadata_before": before, "metadata_after": after, **of_journal})
    plain_values(change.before)
    plain_values(change.after)
    if parse_id(change.ticket_id) != change.ticket_id or change.version < 1:
        raise ValueError("its id or version is not as the store writes it")
    if change.undoes is not None and not 0 < change.undoes < change.version:
        raise ValueError("it undoes what is not before it")
    if (change.version == 1 or change.trimmed is not None) != ("created" in after) or "created" in before:
        raise ValueError("a ticket is made by its first change")
    if (change.kind == "trimmed") != (change.trimmed is not None):
        raise ValueError("it does not say what was removed")
    return change
