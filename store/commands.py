"""Writes as changes, and the record after a change. Pure, the same for every store.

A store reads the record, gets a change from here, makes it durable, and replaces the record by that of `apply`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from store.errors import ConflictError, NotFoundError, NothingToUndoError, StoreError
from store.ids import format_id, number_of, number_or_zero, parse_id
from store.models.fields import fields_of, make_ticket, plain_values
from store.models.tickets import (
    FIELDS,
    METADATA,
    Change,
    ChangeKind,
    ImportedTicket,
    NewTicket,
    Origin,
    Record,
    Status,
    Trimmed,
    Values,
    Written,
)

MAX_ID_GAP = 1_000_000  # how far an imported id may be above the newest one

_EVERYTHING = frozenset((*FIELDS, *METADATA))


def number_or_raise(ticket_id: str) -> int:
    """The number of a caller's id. Raises `NotFoundError` if it is not a valid id."""
    if not (number := number_or_zero(ticket_id)):
        raise NotFoundError(ticket_id)
    return number


def present(ticket_id: str, record: Record | None) -> Record:
    """`record`. Raises `NotFoundError` if it is None or deleted."""
    if record is None or record.deleted:
        raise NotFoundError(ticket_id)
    return record


# changes


def create(number: int, new: NewTicket, origin: Origin) -> Change:
    """The change that creates the `number`-th ticket. Raises `StoreError` for an invalid value."""
    values = plain_values({"title": new.title, "desc": new.desc, "cat": new.cat, "pri": new.pri})
    return _created(number, {**values, "stat": Status.OPEN.value}, new.created, origin, {})


def create_imported(number: int, imported: ImportedTicket) -> Change:
    """The change that adds a ticket from elsewhere, as it is, under `number`."""
    ticket, origin, closed_at = imported.ticket, imported.origin, imported.closed_at
    if closed_at is None and ticket.stat is Status.DONE:
        closed_at = origin.timestamp
    metadata = {"started_by": imported.started_by, "closed_at": closed_at}
    return _created(number, plain_values(fields_of(ticket)), ticket.created, origin, metadata)


def _created(number: int, values: Values, created: date, origin: Origin, metadata: Values) -> Change:
    metadata = {"channel": origin.channel, "private": origin.private, **metadata}
    # Without default values. The time 0.0 is kept.
    kept = {name: value for name, value in metadata.items() if value or isinstance(value, float)}
    return Change(
        format_id(number),
        1,
        "created",
        origin,
        after=MappingProxyType(_without_none(values)),
        metadata_after=MappingProxyType({"created": created.isoformat(), **kept}),
    )


def import_numbers(tickets: Sequence[ImportedTicket], newest: int, exists: Sequence[str]) -> list[int]:
    """The numbers for imported tickets, in their order. `newest` is the highest number in use, `exists` are those of
    their ids that are in use. Raises `StoreError` for an id that is taken or too far above `newest`."""
    asked = [number_of(parse_id(each.id)) if each.id else 0 for each in tickets]
    last = max(newest, *asked, 0)
    if last > newest + MAX_ID_GAP:
        raise StoreError(f"{format_id(last)} is too far from {format_id(newest + 1)}, which would be next")
    used = {number_of(parse_id(ticket_id)) for ticket_id in exists}
    numbers = []
    for number, each in zip(asked, tickets, strict=True):
        if number in used:
            raise StoreError(f"{each.id} is taken")
        last += not number
        numbers.append(number or last)
        used.add(numbers[-1])
    return numbers


def update(record: Record, values: Values, origin: Origin) -> Change | None:
    """None if nothing would change. Raises `StoreError` for an invalid value."""
    asked = plain_values(values)
    status = asked.get("stat")
    closes = status == Status.DONE.value and record.ticket.stat is not Status.DONE
    metadata: Values = {}
    if status == Status.PROG.value:
        metadata = {"started_by": origin.user_id, "closed_at": None}
    elif status == Status.OPEN.value:
        metadata = {"started_by": "", "closed_at": None}
    elif closes:
        metadata = {"closed_at": origin.timestamp}
    return change_to(record, "closed" if closes else "updated", origin, asked, metadata)


def post(record: Record, channel: str, origin: Origin, *, private: bool) -> Change | None:
    """Move the ticket to `channel`. None if it is there already."""
    return change_to(record, "posted", origin, {}, {"channel": channel, "private": private})


def change_to(
    record: Record, kind: ChangeKind, origin: Origin, values: Values, metadata: Values
) -> Change | None:
    """A change to those of `values` and `metadata` that differ from the record. None if none does."""
    ticket = record.ticket
    values = {name: value for name, value in values.items() if getattr(ticket, name) != value}
    metadata = {name: value for name, value in metadata.items() if getattr(record, name) != value}
    return _set(record, kind, origin, values, metadata) if values or metadata else None


def _set(
    record: Record,
    kind: ChangeKind,
    origin: Origin,
    values: Values,
    metadata: Values,
    *,
    undoes: int | None = None,
) -> Change:
    """A change to all of `values` and `metadata`. If it deletes or restores the ticket, it has all fields before or after."""
    fields = fields_of(record.ticket)
    before = {name: fields[name] for name in values}
    if "deleted" in metadata:
        whole = _without_none(fields)
        before, values = (whole, {}) if metadata["deleted"] else ({}, whole)
    return Change(
        record.ticket.id,
        record.version + 1,
        kind,
        origin,
        MappingProxyType(before),
        MappingProxyType(values),
        MappingProxyType({name: getattr(record, name) for name in metadata}),
        MappingProxyType(metadata),
        undoes=undoes,
    )


