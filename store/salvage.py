"""What can still be read of the files of a damaged store, in whatever form they are. Pure.

Rows are looked for as whole JSON objects in any bytes: of the first version's files and of this one's, written on one line,
or by another tool. A ticket whose row is damaged is rebuilt from its history.
"""

import json
import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zlib import crc32

from store import commands
from store.ids import format_id, number_of
from store.models import FIELDS, METADATA, Change, ImportedTicket, Json, MessageRef, Origin, Record, Ticket
from store.protocol import StoreError
from store.validation import DAMAGE, EXTRAS, check_change, check_metadata, check_origin, check_ticket

_TABLE = re.compile(r'"(\w+)"\s*:\s*\{(?=\s*"\d+"\s*:\s*\{)')
_KEY = re.compile(r'"(\w+)"\s*:\s*$')
_ID = re.compile(r'"id"\s*:\s*"(T[0-9A-Z]{3,5})"')
_ROW_KEY = re.compile(r'"(\d{1,7})"\s*:\s*\{')
_COUNT = re.compile(r'"_seal".*"tickets"\s*:\s*(?:\[\d+,\s*\d+,\s*)?(\d+)', re.DOTALL)
_FRAME = re.compile(rb"([0-9a-f]{8})([0-9a-f]{8})?[+* -]\{")
_OURS = b'{"_store":{"1":{"version":'
_OF_TICKETS = frozenset({"tickets", "deleted", "metadata", "beside"})
_NOT_BYTES = re.compile("[\udc80-\udcff]")
_ORIGIN_KEYS = ("key", "team", "channel", "message", "thread", "private", "text")
_NOBODY = Origin("", "", 0.0)


class Salvaged(NamedTuple):
    """The tickets that could be read, with their histories, and the id and what is lost of each other one.

    `changes` are in the order in which they were made. `expected` is how many tickets there seem to have been.
    """

    records: list[Record]
    changes: list[Change]
    losses: list[str]
    expected: int

    @property
    def found(self) -> int:
        return sum(not record.deleted for record in self.records)


@dataclass
class _Remains:
    """What stands whole of one ticket; `beside` and `log` are of the first version."""

    ticket: Ticket | None = None
    is_deleted: bool = False
    metadata: Json = field(default_factory=dict)
    beside: Json = field(default_factory=dict)
    changes: dict[int, Change] = field(default_factory=dict)
    log: dict[int, Json] = field(default_factory=dict)


def salvage(snapshot: bytes, logs: Sequence[bytes]) -> Salvaged:
    """`logs` are the journals, oldest first."""
    remains: defaultdict[int, _Remains] = defaultdict(_Remains)
    order: dict[tuple[str, int], int] = {}
    text = snapshot.decode("utf-8", "surrogateescape")
    for found in _scan(text):
        _sort_in(found, remains, order)
    for data in logs:
        for line in _whole_lines(data):
            for found in _scan(line):
                _sort_in(found, remains, order)
    rewritten = not snapshot.startswith(_OURS)
    everything = Salvaged([], [], [], 0)
    for number in sorted(remains.keys() | _mentioned(text)):
        _rebuild(number, remains[number], everything, order, rewritten=rewritten)
    everything.changes.sort(key=lambda change: order.get((change.ticket_id, change.version), len(order)))
    count = _COUNT.search(text)
    lost = len(remains) - len(everything.records)
    return everything._replace(expected=max(everything.found + lost, int(count[1]) if count else 0))


# rows


class _Found(NamedTuple):
    table: str
    key: str
    row: Json


def _scan(text: str) -> Iterator[_Found]:
    """Every row that is in an object which is whole."""
    decoder, at = json.JSONDecoder(), -1
    tables = [(found.start(), found[1]) for found in _TABLE.finditer(text)]
    while (at := text.find("{", at + 1)) >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if _NOT_BYTES.search(text, at, end):
            continue  # whole, but not as it was written; what is in it may be
        key = _KEY.search(text, max(0, at - 200), at)
        place = bisect(tables, (at, "")) - 1
        yield from _rows(tables[place][1] if place >= 0 else "", key[1] if key else "", value)
        at = end - 1


def _rows(table: str, key: str, value: Json) -> Iterator[_Found]:
    if key.isdigit() or "kind" in value:
        yield _Found(table, key, value)
        return
    for name, child in value.items():
        if isinstance(child, dict) and name.isdigit():
            yield _Found(key or table, name, child)
        elif isinstance(child, dict):
            yield from (_Found(name, row_key, row) for row_key, row in child.items() if isinstance(row, dict))


