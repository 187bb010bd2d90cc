"""Removes the history of tickets done long ago, 500 per transaction, so that other writers do not wait long."""

from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store import commands
from store.ids import number_of
from store.models.tickets import Origin, TrimmedHistory
from store.postgres.connection.database import Database
from store.postgres.rows import RECORD, change_row, record_of, ticket_row

_AT_ONCE = 500  # tickets per transaction
_DUE: Final = SQL("""
    FROM tickets t WHERE stat = 'done' AND changed_at < %(before)s AND NOT EXISTS (
        SELECT 1 FROM changes c WHERE c.number = t.number AND c.version = t.version AND c.change LIKE '%%"kind":"trimmed"%%')""")
_COUNT: Final = SQL("SELECT count(*)") + _DUE
_LOCKED: Final = (
    SQL("SELECT {}").format(RECORD) + _DUE + SQL(" ORDER BY number LIMIT %(at_once)s FOR UPDATE OF t")
)
_REMOVE: Final = SQL(
    "WITH gone AS (DELETE FROM changes WHERE number = ANY(%s) RETURNING 1) SELECT count(*) FROM gone"
)
_INSERT: Final = SQL("""
    INSERT INTO changes (number, version, commit, user_id, undoes, change)
    VALUES (%(number)s, %(version)s, %(commit)s, %(user_id)s, %(undoes)s, %(change)s)""")
_UPDATE: Final = SQL(
    "UPDATE tickets SET version = %(version)s, origin = %(origin)s WHERE number = %(number)s"
)


class Retention:
    """A mixin that needs `_database`; see `store.protocol` for the methods."""

    _database: Database

    async def count_trimmable(self, before: float) -> int:
        [(count,)] = await self._database.read(_COUNT, {"before": before})
        return int(count)

    async def trim_history(self, before: float, days: int, now: float) -> TrimmedHistory:
        async def work(connection: AsyncConnection, commit: UUID) -> TrimmedHistory:
            found = await connection.execute(_LOCKED, {"before": before, "at_once": _AT_ONCE})
            records = [record_of(row) for row in await found.fetchall()]
            numbers = [number_of(record.ticket.id) for record in records]
            [(removed,)] = await (await connection.execute(_REMOVE, [numbers])).fetchall()
            origin = Origin("", "", now)
            for number, record in zip(numbers, records, strict=True):
                change = commands.trim(record, origin, days)
                await connection.execute(_INSERT, {**change_row(number, change, origin), "commit": commit})
                await connection.execute(_UPDATE, ticket_row(number, commands.apply(record, change)))
            return TrimmedHistory(len(records), removed)

        done = TrimmedHistory(0, 0)
        while True:
            some = await self._database.write(work)
            done = TrimmedHistory(done.tickets + some.tickets, done.changes + some.changes)
            if some.tickets < _AT_ONCE:
                return done