def delete(record: Record, origin: Origin) -> Change:
    return _set(record, "deleted", origin, {}, {"deleted": True})


def numbers_of(ticket_ids: Iterable[str]) -> list[int]:
    """The tickets' numbers. Raises `NotFoundError`, and `StoreError` if a ticket is named twice."""
    numbers = [number_or_raise(ticket_id) for ticket_id in ticket_ids]
    if len(set(numbers)) < len(numbers):
        raise StoreError("a ticket is named twice")
    return numbers


def several(
    values: Mapping[str, Values | None],
    records: Iterable[Record | None],
    origin: Origin,
    expected: Mapping[str, int] | None,
    *,
    together: bool,
) -> list[tuple[Record, Change | None]]:
    """The tickets of a bulk update, in order, and their changes: None for one that is no longer at its `expected` version,
    and for all if they go `together`. None instead of values deletes a ticket. Raises `NotFoundError`."""
    made: list[tuple[Record, Change | None]] = []
    changed_meanwhile = False
    for (ticket_id, each), record in zip(values.items(), records, strict=True):
        if record and expected and expected.get(ticket_id, record.version) != record.version:
            made.append((record, None))
            changed_meanwhile = True
            continue
        there = present(ticket_id, record)
        made.append((there, delete(there, origin) if each is None else update(there, each, origin)))
    return [(record, None) for record, _ in made] if together and changed_meanwhile else made


def unchanged(ticket_id: str, record: Record | None) -> Written:
    """The result for a ticket that a repeated bulk update names and the first had not changed. Raises `NotFoundError` if it
    never existed."""
    if record is None:
        raise NotFoundError(ticket_id)
    return Written(record, None, repeated=True)


def may_be_trimmed(record: Record, before: float) -> bool:
    """Whether a ticket's history may be removed: it is done and unchanged since `before`."""
    return record.ticket.stat is Status.DONE and record.changed_at < before


def trim(record: Record, origin: Origin, days: int) -> Change:
    """A change that replaces all earlier ones by the ticket as it is, without the text it was created from."""
    ticket, metadata = record.ticket, {name: getattr(record, name) for name in METADATA}
    anew = _created(number_of(ticket.id), fields_of(ticket), ticket.created, origin, metadata)
    trimmed = Trimmed(replace(record.origin, text=""), record.changed_at, days)
    return replace(anew, version=record.version + 1, kind="trimmed", trimmed=trimmed)


def undo(record: Record | None, changes: Sequence[Change], version: int, origin: Origin) -> Change:
    """Undo the change that made `version`. `changes` are the ticket's from that one on, in order.

    Raises `NothingToUndoError`, and `ConflictError` naming the fields that another change has touched since.
    """
    if record is None or not changes or changes[0].version != version:
        raise NothingToUndoError("there is no such change")
    change, *later = changes
    if change.trimmed:
        raise NothingToUndoError("what was changed before is not known any more")
    undone_by = undone_versions(changes)
    if version in undone_by:
        raise NothingToUndoError("that is undone already")
    touched = frozenset().union(
        *(touched_fields(other) for other in later if not _is_cancelled(other, version, undone_by))
    )
    if touched := touched & touched_fields(change):
        names = ", ".join(sorted(touched))
        raise ConflictError(f"{record.ticket.id} was changed since ({names}), so nothing was undone")
    metadata = {"deleted": True} if version == 1 else change.metadata_before
    return _set(record, "undone", origin, change.before, metadata, undoes=version)


def undone_versions(changes: Sequence[Change]) -> dict[int, int]:
    """The undone versions among a ticket's latest `changes` (in order), each with the version that undid it."""
    return match_undos((each.version, each.undoes) for each in reversed(changes) if each.undoes is not None)


def match_undos(undos: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The undone versions, each with the version that undid it. `undos` are pairs of an undo and what it undid, newest
    first. An undo counts only if it has not been undone itself by a later one."""
    undone: dict[int, int] = {}
    for version, undoes in undos:
        if version not in undone:
            undone[undoes] = version
    return undone


def _is_cancelled(later: Change, first: int, undone_by: Mapping[int, int]) -> bool:
    """Whether `later` was undone, or undoes a change newer than `first`: such pairs cancel out."""
    return later.version in undone_by or (later.undoes is not None and later.undoes > first)


def touched_fields(change: Change) -> frozenset[str]:
    """The fields that a change touches. Creating or deleting a ticket touches all."""
    if change.version == 1 or "deleted" in change.metadata_after:
        return _EVERYTHING
    return frozenset(change.after) | frozenset(change.metadata_after)


# records


def apply(record: Record | None, change: Change) -> Record:
    """The record after `change`. `record` is None for a new ticket."""
    if change.trimmed:
        made = apply(None, replace(change, trimmed=None))
        card = record.card if record else None
        return replace(made, origin=change.trimmed.origin, changed_at=change.trimmed.changed_at, card=card)
    metadata = {name: value for name, value in change.metadata_after.items() if name in METADATA}
    if record is None:
        created = change.metadata_after["created"]
        ticket = make_ticket({"id": change.ticket_id, "created": created, **change.after})
        return Record(ticket, change.origin, change.version, change.origin.timestamp, **metadata)
    ticket = record.ticket
    if change.after and "deleted" not in metadata:
        ticket = make_ticket({**ticket.__dict__, **change.after})
    return replace(
        record, ticket=ticket, version=change.version, changed_at=change.origin.timestamp, **metadata
    )


def _without_none(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
