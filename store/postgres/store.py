"""The store on PostgreSQL: implements `store.protocol` for any number of processes at once."""

from collections.abc import Awaitable, Callable
from typing import Final

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store.postgres.choices import Choices, People
from store.postgres.connection.database import TIMEOUT, Database
from store.postgres.contents import (
    delete_everything,
    lock_everything,
    read_contents,
    write_contents,
)
from store.postgres.deliveries import Deliveries
from store.postgres.reading import Reading
from store.postgres.retention import Retention
from store.postgres.turns import Turns
from store.postgres.usage import Usage
from store.postgres.writing import Writing
from store.progress import BeginCommit, Progress
from store.protocol import TicketStore
from store.serialization.contents import Contents

_ERASED: Final = SQL("INSERT INTO erasures (at, done_by, tickets, changes) VALUES (%s, %s, %s, %s)")


class PostgresStore(Retention, Reading, Writing, Deliveries, Choices, People, Usage, Turns, TicketStore):
    """Create it with `open`. Every call of the protocol but `import_tickets` ends within `timeout` seconds."""

    shared = True

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        read_only: bool = False,
        timeout: float = TIMEOUT,  # noqa: ASYNC109  # of all later calls
    ) -> "PostgresStore":
        """The store in the database at `url`. Creates or migrates the tables unless `read_only`, in which case every
        write raises `StoreError`. `timeout` is the limit of later calls, in seconds. Raises `StoreError`.
        """
        database = Database(url, timeout=timeout, read_only=read_only)
        await database.open()
        return cls(database)

    async def contents(self, progress: Progress) -> Contents:
        """Everything in the database, as one snapshot."""

        async def work(connection: AsyncConnection) -> Contents:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return await read_contents(connection, progress)

        return await self._database.run_once(work)

    async def fill(
        self, contents: Contents, check: Callable[[Contents], Awaitable[None]], progress: Progress
    ) -> Contents:
        """Write `contents` into the empty database, read it back and return that. Nothing is kept if `check` raises;
        what follows it is the commit.
        """

        async def work(connection: AsyncConnection) -> Contents:
            await write_contents(connection, contents, progress)
            written = await read_contents(connection, progress)
            await check(written)
            return written

        return await self._database.run_once(work)

    async def erase(
        self,
        change: Callable[[Contents], Contents],
        now: float,
        by: str,
        progress: Progress,
        begin_commit: BeginCommit,
    ) -> Contents:
        """Replace everything in the database with what `change` makes of it, and return that. All other calls wait.
        `begin_commit` is awaited right before the commit.

        The table `erasures` records the time `now` (seconds since 1970), who did it (`by`), and how many tickets and
        changes are left, but not whose data it was.
        """

        async def work(connection: AsyncConnection) -> Contents:
            await lock_everything(connection)
            changed = change(await read_contents(connection, progress))
            await delete_everything(connection)
            await write_contents(connection, changed, progress)
            await connection.execute(_ERASED, [now, by, *changed.count()])
            await begin_commit()
            return changed

        return await self._database.run_once(work)

    async def close(self) -> None:
        await self._database.close()
