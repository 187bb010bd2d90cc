"""Files of another kind become a store of today's: of the first version, of stock TinyDB, and backups, which are one file.

The journal and the deliveries are written first, and the snapshot last: as long as that is not there, all is done again.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from pydantic import ValidationError

from store import commands
from store.codec import decode, decode_change, encode, encode_change, encode_ticket
from store.errors import DamagedError, StoreError
from store.file.disk.deliveries_file import Contents, DeliveriesFile, new_tables
from store.file.disk.entries import commit_lines
from store.file.disk.filesystem import READ, REPLACE, Filesystem, copy_file, read_all, read_file
from store.file.disk.journal import Journal
from store.file.disk.snapshot import HEADER, SEAL, VERSION, Snapshot, version_of, write_snapshot
from store.file.layout import deliveries_path, header_of, journal_path
from store.file.migration.older import Older, damaged
from store.file.state import DELETED, METADATA, USAGE, TicketState
from store.file.storage import TICKETS
from store.ids import format_id, number_of
from store.models.tickets import ImportedTicket, Json, MessageRef, Origin, Record, Ticket

CHANGES = "changes"  # a backup's table of all changes
AUDITS = "audits"  # and of what was done to the history itself
_SEALED_CHANGES = re.compile(rb'"_seal":\{"1":\{"rows":\{[^{}]*"changes":')
_LONGEST_SEAL = 1 << 12
_COMMITS_AT_ONCE = 500


class ForeignError(StoreError):
    """It is no store, and nothing that was one."""


def is_older(files: Filesystem, path: str) -> bool:
    """Whether the file has to be migrated; not one of a newer version."""
    fd = files.open(path, READ)
    try:
        size = files.size(fd)
        version = version_of(files.pread(fd, 100, 0))
        tail = read_all(files, fd, max(size - _LONGEST_SEAL, 0), size)
    finally:
        files.close(fd)
    return size > 0 and (version < VERSION or (version == VERSION and bool(_SEALED_CHANGES.search(tail))))


def migrate(files: Filesystem, path: str) -> None:
    """Raises `StoreError` for a file that is no store, `DamagedError` and `OSError`; then the old one is as it was."""
    name = path.rpartition("/")[2]
    data = read_file(files, path)
    version = version_of(data)
    with _damage_of(name):
        if version == VERSION:
            older = _read_backup(name, data)
        elif version:
            from store.file.migration.version1 import read_version_1  # noqa: PLC0415  # needed once in a store's life

            older = read_version_1(files, path, data)
        else:
            older = _read_tinydb(name, data)
    write_older(files, path, older)


@contextmanager
def _damage_of(name: str) -> Iterator[None]:
    from store.validation import DAMAGE  # noqa: PLC0415  # its models take a moment to build

    try:
        yield
    except DAMAGE as error:
        if isinstance(error, (DamagedError, ForeignError)):
            raise
        raise damaged(name, f"it holds what no store writes ({error})") from error


def _check(older: Older) -> None:
    """Raises `ValueError` unless the changes come to the tickets that there are."""
    records: dict[str, Record] = {}
    for row in chain.from_iterable(older.commits):
        change = decode_change(row)
        record = records.get(change.ticket_id)
        first = change.version if change.trimmed else 1  # what was before it was removed
        if change.version != (record.version + 1 if record else first):
            raise ValueError(f"a change of {change.ticket_id} is missing")
        records[change.ticket_id] = commands.apply(record, change)
    versions = {key: each.version for key, each in records.items()}
    if older.versions not in (None, versions):
        raise ValueError("its changes do not go with its tickets")
    there = {number_of(key): each for key, each in records.items() if not each.deleted}
    if len(there) != len(older.tickets):
        raise ValueError("it has not the tickets that its changes come to")
    for key, row in older.tickets.items():
        if encode_ticket(there[int(key)].ticket) != row:
            raise ValueError(f"ticket {key} is not what its changes come to")


def write_older(files: Filesystem, path: str, older: Older) -> None:
    """Make a store of it at `path`. Raises `DamagedError` and `OSError`."""
    with _damage_of(path.rpartition("/")[2]):
        _check(older)
    journal, deliveries = Journal(files, journal_path(path)), DeliveriesFile(files, deliveries_path(path))
    state = TicketState(indexed=False)
    try:
        journal.begin()
        for at in range(0, len(older.commits), _COMMITS_AT_ONCE):
            some = older.commits[at : at + _COMMITS_AT_ONCE]
            places = iter(journal.append([commit_lines(rows) for rows in some]))
            for rows in some:
                first = 0
                for row in rows:
                    place = next(places)
                    first = first or place
                    state.replay(row, place, first)
        if older.audits:
            journal.append([[encode(row)] for row in older.audits])
        for number, card in older.cards.items():
            state.set_card(number, card)
        state.usage.days = dict(older.usage)
        state.last = max(state.last, older.last)
        deliveries.rewrite(Contents(older.rows, [], 0, 0))
        _keep(files, path, older)
        write_snapshot(files, path, header_of(state, journal.position, 0), state.freeze())
    finally:
        journal.close()
        deliveries.close()
    remove_leftovers(files, path)


def remove_leftovers(files: Filesystem, path: str) -> None:
    """Of the first version: its journals, which are kept under another name, and the image of what it had in memory."""
    if files.exists(f"{path}.v1"):
        from store.file.migration.version1 import journals_of  # noqa: PLC0415  # as above

        for old in [*journals_of(files, path), f"{path}.image"]:
            with suppress(OSError):
                files.remove(old)


def _keep(files: Filesystem, path: str, older: Older) -> None:
    if not older.kept_as:
        return
    for old in [path, *older.journals]:
        copy_file(files, old, f"{path}.{older.kept_as}{old.removeprefix(path)}", REPLACE)
    files.sync_directory(path.rpartition("/")[0])


def _read_backup(name: str, data: bytes) -> Older:
    """One file: tickets, what is kept beside them, and all changes."""
    from store.validation import DAMAGE, check_row, check_version  # noqa: PLC0415  # as above

    tables: dict[str, Json] = {}
    snapshot = Snapshot(data, name)
    check_version(snapshot.header["last"] + 1)
    for table, rows, _ in snapshot.rows():
        for key, row in rows.items():
            try:
                check_row(table, key, row)
            except DAMAGE as error:
                raise damaged(
                    name, f"it holds what no store writes, in {table} {key[:20]} ({error})"
                ) from error
        tables.setdefault(table, {}).update(rows)
    commits: list[list[Json]] = [[]]
    for row in tables[CHANGES].values():
        commits[-1].append({key: value for key, value in row.items() if key not in {"back", "goes_on"}})
        if not row.get("goes_on"):
            commits.append([])
    metadata: Json = tables[METADATA]
    if tables[TICKETS].keys() | tables[DELETED].keys() != metadata.keys():
        raise ValueError("a row of a ticket is missing")
    return Older(
        commits=[rows for rows in commits if rows],
        tickets=tables[TICKETS],
        cards={int(key): MessageRef(*row["card"]) for key, row in metadata.items() if "card" in row},
        usage=tables[USAGE],
        rows=new_tables(),
        last=snapshot.header["last"],
        versions={format_id(int(key)): row["version"] for key, row in metadata.items()},
        audits=list(tables.get(AUDITS, {}).values()),
    )


def _read_tinydb(name: str, data: bytes) -> Older:
    """A file that stock TinyDB wrote, with a table of tickets."""
    try:
        tables = decode(data)
    except ValueError:
        raise damaged(name, "it is not valid JSON: damaged, or cut off") from None
    if not isinstance(tables, dict) or HEADER in tables or SEAL in tables:
        raise damaged(name, "something else changed it")
    tickets = tables.pop(TICKETS, None)
    if not isinstance(tickets, dict) or any(tables.values()):
        raise ForeignError(_foreign(name, tables))
    commits = []
    for key, row in tickets.items():
        imported = ImportedTicket("", _ticket(name, key, row), Origin("", "", 0))
        created = imported.ticket.created
        midnight = datetime(created.year, created.month, created.day, tzinfo=UTC).timestamp()
        change = commands.create_imported(
            int(key), imported._replace(origin=replace(imported.origin, timestamp=midnight))
        )
        commits.append([encode_change(change)])
    commits.sort(key=lambda rows: number_of(rows[0]["id"]))
    rows = {key: encode_ticket(_ticket(name, key, row)) for key, row in tickets.items()}
    return Older(commits, rows, {}, {}, new_tables(), 0, "v0")


def _ticket(name: str, key: str, row: Any) -> Ticket:
    try:
        return Ticket.model_validate({"id": format_id(int(key)), **row})
    except (ValueError, TypeError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise ForeignError(
            f"{name}: what is there as ticket {key} is none ({reason}); `tickets import` takes in other files"
        ) from None


def _foreign(name: str, tables: Mapping[str, Any]) -> str:
    names = ", ".join(map(str, list(tables)[:5])) or "none"
    return (
        f"{name} is a TinyDB file of another program (its tables: {names}), which this one leaves alone;"
        " export its documents as CSV or JSON, and `tickets import` takes them in"
    )
