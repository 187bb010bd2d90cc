"""The parts that actions are made of: ids, filters and texts, and how each is read."""

from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from store.ids import InvalidIdError, parse_id
from store.models.tickets import DESC_LIMIT, RES_LIMIT, Category, Priority, Status, cut_lines

MOST_IDS = 100
LONGEST_ID = 12  # characters: far more tickets than anybody has


def _one_or_many(value: Any) -> Any:
    return value if value is None or isinstance(value, (list, tuple)) else (value,)


def _bare_if_one(value: tuple[Any, ...] | None) -> Any:
    return value[0] if value and len(value) == 1 else value


@lru_cache(4096)  # the same tickets are spoken of again and again
def _id_in_use(text: str) -> str:
    """As `parse_id`; what is too long to be anybody's ticket is none and is not repeated whole."""
    if len(text) > LONGEST_ID:
        raise InvalidIdError(f"{text[:LONGEST_ID]}…")
    return parse_id(text)


def _unique(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


TicketId = Annotated[str, AfterValidator(_id_in_use)]
# A filter's part takes a value or a list of them, and is written as a value where it has one.
type_of_filter = (BeforeValidator(_one_or_many), PlainSerializer(_bare_if_one))
Statuses = Annotated[tuple[Status, ...] | None, *type_of_filter]
Priorities = Annotated[tuple[Priority, ...] | None, *type_of_filter]
Categories = Annotated[tuple[Category, ...] | None, *type_of_filter]
Ids = Annotated[tuple[TicketId, ...], AfterValidator(_unique), Field(min_length=1, max_length=MOST_IDS)]
FittedDesc = Annotated[str, AfterValidator(lambda text: cut_lines(text, DESC_LIMIT))]
FittedRes = Annotated[str, AfterValidator(lambda text: cut_lines(text, RES_LIMIT))]
ShortDesc = Annotated[FittedDesc, Field(min_length=1)]
ShortRes = Annotated[FittedRes, Field(min_length=1)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Person = Annotated[
    str, Field(min_length=1, max_length=80)
]  # as written: "<@U0ADA>", "@ada", "Ada"; "me" is who asks
