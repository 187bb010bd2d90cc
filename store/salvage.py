"""What can still be read of a damaged store, and what could not."""

import re
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from store.base import Deed
from store.coding import decode
from store.files import READ, Files, read_all
from store.lines import Damage, read_lines
from store.memory import Memory
from store.packed import read_beside
from store.patch import Json
from store.rows import deed_row, fields_of, read_change
from store.snapshot import HEADER, SEAL, generation_of
from store.ticket import Ticket, number_of
from store.volume import Volume

_TABLE = re.compile(rb'[,{]?("(?:[^"\\]|\\.)+"):\{\n?')
_UNKNOWN = Deed("", "", 0.0)
_READERS: dict[str, Callable[[Json], Any]] = {
    "beside": read_beside,
    "log": lambda row: read_change(1, row),
    "tickets": Ticket.model_validate,
}


class Salvage:
    """`tables` is what could be read of the store at `path`, made whole; `losses` says what could not, line by line."""

    def __init__(self, path: str, files: Files) -> None:
        volume = Volume(files, path)
        self.losses: list[str] = []
        self.tables: dict[str, Any] = {}
        data = _content(files, volume.path) if files.exists(volume.path) else b""
        if not data:
            self.losses.append(f"{volume.name} is empty or missing")
        self._read_snapshot(volume.name, data)
        memory = Memory(files, frozenset(), {})
        memory.tables = self.tables
        self._replay(volume, generation_of(data[:100]), memory)
        for name in ("beside", "log", "tickets"):
            self.tables.setdefault(name, {})
        self._drop_unreadable()
        self._make_whole()

    def _read_snapshot(self, name: str, data: bytes) -> None:
        try:
            whole = decode(data)
        except ValueError:
            self._read_lines(name, data)
        else:
            found = whole if isinstance(whole, dict) else {}
            self.tables = {name: rows for name, rows in found.items() if name not in {HEADER, SEAL}}

    def _read_lines(self, name: str, data: bytes) -> None:
        table: Json | None = None
        for number, line in enumerate(data.split(b"\n"), 1):
            if number == 1 or line in {b"}", b"},", b""} or line.startswith(b'"_seal":'):
                continue
            if found := _TABLE.fullmatch(line):
                table = self.tables.setdefault(decode(found[1]), {})
                continue
            try:
                row = decode(b"{" + line.removesuffix(b",") + b"}")
            except ValueError:
                self.losses.append(f"{name}, line {number}: unreadable")
                continue
            if table is not None:
                table.update(row)

    def _replay(self, volume: Volume, generation: int, memory: Memory) -> None:
        for number in volume.journals():
            if number < generation:
                continue
            try:
                payloads = read_lines(_content(volume.files, volume.journal_path(number)), last=True)
            except Damage as damage:
                payloads = damage.before
                self.losses.append(f"{volume.name}.{number}.journal: everything from {damage} on")
            for payload in payloads[1:]:
                memory.replay(decode(payload))

    def _drop_unreadable(self) -> None:
        for name, read in _READERS.items():
            rows = self.tables[name]
            for key in list(rows):
                try:
                    read(rows[key])
                    int(key)
                except (ValidationError, ValueError, TypeError, KeyError):
                    self.losses.append(f"{name}: {key} was no longer what it should be")
                    del rows[key]

    def _make_whole(self) -> None:
        """What belongs to a ticket and is gone is made up, so that the rest can be used."""
        tickets, besides, entries = self.tables["tickets"], self.tables["beside"], self.tables["log"]
        for key in list(tickets):
            if str(number_of(tickets[key]["id"])) != key:
                self.losses.append(f"tickets: {key} was kept under another number")
                del tickets[key]
        last = max([0, *map(int, entries), *(beside["number"] for beside in besides.values())])
        for key, row in tickets.items():
            if key not in besides:
                self.losses.append(f"{row['id']}: who made it and when")
                last += 1
                besides[key] = {**deed_row(_UNKNOWN), "number": last, "changed": 0.0, "changes": 1}
                entries[str(last)] = {
                    "id": row["id"],
                    "kind": "created",
                    **deed_row(_UNKNOWN),
                    "after": fields_of(row),
                }
        for key, beside in list(besides.items()):
            if key not in tickets and "gone" not in beside:
                self.losses.append(f"ticket {key}: all but who made it and when")
                del besides[key]
        gaps = [number for number in range(1, last + 1) if str(number) not in entries]
        if gaps:
            self.losses.append(f"the log: {len(gaps)} changes")
        lost: Json = {"id": "T000", "kind": "updated", **deed_row(_UNKNOWN)}
        self.tables["log"] = {str(number): entries.get(str(number), lost) for number in range(1, last + 1)}


def _content(files: Files, path: str) -> bytes:
    fd = files.open(path, READ)
    try:
        return read_all(files, fd, 0, files.size(fd))
    finally:
        files.close(fd)
