"""Reads stores of this program's first version: a snapshot and journals of merge patches."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zlib import crc32

from store.file.disk.filesystem import Filesystem, read_file
from store.file.disk.framing import SECTOR, CorruptLineError, has_hole
from store.file.layout import FIRST_VERSION, parts
from store.ids import number_of
from store.models.tickets import Json
from store.salvage import salvage
from store.serialization.codec import decode, encode, encode_ticket
from store.serialization.contents import Contents

_GENERATION = re.compile(rb'\{"_store":\{"1":\{"version":1,"generation":(\d+)\}\}')
_SEAL = re.compile(rb'"crc32":"([0-9a-f]{8})"\}\}\}\n')
_LATER = re.compile(rb"[\n\0][0-9a-f]{8}\+")
_USAGE = ("messages", "by_rules", "calls", "tokens")


def read_version_1(files: Filesystem, path: str, data: bytes) -> Contents:
    """The contents of a store of version 1. Raises one of `DAMAGE`."""
    generation, seal = _GENERATION.match(data), _SEAL.fullmatch(data, max(len(data) - 22, 0))
    if not generation or not seal or int(seal[1], 16) != crc32(data[:-13]):
        raise ValueError("its checksum is wrong")
    tables: dict[str, Any] = decode(data)
    first = int(generation[1])
    found = (int(end.split(".")[1]) for end in parts(files, path) if FIRST_VERSION.fullmatch(end))
    numbers = sorted(number for number in found if number >= first)
    if numbers != list(range(first, first + len(numbers))):
        raise ValueError("one of its journals is missing")
    for number in numbers:
        try:
            lines = _read_lines(read_file(files, f"{path}.{number}.journal"), last=number == numbers[-1])
        except CorruptLineError as error:
            raise ValueError(f"its journal {number} {error}") from None
        for line in lines[1:]:
            _merge(tables, decode(line))
    return _convert(tables)


def _read_lines(data: bytes, *, last: bool) -> list[bytes]:
    """The journal's commits. Zeros follow them, since the file was extended in advance. Raises `CorruptLineError`."""
    payloads: list[bytes] = []
    chain = start = 0
    size = len(data.rstrip(b"\0"))
    while start < size:
        end = data.find(b"\n", start, size)
        line = data[start : end if end >= 0 else size]
        chain = crc32(line[8:], chain)
        if line[:8] != b"%08x" % chain:
            if last and _is_torn(data, start, size):
                break
            raise CorruptLineError(len(payloads) + 1, start)
        payloads.append(line[9:])
        start += len(line) + 1
    return payloads


def _is_torn(data: bytes, start: int, end: int) -> bool:
    rest = data[start:end]
    if _LATER.search(rest):
        return False
    cut = b"\n" not in rest and (end == len(data) or end % SECTOR == 0)
    return cut or has_hole(data, start, end)


def _merge(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    target = target if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = _merge(target.get(key), value)
    return target


def _convert(tables: Mapping[str, Mapping[str, Json]]) -> Contents:
    """Convert with the code that salvages damaged stores, except that any loss is an error."""
    found = salvage(encode(tables), [])
    if found.losses:
        raise ValueError(f"without {found.losses[0]}")
    tickets = {
        str(number_of(each.ticket.id)): encode_ticket(each.ticket)
        for each in found.records
        if not each.deleted
    }
    if tickets != tables.get("tickets", {}):
        raise ValueError("its log does not add up to its tickets")
    return replace(
        found.contents(),
        usage={
            date.fromordinal(int(key)).isoformat(): [row[name] for name in _USAGE]
            for key, row in tables.get("usage", {}).items()
        },
        deliveries=[
            _delivery(row)
            for _, row in sorted(tables.get("inbox", {}).items(), key=lambda each: int(each[0]))
        ],
    )


def _delivery(row: Json) -> Json:
    texts = {name: decode(row[name].encode()) for name in ("payload", "reply") if row.get(name) is not None}
    others = {name: row[name] for name in ("keys", "at", "state", "failures", "reason") if name in row}
    return others | texts
