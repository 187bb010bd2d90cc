"""A ticket's fields: checking them, and converting them to plain JSON and back. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from store.errors import StoreError
from store.models.tickets import (
    DESC_LIMIT,
    FIELDS,
    RES_LIMIT,
    TITLE_LIMIT,
    Category,
    Priority,
    Status,
    Ticket,
    Values,
)

LIMITS = {"title": TITLE_LIMIT, "desc": DESC_LIMIT, "res": RES_LIMIT}
_ENUMS: Mapping[str, type[Category | Priority | Status]] = {"cat": Category, "pri": Priority, "stat": Status}


def make_ticket(values: Values) -> Ticket:
    """A ticket from JSON or Python values that were checked when they were written."""
    try:
        return Ticket.model_validate(values)
    except ValidationError:  # pydantic refuses half a surrogate pair, which a message may contain
        kept: dict[str, Any] = {"desc": None, "res": None, **values}
        kept |= {name: enum(values[name]) for name, enum in _ENUMS.items() if name in values}
        if isinstance(day := values.get("created"), str):
            kept["created"] = date.fromisoformat(day)
        return Ticket.model_construct(**kept)


def fields_of(ticket: Ticket) -> dict[str, Any]:
    """The fields that can change, as plain JSON; None for an empty one."""
    return ticket.model_dump(mode="json", exclude={"id", "created"})


def plain_values(values: Values) -> dict[str, Any]:
    """`values`, checked, with plain JSON in place of enumerations.

    Raises `StoreError`, also for a name that is not a changeable field.
    """
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if name in _ENUMS:
            choices = [*_ENUMS[name]]
            if isinstance(value, (bool, float)) or value not in choices:
                raise StoreError(f"{name} has to be one of {', '.join(map(str, choices))}, not {value!r}")
            plain[name] = choices[choices.index(value)].value
        elif name in LIMITS:
            is_text = isinstance(value, str) and len(value) <= LIMITS[name]
            if not (is_text and value if name == "title" else is_text or value is None):
                raise StoreError(f"{name} has to be text of at most {LIMITS[name]} characters")
            plain[name] = value
        else:
            raise StoreError(f"{name} is nothing that can be changed; there are {', '.join(FIELDS)}")
    return plain
