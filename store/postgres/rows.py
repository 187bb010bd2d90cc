"""Records, changes and deliveries as rows of the tables, and back. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

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


def change_row(number: int, change: Change, asked: Origin) -> dict[str, Any]:
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


def ticket_row(number: int, record: Record) -> dict[str, Any]:
    """All columns of a ticket but where its card is; `words` is what it is found by."""
    origin = record.origin
    return {
        **changed_row(number, None, record),
        "origin": to_json(encode_origin(origin)),
        "reported_by": origin.user_id,
        "created_at": origin.timestamp,
        "origin_channel": origin.channel,
        "origin_thread": origin.thread,
    }


def changed_row(number: int, before: Record | None, after: Record) -> dict[str, Any]:
    """Of `ticket_row` the columns that a change may change; `words` only where what is counted of them is not the same."""
    ticket = after.ticket
    row = {
        "number": number,
        "version": after.version,
        "ticket": without_id(encode_ticket(ticket)),
        "changed_at": after.changed_at,
        "closed_at": after.closed_at,
        "started_by": after.started_by,
        "stat": ticket.stat.value,
        "pri": ticket.pri.value,
        "cat": ticket.cat.value,
        "channel": after.channel,
        "private": after.private,
        "deleted": after.deleted,
    }
    if before is None or _text_of(before) != _text_of(after):
        row["words"] = list(terms_of(ticket)[1])
    return row


def _text_of(record: Record) -> tuple[Any, ...]:
    ticket = record.ticket
    return ticket.title, ticket.desc, ticket.res, record.private, record.deleted


def card_row(number: int, card: MessageRef) -> Mapping[str, Any]:
    return {
        "number": number,
        "channel": card.channel,
        "ts": card.ts,
        "thread": card.thread,
        "root": card.thread or card.ts,
    }


def delivery_of(row: Row) -> Delivery:
    """Of the columns `DELIVERY`."""
    keys, at, payload, thread, begins = row
    return Delivery(tuple(keys), at, from_json(payload) or {}, thread, begins)