def _whole_lines(data: bytes) -> Iterator[str]:
    """The lines of a journal whose own checksums are right; the first version's rest on the line before."""
    before = 0
    for line in data.split(b"\n"):
        frame = _FRAME.match(line)
        if frame is None:
            continue
        own, chained = int(frame[1], 16), frame[2] is not None
        body = line[16 if chained else 8 :]
        if crc32(body) == own if chained else crc32(body[1:], crc32(body[:1], before)) == own:
            yield body[1:].decode("utf-8", "surrogateescape")
        before = own


def _sort_in(found: _Found, remains: Mapping[int, _Remains], order: dict[tuple[str, int], int]) -> None:
    table, key, row = found
    try:
        if "kind" in row and "origin" in row:
            change = check_change({name: value for name, value in row.items() if name not in EXTRAS})
            remains[number_of(change.ticket_id)].changes[change.version] = change
            order.setdefault((change.ticket_id, change.version), len(order))
        elif "kind" in row:
            remains[commands.number_or_raise(row["id"])].log.setdefault(int(key), row)
        elif "origin" in row and "changed_at" in row:
            remains[int(key)].metadata = remains[int(key)].metadata or row
        elif "who" in row and "changed" in row:
            remains[int(key)].beside = remains[int(key)].beside or row
        elif "title" in row and "created" in row:
            number = int(key)
            ticket = check_ticket({"id": format_id(number), **row})
            if number_of(ticket.id) == number and remains[number].ticket is None:
                remains[number].ticket, remains[number].is_deleted = ticket, table == "deleted"
    except DAMAGE:
        return


def _mentioned(text: str) -> set[int]:
    """The tickets that rows are of, whole or not."""
    numbers = {number_of(found[1]) for found in _ID.finditer(text) if _is_id(found[1])}
    tables = [*_TABLE.finditer(text)]
    ends = [*(found.start() for found in tables[1:]), len(text)]
    for found, end in zip(tables, ends, strict=False):
        if found[1] in _OF_TICKETS:
            numbers |= {int(each[1]) for each in _ROW_KEY.finditer(text, found.end(), end)}
    return numbers - {0}


def _is_id(text: str) -> bool:
    try:
        return bool(commands.number_or_raise(text))
    except StoreError:
        return False


# tickets


def _rebuild(
    number: int, remains: _Remains, result: Salvaged, order: dict[tuple[str, int], int], *, rewritten: bool
) -> None:
    """Add a ticket to `result`, or what is lost of it."""
    ticket_id = format_id(number)
    history, newer, complete = _history(number, remains, order)
    record = _replay(None, history) if history else None
    row = _record_of_row(remains)
    if row is not None:
        row = _replay(row, newer)
        edited = complete and rewritten and not newer and _differences(record, row) != ({}, {})
        if record is None or not complete or edited:
            history = _bridge(number, history, record, row)
            record = _replay(None, history)
            if not edited:
                what = "a part of its history" if remains.changes or remains.log else "its history"
                result.losses.append(f"{ticket_id}: {what}")
    elif record is not None and not complete:
        result.losses.append(f"{ticket_id}: its row and a part of its history")
    if record is None:
        result.losses.append(f"{ticket_id}: everything")
        return
    result.records.append(replace(record, card=row.card if row else None))
    result.changes.extend(history)


def _history(
    number: int, remains: _Remains, order: dict[tuple[str, int], int]
) -> tuple[list[Change], list[Change], bool]:
    """Its changes, numbered anew from its first; those that are newer than its row; whether none is missing."""
    if remains.log:
        return _history_of_version_1(number, remains, order)
    known = [remains.changes[version] for version in sorted(remains.changes)]
    base = remains.metadata.get("version") or 0
    newer = [change for change in known if change.version > base] if base else []
    complete = [change.version for change in known] == list(range(1, max(base, len(known)) + 1)) and bool(
        known
    )
    if not known or known[0].version != 1:
        return [], newer, False
    versions = {change.version: at for at, change in enumerate(known, 1)}
    numbered = [
        replace(change, version=at, undoes=versions.get(change.undoes or 0))
        for at, change in enumerate(known, 1)
    ]
    return numbered, newer, complete


