"""Rows that stand whole in the files of a damaged store, and what they are of each ticket.

They are looked for as JSON objects in any bytes: of the first version's files and of this one's, written on one line, or by
another tool.
"""

import json
import re
from bisect import bisect
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from store import commands
from store.ids import format_id, number_of
from store.models.tickets import Change, Json, MessageRef, Ticket
from store.validation import DAMAGE, check_change

_TABLE = re.compile(r'"(\w+)"\s*:\s*\{(?=\s*"\d+"\s*:\s*\{)')
_NAME = re.compile(r'"(\w+)"\s*[:,]\s*$')
_ID = re.compile(r'"id"\s*:\s*"(T[0-9A-Z]{3,5})"')
_OBJECT = re.compile(r'\{(?=\s*")')
_ROW = re.compile(r'"(\d{1,7})"\s*:\s*\{')
# Before a journal's lines are two checksums and a mark; of the first version, one checksum.
_FRAME = re.compile(rb"([0-9a-f]{8})([0-9a-f]{8})?[+* -][{\[]")
_NO_UTF_8 = re.compile("[\udc80-\udcff]")
_HISTORY = re.compile(r'"(_store|log|beside|metadata)"')
_LAST = re.compile(r'"_store"\s*:\s*\{\s*"1"\s*:\s*\{[^{}]*"last"\s*:\s*(\d{1,9})')
_OF_TICKETS = frozenset({"tickets", "deleted", "metadata", "beside"})

_Found = tuple[str, str, Json]  # a table's name, a key, a row


class Placed(NamedTuple):
    """A change, and its place among all changes in the order in which they were made."""

    place: float
    change: Change


@dataclass
class Remains:
    """What stands whole of one ticket: `changes` by version; `beside` and `log`, by its entries' numbers, are of the first
    version of this program.
    """

    ticket: Ticket | None = None
    is_deleted: bool = False
    card: MessageRef | None = None
    metadata: Json = field(default_factory=dict)
    beside: Json = field(default_factory=dict)
    changes: dict[int, Placed] = field(default_factory=dict)
    log: dict[int, Json] = field(default_factory=dict)


class Collection:
    """The remains of tickets by their numbers; `last` is that of the newest ticket that the snapshot tells of."""

    def __init__(self) -> None:
        self.tickets: defaultdict[int, Remains] = defaultdict(Remains)
        self._changes = 0
        self.last = 0
        self.lines_lost = 0
        self.has_history = False

    def read(self, snapshot: bytes) -> None:
        """Every row that is whole; of a ticket's own, the first. A ticket of which there is anything at all is there."""
        utf_16 = snapshot.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        text = snapshot.decode("utf-16", "replace") if utf_16 else snapshot.decode("utf-8", "surrogateescape")
        self._take(_scan(text))
        self.last = max([0, *(int(each[1]) for each in _LAST.finditer(text))])
        self.has_history = _HISTORY.search(text) is not None
        tables = [*_TABLE.finditer(text)]
        for found, end in zip(tables, [*(each.start() for each in tables[1:]), len(text)], strict=False):
            if found[1] in _OF_TICKETS:
                for row in _ROW.finditer(text, found.end(), end):
                    self._mention(int(row[1]))
        for each in _ID.finditer(text):
            self._mention(_number(each[1]))

    def read_log(self, data: bytes) -> None:
        """The lines of a journal whose checksums are right; the first version's rest on the line before."""
        before = 0
        for line in data.rstrip(b"\0").split(b"\n")[:-1]:  # the last has no end, and was never acknowledged
            frame = _FRAME.match(line)
            if frame is not None:
                own, body = int(frame[1], 16), line[16 if frame[2] else 8 :]
                whole = crc32(body) == own if frame[2] else crc32(body[1:], crc32(body[:1], before)) == own
                before = own
                if whole:
                    self._take(_scan(body[1:].decode("utf-8", "surrogateescape")))
                    continue
            self.lines_lost += bool(line)

    def _mention(self, number: int) -> None:
        if number:
            self.tickets[number]  # which makes it

    def _take(self, rows: Iterator[_Found]) -> None:
        for found in rows:
            try:
                self._sort_in(*found)
            except DAMAGE:
                continue

    def _sort_in(self, table: str, key: str, row: Json) -> None:
        if "kind" in row and "origin" in row:
            change = check_change(row)
            self._changes += 1
            placed = Placed(self._changes, change)
            self.tickets[number_of(change.ticket_id)].changes[change.version] = placed
        elif "kind" in row:
            self.tickets[commands.number_or_raise(row["id"])].log.setdefault(int(key), row)
        elif "title" in row and "created" in row:
            number = int(key)
            ticket = Ticket.model_validate({"id": format_id(number), **row})
            remains = self.tickets[number]
            if number_of(ticket.id) == number and remains.ticket is None:
                remains.ticket, remains.is_deleted = ticket, table == "deleted"
        if "origin" in row and "changed_at" in row:
            self.tickets[int(key)].metadata = self.tickets[int(key)].metadata or row
        elif "who" in row and "changed" in row:
            self.tickets[int(key)].beside = self.tickets[int(key)].beside or row
        if all(isinstance(part, str) for part in row.get("card") or [0]):
            self.tickets[int(key)].card = MessageRef(*row["card"])


def _scan(text: str) -> Iterator[_Found]:
    """The rows in every object that is whole."""
    decoder, end = json.JSONDecoder(), 0
    tables = [(found.start(), found[1]) for found in _TABLE.finditer(text)]
    for brace in _OBJECT.finditer(text):
        at = brace.start()
        if at < end:
            continue
        try:
            value, behind = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if _NO_UTF_8.search(text, at, behind):
            continue  # not as it was written; what is in it may be
        end = behind
        name = _NAME.search(text, max(0, at - 200), at)
        table = bisect(tables, (at, "")) - 1
        yield from _rows(tables[table][1] if table >= 0 else "", name[1] if name else "", value)


def _rows(table: str, name: str, value: Json) -> Iterator[_Found]:
    """`value` may be a row, a table, or all tables."""
    if "kind" in value or name.isdigit():
        yield table, name, value
    elif name:
        yield from ((name, key, row) for key, row in value.items() if isinstance(row, dict))
    else:
        for each, child in value.items():
            if each == "cards" and isinstance(child, dict):
                yield from ((each, key, {"card": card}) for key, card in child.items())
            elif isinstance(child, dict):
                yield from _rows(each, each, child)


def _number(ticket_id: str) -> int:
    try:
        return commands.number_or_raise(ticket_id)
    except DAMAGE:
        return 0
