"""Deliveries: accepted once by any of their keys, and worked on by the one process that has claimed them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor
from psycopg.sql import SQL

from store import commands
from store.errors import NotFoundError, StoreError
from store.ids import format_id
from store.leases import IN_LINE
from store.models.deliveries import Accepted, Delivery, ParkedDelivery, Posted
from store.models.tickets import Json, MessageUsage
from store.postgres.database import Database
from store.postgres.rows import DELIVERY, card_row, delivery_of, from_json, to_json
from store.postgres.saving import count_usage
from store.postgres.shown import SET_CARD
from store.protocol import KEY_LIFETIME

# Whether `other` has to be done before what follows in its thread: as in store/leases.py.
_HOLDS_UP: Final = SQL("""NOT (other.owner = %(owner)s AND other.lease_until > %(now)s)
    AND NOT (other.owner = '' AND other.lease_until > %(now)s)""")
ACCEPT_TIMEOUT = 2.5  # seconds: Slack waits for three
_ACCEPT: Final = SQL("""
    INSERT INTO deliveries (id, attempt, keys, at, state, payload, thread, begins, owner, lease_until)
    SELECT %(id)s, %(id)s, %(keys)s, %(at)s, 'pending', %(payload)s, %(thread)s, %(begins)s,
        CASE WHEN waits THEN '' ELSE %(owner)s END, CASE WHEN waits THEN 0 ELSE %(lease_until)s END
    FROM (SELECT NOT %(begins)s AND %(owner)s <> '' AND %(thread)s <> '' AND EXISTS (SELECT FROM deliveries AS other
        WHERE other.thread = %(thread)s AND other.state = 'pending' AND other.thread <> '' AND {})) AS it (waits)
    ON CONFLICT DO NOTHING RETURNING owner""").format(_HOLDS_UP)
# In one order, so that two who accept twins wait for each other rather than block each other.
_KEYS: Final = SQL("""
    INSERT INTO delivery_keys (key, id) SELECT key, %s FROM unnest(%s::text[]) AS key ORDER BY key
    ON CONFLICT DO NOTHING RETURNING key""")
_KNOWN: Final = SQL("""
    SELECT d.id, d.keys, d.state, d.reply, d.owner FROM unnest(%s::text[]) WITH ORDINALITY AS asked (key, place)
    JOIN delivery_keys k ON k.key = asked.key JOIN deliveries d ON d.id = k.id ORDER BY asked.place LIMIT 1""")
_LOCK: Final = SQL("""
    SELECT id, state, failures, at, attempt FROM deliveries
    WHERE id = (SELECT id FROM delivery_keys WHERE key = %s) FOR UPDATE""")
_FORGET: Final = SQL("""
    DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE state = 'done' AND at < %s
    ORDER BY at LIMIT 64 FOR UPDATE SKIP LOCKED)""")
_FINISH: Final = SQL("""
    UPDATE deliveries SET state = 'done', reply = %s, payload = NULL, reason = '', owner = '', attempt = %s WHERE id = %s""")
_FAIL: Final = SQL("""
    UPDATE deliveries SET failures = %s, reason = %s, state = CASE WHEN %s THEN 'parked' ELSE state END, attempt = %s
    WHERE id = %s""")
_UNDO_LINE: Final = SQL("""
    INSERT INTO undo_lines (number, version, channel, ts, thread, at) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (number, version) DO UPDATE SET seq = DEFAULT, channel = excluded.channel, ts = excluded.ts,
        thread = excluded.thread, at = excluded.at""")
_FORGET_UNDO_LINES: Final = SQL("""
    DELETE FROM undo_lines WHERE (number, version) IN (SELECT number, version FROM undo_lines WHERE at < %s
    ORDER BY at LIMIT 64 FOR UPDATE SKIP LOCKED)""")
# What another process works on at this moment is passed over, so that nobody waits for anybody. An attempt that is
# repeated gets again what it had claimed. As an array, so that it is looked for once: `IN` may do it row by row, and
# then claims more than the limit. Of a thread only the first can be claimed: who claims at the same time passes it over,
# and must not get the second.
_CLAIM: Final = SQL("""
    UPDATE deliveries SET owner = %(owner)s, lease_until = %(until)s, attempt = %(attempt)s WHERE id = ANY(ARRAY(
        SELECT id FROM deliveries AS it WHERE state = 'pending' AND state <> 'done'
        AND (lease_until <= %(now)s OR attempt = %(attempt)s)
        AND (thread = '' OR begins OR NOT EXISTS (SELECT FROM deliveries AS other
            WHERE other.thread = it.thread AND other.state = 'pending' AND other.thread <> '' AND other.id <> it.id
            AND (other.begins OR (other.at, other.seq) < (it.at, it.seq)) AND {}))
        ORDER BY at, seq LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )) RETURNING at, seq, {}""").format(_HOLDS_UP, DELIVERY)
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
        }
        while True:
            try:
                return await self._database.write(
                    lambda connection, attempt: _accept(connection, attempt, row),
                    min(ACCEPT_TIMEOUT, self._database.timeout),
                )
            except _KnownError as known:
                # Its delivery may be forgotten at this moment; then it is a new one.
                if accepted := await self._add_keys(keys, known.attempt, owner):
                    return accepted

    async def _add_keys(self, keys: Sequence[str], attempt: UUID, owner: str) -> Accepted | None:
        """Of a delivery that is known by one of its keys: the others may be the only ones that a further twin has."""

        async def work(connection: AsyncConnection, _: UUID) -> Accepted | None:
            found = await (await connection.execute(_KNOWN, [keys])).fetchone()
            if found is None:
                return None
            delivery_id, known, state, reply, its_owner = found
            if delivery_id == attempt:  # it was this one, and its end was not heard
                return Accepted(True, known[0], waits=owner != its_owner)
            if set(keys) - set(known):
                added = await connection.execute(_KEYS, [delivery_id, keys])
                more = {row[0] for row in await added.fetchall()}
                await connection.execute(
                    "UPDATE deliveries SET keys = keys || %s::text[] WHERE id = %s",
                    [[key for key in keys if key in more], delivery_id],
                )
            return Accepted(False, known[0], state, from_json(reply))

        return await self._database.write(work)

    async def finish(
        self,
        key: str,
        reply: Json | None = None,
        *,
        posted: Posted = Posted(),  # noqa: B008  # frozen
        usage: MessageUsage | None = None,
    ) -> Mapping[str, int]:
        kept = None if reply is None else to_json(reply)
        cards = [card_row(commands.number_or_raise(ticket_id), card) for ticket_id, card in posted.cards]
        lines = [
            (commands.number_or_raise(ticket_id), version, message)
            for ticket_id, version, message in posted.undo_lines
        ]

        shown: list[AsyncCursor[Any]] = []

        async def work(connection: AsyncConnection, attempt: UUID) -> None:
            shown.clear()
            delivery_id, state, _, at, latest = await _lock(connection, key)
            if state == "done" and latest != attempt:
                return
            await connection.execute(_FINISH, [kept, attempt, delivery_id])
            shown.extend([await connection.execute(SET_CARD, card) for card in cards])
            for number, version, message in lines:
                await connection.execute(_UNDO_LINE, [number, version, *message, at])
            if lines:
                await connection.execute(_FORGET_UNDO_LINES, [at - KEY_LIFETIME])
            if usage is not None and state != "done":
                await count_usage(connection, usage)

        await self._database.write(work)
        rows = [row for each in shown for row in await each.fetchall()]
        return {format_id(number): version for number, version in rows}

    async def fail(self, key: str, reason: str, *, park: bool, usage: MessageUsage | None = None) -> int:
        async def work(connection: AsyncConnection, attempt: UUID) -> int:
            delivery_id, _, failures, _, latest = await _lock(connection, key)
            if latest == attempt:
                return int(failures)
            await connection.execute(_FAIL, [failures + 1, reason, park, attempt, delivery_id])
            if usage is not None:
                await count_usage(connection, usage)
            return int(failures) + 1

        return await self._database.write(work)

    async def claim(self, owner: str, now: float, lease_until: float, limit: int = 100) -> list[Delivery]:
        values = {"owner": owner, "until": lease_until, "now": now, "limit": limit}

        async def work(connection: AsyncConnection, attempt: UUID) -> list[Delivery]:
            found = await connection.execute(_CLAIM, {**values, "attempt": attempt})
            return [delivery_of(row[2:]) for row in sorted(await found.fetchall(), key=lambda row: row[:2])]

        return await self._database.write(work)

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


class _KnownError(Exception):
    """One of a delivery's keys is known; `attempt` is the number of the attempt that found out."""

    def __init__(self, attempt: UUID) -> None:
        self.attempt = attempt
        super().__init__()


async def _accept(connection: AsyncConnection, attempt: UUID, row: Mapping[str, Any]) -> Accepted:
    await connection.execute(_FORGET, [row["at"] - KEY_LIFETIME])
    accepted = await connection.execute(_ACCEPT, {**row, "id": attempt})
    added = await connection.execute(_KEYS, [attempt, row["keys"]])
    if len(await added.fetchall()) < len(row["keys"]):
        raise _KnownError(attempt)
    owner = await accepted.fetchone()
    return Accepted(True, row["keys"][0], waits=owner is not None and owner[0] != row["owner"])


async def _lock(connection: AsyncConnection, key: str) -> tuple[Any, ...]:
    found = await (await connection.execute(_LOCK, [key])).fetchone()
    if found is None:
        raise NotFoundError(key)
    return found
