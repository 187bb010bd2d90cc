"""What a deed does to the rows: the patch that one commit makes, and what it did. Pure: it reads rows and writes none."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from store.base import (
    Change,
    ConflictError,
    Deed,
    Kind,
    NewTicket,
    NotFoundError,
    NothingToUndoError,
    Record,
    Values,
    Written,
)
from store.beside import read_beside
from store.patch import Json, merge
from store.rows import FIELDS, deed_row, fields_of, new_row, plain_values, read_ticket
from store.ticket import Status, id_of, number_of, parse_id

Rows = Callable[[str, str], Mapping[str, Any] | None]  # a table's row, as it will be; not to be changed

COUNTERS = "counters"


class _Entry(NamedTuple):
    """A change of the log that is about to be undone, or stands in the way of that."""

    number: int
    row: Mapping[str, Any]

    @property
    def fields(self) -> frozenset[str]:
        """What it touched; making or deleting a ticket touches everything."""
        before, after = self.row.get("before"), self.row.get("after")
        if before is None or after is None:
            return frozenset(FIELDS)
        return frozenset(before) | frozenset(after)


def number_or_raise(ticket_id: str) -> int:
    try:
        return number_of(parse_id(ticket_id))
    except ValueError:
        raise NotFoundError(ticket_id) from None


class Batch:
    """The changes of one deed, in their order; `patch` is all of them."""

    def __init__(self, rows: Rows, deed: Deed) -> None:
        self._rows, self._deed = rows, deed
        counters = rows(COUNTERS, "1") or {}
        self._tickets: int = counters.get("tickets", 0)
        self._entries: int = counters.get("log", 0)
        self._deed_row = deed_row(deed)
        self.patch: Json = {}
        self.entries: list[int] = []

    def create(self, new: NewTicket) -> Written:
        self._tickets += 1
        number = self._tickets
        ticket_id = id_of(number)
        row = new_row(ticket_id, new)
        change = self._log(ticket_id, number, "created", None, fields_of(row), previous=0)
        beside = self._deed_row | {"number": change.number, "changed": self._deed.at, "changes": 1}
        self._set("beside", number, beside)
        self._set("tickets", number, row)
        return _written(row, beside, change)

    def update(self, ticket_id: str, values: Values) -> Written:
        number, row, beside = self._present(ticket_id)
        wanted = plain_values(values)
        after = {name: value for name, value in wanted.items() if row.get(name) != value}
        if not after:
            return _written(row, beside, None)
        before = {name: row.get(name) for name in after}
        closes = after.get("stat") == Status.DONE.value
        change = self._log(
            row["id"], number, "closed" if closes else "updated", before, after, previous=beside["number"]
        )
        beside = self._touch(number, beside, change, self._start(beside, after, change.number))
        self._set("tickets", number, after)
        return _written(merge(row, after), beside, change)

    def delete(self, ticket_id: str) -> Written:
        number, row, beside = self._present(ticket_id)
        change = self._log(row["id"], number, "deleted", fields_of(row), None, previous=beside["number"])
        beside = self._touch(number, beside, change, {"gone": row})
        self._set("tickets", number, None)
        return _written(row, beside, change)

    def undo(self, number: int) -> Written:
        row = self._rows("log", str(number))
        if row is None:
            raise NothingToUndoError("there is no such change")
        if row.get("undone_by"):
            raise NothingToUndoError("that is undone already")
        entry = _Entry(number, row)
        ticket = number_of(row["id"])
        beside = self._rows("beside", str(ticket))
        if beside is None:
            raise NothingToUndoError("there is no such change")
        if since := self._touched_since(entry, beside):
            raise ConflictError(
                f"{row['id']} was changed since ({', '.join(sorted(since))}), so nothing was undone"
            )
        if row.get("undoes"):
            # What that had undone is in force again.
            self._set("log", row["undoes"], {"undone_by": None})
        undone_by = {"undone_by": self._entries + 1}
        written = self._revert(entry, ticket, beside)
        self._set("log", number, undone_by)
        return written

    def _revert(self, entry: _Entry, number: int, beside: Mapping[str, Any]) -> Written:
        ticket_id, before, after = entry.row["id"], entry.row.get("before"), entry.row.get("after")
        latest = beside["number"]
        if before is None:  # it made the ticket, or brought it back
            row = self._rows("tickets", str(number)) or {}
            change = self._log(
                ticket_id, number, "undone", fields_of(row), None, previous=latest, undoes=entry.number
            )
            beside = self._touch(number, beside, change, {"gone": row})
            self._set("tickets", number, None)
            return _written(row, beside, change)
        if after is None:  # it deleted the ticket
            row = beside["gone"]
            change = self._log(
                ticket_id, number, "undone", None, fields_of(row), previous=latest, undoes=entry.number
            )
            beside = self._touch(number, beside, change, {"gone": None})
            self._set("tickets", number, row)
            return _written(row, beside, change)
        row = self._rows("tickets", str(number)) or {}
        values = {name: before.get(name) for name in FIELDS if name in entry.fields}
        now = {name: row.get(name) for name in values}
        change = self._log(ticket_id, number, "undone", now, values, previous=latest, undoes=entry.number)
        extra: Json = {"starter": None, "started": None} if beside.get("started") == entry.number else {}
        extra |= (
            self._start({} if extra else beside, values, change.number) if entry.row.get("undoes") else {}
        )
        beside = self._touch(number, beside, change, extra)
        self._set("tickets", number, values)
        return _written(merge(row, values), beside, change)

    def _touched_since(self, entry: _Entry, beside: Mapping[str, Any]) -> frozenset[str]:
        """The fields of `entry` that another change has changed after it, and not changed back."""
        touched: frozenset[str] = frozenset()
        number = beside["number"]
        while number > entry.number:
            later = _Entry(number, self._rows("log", str(number)) or {})
            if not self._cancelled(later, entry.number):
                touched |= later.fields & entry.fields
            number = later.row.get("prev", 0)
        return touched

    def _cancelled(self, later: _Entry, first: int) -> bool:
        """Whether `later` has been undone, or undoes a change after the `first`: both together are nothing."""
        if later.row.get("undone_by"):
            return True
        undoes = later.row.get("undoes", 0)
        if undoes <= first:
            return False
        undone = self._rows("log", str(undoes)) or {}
        return bool(undone.get("undone_by") == later.number)

    def _present(self, ticket_id: str) -> tuple[int, Mapping[str, Any], Mapping[str, Any]]:
        number = number_or_raise(ticket_id)
        row, beside = self._rows("tickets", str(number)), self._rows("beside", str(number))
        if row is None or beside is None:
            raise NotFoundError(ticket_id)
        return number, row, beside

    def _start(self, beside: Mapping[str, Any], after: Mapping[str, Any], number: int) -> Json:
        if after.get("stat") != Status.PROG.value or beside.get("starter"):
            return {}
        return {"starter": self._deed.who, "started": number}

    def _touch(self, number: int, beside: Mapping[str, Any], change: Change, more: Json) -> Json:
        patch = {"number": change.number, "changed": self._deed.at, "changes": beside["changes"] + 1, **more}
        self._set("beside", number, patch)
        return merge(beside, patch)

    def _log(
        self,
        ticket_id: str,
        number: int,
        kind: Kind,
        before: Json | None,
        after: Json | None,
        *,
        previous: int,
        undoes: int | None = None,
    ) -> Change:
        self._entries += 1
        self.entries.append(self._entries)
        row: Json = {"id": ticket_id, "kind": kind, **self._deed_row}
        if before is not None:
            row["before"] = {name: value for name, value in before.items() if value is not None}
        if after is not None:
            row["after"] = {name: value for name, value in after.items() if value is not None}
        if undoes:
            row["undoes"] = undoes
        if previous:
            row["prev"] = previous
        self._set("log", self._entries, row)
        counters: Json = {"log": self._entries}
        if kind == "created":
            counters["tickets"] = number
        self.patch.setdefault(COUNTERS, {}).setdefault("1", {}).update(counters)
        return Change(
            self._entries,
            ticket_id,
            kind,
            self._deed,
            MappingProxyType(before or {}),
            MappingProxyType(after or {}),
            undoes,
        )

    def _set(self, table: str, number: int, row: Json | None) -> None:
        rows = self.patch.setdefault(table, {})
        key = str(number)
        rows[key] = rows[key] | row if key in rows and row is not None else row


def _written(row: Mapping[str, Any], beside: Mapping[str, Any], change: Change | None) -> Written:
    return Written(Record(read_ticket(row), *read_beside(dict(beside))[:6]), change)
