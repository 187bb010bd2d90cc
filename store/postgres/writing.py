"""Changes of tickets: each is one transaction with its entry in the history, its key, its counts and its usage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store import commands
from store.errors import StoreError
from store.ids import number_of, parse_id
from store.models.tickets import Change, ImportedTicket, NewTicket, Origin, Record, Values, Written
from store.postgres.database import Database, Row
from store.postgres.rows import (
    CHANGE,
    RECORD,
    change_of,
    record_of,
)
from store.postgres.saving import Step, save
from store.protocol import KEY_LIFETIME

IMPORT_TIMEOUT = 3600.0  # seconds that taking in many tickets may take

_LOCKED: Final = SQL("SELECT {} FROM tickets WHERE number = ANY(%s) ORDER BY number FOR UPDATE").format(
    RECORD
)
_LATER: Final = SQL("SELECT {} FROM changes WHERE number = %s AND version >= %s ORDER BY version").format(
    CHANGE
)
_NEXT: Final = SQL("UPDATE counters SET value = value + 1 WHERE name = 'tickets' RETURNING value")
_NEWEST: Final = SQL("SELECT value FROM counters WHERE name = 'tickets' FOR UPDATE")
_EXISTING: Final = SQL("SELECT number FROM tickets WHERE number = ANY(%s)")
_OF_COMMIT: Final = SQL(
    "SELECT change, NULL FROM changes WHERE commit = %s ORDER BY seq"
)  # as they were made

_CLAIM_KEY: Final = SQL(
    "INSERT INTO keys (key, commit, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING key"
)
_FORGET_KEY: Final = SQL("DELETE FROM keys WHERE key = %s AND commit = %s RETURNING key")
_FORGET_KEYS: Final = SQL(
    "DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE at < %s ORDER BY at LIMIT 64 FOR UPDATE SKIP LOCKED)"
)
Ask = tuple[SQL | Any, Sequence[Any]]
Plan = Callable[[list[list[Row]]], list["Step"]]


class _RepeatedError(Exception):
    """The key was used."""


class _UnchangedError(Exception):
    """There was nothing to change, so that nothing is to be kept."""


class Writing:
    """Needs a `Database`; every method as in `store.protocol`."""

    _database: Database

    async def create(self, new: NewTicket, origin: Origin) -> Written:
        def plan(found: list[list[Row]]) -> list[Step]:
            return [_step(None, commands.create(found[0][0][0], new, origin))]

        return (await self._commit(origin, [(_NEXT, ())], plan))[0]

    async def update(self, ticket_id: str, values: Values, origin: Origin) -> Written:
        return await self._change(ticket_id, origin, lambda record: commands.update(record, values, origin))

    async def post(self, ticket_id: str, channel: str, origin: Origin, *, private: bool) -> Written:
        return await self._change(
            ticket_id, origin, lambda record: commands.post(record, channel, origin, private=private)
        )

    async def delete(self, ticket_id: str, origin: Origin) -> Written:
        return await self._change(ticket_id, origin, lambda record: commands.delete(record, origin))

    async def bulk_update(
        self,
        values: Mapping[str, Values | None],
        origin: Origin,
        expected: Mapping[str, int] | None = None,
    ) -> list[Written]:
        numbers = commands.numbers_of(values)

        def plan(found: list[list[Row]]) -> list[Step]:
            records = _by_number(found[0])
            return [
                _step(*commands.one_of_several(ticket_id, records.get(number), each, origin, expected))
                for number, (ticket_id, each) in zip(numbers, values.items(), strict=True)
            ]

        done = await self._commit(origin, [(_LOCKED, [numbers])], plan)
        if len(done) == len(numbers):
            return done
        # A key that is repeated gives the changes that there were: the other tickets had nothing to change.
        first = {number_of(written.record.ticket.id): written for written in done}
        records = await self._records([number for number in numbers if number not in first])
        return [first.get(number) or Written(records[number], None, repeated=True) for number in numbers]

    async def undo(self, ticket_id: str, version: int, origin: Origin) -> Written:
        try:
            number = commands.number_or_raise(ticket_id)
        except StoreError:
            number = 0

        def plan(found: list[list[Row]]) -> list[Step]:
            record = _by_number(found[0]).get(number)
            changes = [change_of(row) for row in found[1]]
            return [_step(record, commands.undo(record, changes, version, origin))]

        # The row is locked first: whatever stood in the way of undoing is then seen.
        asks: list[Ask] = [(_LOCKED, [[number]]), (_LATER, [number, max(0, min(version, 2**31 - 1))])]
        return (await self._commit(origin, asks, plan))[0]

    async def import_tickets(self, tickets: Sequence[ImportedTicket], origin: Origin) -> list[str]:
        asked = {number_of(parse_id(each.id)): each.id for each in tickets if each.id}

        def plan(found: list[list[Row]]) -> list[Step]:
            exist = [asked[row[0]] for row in found[1]]
            numbers = commands.import_numbers(tickets, found[0][0][0], exist)
            return [
                _step(None, commands.create_imported(number, each))
                for number, each in zip(numbers, tickets, strict=True)
            ]

        asks: list[Ask] = [(_NEWEST, ()), (_EXISTING, [list(asked)])]
        done = await self._commit(origin, asks, plan, seconds=IMPORT_TIMEOUT)
        return [written.record.ticket.id for written in done]

    async def _change(
        self, ticket_id: str, origin: Origin, make: Callable[[Record], Change | None]
    ) -> Written:
        try:
            number = commands.number_or_raise(ticket_id)
        except StoreError:
            number = 0

        def plan(found: list[list[Row]]) -> list[Step]:
            record = commands.present(ticket_id, _by_number(found[0]).get(number))
            return [_step(record, make(record))]

        return (await self._commit(origin, [(_LOCKED, [[number]])], plan))[0]

    async def _commit(
        self, origin: Origin, asks: Sequence[Ask], plan: Plan, seconds: float | None = None
    ) -> list[Written]:
        """Do what `plan` says to what `asks` found, or tell what the key did the first time."""
        steps: list[Step] = []

        async def work(connection: AsyncConnection, commit: UUID) -> None:
            nonlocal steps
            # A commit without a key has one, too: it tells whether an attempt whose end was not heard came to its end.
            key = origin.idempotency_key or str(commit)
            claimed = await connection.execute(_CLAIM_KEY, [key, commit, origin.timestamp])
            answers = [await connection.execute(*ask) for ask in asks]
            if await claimed.fetchone() is None:
                raise _RepeatedError(key, commit)
            steps = plan([await each.fetchall() for each in answers])
            if not any(step.change for step in steps):
                raise _UnchangedError
            await save(connection, commit, steps, origin)
            await connection.execute(_FORGET_KEYS, [origin.timestamp - KEY_LIFETIME])

        while True:
            try:
                await self._database.write(work, seconds)
            except _UnchangedError:
                pass
            except _RepeatedError as repeated:
                if done := await self._done(*repeated.args):
                    return done
                continue  # it was forgotten just now
            return [Written(after, change) for _, change, after in steps]

    async def _done(self, key: str, commit: UUID) -> list[Written]:
        """What a key did; `commit` is the number of the attempt that found it used."""
        rows = await self._database.read("SELECT commit FROM keys WHERE key = %s", [key])
        if not rows:
            return []
        changes = [change_of(row) for row in await self._database.read(_OF_COMMIT, [rows[0][0]])]
        if not changes:  # their history was removed
            await self._database.change(_FORGET_KEY, [key, rows[0][0]])
        records = await self._records([number_of(change.ticket_id) for change in changes])
        return [
            Written(records[number_of(change.ticket_id)], change, repeated=rows[0][0] != commit)
            for change in changes
        ]

    async def _records(self, numbers: Sequence[int]) -> dict[int, Record]:
        """Also of deleted tickets."""
        statement = SQL("SELECT {} FROM tickets WHERE number = ANY(%s)").format(RECORD)
        return _by_number(await self._database.read(statement, [list(numbers)])) if numbers else {}


def _step(record: Record | None, change: Change | None) -> Step:
    if change is None:
        if record is None:
            raise AssertionError("what is not there is not left as it is")
        return Step(record, None, record)
    return Step(record, change, commands.apply(record, change))


def _by_number(rows: Iterable[Row]) -> dict[int, Record]:
    return {row[0]: record_of(row) for row in rows}
