"""Fills a database with tickets and their histories, by COPY and with indexes made afterwards: a million
within minutes.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from store import commands
from store.models.tickets import Origin
from store.postgres import PostgresStore
from store.postgres.contents import COUNT_ALL
from store.postgres.queries.words import quote
from store.postgres.rows import change_row, ticket_row
from tests.store.postgres.server import Server
from tests.tools.bench.corpus import DAY, Made, a_person, tickets

ROOT = Path(__file__).parents[4]
WRITTEN = 100_000  # tickets with texts of their own; further tickets repeat them, which keeps the words' frequencies
AT_ONCE = 5_000
WORKERS = 2
LONGEST = 30 * DAY  # seconds until a ticket was changed
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid IN ('tickets'::regclass, 'changes'::regclass) AND NOT indisprimary"""
_NEWEST = "UPDATE counters SET value = (SELECT max(number) FROM tickets) WHERE name = 'tickets'"

_FILL = f"import sys; from {__name__} import fill; fill(sys.argv[1], *map(int, sys.argv[2:]))"


class Rows(NamedTuple):
    """One ticket and its changes, as columns."""

    ticket: dict[str, Any]
    changes: list[dict[str, Any]]

    def moved(self, number: int) -> "Rows":
        """The same row for another ticket."""
        changes = [{**each, "number": number, "commit": uuid4()} for each in self.changes]
        return Rows({**self.ticket, "number": number}, changes)


def rows_of(number: int, made: Made, random: Random) -> Rows:
    change = commands.create(number, made.new, made.origin)
    record = commands.apply(None, change)
    changes = [change_row(number, change, made.origin)]
    if made.changes:
        at = made.origin.timestamp + random.random() * LONGEST
        origin = Origin(f"u{number}", a_person(random), at, team="T0000001", channel=made.origin.channel)
        if change := commands.update(record, made.changes, origin):
            record = commands.apply(record, change)
            changes.append(change_row(number, change, origin))
    row = dict(ticket_row(number, record))
    row["words"] = " ".join(map(quote, row["words"]))
    return Rows(row, [{**each, "commit": uuid4()} for each in changes])


def copy(connection: psycopg.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    names = SQL(", ").join(map(Identifier, rows[0]))
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as into:
        for row in rows:
            into.write_row(list(row.values()))


def fill(url: str, count: int, worker: int, workers: int) -> None:
    """Write one worker's share of `count` tickets; together the workers leave no gap in the numbers."""
    written, random = min(count, WRITTEN), Random(worker)
    mine: Iterator[tuple[int, Made]] = islice(enumerate(tickets(written), 1), worker, None, workers)
    with psycopg.connect(url, autocommit=True) as connection:
        while some := [rows_of(number, made, random) for number, made in islice(mine, AT_ONCE)]:
            for shift in range(0, count, written):
                moved = [one.moved(one.ticket["number"] + shift) for one in some] if shift else some
                moved = [one for one in moved if one.ticket["number"] <= count]
                if moved:
                    copy(connection, "tickets", [one.ticket for one in moved])
                    copy(connection, "changes", [each for one in moved for each in one.changes])


async def build(server: Server, url: str, count: int, workers: int = WORKERS) -> None:
    """Make `count` tickets in an empty database, with the statistics that an old one has."""
    await (await PostgresStore.open(url)).close()  # makes the tables
    server.execute("ALTER SYSTEM SET max_wal_size = '16GB'")
    server.execute("SELECT pg_reload_conf()")
    with psycopg.connect(url, autocommit=True) as connection:
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(SQL("DROP INDEX {}").format(Identifier(name)))
        arguments = ["-c", _FILL, url, str(count)]
        started = [
            await asyncio.create_subprocess_exec(
                sys.executable, *arguments, str(each), str(workers), cwd=ROOT
            )
            for each in range(workers)
        ]
        if any([await each.wait() for each in started]):
            raise RuntimeError("the tickets could not be copied")
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET work_mem = '256MB'")
        for _, definition in indexes:
            connection.execute(definition)
        for statement in (*COUNT_ALL, _NEWEST):
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
