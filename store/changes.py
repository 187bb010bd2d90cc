"""What a deed does to the rows: the patch that one commit makes, and what it did. Pure: it reads rows and writes none."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from store.base import (
    Change,
    ConflictError,
    Deed,
    Import,
    Kind,
    NewTicket,
    NotFoundError,
    NothingToUndoError,
    Record,
    StoreError,
    Values,
    Written,
)
from store.commits import Row
from store.packed import read_beside
from store.patch import Json, merge
from store.rows import FIELDS, deed_row, fields_of, new_row, plain_values, read_ticket, ticket_row
from store.ticket import Status, id_of, number_of, parse_id

Rows = Callable[[str, str], Json | None]  # a table's row, as it will be; not to be changed

COUNTERS = "counters"
_FAR = 1_000_000  # tickets between the latest and one that is taken in
_EVERYTHING = frozenset(FIELDS)


class _Entry(NamedTuple):
    """A change of the log that is to be undone, or may stand in the way of that."""

    number: int
    row: Mapping[str, Any]

    @property
    def fields(self) -> frozenset[str]:
        """What it touched; making or deleting a ticket touches everything."""
        before, after = self.row.get("before"), self.row.get("after")
        if before is None or after is None:
            return _EVERYTHING
        return frozenset(before) | frozenset(after)


def number_or_raise(ticket_id: str) -> int:
    try:
        return number_of(parse_id(ticket_id))
    except ValueError:
        raise NotFoundError(ticket_id) from None


class Batch:
    """The changes of one deed, in their order: `patch`, and the `rows` that it makes.

    `tickets` and `entries` are the numbers of the latest ticket and log entry.
    """

    def __init__(self, staged: Rows, deed: Deed, tickets: int, entries: int) -> None:
        self._staged, self._deed = staged, deed
        self.tickets, self.entries = tickets, entries
        self._deed_row = deed_row(deed)
        self.patch: Json = {}
        self.rows: list[Row] = []

    def create(self, new: NewTicket) -> Written:
        self.tickets = number = self.tickets + 1
        ticket_id = id_of(number)
        row = new_row(ticket_id, new)
        change = self._log(ticket_id, "created", None, fields_of(row))
        beside = {**self._deed_row, "number": change.number, "changed": self._deed.at, "changes": 1}
        self._set("beside", number, beside, beside)
        self._set("tickets", number, row, row)
        return Written(Record(read_ticket(row), self._deed, change.number, self._deed.at), change)

    def take_in(self, tickets: Sequence[Import]) -> list[Written]:
        """Raises `StoreError` for an id that is taken or too far off."""
        numbers = [number_of(each.id) if each.id else 0 for each in tickets]
        free = max(self.tickets, *numbers, 0)
        if free > self.tickets + _FAR:
            raise StoreError(f"{id_of(free)} is too far from {id_of(self.tickets + 1)}, which would be next")
        used: set[int] = set()
        written = []
        for number, each in zip(numbers, tickets, strict=True):
            if not number:
                free += 1
            if number in used or (number and self._staged("beside", str(number))):
                raise StoreError(f"{each.id} is taken")
            used.add(number or free)
            written.append(self._take_in(number or free, each))
        self.tickets = free
        return written

    def _take_in(self, number: int, each: Import) -> Written:
        row = ticket_row(each.ticket) | {"id": id_of(number)}
        change = self._log(row["id"], "created", None, fields_of(row))
        beside = {**deed_row(each.born), "number": change.number, "changed": self._deed.at, "changes": 1}
        self._set("beside", number, beside, beside)
        self._set("tickets", number, row, row)
        return _written(row, beside, change)

    def update(self, ticket_id: str, values: Values) -> Written:
        number, row, beside = self._present(ticket_id)
        wanted = plain_values(values)
        after = {name: value for name, value in wanted.items() if row.get(name) != value}
        if not after:
            return _written(row, beside, None)
        before = {name: row.get(name) for name in after}
        closes = after.get("stat") == Status.DONE.value
        change = self._log(row["id"], "closed" if closes else "updated", before, after, beside["number"])
        beside = self._touch(number, beside, change, self._start(beside, after, change.number))
        row = merge(row, after)
        self._set("tickets", number, after, row)
        return _written(row, beside, change)

    def delete(self, ticket_id: str) -> Written:
        number, row, beside = self._present(ticket_id)
        change = self._log(row["id"], "deleted", fields_of(row), None, beside["number"])
        beside = self._touch(number, beside, change, {"gone": row})
        self._set("tickets", number, None, None)
        return _written(row, beside, change)

    def undo(self, number: int) -> Written:
        row = self._staged("log", str(number))
        if row is None:
            raise NothingToUndoError("there is no such change")
        if row.get("undone_by"):
            raise NothingToUndoError("that is undone already")
        entry, ticket = _Entry(number, row), number_of(row["id"])
        beside = self._staged("beside", str(ticket))
        if beside is None:
            raise NothingToUndoError("there is no such change")
        if since := self._touched_since(entry, beside["number"]):
            raise ConflictError(
                f"{row['id']} was changed since ({', '.join(sorted(since))}), so nothing was undone"
            )
        written = self._revert(entry, ticket, beside)
        self._amend(number, {"undone_by": self.entries})
        if undone := row.get("undoes"):
            # What that had undone is in force again.
            self._amend(undone, {"undone_by": None})
        return written

    def _revert(self, entry: _Entry, number: int, beside: Json) -> Written:
        ticket_id, before, after = entry.row["id"], entry.row.get("before"), entry.row.get("after")
        latest, row = beside["number"], self._staged("tickets", str(number)) or beside["gone"]
        if before is None:  # it made the ticket, or brought it back
            change = self._log(ticket_id, "undone", fields_of(row), None, latest, undoes=entry.number)
            beside = self._touch(number, beside, change, {"gone": row})
            self._set("tickets", number, None, None)
        elif after is None:  # it deleted the ticket
            change = self._log(ticket_id, "undone", None, fields_of(row), latest, undoes=entry.number)
            beside = self._touch(number, beside, change, {"gone": None})
            self._set("tickets", number, row, row)
        else:
            values = {name: before.get(name) for name in FIELDS if name in entry.fields}
            change = self._log(
                ticket_id,
                "undone",
                {name: row.get(name) for name in values},
                values,
                latest,
                undoes=entry.number,
            )
            beside = self._touch(number, beside, change, self._restart(entry, beside, values, change.number))
            row = merge(row, values)
            self._set("tickets", number, values, row)
        return _written(row, beside, change)

    def _touched_since(self, entry: _Entry, number: int) -> frozenset[str]:
        """The fields of `entry` that a change after it, from `number` back, has changed and none has changed back."""
        touched: frozenset[str] = frozenset()
        while number > entry.number:
            later = _Entry(number, self._staged("log", str(number)) or {})
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
        undone = self._staged("log", str(undoes)) or {}
        return bool(undone.get("undone_by") == later.number)

    def _present(self, ticket_id: str) -> tuple[int, Json, Json]:
        number = number_or_raise(ticket_id)
        row, beside = self._staged("tickets", str(number)), self._staged("beside", str(number))
        if row is None or beside is None:
            raise NotFoundError(ticket_id)
        return number, row, beside

    def _start(self, beside: Json, after: Json, number: int) -> Json:
        if after.get("stat") != Status.PROG.value or beside.get("starter"):
            return {}
        return {"starter": self._deed.who, "started": number}

    def _restart(self, entry: _Entry, beside: Json, values: Json, number: int) -> Json:
        """Who started a ticket is nobody when that is undone, and somebody again when the undoing is."""
        if beside.get("started") == entry.number:
            return {"starter": None, "started": None}
        return self._start(beside, values, number) if entry.row.get("undoes") else {}

    def _touch(self, number: int, beside: Json, change: Change, more: Json) -> Json:
        patch = {"number": change.number, "changed": self._deed.at, "changes": beside["changes"] + 1, **more}
        row = merge(beside, patch)
        self._set("beside", number, patch, row)
        return row

    def _log(
        self,
        ticket_id: str,
        kind: Kind,
        before: Json | None,
        after: Json | None,
        previous: int = 0,
        *,
        undoes: int = 0,
    ) -> Change:
        self.entries = number = self.entries + 1
        row: Json = {"id": ticket_id, "kind": kind, **self._deed_row}
        if before is not None:
            row["before"] = {name: value for name, value in before.items() if value is not None}
        if after is not None:
            row["after"] = {name: value for name, value in after.items() if value is not None}
        if undoes:
            row["undoes"] = undoes
        if previous:
            row["prev"] = previous
        self._set("log", number, row, row)
        return Change(
            number,
            ticket_id,
            kind,
            self._deed,
            MappingProxyType(before or {}),
            MappingProxyType(after or {}),
            undoes or None,
        )

    def _amend(self, number: int, patch: Json) -> None:
        """Change an earlier entry of the log."""
        self._set("log", number, patch, merge(self._staged("log", str(number)), patch))

    def _set(self, table: str, number: int, change: Json | None, row: Json | None) -> None:
        key = str(number)
        changes = self.patch.get(table)
        if changes is None:
            self.patch[table] = {key: change}
        else:
            changes[key] = change
        self.rows.append((table, key, row))


def _written(row: Json, beside: Json, change: Change | None) -> Written:
    return Written(Record(read_ticket(row), *read_beside(beside)[:6]), change)
