"""Tickets, each rebuilt from what stands whole of it: its row, what was kept beside it, and its history."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from store import commands
from store.file.migration.version1 import convert_log, read_origin
from store.ids import format_id
from store.models import FIELDS, METADATA, Change, ImportedTicket, Origin, Record
from store.salvage.rows import Collection, Remains
from store.validation import DAMAGE, check_metadata

_OURS = b'{"_store":{"1":{"version":'  # as no other program writes it
_NOBODY = Origin("", "", 0.0)


class Salvaged(NamedTuple):
    """The tickets that could be read, their changes in the order in which they were made, and what was lost.

    `expected` is how many tickets there seem to have been that were not deleted, `found` how many there are now, `last`
    the number of the newest that there is any trace of.
    """

    records: list[Record]
    changes: list[Change]
    losses: list[str]
    found: int
    expected: int
    last: int


class _History(NamedTuple):
    """Changes numbered from 1; those of them that are `newer` than the ticket's row; whether all are there."""

    changes: list[Change]
    newer: list[Change]
    complete: bool


def salvage(snapshot: bytes, logs: Sequence[bytes]) -> Salvaged:
    """`logs` are the files beside the snapshot, in the order in which they were written."""
    collection = Collection()
    collection.read(snapshot.decode("utf-8", "surrogateescape"))
    for data in logs:
        collection.read_log(data)
    records: list[Record] = []
    placed: list[tuple[float, Change]] = []
    losses: list[str] = []
    lost = 0
    for number, remains in sorted(collection.tickets.items()):
        history = _read_history(number, remains, collection.order)
        rebuilt, loss = _rebuild(remains, history, edited=not snapshot.startswith(_OURS))
        if rebuilt:
            placed += _place(rebuilt, collection.order)
            records.append(replace(_replay(None, rebuilt), card=remains.card))
        lost += not rebuilt
        if loss and (collection.has_history or not rebuilt):
            losses.append(f"{format_id(number)}: {loss}")
    if collection.lines_lost:
        losses.append(f"lines of the journal: {collection.lines_lost}")
    placed.sort(key=lambda each: each[0])
    found = sum(not record.deleted for record in records)
    last = max([collection.last, *collection.tickets])
    return Salvaged(records, [change for _, change in placed], losses, found, found + lost, last)


def _place(changes: list[Change], order: Mapping[tuple[str, int], int]) -> Iterator[tuple[float, Change]]:
    """Where each change of a ticket stands among all: what is made up is before or behind what was found."""
    place = -1.0
    for change in changes:
        unknown = place if change.version == 1 else math.inf
        place = max(place, order.get((change.ticket_id, change.version), unknown))
        yield place, change


def _rebuild(remains: Remains, history: _History, *, edited: bool) -> tuple[list[Change], str]:
    """The changes that come to the ticket, none if it is lost; and what of it is lost.

    If the file was `edited` by another program, a row counts more than the history that contradicts it.
    """
    changes, newer, complete = history
    row = _read_row(remains)
    if row is None:
        return changes, ("" if complete else "a part of its history" if changes else "everything")
    if complete:
        edited = edited and not newer
        return (
            _lead_to(replace(_replay(None, changes), ticket=row.ticket), changes) if edited else changes
        ), ""
    return _lead_to(_replay(row, newer), changes), "a part of its history" if changes else "its history"


def _lead_to(target: Record, changes: list[Change]) -> list[Change]:
    """`changes`, with a last one to `target` where they come to something else."""
    if not changes:
        new = ImportedTicket("", target.ticket, target.origin, target.started_by, target.closed_at)
        changes = [commands.create_imported(commands.number_or_raise(target.ticket.id), new)]
    record = _replay(None, changes)
    now, then = commands.fields_of(record.ticket), commands.fields_of(target.ticket)
    fields = [name for name in FIELDS if now[name] != then[name]]
    metadata = [name for name in METADATA if getattr(record, name) != getattr(target, name)]
    if not fields and not metadata:
        return changes
    change = Change(
        record.ticket.id,
        record.version + 1,
        "updated",
        replace(_NOBODY, timestamp=target.changed_at),
        {name: now[name] for name in fields},
        {name: then[name] for name in fields},
        {name: getattr(record, name) for name in metadata},
        {name: getattr(target, name) for name in metadata},
    )
    return [*changes, change]


def _replay(record: Record | None, changes: Iterable[Change]) -> Record:
    for change in changes:
        record = commands.apply(record, change)
    if record is None:
        raise ValueError("there is nothing to replay")
    return record


def _read_row(remains: Remains) -> Record | None:
    """As its row and what was kept beside it say; nobody made it where the latter is lost."""
    ticket, beside = remains.ticket, remains.beside
    if ticket is None:
        return None
    try:
        if remains.metadata:
            return check_metadata(ticket, remains.metadata)
        origin, closed_at = read_origin(beside), beside["changed"] if ticket.stat == "done" else None
        record = Record(ticket, origin, 1, beside["changed"], origin.channel, origin.private)
        return replace(record, started_by=beside.get("starter", ""), closed_at=closed_at)
    except DAMAGE:
        return Record(ticket, _NOBODY, 1, 0.0, deleted=remains.is_deleted)


def _read_history(number: int, remains: Remains, order: dict[tuple[str, int], int]) -> _History:
    if remains.log:
        return _read_log(number, remains, order)
    known = sorted(remains.changes)
    base = remains.metadata.get("version") or 0
    newer = [remains.changes[version] for version in known if base and version > base]
    first = max((version for version in known if remains.changes[version].trimmed), default=1)
    known = [version for version in known if version >= first]  # what was before was removed
    if not known or known[0] != first:
        return _History([], newer, complete=False)
    renumbered = {version: at for at, version in enumerate(known, first)}
    ticket_id, changes = format_id(number), []
    for version, at in renumbered.items():
        order[ticket_id, at] = order[ticket_id, version]
        change = remains.changes[version]
        changes.append(replace(change, version=at, undoes=renumbered.get(change.undoes or 0)))
    return _History(changes, newer, complete=known[-1] == first + len(known) - 1 >= base)


def _read_log(number: int, remains: Remains, order: dict[tuple[str, int], int]) -> _History:
    """The log of the first version."""
    changes = convert_log(number, remains.log, remains.beside, remains.ticket)
    for entry, change in changes.items():
        order[change.ticket_id, change.version] = entry
    base = remains.beside.get("number", 0)
    newer = [change for entry, change in changes.items() if base and entry > base]
    complete = bool(changes) and len(changes) - len(newer) >= remains.beside.get("changes", 1)
    return _History(list(changes.values()), newer, complete)
