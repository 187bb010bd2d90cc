"""Makes the work of a write one commit, or returns what its key did the first time; with the occasional upkeep."""

from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store.ids import number_of
from store.models.tickets import MessageRef, Origin, Record, Written
from store.postgres.connection.database import Database
from store.postgres.connection.statements import BoundStatement, fetch_together
from store.postgres.rows import RECORD, change_of, record_of
from store.postgres.saving import COUNT, USED, Step, claim_row
from store.protocol import KEY_LIFETIME

# After changing this many tickets, a process moves all rows of `count_deltas` into `counts` and `terms`.
COUNTED_AT_ONCE = 64
# Seconds between two deletions of expired keys by one process; each deletes up to 5000.
_FORGET_INTERVAL = 60.0

_RECORDS: Final = SQL("SELECT {} FROM tickets WHERE number = ANY(%s)").format(RECORD)
# In the order in which they were made.
_OF_COMMIT: Final = SQL("SELECT number, change, NULL FROM changes WHERE commit = %s ORDER BY seq")
_FORGET_KEY: Final = SQL("DELETE FROM keys WHERE key = %s AND commit = %s RETURNING key")
_FORGET_KEYS: Final = SQL("""
    DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE at < %s ORDER BY at LIMIT 5000 FOR UPDATE SKIP LOCKED)
    RETURNING key""")


class RepeatedError(Exception):
    """The key was used before. Its arguments are those of `_done`."""


class Committing:
    """A mixin that needs `_database`."""

    _database: Database
    _forget_at = 0.0  # monotonic
    # Full, so that the first change moves the rows too: a short-lived process leaves few behind.
    _uncounted = COUNTED_AT_ONCE

    async def _commit(
        self, work: Callable[[AsyncConnection, UUID], Awaitable[list[Step]]], seconds: float | None = None
    ) -> list[Written]:
        """Run `work`, or return what its key did the first time. With `seconds`, its time limit, `work` is one
        transaction; otherwise each of its statements is."""
        while True:
            try:
                done = self._database.write(work, seconds) if seconds else self._database.attempt(work)
                return [Written(after, change) for _, change, after in await done]
            except RepeatedError as repeated:
                if written := await self._done(*repeated.args):
                    return written

    def _upkeep(self, origin: Origin, tickets: int) -> list[BoundStatement]:
        """The occasional upkeep to run with a change of `tickets` tickets: counting, and deleting expired keys."""
        statements: list[BoundStatement] = []
        self._uncounted += tickets
        if self._uncounted > COUNTED_AT_ONCE:
            self._uncounted = 0
            statements.append((COUNT, ()))
        if monotonic() >= self._forget_at:
            self._forget_at = monotonic() + _FORGET_INTERVAL
            statements.append((_FORGET_KEYS, [origin.timestamp - KEY_LIFETIME]))
        return statements

    async def _done(self, origin: Origin, commit: UUID) -> list[Written]:
        """What the commit with this key did; [] if the key is gone. `commit` is the id of the call that found it."""
        key = claim_row(origin, commit)
        if not (rows := await self._database.read(USED, key)):
            return []  # it was deleted just now
        [(first,)] = rows
        changes = [change_of(row) for row in await self._database.read(_OF_COMMIT, [first])]
        if not changes:  # the history was trimmed, so the key cannot be answered
            await self._database.change(_FORGET_KEY, [key["key"], first])
        records = await self._records([number_of(change.ticket_id) for change in changes])
        return [
            Written(records[number_of(change.ticket_id)], change, repeated=first != commit)
            for change in changes
        ]

    async def _records(self, numbers: Sequence[int]) -> dict[int, Record]:
        """The records by number, including deleted ones."""
        rows = await self._database.read(_RECORDS, [list(numbers)]) if numbers else []
        return {row[0]: record_of(row) for row in rows}


async def save_steps(
    connection: AsyncConnection, statements: Sequence[BoundStatement], place: int = 0
) -> dict[int, MessageRef | None]:
    """The card of each saved ticket by number; empty if nothing was saved. `place` is that of the saving statement."""
    rows = (await fetch_together(connection, statements))[place]
    return {number: None if card[0] is None else MessageRef(*card) for number, *card in rows}
