"""Field types that the actions share: ids, filter values and texts, with their validation."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from store.ids import InvalidIdError, parse_id
from store.models.tickets import DESC_LIMIT, RES_LIMIT, Category, Priority, Status, cut_lines

MAX_IDS = 100
MAX_ID_LENGTH = 12  # characters; no real ticket number is that long


def _as_tuple(value: Any) -> Any:
    return value if value is None or isinstance(value, (list, tuple)) else (value,)


def _unwrap_single(value: tuple[Any, ...] | None) -> Any:
    return value[0] if value and len(value) == 1 else value


def _parse_ticket_id(text: str) -> str:
    """Like `parse_id`, but rejects ids that are too long, and cuts them in the error message."""
    if len(text) > MAX_ID_LENGTH:
        raise InvalidIdError(f"{text[:MAX_ID_LENGTH]}…")
    return parse_id(text)


def _unique(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


TicketId = Annotated[str, AfterValidator(_parse_ticket_id)]
# A filter field accepts one value or a list, and is written as a single value if it has only one.
_ONE_OR_MANY = (BeforeValidator(_as_tuple), PlainSerializer(_unwrap_single))
Statuses = Annotated[tuple[Status, ...] | None, *_ONE_OR_MANY]
Priorities = Annotated[tuple[Priority, ...] | None, *_ONE_OR_MANY]
Categories = Annotated[tuple[Category, ...] | None, *_ONE_OR_MANY]
Ids = Annotated[tuple[TicketId, ...], AfterValidator(_unique), Field(min_length=1, max_length=MAX_IDS)]
FittedDesc = Annotated[str, AfterValidator(lambda text: cut_lines(text, DESC_LIMIT))]
FittedRes = Annotated[str, AfterValidator(lambda text: cut_lines(text, RES_LIMIT))]
ShortDesc = Annotated[FittedDesc, Field(min_length=1)]
ShortRes = Annotated[FittedRes, Field(min_length=1)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
# As written: "<@U0ADA>", "@ada", "Ada"; "me" is the person who asks.
Person = Annotated[str, Field(min_length=1, max_length=80)]
