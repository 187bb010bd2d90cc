"""Finds intact rows in the files of a damaged store, and assigns them to tickets.

Searches any bytes for JSON objects: files of the first and the current version, as this program or another
tool wrote them.
"""

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from store.commands import number_or_raise
from store.ids import format_id, number_of, number_or_zero
from store.models.tickets import Change, Json, MessageRef, Record, Ticket
from store.salvage.version1 import read_metadata
from store.serialization.validation import DAMAGE, check_card, check_change, check_metadata

_VALUE = re.compile(
    r'"(?P<table>\w+)"\s*:\s*\{(?=\s*"\d+"\s*:)'  # a table begins, whose rows have numbers
    r'|"(?P<key>[1-9]\d{0,6})"\s*:\s*[{[]'  # a row
    r'|\{(?=\s*"(?:id|after|before)")'  # a row without a number: a change in a journal, or one whose number is damaged
)
_ID = re.compile(r'"id"\s*:\s*"(T[0-9A-Z]{3,5})"')
# A line of a journal begins with two checksums and a mark; in the first version, with one checksum.
_FRAME = re.compile(rb"([0-9a-f]{8})([0-9a-f]{8})?[+* -][{\[]")
_NO_UTF_8 = re.compile("[\udc80-\udcff]")
_HISTORY = re.compile(r'"(_store|log|beside|metadata)"')
_LAST = re.compile(r'"_store"\s*:\s*\{\s*"1"\s*:\s*\{[^{}]*"last"\s*:\s*(\d{1,9})')
_OF_TICKETS = frozenset({"tickets", "deleted", "metadata", "beside"})


class Placed(NamedTuple):
    """A change, and its position in the order of all changes."""

    place: float
    change: Change


@dataclass
class Remains:
    """The intact rows of one ticket. `metadata` has another ticket. `changes` are by version.

    `beside` and `log` (by entry number) are tables of the first version.
    """

    ticket: Ticket | None = None
    is_deleted: bool = False
    card: MessageRef | None = None
    metadata: Record | None = None
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
        for number in filter(None, map(number_or_zero, _ID.findall(text))):
            self.tickets[number]  # creates it

    def read_log(self, data: bytes) -> None:
        """Read the lines of a journal whose checksums are right. In the first version a checksum continues
        the line before.
        """
        before = 0
        for line in data.rstrip(b"\0").split(b"\n")[:-1]:  # the last is unfinished: never acknowledged
            frame = _FRAME.match(line)
            if frame is not None:
                own, body = int(frame[1], 16), line[16 if frame[2] else 8 :]
                whole = crc32(body, 0 if frame[2] else before) == own
                before = own
                if whole:
                    self._read(body[1:].decode("utf-8", "surrogateescape"))
                    continue
            self.lines_lost += bool(line)

    def _read(self, text: str) -> None:
        """Add every intact row. Inside a damaged one, another may be intact."""
        decoder, table, at = json.JSONDecoder(), "", 0
        while found := _VALUE.search(text, at):
            at, key = found.end(), found["key"] or ""
            if found["table"]:
                table = found["table"]
                continue
            if key and text[at - 1] == "{" and table in _OF_TICKETS:
                self.tickets[int(key)]  # creates it
            with suppress(RecursionError, *DAMAGE):
                row, end = decoder.raw_decode(text, at - 1)
                if not _NO_UTF_8.search(text, at, end):
                    at = end
                    self._add(table, key, {"card": row} if table == "cards" else row)

    def _add(self, table: str, key: str, row: Json) -> None:
        """Add a row of any table of either version. Raises one of `DAMAGE`."""
        if "kind" in row and "origin" in row:
            change = check_change(row)
            self._changes += 1
            self.tickets[number_of(change.ticket_id)].changes[change.version] = Placed(self._changes, change)
            return
        if "kind" in row:
            self.tickets[number_or_raise(row["id"])].log.setdefault(int(key), row)
            return
        number = int(key) if key else number_or_raise(row["id"])
        if "title" in row and "created" in row:
            ticket = Ticket.model_validate({"id": format_id(number), **row})
            remains = self.tickets[number]
            if number_of(ticket.id) == number and remains.ticket is None:
                remains.ticket, remains.is_deleted = ticket, table == "deleted"
        elif "origin" in row and "changed_at" in row:
            metadata = check_metadata(row)
            self.tickets[number].metadata = self.tickets[number].metadata or metadata
        elif "who" in row and "changed" in row and not self.tickets[number].beside:
            self.tickets[number].metadata, self.tickets[number].beside = read_metadata(row), row
        if row.get("card"):
            self.tickets[number].card = check_card(row["card"])
