"""Finds intact rows in the files of a damaged store, and assigns them to tickets.

Searches any bytes for JSON objects: files of the first and the current version, as this program or another
tool wrote them.
"""

import json
import re
from bisect import bisect
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from store import commands
from store.ids import format_id, number_of
from store.models.tickets import Change, Json, MessageRef, Ticket
from store.validation import DAMAGE, check_card, check_change

_TABLE = re.compile(r'"(\w+)"\s*:\s*\{(?=\s*"\d+"\s*:\s*\{)')
_NAME = re.compile(r'"(\w+)"\s*:\s*$')
_ID = re.compile(r'"id"\s*:\s*"(T[0-9A-Z]{3,5})"')
_OBJECT = re.compile(r'\{(?=\s*")')
_ROW = re.compile(r'"([1-9]\d{0,6})"\s*:\s*\{')
# A line of a journal begins with two checksums and a mark; in the first version, with one checksum.
_FRAME = re.compile(rb"([0-9a-f]{8})([0-9a-f]{8})?[+* -][{\[]")
_NO_UTF_8 = re.compile("[\udc80-\udcff]")
_HISTORY = re.compile(r'"(_store|log|beside|metadata)"')
_LAST = re.compile(r'"_store"\s*:\s*\{\s*"1"\s*:\s*\{[^{}]*"last"\s*:\s*(\d{1,9})')
_OF_TICKETS = frozenset({"tickets", "deleted", "metadata", "beside"})

_Found = tuple[str, str, Json]  # table name, key, row


class Placed(NamedTuple):
    """A change, and its position in the order of all changes."""

    place: float
    change: Change


@dataclass
class Remains:
    """The intact rows of one ticket. `changes` are by version.

    `beside` and `log` (by entry number) are tables of the first version.
    """

    ticket: Ticket | None = None
    is_deleted: bool = False
    card: MessageRef | None = None
    metadata: Json = field(default_factory=dict)
    beside: Json = field(default_factory=dict)
    changes: dict[int, Placed] = field(default_factory=dict)
    log: dict[int, Json] = field(default_factory=dict)


class Collection:
    """The remains of tickets by number.

    Contains every ticket of which there is any trace. Of several rows of a ticket, the first counts. `last`
    is the highest ticket number that the snapshot mentions.
    """

    def __init__(self) -> None:
        self.tickets: defaultdict[int, Remains] = defaultdict(Remains)
        self._changes = self.last = self.lines_lost = 0
        self.has_history = True

    def read(self, snapshot: bytes) -> None:
        utf_16 = snapshot.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        text = snapshot.decode("utf-16", "replace") if utf_16 else snapshot.decode("utf-8", "surrogateescape")
        self._read(text)
        self.last = max([0, *(int(each[1]) for each in _LAST.finditer(text))])
        self.has_history = _HISTORY.search(text) is not None
        table_at = _find_tables(text)
        rows = (row for row in _ROW.finditer(text) if table_at(row.start()) in _OF_TICKETS)
        for ticket_id in (*(format_id(int(row[1])) for row in rows), *_ID.findall(text)):
            with suppress(*DAMAGE):
                self.tickets[commands.number_or_raise(ticket_id)]  # creates it

    def read_log(self, data: bytes) -> None:
        """Read the lines of a journal whose checksums are right. In the first version a checksum continues
        the line before.
        """
        before = 0
        for line in data.rstrip(b"\0").split(b"\n")[:-1]:  # the last is unfinished: never acknowledged
            frame = _FRAME.match(line)
            if frame is not None:
                own, body = int(frame[1], 16), line[16 if frame[2] else 8 :]
                whole = crc32(body) == own if frame[2] else crc32(body[1:], crc32(body[:1], before)) == own
                before = own
                if whole:
                    self._read(body[1:].decode("utf-8", "surrogateescape"))
                    continue
            self.lines_lost += bool(line)

    def _read(self, text: str) -> None:
        for found in _find_rows(text):
            with suppress(*DAMAGE):
                self.add(*found)

    def add(self, table: str, key: str, row: Json) -> None:
        """Add a row of any table of either version. Raises one of `DAMAGE`."""
        if "kind" in row and "origin" in row:
            change = check_change(row)
            self._changes += 1
            self.tickets[number_of(change.ticket_id)].changes[change.version] = Placed(self._changes, change)
        elif "kind" in row:
            self.tickets[commands.number_or_raise(row["id"])].log.setdefault(int(key), row)
        elif "title" in row and "created" in row:
            ticket = Ticket.model_validate({"id": format_id(int(key)), **row})
            remains = self.tickets[int(key)]
            if number_of(ticket.id) == int(key) and remains.ticket is None:
                remains.ticket, remains.is_deleted = ticket, table == "deleted"
        elif "origin" in row and "changed_at" in row:
            self.tickets[int(key)].metadata = self.tickets[int(key)].metadata or row
        elif "who" in row and "changed" in row:
            self.tickets[int(key)].beside = self.tickets[int(key)].beside or row
        if row.get("card"):
            self.tickets[int(key)].card = check_card(row["card"])


def _find_rows(text: str) -> Iterator[_Found]:
    """The rows in every intact object."""
    decoder, table_at, end = json.JSONDecoder(), _find_tables(text), 0
    for brace in _OBJECT.finditer(text):
        at = brace.start()
        if at < end:
            continue
        try:
            value, behind = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if _NO_UTF_8.search(text, at, behind):
            continue  # damaged; an object inside may be intact
        end = behind
        name = _NAME.search(text, max(0, at - 200), at)
        yield from _split_rows(table_at(at), name[1] if name else "", value)


def _find_tables(text: str) -> Callable[[int], str]:
    """A function from a position in `text` to the name of the last table that begins before it ("" for none)."""
    tables = [(-1, ""), *((found.start(), found[1]) for found in _TABLE.finditer(text))]
    return lambda at: tables[bisect(tables, (at, "")) - 1][1]


def _split_rows(table: str, name: str, value: Json) -> Iterator[_Found]:
    """The rows in `value`, which may be a row, a table, or all tables."""
    if "kind" in value or name.isdigit():
        yield table, name, value
    elif name:
        for key, row in value.items():
            if isinstance(row, dict) or name == "cards":
                yield name, key, row if isinstance(row, dict) else {"card": row}
    else:
        for each, child in value.items():
            if isinstance(child, dict):
                yield from _split_rows(each, each, child)
