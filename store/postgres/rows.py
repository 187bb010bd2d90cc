"""Records, changes and deliveries as rows of the tables, and back. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg.sql import SQL

from store.codec import (
    decode,
    decode_change,
    decode_origin,
    encode,
    encode_change,
    encode_origin,
    encode_ticket,
)
from store.fields import make_ticket
from store.models.deliveries import Delivery
from store.models.tickets import Change, Json, MessageRef, Origin, Record
from store.search import terms_of

Row = tuple[Any, ...]

RECORD: Final = SQL(
    "number, version, ticket, origin, changed_at, channel, private, started_by, closed_at, deleted,"
    " card_channel, card_ts, card_thread"
)
RECORD_WIDTH: Final = 13
CHANGE: Final = SQL("change, undone_by")
DELIVERY: Final = SQL("keys, at, payload, thread, begins")


def to_json(value: Any) -> str:
    return encode(value).decode()


def from_json(text: str | None) -> Json | None:
    if text is None:
        return None
    value: Json = decode(text.encode())
    return value


def record_of(row: Row) -> Record:
    """Of the columns `RECORD`."""
    _, version, ticket, origin, changed_at, channel, private, started_by, closed_at, deleted, *card = row
    return Record(
        make_ticket(decode(ticket.encode())),
        decode_origin(decode(origin.encode())),
        version,
        changed_at,
        channel,
        private,
        started_by,
        closed_at,
        None if card[0] is None else MessageRef(*card),
        deleted,
    )


def change_of(row: Row) -> Change:
    """Of the columns `CHANGE`."""
    text, undone_by = row
    return decode_change(decode(text.encode()), undone_by)


def change_row(number: int, change: Change, commit: UUID, asked: Origin) -> Mapping[str, Any]:
    """Of a change that `asked` asked for: where it is another's, being from elsewhere, that is kept beside it."""
    imported = {} if change.origin == asked else {"imported_by": encode_origin(asked)}
    return {
        "number": number,
        "version": change.version,
        "commit": commit,
        "user_id": change.origin.user_id,
        "undoes": change.undoes,
        "change": to_json(encode_change(change) | imported),
    }


def ticket_row(number: int, record: Record) -> Mapping[str, Any]:
    """All columns of a ticket but where its card is; `words` is what it is found by."""
    ticket, origin = record.ticket, record.origin
    return {
        "number": number,
        "version": record.version,
        "ticket": to_json(encode_ticket(ticket)),
        "origin": to_json(encode_origin(origin)),
        "reported_by": origin.user_id,
        "created_at": origin.timestamp,
        "changed_at": record.changed_at,
        "closed_at": record.closed_at,
        "started_by": record.started_by,
        "stat": ticket.stat.value,
        "pri": ticket.pri.value,
        "cat": ticket.cat.value,
        "channel": record.channel,
        "private": record.private,
        "deleted": record.deleted,
        "origin_channel": origin.channel,
        "origin_thread": origin.thread,
        "words": sorted(terms_of(ticket)[1]),
    }


def card_row(number: int, card: MessageRef) -> Mapping[str, Any]:
    return {
        "number": number,
        "channel": card.channel,
        "ts": card.ts,
        "thread": card.thread,
        "root": card.thread or card.ts,
    }


Kind = tuple[str, int, str, bool]  # status, priority, category, whether it is private


def kind_of(record: Record | None) -> Kind | None:
    """What a ticket is counted as; None for one that is in no list."""
    if record is None or record.deleted:
        return None
    ticket = record.ticket
    return ticket.stat.value, ticket.pri.value, ticket.cat.value, record.private


def counts_changed(steps: Iterable[tuple[Record | None, Record]]) -> Sequence[tuple[Kind, int]]:
    """How many tickets more, or fewer, of each kind there are after these steps from one record to the next."""
    counts: dict[Kind, int] = {}
    for before, after in steps:
        for record, step in ((before, -1), (after, 1)):
            kind = kind_of(record)
            if kind is not None:
                counts[kind] = counts.get(kind, 0) + step
    return sorted((kind, count) for kind, count in counts.items() if count)


def terms_changed(steps: Iterable[tuple[Record | None, Record]]) -> Sequence[tuple[str, bool, int]]:
    """How many tickets more, or fewer, hold each term after these steps; with whether they are private."""
    counts: dict[tuple[str, bool], int] = {}
    for before, after in steps:
        if before is not None and _text_of(before) == _text_of(after):
            continue
        for record, step in ((before, -1), (after, 1)):
            if record is not None and not record.deleted:
                for term in terms_of(record.ticket)[1]:
                    counts[term, record.private] = counts.get((term, record.private), 0) + step
    return sorted((*key, count) for key, count in counts.items() if count)


def _text_of(record: Record) -> tuple[Any, ...]:
    ticket = record.ticket
    return ticket.title, ticket.desc, ticket.res, record.private, record.deleted


def delivery_of(row: Row) -> Delivery:
    """Of the columns `DELIVERY`."""
    keys, at, payload, thread, begins = row
    return Delivery(tuple(keys), at, from_json(payload) or {}, thread, begins)
