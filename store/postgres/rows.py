"""Converts records, changes and deliveries to rows of the tables and back. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg.sql import SQL

from store.ids import format_id
from store.models.deliveries import Delivery
from store.models.fields import make_ticket
from store.models.tickets import Change, Json, MessageRef, Origin, Record
from store.search import terms_of
from store.serialization.codec import (
    decode,
    decode_change,
    decode_origin,
    encode,
    encode_change,
    encode_origin,
    encode_ticket,
)

Row = tuple[Any, ...]

RECORD: Final = SQL(
    "number, version, ticket, origin, changed_at, channel, private, started_by, closed_at, deleted,"
    " card_channel, card_ts, card_thread"
)
RECORD_WIDTH: Final = 13
CHANGE: Final = SQL("changes.number, change, undone_by")
# Who sees a ticket, as it is counted: '' for everybody, '#' and the channel for a private one.
AUDIENCE: Final = SQL("CASE WHEN private THEN '#' || channel ELSE '' END")
DELIVERY: Final = SQL("keys, at, payload, thread, begins")


def to_json(value: Any) -> str:
    return encode(value).decode()


def from_json(text: str | None) -> Json | None:
    if text is None:
        return None
    value: Json = decode(text.encode())
    return value


def record_of(row: Row) -> Record:
    """The record from a row with the columns `RECORD`."""
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
    """The title from a row with the columns `RECORD`; cheaper than `record_of`."""
    return str(decode(row[2].encode())["title"])


def change_of(row: Row) -> Change:
    """The change from a row with the columns `CHANGE`."""
    number, text, undone_by = row
    return decode_change(with_id(number, text), undone_by)


def with_id(number: int, text: str) -> Json:
    """The JSON of a ticket or change with its id. It is stored without: the statement chooses the number."""
    return {**decode(text.encode()), "id": format_id(number)}


def without_id(row: Json) -> str:
    return to_json({name: value for name, value in row.items() if name != "id"})


def change_row(number: int, change: Change, asked: Origin) -> dict[str, Any]:
    """All columns of a change but `commit`. If the change is imported and so has an origin other than `asked`, `asked`
    is kept beside it as `imported_by`."""
    imported = {} if change.origin == asked else {"imported_by": encode_origin(asked)}
    return {
        "number": number,
        "version": change.version,
        "user_id": change.origin.user_id,
        "undoes": change.undoes,
        "change": without_id(encode_change(change) | imported),
    }


def ticket_row(number: int, record: Record) -> dict[str, Any]:
    """All columns of a ticket but those of its card; `words` is a list of the words that searches find it by."""
    origin = record.origin
    return {
        **changed_row(number, None, record),
        "origin": to_json(encode_origin(origin)),
        "reported_by": origin.user_id,
        "created_at": origin.timestamp,
        "origin_channel": origin.channel,
        "origin_thread": origin.thread,
        "origin_message": origin.message if origin.message != origin.thread else "",
    }


def changed_row(number: int, before: Record | None, after: Record) -> dict[str, Any]:
    """The columns of `ticket_row` that a change may alter; `words` only if the counts of words change."""
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
    return ticket.title, ticket.desc, ticket.res, record.private, record.channel, record.deleted


def card_row(number: int, card: MessageRef) -> Mapping[str, Any]:
    return {
        "number": number,
        "channel": card.channel,
        "ts": card.ts,
        "thread": card.thread,
        "root": card.thread or card.ts,
    }


def delivery_of(row: Row) -> Delivery:
    """The delivery from a row with the columns `DELIVERY`."""
    keys, at, payload, thread, begins = row
    return Delivery(tuple(keys), at, from_json(payload) or {}, thread, begins)
