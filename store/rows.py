"""Tickets, deeds and changes as rows of plain JSON, and back. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from store.base import Change, Deed, NewTicket, StoreError, Values
from store.patch import Json
from store.ticket import DESC_LIMIT, RES_LIMIT, TITLE_LIMIT, Category, Priority, Status, Ticket

FIELDS = ("title", "desc", "cat", "pri", "stat", "res")
VALUES = tuple(Ticket.model_fields)

_CATEGORIES: dict[Any, Category] = {category.value: category for category in Category}
_PRIORITIES: dict[Any, Priority] = {priority.value: priority for priority in Priority}
_STATUSES: dict[Any, Status] = {status.value: status for status in Status}
_LIMITS = {"title": TITLE_LIMIT, "desc": DESC_LIMIT, "res": RES_LIMIT}
_CHOICES: dict[str, dict[Any, Any]] = {  # as plain JSON
    name: {value: value.value for value in choices}
    for name, choices in (("cat", Category), ("pri", Priority), ("stat", Status))
}

_OPEN = Status.OPEN.value

_date = lru_cache(4096)(date.fromisoformat)

# How pydantic keeps a model; set directly, a ticket is made in a quarter of the time that validation takes. Only for rows
# that `new_row`, `plain_values` or `Ticket` itself has let through.
_new = partial(object.__new__, Ticket)
_set_values = BaseModel.__dict__["__dict__"].__set__
_set_given = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__
_GIVEN = set(Ticket.model_fields)  # which pydantic copies before it changes it


def ticket_values(plain: Iterable[Any]) -> dict[str, Any]:
    """The values of a ticket, from plain JSON in the order of `VALUES`."""
    ticket_id, title, desc, cat, pri, stat, created, res = plain
    return {
        "id": ticket_id,
        "title": title,
        "desc": desc,
        "cat": _CATEGORIES[cat],
        "pri": _PRIORITIES[pri],
        "stat": _STATUSES[stat],
        "created": _date(created),
        "res": res,
    }


def make_ticket(values: dict[str, Any]) -> Ticket:
    """A ticket that holds `values` from now on, as `ticket_values` made them."""
    ticket = _new()
    _set_values(ticket, values)
    _set_given(ticket, _GIVEN)
    _set_extra(ticket, None)
    _set_private(ticket, None)
    return ticket


def read_ticket(row: Mapping[str, Any]) -> Ticket:
    """A fresh ticket from a row of the table `tickets`."""
    return make_ticket(ticket_values(map(row.get, VALUES)))


def new_row(ticket_id: str, new: NewTicket) -> Json:
    """The row of a ticket that is made. Raises `StoreError`."""
    _check_text("title", new.title)
    _check_text("desc", new.desc)
    row: Json = {"id": ticket_id, "title": new.title}
    if new.desc is not None:
        row["desc"] = new.desc
    row["cat"], row["pri"] = _choose("cat", new.cat), _choose("pri", new.pri)
    row["stat"], row["created"] = _OPEN, new.created.isoformat()
    return row


def ticket_row(ticket: Ticket) -> Json:
    """The row of a ticket that there is already."""
    return {name: value for name, value in ticket.model_dump(mode="json").items() if value is not None}


def _check_text(name: str, value: Any) -> None:
    if value is None and name != "title":
        return
    if not isinstance(value, str) or len(value) > _LIMITS[name] or (name == "title" and not value):
        raise StoreError(f"{name} has to be text of at most {_LIMITS[name]} characters")


def _choose(name: str, value: Any) -> Any:
    """`value` as plain JSON."""
    choices = _CHOICES[name]
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value not in choices:
        raise StoreError(f"{name} has to be one of {', '.join(map(str, choices))}, not {value!r}")
    return choices[value]


def plain_values(values: Values) -> Json:
    """`values`, checked, with plain JSON in place of enumerations.

    Raises `StoreError` also for a name that is no field that can change.
    """
    plain: Json = {}
    for name, value in values.items():
        if name in _CHOICES:
            plain[name] = _choose(name, value)
        elif name in _LIMITS:
            _check_text(name, value)
            plain[name] = value
        else:
            raise StoreError(f"{name} is nothing that can be changed; there are {', '.join(FIELDS)}")
    return plain


def fields_of(row: Mapping[str, Any]) -> Json:
    """What of a ticket can change, where it is there."""
    return {name: row[name] for name in FIELDS if name in row}


def deed_row(deed: Deed) -> Json:
    row: Json = {"who": deed.who, "at": deed.at}
    if deed.key:
        row["key"] = deed.key
    if deed.team:
        row["team"] = deed.team
    if deed.channel:
        row["channel"] = deed.channel
    if deed.message:
        row["message"] = deed.message
    if deed.thread:
        row["thread"] = deed.thread
    if deed.private:
        row["private"] = True
    if deed.text:
        row["text"] = deed.text
    return row


def read_deed(row: Mapping[str, Any]) -> Deed:
    get = row.get
    return Deed(
        get("key", ""),
        row["who"],
        row["at"],
        get("team", ""),
        get("channel", ""),
        get("message", ""),
        get("thread", ""),
        get("private", False),
        get("text", ""),
    )


def read_change(number: int, row: Mapping[str, Any]) -> Change:
    """A row of the table `log`. What is in one of before and after, and not in the other, was not there."""
    before, after = row.get("before"), row.get("after")
    if before is not None and after is not None:
        names = [name for name in FIELDS if name in before or name in after]
        before = {name: before.get(name) for name in names}
        after = {name: after.get(name) for name in names}
    return Change(
        number,
        row["id"],
        row["kind"],
        read_deed(row),
        MappingProxyType(before or {}),
        MappingProxyType(after or {}),
        row.get("undoes"),
        row.get("undone_by"),
    )
