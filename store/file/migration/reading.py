"""Reads a backup, a store of the first version or a stock TinyDB file: verified, and checked row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time

from pydantic import TypeAdapter

from store import commands
from store.errors import DamagedError, StoreError
from store.file.disk.filesystem import Filesystem
from store.file.disk.snapshot import HEADER, SEAL, read_snapshot
from store.file.disk.versions import version_of
from store.file.migration.version1 import read_version_1
from store.file.state import DELETED, METADATA, USAGE
from store.file.storage import TICKETS
from store.ids import format_id
from store.models.tickets import ImportedTicket, Json, Origin, Ticket
from store.serialization.codec import decode, encode_change, encode_metadata, encode_ticket, validate
from store.serialization.contents import Contents, commits_of, replay
from store.serialization.validation import DAMAGE, check_card, check_change, check_usage

# Tables of a backup: all changes, and operations on the history itself.
CHANGES, AUDITS = "changes", "audits"
# Keys of a ticket's metadata that refer to the journal next to the snapshot.
_OF_JOURNAL = frozenset({"changes", "undoes", "since", "old"})
_TICKET = TypeAdapter(Ticket)


@contextmanager
def translate_damage(path: str) -> Iterator[None]:
    """Turn errors of the checks into `DamagedError`."""
    try:
        yield
    except DamagedError:
        raise
    except DAMAGE as error:
        raise DamagedError(f"{path} cannot be read: it is not as this program wrote it ({error})") from error


def read_contents(files: Filesystem, path: str, data: bytes) -> Contents:
    """The contents of the older file at `path`, whose bytes are `data`.

    Raises `StoreError` for a file that is no store, and `DamagedError`.
    """
    version = version_of(data)
    if version == 0:
        return _read_tinydb(path, data)
    with translate_damage(path):
        return read_version_1(files, path, data) if version == 1 else _read_backup(path, data)


def _read_backup(path: str, data: bytes) -> Contents:
    """Read a backup: one file with tickets, their metadata, and all changes, which must add up to these."""
    tables: dict[str, Json] = {}
    header, pieces = read_snapshot(data, path)
    for table, rows in pieces:
        tables.setdefault(table, {}).update(rows)
    for row in tables[CHANGES].values():
        check_change(row)
    audits = list(tables.get(AUDITS, {}).values())
    if any(list(row) != ["audit"] for row in audits):
        raise ValueError("an audit does not say what was done")
    cards = {int(key): check_card(row["card"]) for key, row in tables[METADATA].items() if "card" in row}
    commits, last = commits_of(tables[CHANGES].values()), header["last"]
    records, _ = replay(commits)
    found: dict[str, Json] = {TICKETS: {}, DELETED: {}, METADATA: {}}
    for number, record in records.items():
        found[DELETED if record.deleted else TICKETS][str(number)] = encode_ticket(record.ticket)
        found[METADATA][str(number)] = encode_metadata(replace(record, card=cards.get(number)))
    for table, rows in found.items():
        written = {
            key: {name: row[name] for name in row if name not in _OF_JOURNAL}
            for key, row in tables[table].items()
        }
        if rows != written:
            raise ValueError(f"its changes do not add up to its {table}")
    if last < 0:
        raise ValueError("it does not say which ticket is the newest")
    return Contents(commits, cards, check_usage(tables[USAGE]), last=last, audits=audits)


def _read_tinydb(path: str, data: bytes) -> Contents:
    """Read a file that stock TinyDB wrote, with a table of tickets."""
    with translate_damage(path):
        tables = decode(data)
    if not isinstance(tables, dict) or HEADER in tables or SEAL in tables:
        raise DamagedError(f"{path} cannot be read: something else changed it")
    tickets = tables.pop(TICKETS, None)
    if not isinstance(tickets, dict) or any(tables.values()):
        names = ", ".join(map(str, list(tables)[:5])) or "none"
        raise StoreError(
            f"{path} is a TinyDB file of another program (its tables: {names}), which this one leaves alone;"
            " export its documents as CSV or JSON, and `tickets import` takes them in"
        )
    changes = {}
    for key, row in tickets.items():
        try:
            changes[int(key)] = _adopt(int(key), row)
        except (ValueError, TypeError) as error:
            raise StoreError(
                f"{path}: ticket {key} is invalid ({error}); `tickets import` reads other files"
            ) from None
    return Contents([[change] for _, change in sorted(changes.items())])


def _adopt(number: int, row: Json) -> Json:
    """The change that creates a ticket of a stock TinyDB file."""
    ticket = validate(_TICKET, {"id": format_id(number), **row})
    if ticket.id != format_id(number):
        raise ValueError(f"it says that it is {ticket.id}")
    midnight = datetime.combine(ticket.created, time(), UTC).timestamp()
    imported = ImportedTicket("", ticket, Origin("", "", midnight))
    return encode_change(commands.create_imported(number, imported))
