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
from store.packed import Beside, beside_row
from store.patch import Json, merge
from store.rows import FIELDS, deed_row, fields_of, new_row, plain_values, read_ticket, ticket_row
from store.ticket import Status, id_of, number_of, parse_id

Rows = Callable[[str, str], Json | None]  # a table's row, as it will be; not to be changed
BesideOf = Callable[[int], Beside | None]  # what is kept beside a ticket, as it will be

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

    def __init__(self, staged: Rows, beside_of: BesideOf, deed: Deed, tickets: int, entries: int) -> None:
        self._staged, self._beside_of, self._deed = staged, beside_of, deed
        self.tickets, self.entries = tickets, entries
        self._deed_row = deed_row(deed)
        self.patch: Json = {}
        self.rows: list[Row] = []

    def create(self, new: NewTicket) -> Written:
        self.tickets = number = self.tickets + 1
        ticket_id = id_of(number)
        return self._make(number, new_row(ticket_id, new), self._deed, self._deed_row)

    def take_in(self, tickets: Sequence[Import]) -> list[Written]:
        """Raises `StoreError` for an id that is taken or too far off."""
        numbers = [number_of(each.id) if each.id else 0 for each in tickets]
        free = max(self.tickets, *numbers, 0)
        if free > self.tickets + _FAR:
            raise StoreError(f"{id_of(free)} is too far from {id_of(self.tickets + 1)}, which would be next")
        used: set[int] = set()
        done = []
        for asked, each in zip(numbers, tickets, strict=True):
            if asked in used or (asked and self._beside_of(asked)):
                raise StoreError(f"{each.id} is taken")
            free += not asked
            number = asked or free
            used.add(number)
            row = ticket_row(each.ticket) | {"id": id_of(number)}
            done.append(self._make(number, row, each.born, deed_row(each.born)))
        self.tickets = free
        return done

    def _make(self, number: int, row: Json, born: Deed, born_row: Json) -> Written:
        change = self._log(row["id"], "created", None, fields_of(row))
        beside = Beside(born, self.entries, self._deed.at, None, "", False, 1, 0, None)
        kept = {**born_row, "number": self.entries, "changed": self._deed.at, "changes": 1}
        self._set("beside", str(number), kept, beside)
        self._set("tickets", str(number), row, row)
        return _written(row, beside, change)

    def update(self, ticket_id: str, values: Values) -> Written:
        number, row, beside = self._present(ticket_id)
        after = {name: value for name, value in plain_values(values).items() if row.get(name) != value}
        if not after:
            return _written(row, beside)
        before = {name: row.get(name) for name in after}
        kind: Kind = "closed" if after.get("stat") == Status.DONE.value else "updated"
        change = self._log(row["id"], kind, before, after, beside.number)
        beside = self._touch(number, beside, self._starter(beside, after))
        row = merge(row, after)
        self._set("tickets", number, after, row)
        return _written(row, beside, change)

    def delete(self, ticket_id: str) -> Written:
        number, row, beside = self._present(ticket_id)
        change = self._log(row["id"], "deleted", fields_of(row), None, beside.number)
        return _written(row, self._take_away(number, row, beside), change)

    def undo(self, number: int) -> Written:
        row = self._staged("log", str(number))
        if row is None:
            raise NothingToUndoError("there is no such change")
        if row.get("undone_by"):
            raise NothingToUndoError("that is undone already")
        entry, ticket = _Entry(number, row), number_of(row["id"])
        beside = self._beside_of(ticket)
        if beside is None:
            raise NothingToUndoError("there is no such change")
        if since := self._touched_since(entry, beside.number):
            raise ConflictError(
                f"{row['id']} was changed since ({', '.join(sorted(since))}), so nothing was undone"
            )
        done = self._revert(entry, str(ticket), beside)
        self._amend(number, {"undone_by": self.entries})
        if undone := row.get("undoes"):
            # What that had undone is in force again.
            self._amend(undone, {"undone_by": None})
        return done

    def _revert(self, entry: _Entry, number: str, beside: Beside) -> Written:
        ticket_id, before, after = entry.row["id"], entry.row.get("before"), entry.row.get("after")
        row: Json = self._staged("tickets", number) or beside.gone or {}
        latest = beside.number
        if before is None:  # it made the ticket, or brought it back
            change = self._log(ticket_id, "undone", fields_of(row), None, latest, undoes=entry.number)
            return _written(row, self._take_away(number, row, beside), change)
        if after is None:  # it deleted the ticket
            change = self._log(ticket_id, "undone", None, fields_of(row), latest, undoes=entry.number)
            beside = self._touch(number, beside, (beside.starter, beside.started), gone=None)
            self._set("tickets", number, row, row)
            return _written(row, beside, change)
        values = {name: before.get(name) for name in FIELDS if name in entry.fields}
        now = {name: row.get(name) for name in values}
        change = self._log(ticket_id, "undone", now, values, latest, undoes=entry.number)
        if beside.started == entry.number:
            starter = (
                "",
                0,
            )  # who started it is nobody when that is undone, and somebody again when the undoing is
        else:
            starter = (
                self._starter(beside, values) if entry.row.get("undoes") else (beside.starter, beside.started)
            )
        beside = self._touch(number, beside, starter)
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

    def _present(self, ticket_id: str) -> tuple[str, Json, Beside]:
        number = number_or_raise(ticket_id)
        key = str(number)
        row, beside = self._staged("tickets", key), self._beside_of(number)
        if row is None or beside is None:
            raise NotFoundError(ticket_id)
        return key, row, beside

    def _starter(self, beside: Beside, after: Json) -> tuple[str, int]:
        """Who has started the ticket, now that it is as `after` says, and by which change."""
        if beside.starter or after.get("stat") != Status.PROG.value:
            return beside.starter, beside.started
        return self._deed.who, self.entries

    def _take_away(self, number: str, row: Json, beside: Beside) -> Beside:
        self._set("tickets", number, None, None)
        return self._touch(number, beside, (beside.starter, beside.started), gone=row)

    def _touch(self, number: str, old: Beside, starter: tuple[str, int], gone: Json | None = None) -> Beside:
        """What is kept beside a ticket after its latest change."""
        at, entry, changes = self._deed.at, self.entries, old.changes + 1
        new = Beside(old.born, entry, at, old.card, starter[0], gone is not None, changes, starter[1], gone)
        patch: Json = {"number": entry, "changed": at, "changes": changes}
        if starter[1] != old.started:
            patch["starter"], patch["started"] = (starter[0] or None), (starter[1] or None)
        if gone is not None or old.gone is not None:
            patch["gone"] = gone
        self._set("beside", number, patch, new)
        return new

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
        """Add an entry."""
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
        self._set("log", str(number), row, row)
        sides = MappingProxyType(before or {}), MappingProxyType(after or {})
        return Change(number, ticket_id, kind, self._deed, *sides, undoes or None)

    def _amend(self, number: int, patch: Json) -> None:
        """Change an earlier entry of the log."""
        key = str(number)
        self._set("log", key, patch, merge(self._staged("log", key), patch))

    def _set(self, table: str, key: str, change: Json | None, row: Any) -> None:
        changes = self.patch.get(table)
        if changes is None:
            self.patch[table] = {key: change}
        else:
            changes[key] = change
        self.rows.append((table, key, row))


def _written(row: Json, beside: Beside, change: Change | None = None) -> Written:
    return Written(Record(read_ticket(row), *beside[:6]), change)


def plain_row(row: Any) -> Json:
    """A row of `Batch.rows` as JSON."""
    plain: Json = beside_row(row) if isinstance(row, Beside) else row
    return plain
