"""Stores of this program's first version: a snapshot, and journals of merge patches. To be read only.

There the history was a table, `log`, and what is kept beside a ticket another, `beside`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from zlib import crc32

from store import commands
from store.codec import decode, encode_change
from store.fields import make_ticket
from store.file.disk.deliveries_file import DELIVERIES, new_tables
from store.file.disk.filesystem import Filesystem, read_file
from store.file.disk.framing import SECTOR, CorruptLineError, has_hole
from store.file.migration.older import Older, damaged
from store.ids import format_id, number_of
from store.models.tickets import FIELDS, Change, ImportedTicket, Json, MessageRef, Origin, Record, Ticket
from store.validation import DAMAGE, check_origin, check_ticket

_GENERATION = re.compile(rb'\{"_store":\{"1":\{"version":1,"generation":(\d+)\}\}')
_SEAL = re.compile(rb'"crc32":"([0-9a-f]{8})"\}\}\}\n')
_LATER = re.compile(rb"[\n\0][0-9a-f]{8}\+")
_KEYS = ("key", "team", "channel", "message", "thread", "private", "text")
_USAGE = ("messages", "by_rules", "calls", "tokens")


def read_version_1(files: Filesystem, path: str, data: bytes) -> Older:
    """Raises `DamagedError`."""
    name = path.rpartition("/")[2]
    generation, seal = _GENERATION.match(data), _SEAL.fullmatch(data, max(len(data) - 22, 0))
    if not generation or not seal or int(seal[1], 16) != crc32(data[:-13]):
        raise damaged(name, "it is not what was written")
    tables: dict[str, Any] = decode(data)
    journals = journals_of(files, path, int(generation[1]))
    for at, journal in enumerate(journals):
        try:
            lines = _read_lines(read_file(files, journal), last=at == len(journals) - 1)
        except CorruptLineError as error:
            raise damaged(journal.rpartition("/")[2], f"it is damaged in {error}") from None
        for line in lines[1:]:
            _replay(tables, decode(line))
    return _convert(tables, journals)


def journals_of(files: Filesystem, path: str, first: int = 1) -> list[str]:
    """Its journals from that generation on, in order. Raises `DamagedError` where one is missing between."""
    folder, _, name = path.rpartition("/")
    pattern = re.compile(re.escape(name) + r"\.([1-9][0-9]*)\.journal")
    found = sorted(int(match[1]) for each in files.names(folder) if (match := pattern.fullmatch(each)))
    found = [generation for generation in found if generation >= first]
    if found and first > 1 and found != list(range(first, found[-1] + 1)):
        raise damaged(name, "one of its journals is missing")
    return [f"{path}.{generation}.journal" for generation in found]


def _read_lines(data: bytes, *, last: bool) -> list[bytes]:
    """The journal's commits; zeros follow them, which it was written ahead with. Raises `CorruptLineError`."""
    payloads: list[bytes] = []
    chain = start = 0
    size = len(data.rstrip(b"\0"))
    while start < size:
        end = data.find(b"\n", start, size)
        line = data[start : end if end >= 0 else size]
        after = crc32(line[9:], crc32(line[8:9], chain))
        if line[:8] != b"%08x" % after:
            if last and _is_torn(data, start, size):
                break
            raise CorruptLineError(len(payloads) + 1, start)
        payloads.append(line[9:])
        chain, start = after, start + len(line) + 1
    return payloads


def _is_torn(data: bytes, start: int, end: int) -> bool:
    rest = data[start:end]
    if _LATER.search(rest):
        return False
    cut = b"\n" not in rest and (end == len(data) or end % SECTOR == 0)
    return cut or has_hole(data, start, end)


def _replay(tables: dict[str, Any], commit: Any) -> None:
    """A commit is a merge patch of the tables (RFC 7396), or a list of whole rows."""
    if isinstance(commit, dict):
        _merge(tables, commit)
        return
    for table, key, row in commit:
        if row is not None:
            tables.setdefault(table, {})[key] = row
        else:
            tables.get(table, {}).pop(key, None)


def _merge(target: dict[str, Any], patch: Mapping[str, Any]) -> None:
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            part = target.get(key)
            target[key] = part = part if isinstance(part, dict) else {}
            _merge(part, value)
        else:
            target[key] = value


