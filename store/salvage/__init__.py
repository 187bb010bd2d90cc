"""Recovers what can still be read from the files of a damaged store, whatever their format. Pure.

Rebuilds each ticket from what is left of it: its row, its metadata, and its history.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import accumulate, groupby
from typing import NamedTuple

from store import commands
from store.ids import format_id, number_of
from store.models.fields import fields_of
from store.models.tickets import METADATA, Change, ImportedTicket, Origin, Record, Status
from store.salvage.rows import Collection, Placed, Remains
from store.salvage.version1 import convert_log
from store.serialization.codec import encode_change
from store.serialization.contents import Contents

_OURS = b'{"_store":{"1":{"version":'  # no other program writes it like this
_NOBODY = Origin("", "", 0.0)
# A ticket's changes, numbered from 1; those of them that are newer than its row; whether all are there.
_History = tuple[list[Placed], list[Change], bool]


class Salvaged(NamedTuple):
    """The recovered tickets, their changes in the original order, and what was lost.

    `expected` is the estimated number of tickets that were not deleted, `last` the highest ticket number of
    which there is any trace.
    """

    records: list[Record]
    changes: list[Change]
    losses: list[str]
    expected: int
    last: int

    def contents(self) -> Contents:
        """The recovered data. Consecutive changes with one idempotency key form one commit."""
        commits = groupby(
            self.changes, lambda each: each.origin.idempotency_key or (each.ticket_id, each.version)
        )
        cards = {number_of(each.ticket.id): each.card for each in self.records if each.card}
        return Contents([list(map(encode_change, some)) for _, some in commits], cards, last=self.last)


def salvage(snapshot: bytes, logs: Sequence[bytes]) -> Salvaged:
    """Recover from a store's bytes; `logs` are the files beside the snapshot, in the order in which they were
    written. If another program edited the snapshot, a row overrides the history that contradicts it.
    """
    collection = Collection()
    collection.read(snapshot)
    for data in logs:
        collection.read_log(data)
    edited = not snapshot.startswith(_OURS)
    records: list[Record] = []
    placed: list[Placed] = []
    losses: list[str] = []
    for number, remains in sorted(collection.tickets.items()):
        rebuilt, loss = _rebuild(number, remains, edited=edited)
        if rebuilt:
            places = accumulate((each.place for each in rebuilt), max)
            placed += map(Placed, places, (each.change for each in rebuilt))
            records.append(replace(_replay(rebuilt), card=remains.card))
        if loss and (collection.has_history or not rebuilt):
            losses.append(f"{format_id(number)}: {loss}")
    if collection.lines_lost:
        losses.append(f"lines of the journal: {collection.lines_lost}")
    changes = [each.change for each in sorted(placed, key=lambda each: each.place)]
    expected = len(collection.tickets) - sum(record.deleted for record in records)
    return Salvaged(records, changes, losses, expected, max([collection.last, *collection.tickets]))


def _rebuild(number: int, remains: Remains, *, edited: bool) -> tuple[list[Placed], str]:
    """The changes that produce the ticket (none if it is lost), and a description of what is lost."""
    placed, newer, complete = _read_log(number, remains) if remains.log else _read_changes(remains)
    row = _read_row(remains)
    if complete:
        if row and edited and not newer:
            placed = _append_difference(replace(_replay(placed), ticket=row.ticket), placed)
        return placed, ""
    partly = "a part of its history" if placed else ""
    if row is None:
        return placed, partly or "everything"
    return _append_difference(reduce(commands.apply, newer, row), placed), partly or "its history"


def _append_difference(target: Record, placed: list[Placed]) -> list[Placed]:
    """`placed`, plus a first or a last change where the changes alone do not produce `target`."""
    if not placed:
        new = ImportedTicket("", target.ticket, target.origin, target.started_by, target.closed_at)
        placed = [Placed(0, commands.create_imported(number_of(target.ticket.id), new))]
    by = replace(_NOBODY, timestamp=target.changed_at)
    metadata = {name: getattr(target, name) for name in METADATA}
    change = commands.change_to(_replay(placed), "updated", by, fields_of(target.ticket), metadata)
    return [*placed, Placed(math.inf, change)] if change else placed


def _replay(placed: Sequence[Placed]) -> Record:
    """The ticket that results from at least one change."""
    first, *later = (each.change for each in placed)
    return reduce(commands.apply, later, commands.apply(None, first))


def _read_row(remains: Remains) -> Record | None:
    """The ticket according to its row and metadata; without intact metadata it has no author."""
    ticket, metadata = remains.ticket, remains.metadata
    if ticket is None:
        return None
    if metadata is None:
        return Record(ticket, _NOBODY, 1, 0.0, deleted=remains.is_deleted)
    closed_at = metadata.closed_at if ticket.stat is Status.DONE else None
    return replace(metadata, ticket=ticket, closed_at=closed_at)


def _read_changes(remains: Remains) -> _History:
    """The history from `changes`: empty without the first change; changes after a gap move up."""
    versions, changes = sorted(remains.changes), remains.changes
    base = remains.metadata.version if remains.metadata else 0
    newer = [changes[version].change for version in versions if base and version > base]
    first = max((version for version in versions if changes[version].change.trimmed), default=1)
    if first not in changes:
        return [], newer, False
    # Changes before the first were removed.
    renumbered = {version: at for at, version in enumerate(versions[versions.index(first) :], first)}
    placed = [
        Placed(place, replace(change, version=at, undoes=renumbered.get(change.undoes or 0)))
        for version, at in renumbered.items()
        for place, change in [changes[version]]
    ]
    return placed, newer, versions[-1] == len(placed) + first - 1 >= base


def _read_log(number: int, remains: Remains) -> _History:
    """The history from the log of the first version."""
    changes = convert_log(number, remains.log, remains.beside, remains.ticket)
    base = remains.beside.get("number", 0)
    newer = [change for entry, change in changes.items() if base and entry > base]
    known = remains.metadata.version if remains.metadata else 1
    complete = bool(changes) and len(changes) - len(newer) >= known
    return list(map(Placed, changes, changes.values())), newer, complete
