"""What belongs to a change of a ticket, within a transaction: the ticket as it is then, its history, and what is counted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed

from store import commands
from store.ids import number_of
from store.models.tickets import Change, MessageUsage, Origin, Record
from store.postgres.rows import CHANGE, change_of, change_row, counts_changed, terms_changed, ticket_row

_INSERT: Final = SQL("""
    INSERT INTO tickets (number, version, ticket, origin, reported_by, created_at, changed_at, closed_at, started_by,
        stat, pri, cat, channel, private, deleted, origin_channel, origin_thread, words)
    VALUES (%(number)s, %(version)s, %(ticket)s, %(origin)s, %(reported_by)s, %(created_at)s, %(changed_at)s,
        %(closed_at)s, %(started_by)s, %(stat)s, %(pri)s, %(cat)s, %(channel)s, %(private)s, %(deleted)s,
        %(origin_channel)s, %(origin_thread)s, array_to_tsvector(%(words)s::text[]))""")
_UPDATE: Final = SQL("""
    UPDATE tickets SET version = %(version)s, ticket = %(ticket)s, changed_at = %(changed_at)s, closed_at = %(closed_at)s,
        started_by = %(started_by)s, stat = %(stat)s, pri = %(pri)s, cat = %(cat)s, channel = %(channel)s,
        private = %(private)s, deleted = %(deleted)s, words = array_to_tsvector(%(words)s::text[])
    WHERE number = %(number)s""")
INSERT_CHANGE: Final = SQL("""
    INSERT INTO changes (number, version, commit, user_id, undoes, change)
    VALUES (%(number)s, %(version)s, %(commit)s, %(user_id)s, %(undoes)s, %(change)s)""")
_COUNT: Final = SQL("""
    INSERT INTO counts AS c (stat, pri, cat, private, slot, count)
    SELECT stat, pri, cat, private, pg_backend_pid() %% 16, more
    FROM unnest(%s::text[], %s::smallint[], %s::text[], %s::boolean[], %s::bigint[]) AS d (stat, pri, cat, private, more)
    ON CONFLICT (stat, pri, cat, private, slot) DO UPDATE SET count = c.count + excluded.count""")
_TERMS: Final = SQL("""
    INSERT INTO terms AS t (term, private, slot, count)
    SELECT term, private, pg_backend_pid() %% 4, more FROM unnest(%s::text[], %s::boolean[], %s::bigint[]) AS d (term, private, more)
    ON CONFLICT (term, private, slot) DO UPDATE SET count = t.count + excluded.count""")
COUNT_USAGE: Final = SQL("""
    INSERT INTO usage AS u (day, slot, messages, by_rules, calls, tokens)
    SELECT %(day)s::date, pg_backend_pid() %% 16, 1, %(by_rules)s::bigint, %(calls)s::bigint, %(tokens)s::bigint {}
    ON CONFLICT (day, slot) DO UPDATE SET messages = u.messages + 1, by_rules = u.by_rules + excluded.by_rules,
        calls = u.calls + excluded.calls, tokens = u.tokens + excluded.tokens""")
_USAGE: Final = COUNT_USAGE.format(SQL("WHERE true"))  # without it, ON is taken for a join's
_UNDOINGS: Final = SQL(
    "SELECT {} FROM changes WHERE number = %s AND undoes IS NOT NULL ORDER BY version"
).format(CHANGE)
_UNDONE: Final = SQL("""
    UPDATE changes SET undone_by = d.undone_by FROM unnest(%s::integer[], %s::integer[]) AS d (version, undone_by)
    WHERE changes.number = %s AND changes.version = d.version AND changes.undone_by IS DISTINCT FROM d.undone_by""")


class Step(NamedTuple):
    """A ticket before and after; `change` is None where it stays as it is."""

    before: Record | None
    change: Change | None
    after: Record


async def save(connection: AsyncConnection, commit: UUID, steps: Iterable[Step], origin: Origin) -> None:
    """What belongs to some changes, within the transaction of `connection`."""
    made = [step for step in steps if step.change]
    numbers = {step.after.ticket.id: number_of(step.after.ticket.id) for step in made}
    rows = [(step, ticket_row(numbers[step.after.ticket.id], step.after)) for step in made]
    changes = [
        change_row(numbers[step.change.ticket_id], step.change, commit, origin)
        for step in made
        if step.change
    ]
    new = [row for step, row in rows if step.before is None]
    if new:
        await _execute_all(connection, _INSERT, new)
        newest = max(numbers.values())
        await connection.execute(
            "UPDATE counters SET value = %s WHERE name = 'tickets' AND value < %s", [newest, newest]
        )
    await _execute_all(connection, _UPDATE, [row for step, row in rows if step.before is not None])
    await _execute_all(connection, INSERT_CHANGE, changes)
    for change in changes:
        if change["undoes"] is not None:
            await _mark_undone(connection, change["number"])
    # In one order always, so that two who count the same wait for each other rather than block each other.
    both = [(step.before, step.after) for step in made]
    for statement, counts in (
        (_COUNT, [(*kind, more) for kind, more in counts_changed(both)]),
        (_TERMS, terms_changed(both)),
    ):
        if counts:
            await connection.execute(statement, [list(column) for column in zip(*counts, strict=True)])
    if origin.usage is not None:
        await count_usage(connection, origin.usage)


def usage_row(usage: MessageUsage) -> Mapping[str, Any]:
    by_rules = int(usage.parsed_by == "rules")
    return {"day": usage.day, "by_rules": by_rules, "calls": usage.calls, "tokens": usage.tokens}


async def count_usage(connection: AsyncConnection, usage: MessageUsage) -> None:
    await connection.execute(_USAGE, usage_row(usage))


async def _execute_all(
    connection: AsyncConnection, statement: SQL | Composed, rows: Sequence[Mapping[str, Any]]
) -> None:
    for row in rows:
        await connection.execute(statement, row)


async def _mark_undone(connection: AsyncConnection, number: int) -> None:
    """Keep with each change of a ticket what undid it, which a further undoing may change for several."""
    found = await connection.execute(_UNDOINGS, [number])
    undoings = [change_of(row) for row in await found.fetchall()]
    undone = commands.undone_versions(undoings)
    targets = sorted({change.undoes for change in undoings if change.undoes is not None})
    await connection.execute(_UNDONE, [targets, [undone.get(target) for target in targets], number])