# conversion


def _convert(tables: Mapping[str, Any], journals: Sequence[str]) -> Older:
    beside: dict[str, Json] = tables.get("beside", {})
    tickets: dict[str, Json] = tables.get("tickets", {})
    rows = new_tables()
    rows[DELIVERIES].update({key: _delivery(row) for key, row in tables.get("inbox", {}).items()})
    return Older(
        commits=_commits(tables.get("log", {}), beside, tickets),
        tickets=tickets,
        cards={int(key): MessageRef(*row["card"]) for key, row in beside.items() if row.get("card")},
        usage={
            date.fromordinal(int(key)).isoformat(): [row[name] for name in _USAGE]
            for key, row in tables.get("usage", {}).items()
        },
        rows=rows,
        last=max(map(int, beside), default=0),
        kept_as="v1",
        journals=journals,
    )


def _delivery(row: Json) -> Json:
    texts = {name: decode(row[name].encode()) for name in ("payload", "reply") if row.get(name) is not None}
    others = {name: row[name] for name in ("keys", "at", "state", "failures", "reason") if name in row}
    return others | texts


def _commits(
    log: Mapping[str, Json], beside: Mapping[str, Json], tickets: Mapping[str, Json]
) -> list[list[Json]]:
    """The log's entries as changes; those that one key has made, one after another, are one commit."""
    by_ticket: defaultdict[int, dict[int, Json]] = defaultdict(dict)
    entries = sorted((int(key), row) for key, row in log.items())
    for entry, row in entries:
        by_ticket[number_of(row["id"])][entry] = row
    changes: dict[int, Change] = {}
    for number, some in by_ticket.items():
        key = str(number)
        ticket = make_ticket(tickets[key]) if key in tickets else None
        changes |= convert_log(number, some, beside[key], ticket)
    if len(changes) < len(log):
        raise ValueError("an entry of its log is no change")
    groups = groupby(entries, lambda each: each[1].get("key") or each[0])
    return [[encode_change(changes[entry]) for entry, _ in some] for _, some in groups]


def convert_log(
    number: int, log: Mapping[int, Json], beside: Json, ticket: Ticket | None
) -> dict[int, Change]:
    """The entries of a ticket's log as changes, both by their numbers in it; what is none is left out.

    `ticket` and what was kept `beside` it, if there is anything, say what the log does not.
    """
    changes: dict[int, Change] = {}
    record: Record | None = None
    for entry, row in sorted(log.items()):
        with suppress(*DAMAGE):
            change = _change(record, row, changes) if record else _creation(number, row, beside, ticket)
            if change is not None:
                record = commands.apply(record, change)
                changes[entry] = change
    return changes


def _creation(number: int, row: Json, beside: Json, ticket: Ticket | None) -> Change | None:
    if row["kind"] != "created":
        return None
    # What was imported has its own origin beside it.
    origin = read_origin({**(beside or row), "key": row.get("key", "")})
    if ticket:
        day = ticket.created.isoformat()
    elif "gone" in beside:
        day = beside["gone"]["created"]
    else:
        day = datetime.fromtimestamp(origin.timestamp, UTC).date().isoformat()
    made = check_ticket({"id": format_id(number), "created": day, **row["after"]})
    return commands.create_imported(number, ImportedTicket("", made, origin))


def _change(record: Record, row: Json, changes: Mapping[int, Change]) -> Change | None:
    origin = read_origin(row)
    if row["kind"] == "deleted":
        return commands.delete(record, origin)
    if row["kind"] == "undone" and (undone := changes.get(row["undoes"])):
        # That nothing stood in its way was found then.
        return commands.undo(record, [undone], undone.version, origin)
    before, after = row.get("before", {}), row.get("after", {})
    values: Json = {name: after.get(name) for name in FIELDS if name in before or name in after}
    return commands.update(record, values, origin)


def read_origin(row: Json) -> Origin:
    """Of an entry of the log, or of what was kept beside a ticket."""
    known = {name: row[name] for name in _KEYS if row.get(name)}
    return check_origin({"by": row["who"], "at": row["at"], **known})
