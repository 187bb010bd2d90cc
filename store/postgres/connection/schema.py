"""Creates and migrates the tables; the first process to start does it."""

from importlib.resources import files
from typing import LiteralString

from psycopg import AsyncConnection, AsyncCursor, errors

from store.errors import StoreError


def _sql(name: str) -> LiteralString:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


# One script from each version to the next; a new database runs all of them.
MIGRATIONS = (
    _sql("tables.sql"),
    _sql("tables_2.sql"),
    _sql("tables_3.sql"),
    _sql("tables_4.sql"),
    _sql("tables_5.sql"),
    _sql("tables_6.sql"),
    _sql("tables_7.sql"),
)
VERSION = len(MIGRATIONS)

# If two processes create the table at once, the slower one gets one of these errors and tries again.
_RACES = (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject)


async def migrate(connection: AsyncConnection) -> None:
    """Migrate the database to `VERSION`; safe if several processes start at once.

    If it is at `VERSION`, this only reads, so that the bot's own role need not own the tables. The lock is a row,
    because some databases that speak PostgreSQL's protocol have no advisory locks.
    Raises `StoreError` for a database of a newer version.
    """
    if await _version(connection) == VERSION:
        return
    for last in (False, True):
        try:
            async with connection.transaction():
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS counters (name text PRIMARY KEY, value bigint)"
                )
                await connection.execute(
                    "INSERT INTO counters VALUES ('schema', 0), ('tickets', 0), ('announcements', 0) ON CONFLICT DO NOTHING"
                )
            break
        except _RACES:
            if last:
                raise
    async with connection.transaction():
        found = await connection.execute("SELECT value FROM counters WHERE name = 'schema' FOR UPDATE")
        for statements in MIGRATIONS[_known(await found.fetchone()) :]:
            await connection.execute(statements)
        await connection.execute("UPDATE counters SET value = %s WHERE name = 'schema'", [VERSION])


async def check(connection: AsyncConnection) -> None:
    """Raises `StoreError` unless the tables are at `VERSION`."""
    if await _version(connection) < VERSION:
        raise StoreError(
            "there are no tables of this version in that database; the bot makes them when it starts"
        )


async def _version(connection: AsyncConnection) -> int:
    found: AsyncCursor = await connection.execute("SELECT to_regclass('counters')::text")
    row = await found.fetchone()
    if row is None or row[0] is None:
        return 0
    found = await connection.execute("SELECT value FROM counters WHERE name = 'schema'")
    return _known(await found.fetchone())


def _known(row: tuple[int] | None) -> int:
    version = row[0] if row else 0
    if version > VERSION:
        raise StoreError(
            f"The database was made by a newer version of the bot (tables {version}, this one knows {VERSION}): "
            "run that version."
        )
    return version
