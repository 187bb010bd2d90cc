"""Creates and changes tickets; each transaction also writes the history, the key, the counts and the usage."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store import commands
from store.ids import number_of, number_or_zero, parse_id
from store.models.tickets import (
    Change,
    ImportedTicket,
    NewTicket,
    Origin,
    Record,
    Values,
    Written,
)
from store.postgres.committing import Committing, RepeatedError, save_steps
from store.postgres.connection.statements import BoundStatement, fetch, fetch_together
from store.postgres.rows import CHANGE, RECORD, change_of, record_of
from store.postgres.saving import (
    CLAIM_KEY,
    CREATE,
    CREATE_ONCE,
    IMPORT,
    LOCK,
    OF_MESSAGE,
    UPDATE,
    USED,
    Step,
    claim_row,
    mark_undone,
    message_row,
    save,
    with_card,
    with_number,
)

IMPORT_TIMEOUT = 3600.0  # seconds
_IMPORTED_AT_ONCE = 1000  # tickets per statement
# The tickets to be changed, and the commit that used the key already, if any.
_READ: Final = SQL("SELECT ({}) AS used, {} FROM tickets WHERE number = ").format(USED, RECORD).as_bytes()
# The server would plan `_READ_SEVERAL` anew each time.
_READ_ONE: Final = _READ + b"(%(numbers)s::bigint[])[1]"
_READ_SEVERAL: Final = _READ + b"ANY(%(numbers)s)"
_LOCK: Final = SQL("SELECT FROM tickets WHERE number = ANY(%s) ORDER BY number FOR UPDATE")
# For an undo: the later changes, and all undoings, since undoing one puts another change in force again.
_LATER: Final = SQL("""
    SELECT {} FROM changes WHERE number = %s AND (version >= %s OR undoes IS NOT NULL) ORDER BY version""").format(
    CHANGE
)
_NEWEST: Final = SQL("SELECT value FROM counters WHERE name = 'tickets' FOR UPDATE")
_EXISTING: Final = SQL("SELECT number FROM tickets WHERE number = ANY(%s)")
_OF_MESSAGE: Final = SQL("SELECT {} FROM tickets WHERE {} ORDER BY number LIMIT 1").format(RECORD, OF_MESSAGE)
# Decides the steps from the tickets by number and, for an undo, the result of `_LATER`.
Plan = Callable[[Mapping[int, Record], Sequence[Change]], list["Step"]]


class Writing(Committing):
    """A mixin that needs `_database`; see `store.protocol` for the methods."""

    _next_number = 1

    async def create(self, new: NewTicket, origin: Origin, *, once: bool = False) -> Written:
        # The statement chooses the number; `_next_number` is only a likely guess.
        change = commands.create(self._next_number, new, origin)
        step = Step(None, change, commands.apply(None, change))

        async def work(connection: AsyncConnection, commit: UUID) -> list[Step]:
            lock = [(LOCK, claim_row(origin, commit) | message_row(origin))] if once else []
            saving = save(CREATE_ONCE if once else CREATE, [step], origin, commit)
            statements = [*lock, saving, *self._upkeep(origin, 1)]
            for number in await save_steps(connection, statements, len(lock)):
                self._next_number = number + 1
                return [with_number(step, number)]
            # Unless the key was used, the message has a ticket already.
            if once and not await fetch(connection, USED, claim_row(origin, commit)):
                for row in await fetch(connection, _OF_MESSAGE, message_row(origin)):
                    return [Step(record := record_of(row), None, record)]
            raise RepeatedError(origin, commit)

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
        *,
        together: bool = False,
    ) -> list[Written]:
        numbers = commands.numbers_of(values)

        def plan(records: Mapping[int, Record], _: Sequence[Change]) -> list[Step]:
            found = map(records.get, numbers)
            return [
                _step(*made) for made in commands.several(values, found, origin, expected, together=together)
            ]

        done = await self._change_read(numbers, origin, plan)
        if len(done) == len(numbers):
            return done
        # For a repeated key, `done` has the changes made then; the other tickets had nothing to change.
        first = {number_of(written.record.ticket.id): written for written in done}
        records = await self._records([number for number in numbers if number not in first])
        return [
            first.get(number) or commands.unchanged(ticket_id, records.get(number))
            for ticket_id, number in zip(values, numbers, strict=True)
        ]

    async def undo(self, ticket_id: str, version: int, origin: Origin) -> Written:
        number = number_or_zero(ticket_id)

        def plan(records: Mapping[int, Record], changes: Sequence[Change]) -> list[Step]:
            record, later = records.get(number), [each for each in changes if each.version >= version]
            return [_step(record, commands.undo(record, later, version, origin))]

        return (await self._change_read([number], origin, plan, since=version))[0]

    async def import_tickets(self, tickets: Sequence[ImportedTicket], origin: Origin) -> list[str]:
        asked = {number_of(parse_id(each.id)): each.id for each in tickets if each.id}

        async def work(connection: AsyncConnection, commit: UUID) -> list[Step]:
            if not await fetch(connection, CLAIM_KEY, claim_row(origin, commit)):
                raise RepeatedError(origin, commit)
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
                await save_steps(
                    connection, [save(IMPORT, some, counted, commit), *self._upkeep(origin, len(some))]
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
        number = number_or_zero(ticket_id)

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
        """Read the tickets, unless the only one is `known`, and carry out `plan`. If one was changed meanwhile, lock
        and read them and try again. With `since`, `plan` also gets the changes of the only ticket from that version on
        and all its undoings."""

        async def look(connection: AsyncConnection, commit: UUID) -> tuple[dict[int, Record], list[Change]]:
            values = {**claim_row(origin, commit), "numbers": numbers}
            statements: list[BoundStatement] = [(_READ_ONE if len(numbers) == 1 else _READ_SEVERAL, values)]
            if since is not None:
                statements.append((_LATER, [numbers[0], max(0, min(since, 2**31 - 1))]))
            read, *more = await fetch_together(connection, statements)
            if read and read[0][0] is not None:
                raise RepeatedError(origin, commit)
            changes = [change_of(row) for rows in more for row in rows]
            return {row[1]: record_of(row[1:]) for row in read}, changes

        async def carry_out(
            connection: AsyncConnection,
            commit: UUID,
            records: Mapping[int, Record],
            changes: Sequence[Change],
        ) -> list[Step]:
            """Returns [] if a ticket was changed meanwhile or the key was used."""
            steps = plan(records, changes)
            if not any(step.change for step in steps):
                return steps
            saving = save(UPDATE, steps, origin, commit)
            statements = [saving, *mark_undone(steps, commit, changes), *self._upkeep(origin, len(steps))]
            saved = await save_steps(connection, statements)
            return [with_card(step, saved) for step in steps] if saved else []

        async def work(connection: AsyncConnection, commit: UUID) -> list[Step]:
            found = ({numbers[0]: known}, []) if known else await look(connection, commit)
            steps = await carry_out(connection, commit, *found)
            if any(step.change for step in steps) or (steps and not known):
                return steps
            async with connection.transaction():  # the lock keeps other writers away this time
                await connection.execute(_LOCK, [numbers])
                steps = await carry_out(connection, commit, *await look(connection, commit))
            if not steps and numbers:
                raise RepeatedError(origin, commit)
            return steps

        return await self._commit(work)


def _step(record: Record | None, change: Change | None) -> Step:
    if change is None:
        if record is None:
            raise AssertionError("what is not there is not left as it is")
        return Step(record, None, record)
    return Step(record, change, commands.apply(record, change))
