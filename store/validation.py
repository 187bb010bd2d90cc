"""Checks of rows of the store's files where somebody else may have written them. Pure.

Every check returns what the row means, and raises `ValueError`, `TypeError`, `KeyError` or `StoreError` for one that no
store has written.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from store.codec import decode_change, decode_origin, decode_record, encode_ticket
from store.errors import StoreError
from store.fields import make_ticket, plain_values
from store.ids import number_of
from store.models.tickets import Change, ChangeKind, Json, Origin, Record, Ticket, TicketId

DAMAGE = (ValueError, TypeError, KeyError, AttributeError, StoreError)  # what the checks raise

_Version = Annotated[int, Field(ge=1)]
_Day = Annotated[str, AfterValidator(lambda text: date.fromisoformat(text).isoformat())]
_Fields = Annotated[dict[str, Any], AfterValidator(plain_values)]


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class _Origin(_Row):
    by: str
    at: float
    key: str = ""
    team: str = ""
    channel: str = ""
    message: str = ""
    thread: str = ""
    private: bool = False
    text: str = ""
    source_author: str = ""
    source_link: str = ""


class _Metadata(_Row):
    channel: str = ""
    private: bool = False
    started_by: str = ""
    closed_at: float | None = None
    deleted: bool = False


class _MetadataAfter(_Metadata):
    created: _Day = ""


class _Record(_Metadata):
    version: _Version
    changed_at: float
    origin: _Origin
    card: Annotated[list[str], Field(min_length=3, max_length=3)] = []
    changes: list[int] = []  # of its changes, where they are in the journal
    undoes: list[list[int]] = []
    since: _Version = 1
    old: list[int] = []  # as `changes`, of those that are removed


class _Usage(_Row):
    day: _Day
    rules: int
    calls: int
    tokens: int


class _Trimmed(_Row):
    origin: _Origin
    changed_at: float
    days: int


class _Change(_Row):
    id: TicketId
    version: _Version
    kind: ChangeKind
    origin: _Origin
    before: _Fields = {}
    after: _Fields = {}
    metadata_before: _Metadata = _Metadata()
    metadata_after: _MetadataAfter = _MetadataAfter()
    undoes: _Version | None = None
    trimmed: _Trimmed | None = None
    # What a line of the journal says besides.
    usage: list[_Usage] = []
    imported_by: _Origin | None = None
    goes_on: Literal[True] | None = None
    back: int = 0


_Model = TypeVar("_Model", bound=_Row)
_Numbers = TypeAdapter(list[Annotated[float, Field(strict=True, allow_inf_nan=False)]])
_SOME_TICKET = make_ticket({"id": "T001"})


def _check(model: type[_Model], row: Any) -> _Model:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def check_ticket(row: Mapping[str, Any]) -> Ticket:
    ticket = Ticket.model_validate(row)
    if encode_ticket(ticket) != row:
        raise ValueError("it is no ticket as the store writes it")
    return ticket


def check_origin(row: Json) -> Origin:
    _check(_Origin, row)
    return decode_origin(row)


def check_change(row: Json) -> Change:
    """Also of a line of the journal."""
    found = _check(_Change, row)
    if found.id != row["id"]:
        raise ValueError("its id is not as the store writes it")
    if found.undoes is not None and found.undoes >= found.version:
        raise ValueError("it undoes what is not before it")
    if (found.version == 1 or found.trimmed is not None) != bool(found.metadata_after.created):
        raise ValueError("a ticket is made by its first change")
    if (found.kind == "trimmed") != (found.trimmed is not None):
        raise ValueError("it does not say what was removed")
    return decode_change(row)


def check_metadata(ticket: Ticket, row: Json) -> Record:
    _check(_Record, row)
    return decode_record(ticket, row)


def check_row(table: str, key: str, row: Any) -> None:
    """A row of a backup, by itself."""
    if table in {"tickets", "deleted"}:
        if number_of(check_ticket(row).id) != int(key):
            raise ValueError("its number is another ticket's")
    elif table == "metadata":
        check_metadata(_SOME_TICKET, row)
    elif table == "changes":
        check_change(row)
    elif table == "audits":
        if list(row) != ["audit"]:
            raise ValueError("it does not say what was done")
    else:
        _Numbers.validate_python(row)


def check_version(value: Any) -> int:
    """A whole number from 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("it does not say which change it is")
    return value