def _history_of_version_1(
    number: int, remains: _Remains, order: dict[tuple[str, int], int]
) -> tuple[list[Change], list[Change], bool]:
    changes: list[Change] = []
    newer: list[Change] = []
    record: Record | None = None
    versions: dict[int, int] = {}
    base = remains.beside.get("number", 0)
    for entry, row in sorted(remains.log.items()):
        try:
            change = _change_of_version_1(number, remains, row, record, changes, versions)
        except DAMAGE:
            continue
        if change is not None:
            record = commands.apply(record, change)
            changes.append(change)
            versions[entry] = change.version
            order[change.ticket_id, change.version] = entry
            newer += [change] if base and entry > base else []
    complete = bool(changes) and len(changes) - len(newer) >= remains.beside.get("changes", 1)
    return changes, newer, complete


def _change_of_version_1(
    number: int,
    remains: _Remains,
    row: Json,
    record: Record | None,
    changes: Sequence[Change],
    versions: Mapping[int, int],
) -> Change | None:
    origin = _origin_of_version_1(row)
    if record is None:
        if row["kind"] != "created":
            return None
        made = (
            _origin_of_version_1({**remains.beside, "key": origin.idempotency_key})
            if remains.beside
            else origin
        )
        day = remains.ticket.created if remains.ticket else _gone_or_made(remains.beside, made)
        ticket = check_ticket({"id": format_id(number), "created": day.isoformat(), **row["after"]})
        return commands.create_imported(number, ImportedTicket("", ticket, made))
    if row["kind"] == "deleted":
        return commands.delete(record, origin)
    if row["kind"] == "undone" and row["undoes"] in versions:
        version = versions[row["undoes"]]
        return commands.undo(record, changes[version - 1 :], version, origin)
    before, after = row.get("before", {}), row.get("after", {})
    return commands.update(
        record, {name: after.get(name) for name in FIELDS if name in before or name in after}, origin
    )


def _gone_or_made(beside: Json, made: Origin) -> date:
    gone = beside.get("gone")
    return date.fromisoformat(gone["created"]) if gone else datetime.fromtimestamp(made.timestamp, UTC).date()


def _origin_of_version_1(row: Json) -> Origin:
    known = {key: row[key] for key in _ORIGIN_KEYS if row.get(key)}
    return check_origin({"by": row["who"], "at": row["at"], **known})


def _record_of_row(remains: _Remains) -> Record | None:
    """As its row and what was kept beside it say; nobody made it where the latter is lost."""
    ticket, beside = remains.ticket, remains.beside
    if ticket is None:
        return None
    try:
        if remains.metadata:
            return check_metadata(ticket, remains.metadata)
        origin = _origin_of_version_1(beside)
        card = MessageRef(*beside["card"]) if "card" in beside else None
        done = beside["changed"] if ticket.stat == "done" else None
        return Record(
            ticket,
            origin,
            1,
            beside["changed"],
            origin.channel,
            origin.private,
            beside.get("starter", ""),
            done,
            card,
        )
    except DAMAGE:
        return Record(ticket, _NOBODY, 1, 0.0, deleted=remains.is_deleted)


def _replay(record: Record | None, changes: Iterable[Change]) -> Record:
    for change in changes:
        record = commands.apply(record, change)
    if record is None:
        raise ValueError("there is nothing to replay")
    return record


def _differences(record: Record | None, target: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a change from the one to the other would set: fields, and metadata."""
    fields, now = commands.fields_of(target.ticket), commands.fields_of(record.ticket) if record else {}
    fields = {name: value for name, value in fields.items() if value != now.get(name)}
    names = [name for name in METADATA if getattr(target, name) != getattr(record, name, None)]
    return fields, {name: getattr(target, name) for name in names}


def _bridge(number: int, history: list[Change], record: Record | None, target: Record) -> list[Change]:
    """A history that ends at `target`: with one change more than what is left, or that one alone."""
    if record is None:
        new = ImportedTicket("", target.ticket, target.origin, target.started_by, target.closed_at)
        history = [commands.create_imported(number, new)]
        record = _replay(None, history)
    fields, metadata = _differences(record, target)
    if not fields and not metadata:
        return history
    before = {name: commands.fields_of(record.ticket)[name] for name in fields}
    metadata_before = {name: getattr(record, name) for name in metadata}
    origin = Origin("", "", target.changed_at)
    change = Change(
        format_id(number), record.version + 1, "updated", origin, before, fields, metadata_before, metadata
    )
    return [*history, change]
