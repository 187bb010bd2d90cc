"""Changes of tickets: each is one transaction with its entry in the history, its key, its counts and its usage."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store import commands
from store.errors import StoreError
from store.ids import number_of, parse_id
from store.models.tickets import (
    Change,
    ImportedTicket,
    MessageRef,
    NewTicket,
    Origin,
    Record,
    Values,
    Written,
)
from store.postgres.asking import Ask, fetch, fetch_together
from store.postgres.database import Database
from store.postgres.rows import CHANGE, RECORD, change_of, record_of
from store.postgres.saving import (
    CLAIM_KEY,
    COUNT,
    CREATE,
    IMPORT,
    UPDATE,
    USED,
    Step,
    claim_row,
    mark_undone,
    numbered,
    placed,
    save,
)
from store.protocol import KEY_LIFETIME

IMPORT_TIMEOUT = 3600.0  # seconds that taking in many tickets may take
_IMPORTED_AT_ONCE = 1000  # tickets in one statement
# Tickets that a process changes before it counts what they come to, and what others left uncounted.
COUNTED_AT_ONCE = 64
# Seconds between two times that a process looks for keys whose time is over: then for many at once.
_FORGETTING = 60.0

_RECORDS: Final = SQL("SELECT {} FROM tickets WHERE number = ANY(%s)").format(RECORD)
# What is to be changed, and whether it has been.
_READ: Final = SQL("SELECT ({}) AS used, {} FROM tickets WHERE number = ").format(USED, RECORD).as_bytes()
_READ_ONE: Final = (
    _READ + b"(%(numbers)s::bigint[])[1]"
)  # because the server plans the other one anew each time
_READ_SEVERAL: Final = _READ + b"ANY(%(numbers)s)"
_LOCK: Final = SQL("SELECT FROM tickets WHERE number = ANY(%s) ORDER BY number FOR UPDATE")
# Of an undoing: what was changed since, and all undoings, of which each may put another in force again.
_LATER: Final = SQL("""
    SELECT {} FROM changes WHERE number = %s AND (version >= %s OR undoes IS NOT NULL) ORDER BY version""").format(
    CHANGE
)
_NEWEST: Final = SQL("SELECT value FROM counters WHERE name = 'tickets' FOR UPDATE")
_EXISTING: Final = SQL("SELECT number FROM tickets WHERE number = ANY(%s)")
_OF_COMMIT: Final = SQL(
    "SELECT number, change, NULL FROM changes WHERE commit = %s ORDER BY seq"
)  # as they were made
_FORGET_KEY: Final = SQL("DELETE FROM keys WHERE key = %s AND commit = %s RETURNING key")
_FORGET_KEYS: Final = SQL("""
    DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE at < %s ORDER BY at LIMIT 5000 FOR UPDATE SKIP LOCKED)
    RETURNING key""")
# What is done to tickets, by number; of an undoing with the later changes of its ticket.
Plan = Callable[[Mapping[int, Record], Sequence[Change]], list["Step"]]


class _RepeatedError(Exception):
    """The key was used."""


class Writing:
    """Needs a `Database`; every method as in `store.protocol`."""

    _database: Database
    _forgotten_until = 0.0  # monotonic
    _next_number = 1
    _uncounted = COUNTED_AT_ONCE  # so that also who changes one ticket leaves little behind

    async def create(self, new: NewTicket, origin: Origin) -> Written:
        # The number is given by the statement, to what has none: this is likely to be it.
        change = commands.create(self._next_number, new, origin)
        step = Step(None, change, commands.apply(None, change))

        async def work(connection: AsyncConnection, commit: UUID) -> list[Step]:
            asks = [save(CREATE, [step], origin, commit), *self._keep_small(origin, 1)]
            for number in await _save(connection, asks):
                self._next_number = number + 1
                return [numbered(step, number)]
            raise _RepeatedError(origin, commit)

        return (await self._commit(work))[0]

    async def update(
        self, ticket_id: str, values: Values, origin: Origin, known: Record | None = None
    ) -> Written:
        return await self._change(
            ticket_id, origin, lambda record: commands.update(record, values, origin), known
        )

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

        def plan(records: Mapping[int, Record], _: Sequence[Change]) -> list[Step]:
            return [
                _step(*commands.one_of_several(ticket_id, records.get(number), each, origin, expected))
                for number, (ticket_id, each) in zip(numbers, values.items(), strict=True)
            ]

        done = await self._change_read(numbers, origin, plan)
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

        def plan(records: Mapping[int, Record], changes: Sequence[Change]) -> list[Step]:
            record, later = records.get(number), [each for each in changes if each.version >= version]
            return [_step(record, commands.undo(record, later, version, origin))]

        return (await self._change_read([number], origin, plan, since=version))[0]

    async def import_tickets(self, tickets: Sequence[ImportedTicket], origin: Origin) -> list[str]:
        asked = {number_of(parse_id(each.id)): each.id for each in tickets if each.id}

        async def work(connection: AsyncConnection, commit: UUID) -> list[Step]:
            if not await fetch(connection, CLAIM_KEY, claim_row(origin, commit)):
                raise _RepeatedError(origin, commit)
            [(newest,)] = await fetch(connection, _NEWEST, ())
            exist = [asked[row[0]] for row in await fetch(connection, _EXISTING, [list(asked)])]
            numbers = commands.import_numbers(tickets, newest, exist)
            steps = [
                _step(None, commands.create_imported(number, each))
                for number, each in zip(numbers, tickets, strict=True)
            ]
            for at in range(0, len(steps), _IMPORTED_AT_ONCE):
                some = steps[at : at + _IMPORTED_AT_ONCE]
                counted = origin if at == 0 else replace(origin, usage=None)
                await _save(
                    connection, [save(IMPORT, some, counted, commit), *self._keep_small(origin, len(some))]
                )
            return steps

        done = await self._commit(work, IMPORT_TIMEOUT)
        return [written.record.ticket.id for written in done]

    async def _change(
        self,
        ticket_id: str,
        origin: Origin,
        make: Callable[[Record], Change | None],
        known: Record | None = None,
    ) -> Written:
        try:
            number = commands.number_or_raise(ticket_id)
        except StoreError:
            number = 0

        def plan(records: Mapping[int, Record], _: Sequence[Change]) -> list[Step]:
            record = commands.present(ticket_id, records.get(number))
            return [_step(record, make(record))]

        return (await self._change_read([number], origin, plan, known=known))[0]

    async def _change_read(
        self,
        numbers: Sequence[int],
        origin: Origin,
        plan: Plan,
        since: int | None = None,
        known: Record | None = None,
    ) -> list[Written]:
        """Do what `plan` says to tickets as they are `known`, or else were read, unless they were changed meanwhile: then
        look at them again. It is told the changes of the only one `since` a version, and all undoings."""

        async def look(connection: AsyncConnection, commit: UUID) -> tuple[dict[int, Record], list[Change]]:
            values = {**claim_row(origin, commit), "numbers": numbers}
            asks: list[Ask] = [(_READ_ONE if len(numbers) == 1 else _READ_SEVERAL, values)]
            if since is not None:
                asks.append((_LATER, [numbers[0], max(0, min(since, 2**31 - 1))]))
            read, *more = await fetch_together(connection, asks)
            if read and read[0][0] is not None:
                raise _RepeatedError(origin, commit)
            changes = [change_of(row) for rows in more for row in rows]
            return {row[1]: record_of(row[1:]) for row in read}, changes

        async def carry_out(
            connection: AsyncConnection,
            commit: UUID,
            records: Mapping[int, Record],
            changes: Sequence[Change],
        ) -> list[Step]:
            """Nothing where a ticket is not as it was, or the key is used."""
            steps = plan(records, changes)
            if not any(step.change for step in steps):
                return steps
            saving = save(UPDATE, steps, origin, commit)
            asks = [saving, *mark_undone(steps, commit, changes), *self._keep_small(origin, len(steps))]
            saved = await _save(connection, asks)
            return [placed(step, saved) for step in steps] if saved else []

        async def work(connection: AsyncConnection, commit: UUID) -> list[Step]:
            found = ({numbers[0]: known}, []) if known else await look(connection, commit)
            steps = await carry_out(connection, commit, *found)
            if any(step.change for step in steps) or (steps and not known):
                return steps
            async with connection.transaction():  # nobody is quicker a second time
                await connection.execute(_LOCK, [numbers])
                steps = await carry_out(connection, commit, *await look(connection, commit))
            if not steps and numbers:
                raise _RepeatedError(origin, commit)
            return steps

        return await self._commit(work)

    async def _commit(
        self, work: Callable[[AsyncConnection, UUID], Awaitable[list[Step]]], seconds: float | None = None
    ) -> list[Written]:
        """What `work` did, as one transaction of several statements if it may take some `seconds`; or what its key did the
        first time."""
        while True:
            try:
                done = self._database.write(work, seconds) if seconds else self._database.attempt(work)
                return [Written(after, change) for _, change, after in await done]
            except _RepeatedError as repeated:
                if written := await self._done(*repeated.args):
                    return written

    def _keep_small(self, origin: Origin, tickets: int) -> list[Ask]:
        """What is done now and then beside a change of so many tickets."""
        asks: list[Ask] = []
        self._uncounted += tickets
        if self._uncounted > COUNTED_AT_ONCE:
            self._uncounted = 0
            asks.append((COUNT, ()))
        if monotonic() >= self._forgotten_until:
            self._forgotten_until = monotonic() + _FORGETTING
            asks.append((_FORGET_KEYS, [origin.timestamp - KEY_LIFETIME]))
        return asks

    async def _done(self, origin: Origin, commit: UUID) -> list[Written]:
        """What a key did; `commit` is the number of the attempt that found it used."""
        key = claim_row(origin, commit)
        if not (rows := await self._database.read(USED, key)):
            return []  # it was forgotten just now
        [(first,)] = rows
        changes = [change_of(row) for row in await self._database.read(_OF_COMMIT, [first])]
        if not changes:  # their history was removed
            await self._database.change(_FORGET_KEY, [key["key"], first])
        records = await self._records([number_of(change.ticket_id) for change in changes])
        return [
            Written(records[number_of(change.ticket_id)], change, repeated=first != commit)
            for change in changes
        ]

    async def _records(self, numbers: Sequence[int]) -> dict[int, Record]:
        """Also of deleted tickets."""
        rows = await self._database.read(_RECORDS, [list(numbers)]) if numbers else []
        return {row[0]: record_of(row) for row in rows}


async def _save(connection: AsyncConnection, asks: Sequence[Ask]) -> dict[int, MessageRef | None]:
    """Where the card of each ticket is that was saved, by its number; none where nothing was."""
    rows, *_ = await fetch_together(connection, asks)
    return {number: None if card[0] is None else MessageRef(*card) for number, *card in rows}


def _step(record: Record | None, change: Change | None) -> Step:
    if change is None:
        if record is None:
            raise AssertionError("what is not there is not left as it is")
        return Step(record, None, record)
    return Step(record, change, commands.apply(record, change))
