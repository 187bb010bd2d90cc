"""Deliveries from Slack: each is accepted once, under any of its keys, and handled by the process that claims it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store import commands
from store.coordination import IN_LINE
from store.errors import NotFoundError, StoreError
from store.ids import format_id
from store.models.deliveries import Accepted, Delivery, ParkedDelivery, Posted, UndoLine
from store.models.tickets import Json, MessageRef, MessageUsage
from store.postgres.connection.database import Database
from store.postgres.connection.statements import Row, Statement
from store.postgres.rows import DELIVERY, card_row, delivery_of, from_json, to_json
from store.postgres.saving import LOCK, count_usage_after, usage_row
from store.protocol import KEY_LIFETIME

# Whether `other` must be done before later deliveries of its thread: as in store/coordination.py.
_HOLDS_UP: Final = SQL("""NOT (other.owner = %(owner)s AND other.lease_until > %(now)s)
    AND NOT (other.owner = '' AND other.lease_until > %(now)s)""")
ACCEPT_TIMEOUT = 2.5  # seconds; Slack waits 3
_ACCEPT: Final = SQL("""
    INSERT INTO deliveries (id, attempt, keys, at, state, payload, thread, begins, owner, lease_until)
    SELECT %(id)s, %(id)s, %(keys)s, %(at)s, 'pending', %(payload)s, %(thread)s, %(begins)s,
        CASE WHEN waits THEN '' ELSE %(owner)s END, CASE WHEN waits THEN 0 ELSE %(lease_until)s END
    FROM (SELECT NOT %(begins)s AND %(owner)s <> '' AND %(thread)s <> '' AND EXISTS (SELECT FROM deliveries AS other
        WHERE other.thread = %(thread)s AND other.state = 'pending' AND other.thread <> '' AND {})) AS it (waits)
    WHERE NOT EXISTS (SELECT FROM delivery_keys WHERE key = ANY(%(keys)s))""").format(_HOLDS_UP)
# Sorted, so that two processes that accept twins wait for one another and do not deadlock.
_KEYS: Final = SQL("""
    INSERT INTO delivery_keys (key, id) SELECT key, id FROM unnest(%(keys)s::text[]) AS key, deliveries WHERE id = %(id)s
    ORDER BY key ON CONFLICT DO NOTHING""")
# If a twin that was accepted at the same moment got one of the keys first.
_DROP_TWIN: Final = SQL("""
    DELETE FROM deliveries WHERE id = %(id)s
    AND (SELECT count(*) FROM delivery_keys WHERE id = %(id)s) < cardinality(%(keys)s::text[])""")
# Adds the new keys to a delivery that is known by another: a further twin may have only the new ones.
_ADD_KEYS: Final = SQL("""
    WITH asked AS (SELECT * FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS asked (key, place)),
    known AS (SELECT k.id FROM asked JOIN delivery_keys k ON k.key = asked.key ORDER BY asked.place LIMIT 1),
    more AS (INSERT INTO delivery_keys (key, id) SELECT asked.key, known.id FROM asked, known WHERE known.id <> %(id)s
        ORDER BY asked.key ON CONFLICT DO NOTHING RETURNING key)
    UPDATE deliveries SET keys = keys || ARRAY(SELECT asked.key FROM asked JOIN more ON more.key = asked.key ORDER BY place)
    WHERE id = (SELECT id FROM known) AND EXISTS (SELECT FROM more)""")
_KNOWN: Final = SQL("""
    SELECT d.id = %(id)s, d.keys, d.state, d.reply, d.owner FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS asked (key, place)
    JOIN delivery_keys k ON k.key = asked.key JOIN deliveries d ON d.id = k.id ORDER BY asked.place LIMIT 1""")
_LOCK: Final = SQL("""
    SELECT id, state, failures, at, attempt FROM deliveries
    WHERE id = (SELECT id FROM delivery_keys WHERE key = %s) FOR UPDATE""")
_FORGET: Final = SQL("""
    DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE state = 'done' AND at < %(forgotten)s
    ORDER BY at LIMIT 64 FOR UPDATE SKIP LOCKED)""")
_FINISH: Final = SQL("""
    UPDATE deliveries SET state = 'done', reply = %(reply)s, payload = NULL, reason = '', owner = '', attempt = %(attempt)s
    WHERE id = (SELECT id FROM delivery_keys WHERE key = %(key)s) AND state <> 'done' RETURNING at""")
_FINISH_COUNTED: Final = SQL("WITH done AS ({}) {}").format(_FINISH, count_usage_after("done"))
_COUNT_USAGE: Final = count_usage_after("(VALUES (1)) AS message")
_FINISHED: Final = SQL("""
    FROM deliveries WHERE id = (SELECT id FROM delivery_keys WHERE key = %(key)s) AND attempt = %(attempt)s""")
_FAIL: Final = SQL("""
    UPDATE deliveries SET failures = %s, reason = %s, state = CASE WHEN %s THEN 'parked' ELSE state END, attempt = %s
    WHERE id = %s""")
_FAIL_LATE: Final = SQL("UPDATE deliveries SET attempt = %s WHERE id = %s")  # another process has finished it
_IS_KNOWN: Final = SQL("SELECT true FROM delivery_keys WHERE key = %(key)s")
_SET_CARD: Final = SQL("""
    UPDATE tickets SET card_channel = %(channel)s, card_ts = %(ts)s, card_thread = %(thread)s, card_root = %(root)s
    WHERE number = %(number)s AND EXISTS (SELECT {}) RETURNING number, version""").format(_FINISHED)
_UNDO_LINE: Final = SQL("""
    INSERT INTO undo_lines (number, version, channel, ts, thread, at)
    SELECT %(number)s, %(version)s, %(channel)s, %(ts)s, %(thread)s, at {}
    ON CONFLICT (number, version) DO UPDATE SET seq = DEFAULT, channel = excluded.channel, ts = excluded.ts,
        thread = excluded.thread, at = excluded.at""").format(_FINISHED)
_FORGET_UNDO_LINES: Final = SQL("""
    DELETE FROM undo_lines WHERE (number, version) IN (SELECT number, version FROM undo_lines
    WHERE at < (SELECT at - %(lifetime)s {}) ORDER BY at LIMIT 64 FOR UPDATE SKIP LOCKED)""").format(
    _FINISHED
)
# Skips rows that another process has locked, so that no process waits. A repeated attempt gets the same deliveries
# again. The subquery is an ARRAY, so that it runs once: with `IN` it may run for each row and exceed the limit.
# Only the first delivery of a thread can be claimed: a process that skips it as locked must not get the second.
_CLAIM: Final = SQL("""
    UPDATE deliveries SET owner = %(owner)s, lease_until = %(until)s, attempt = %(attempt)s WHERE id = ANY(ARRAY(
        SELECT id FROM deliveries AS it WHERE state = 'pending' AND state <> 'done'
        AND (lease_until <= %(now)s OR attempt = %(attempt)s)
        AND (thread = '' OR begins OR NOT EXISTS (SELECT FROM deliveries AS other
            WHERE other.thread = it.thread AND other.state = 'pending' AND other.thread <> '' AND other.id <> it.id
            AND (other.begins OR (other.at, other.seq) < (it.at, it.seq)) AND {}))
        ORDER BY at, seq LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )) RETURNING at, seq, {}""").format(_HOLDS_UP, DELIVERY)
_ACCEPTING: Final = (_FORGET, _ACCEPT, _KEYS, _DROP_TWIN, _ADD_KEYS, _KNOWN)
_RENEW: Final = SQL("""
    UPDATE deliveries SET lease_until = %s WHERE state = 'pending' AND owner = %s
    AND id IN (SELECT id FROM delivery_keys WHERE key = ANY(%s)) RETURNING keys""")
_RELEASE: Final = SQL("""
    UPDATE deliveries SET owner = %s, lease_until = %s WHERE state = 'pending' AND owner = %s
    AND id IN (SELECT id FROM delivery_keys WHERE key = ANY(%s)) RETURNING id""")
_IN_STATE: Final = SQL(
    "SELECT {}, reason FROM deliveries WHERE state = %s AND state <> 'done' ORDER BY at, seq"
).format(DELIVERY)


class Deliveries:
    """Needs a `Database`; every method as in `store.protocol`."""

    _database: Database

    async def accept(self, delivery: Delivery, owner: str = "", lease_until: float = 0) -> Accepted:
        if not delivery.keys:
            raise StoreError("a delivery without a key cannot be told from its twin")
        keys = list(dict.fromkeys(delivery.keys))
        row = {
            "keys": keys,
            "at": delivery.timestamp,
            "now": delivery.timestamp,
            "payload": to_json(delivery.payload),
            "thread": delivery.thread,
            "begins": delivery.begins,
            "owner": owner,
            "lease_until": lease_until if owner else 0,
            "forgotten": delivery.timestamp - KEY_LIFETIME,
            "lock": f"thread {delivery.thread}",
        }
        # Of two that reach two processes at the same moment, the second must see the first, to wait for it.
        waiting = bool(delivery.thread and owner) and not delivery.begins
        accepting: tuple[Statement, ...] = (LOCK, *_ACCEPTING) if waiting else _ACCEPTING
        while True:
            *_, known = await self._database.change_together(
                lambda attempt: [(each, {**row, "id": attempt, "commit": attempt}) for each in accepting],
                min(ACCEPT_TIMEOUT, self._database.timeout),
            )
            if known:  # otherwise its twin was deleted just now, so it is accepted as new
                [(mine, kept, state, reply, its_owner)] = known
                if mine:
                    return Accepted(True, kept[0], waits=owner != its_owner)
                return Accepted(False, kept[0], state, from_json(reply))

    async def finish(
        self,
        key: str,
        reply: Json | None = None,
        *,
        posted: Posted = Posted(),  # noqa: B008  # frozen
        usage: MessageUsage | None = None,
    ) -> Mapping[str, int]:
        values: dict[str, Any] = {
            "key": key,
            "reply": None if reply is None else to_json(reply),
            "lifetime": KEY_LIFETIME,
        }
        statements: list[tuple[Statement, Mapping[str, Any]]] = [
            (_FINISH_COUNTED, usage_row(usage)) if usage is not None else (_FINISH, {})
        ]
        statements += [
            (_SET_CARD, card_row(commands.number_or_raise(name), card)) for name, card in posted.cards
        ]
        statements += [
            (_UNDO_LINE, {"number": commands.number_or_raise(name), "version": version, **message._asdict()})
            for name, version, message in posted.undo_lines
        ]
        statements += [(_FORGET_UNDO_LINES, {})] if posted.undo_lines else []
        statements += [(_IS_KNOWN, {})]
        done = await self._database.change_together(
            lambda attempt: [(each, {**values, **more, "attempt": attempt}) for each, more in statements]
        )
        if not done[-1]:
            raise NotFoundError(key)
        shown = [row for rows in done[1 : 1 + len(posted.cards)] for row in rows]
        return {format_id(number): version for number, version in shown}

    async def fail(self, key: str, reason: str, *, park: bool, usage: MessageUsage | None = None) -> int:
        async def work(connection: AsyncConnection, attempt: UUID) -> int:
            delivery_id, state, failures, _, latest = await _lock(connection, key)
            if latest == attempt:
                return int(failures)
            if state == "done":
                await connection.execute(_FAIL_LATE, [attempt, delivery_id])
            else:
                failures += 1
                await connection.execute(_FAIL, [failures, reason, park, attempt, delivery_id])
            if usage is not None:
                await connection.execute(_COUNT_USAGE, usage_row(usage))
            return int(failures)

        return await self._database.write(work)

    async def claim(self, owner: str, now: float, lease_until: float, limit: int = 100) -> list[Delivery]:
        values = {"owner": owner, "until": lease_until, "now": now, "limit": limit}

        [found] = await self._database.change_together(
            lambda attempt: [(_CLAIM, {**values, "attempt": attempt})]
        )
        return [delivery_of(row[2:]) for row in sorted(found, key=lambda row: row[:2])]

    async def renew(self, owner: str, keys: Sequence[str], lease_until: float) -> list[str]:
        rows = await self._database.change(_RENEW, [lease_until, owner, list(keys)])
        mine = {key for row in rows for key in row[0]}
        return [key for key in keys if key in mine]

    async def release(self, owner: str, keys: Sequence[str], until: float, *, in_line: bool = False) -> None:
        await self._database.change(_RELEASE, [IN_LINE if in_line else "", until, owner, list(keys)])

    async def pending(self) -> list[Delivery]:
        return [delivery_of(row[:-1]) for row in await self._database.read(_IN_STATE, ["pending"])]

    async def parked(self) -> list[ParkedDelivery]:
        rows = await self._database.read(_IN_STATE, ["parked"])
        return [ParkedDelivery(delivery_of(row[:-1]), row[-1]) for row in rows]

    async def retry_parked(self, key: str) -> None:
        await self._change_parked(key, {"state": "pending", "failures": 0})

    async def drop_parked(self, key: str) -> None:
        await self._change_parked(key, {"state": "done", "failures": None})

    async def _change_parked(self, key: str, values: Mapping[str, Any]) -> None:
        async def work(connection: AsyncConnection, attempt: UUID) -> None:
            delivery_id, state, _, _, latest = await _lock(connection, key)
            if latest == attempt:
                return
            if state != "parked":
                raise NotFoundError(key)
            await connection.execute(
                "UPDATE deliveries SET state = %(state)s, failures = coalesce(%(failures)s, failures), owner = '', lease_until = 0,"
                " payload = CASE WHEN %(state)s = 'done' THEN NULL ELSE payload END, attempt = %(attempt)s"
                " WHERE id = %(id)s",
                {**values, "attempt": attempt, "id": delivery_id},
            )

        await self._database.write(work)

    # the messages that offer to undo a change

    async def undo_line(self, ticket_id: str, version: int) -> UndoLine | None:
        rows = await self._database.read(
            "SELECT number, version, channel, ts, thread FROM undo_lines WHERE number = %s AND version = %s",
            [commands.number_or_raise(ticket_id), version],
        )
        return _undo_line(rows[0]) if rows else None

    async def undo_lines_in(self, channel: str, thread: str) -> tuple[UndoLine, ...]:
        rows = await self._database.read(
            "SELECT number, version, channel, ts, thread FROM undo_lines WHERE channel = %s AND thread = %s"
            " ORDER BY seq DESC",
            [channel, thread],
        )
        return tuple(map(_undo_line, rows))


async def _lock(connection: AsyncConnection, key: str) -> tuple[Any, ...]:
    found = await (await connection.execute(_LOCK, [key])).fetchone()
    if found is None:
        raise NotFoundError(key)
    return found


def _undo_line(row: Row) -> UndoLine:
    number, version, *message = row
    return UndoLine(format_id(number), version, MessageRef(*message))
