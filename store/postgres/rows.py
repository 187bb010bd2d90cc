"""Records, changes and deliveries as rows of the tables, and back. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

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
from store.ids import format_id
from store.models.deliveries import Delivery
from store.models.tickets import Change, Json, MessageRef, Origin, Record
from store.search import terms_of

Row = tuple[Any, ...]

RECORD: Final = SQL(
    "number, version, ticket, origin, changed_at, channel, private, started_by, closed_at, deleted,"
    " card_channel, card_ts, card_thread"
)
RECORD_WIDTH: Final = 13
CHANGE: Final = SQL("changes.number, change, undone_by")
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
    number, version, ticket, origin, changed_at, channel, private, started_by, closed_at, deleted, *card = row
    return Record(
        make_ticket(with_id(number, ticket)),
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


def title_of(row: Sequence[Any]) -> str:
    """Of the columns `RECORD`: what is needed of very many tickets."""
    return str(decode(row[2].encode())["title"])


def change_of(row: Row) -> Change:
    """Of the columns `CHANGE`."""
    number, text, undone_by = row
    return decode_change(with_id(number, text), undone_by)


def with_id(number: int, text: str) -> Json:
    """A ticket or a change as JSON. What is kept is without its id, which is not known before its number is."""
    return {**decode(text.encode()), "id": format_id(number)}


def without_id(row: Json) -> str:
    return to_json({name: value for name, value in row.items() if name != "id"})


def change_row(number: int, change: Change, asked: Origin) -> Mapping[str, Any]:
    """All columns of a change that `asked` asked for, but its commit: where it is another's, being from elsewhere, that is
    kept beside it."""
    imported = {} if change.origin == asked else {"imported_by": encode_origin(asked)}
    return {
        "number": number,
        "version": change.version,
        "user_id": change.origin.user_id,
        "undoes": change.undoes,
        "change": without_id(encode_change(change) | imported),
    }


def ticket_row(number: int, record: Record) -> Mapping[str, Any]:
    """All columns of a ticket but where its card is; `words` is what it is found by."""
    ticket, origin = record.ticket, record.origin
    return {
        "number": number,
        "version": record.version,
        "ticket": without_id(encode_ticket(ticket)),
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


class Kind(NamedTuple):
    """What tickets are counted by."""

    stat: str
    pri: int
    cat: str
    private: bool


def kind_of(record: Record | None) -> Kind | None:
    """What a ticket is counted as; None for one that is in no list."""
    if record is None or record.deleted:
        return None
    ticket = record.ticket
    return Kind(ticket.stat.value, ticket.pri.value, ticket.cat.value, record.private)


def counts_changed(steps: Iterable[tuple[Record | None, Record]]) -> Sequence[Mapping[str, Any]]:
    """How many tickets more, or fewer, of each kind there are after these steps from one record to the next."""
    counts: dict[Kind, int] = {}
    for before, after in steps:
        for record, step in ((before, -1), (after, 1)):
            kind = kind_of(record)
            if kind is not None:
                counts[kind] = counts.get(kind, 0) + step
    return [{**kind._asdict(), "more": count} for kind, count in sorted(counts.items()) if count]


def terms_changed(steps: Iterable[tuple[Record | None, Record]]) -> Sequence[Mapping[str, Any]]:
    """How many tickets more, or fewer, hold each term after these steps; with whether they are private."""
    counts: dict[tuple[str, bool], int] = {}
    for before, after in steps:
        if before is not None and _text_of(before) == _text_of(after):
            continue
        for record, step in ((before, -1), (after, 1)):
            if record is not None and not record.deleted:
                for term in terms_of(record.ticket)[1]:
                    counts[term, record.private] = counts.get((term, record.private), 0) + step
    return [
        {"term": term, "private": private, "more": count}
        for (term, private), count in sorted(counts.items())
        if count
    ]


def _text_of(record: Record) -> tuple[Any, ...]:
    ticket = record.ticket
    return ticket.title, ticket.desc, ticket.res, record.private, record.deleted


def delivery_of(row: Row) -> Delivery:
    """Of the columns `DELIVERY`."""
    keys, at, payload, thread, begins = row
    return Delivery(tuple(keys), at, from_json(payload) or {}, thread, begins)
