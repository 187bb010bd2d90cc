"""Connections to the server. A call whose connection is lost is retried where that is safe, within a time limit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PipelineStatus, TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from store.errors import StoreError, UnavailableError, UnwritableError
from store.postgres.connection.failures import (
    connection_failure,
    describe_error,
    is_conflict,
    is_lost,
    no_answer,
    refusal_message,
)
from store.postgres.connection.schema import check, migrate
from store.postgres.connection.statements import BoundStatement, Row, Statement, Values, fetch, fetch_together

# Seconds for one call with all its attempts. Slack waits 3 s for an acknowledgement, then delivers again.
TIMEOUT = 4.0
_GRACE = 0.3  # seconds to cancel a statement that timed out, before its connection is closed
_REFUSED_WITHIN = 1.0  # seconds to find out why no connection could be made
_DELAYS = (0.0, 0.05, 0.1, 0.2, 0.4)  # seconds before each retry; the last one repeats
_SMALLEST, _LARGEST = 1, 10  # connections of one process

# Timeouts that detect a remote server that stopped answering. Parameters in the address override them.
_SOCKETS: dict[str, Any] = {
    "application_name": "tickets",
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
}
SESSION = (
    "SET jit = off",
    # Starting parallel workers takes longer than any of the queries should.
    "SET max_parallel_workers_per_gather = 0",
    "SET work_mem = '16MB'",  # the bitmap of a common word's tickets is large
    # For a word that it thinks common, the server would scan the table from its start, though only the newest tickets
    # may contain it.
    "SET enable_seqscan = off",
)
# For a search that reads tickets one after the other, in the order of an index, until it has found enough. Otherwise the server would
# read all of them first, because it expects to find fewer, or read more than are of the kinds, because it expects a disk.
WALKING = "SELECT set_config('enable_bitmapscan', 'off', true), set_config('random_page_cost', '1.1', true)"

T = TypeVar("T")


class Database:
    """Runs statements. Every call but `run_once` ends within its time limit, if need be with a `StoreError`."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT, read_only: bool = False) -> None:
        """Raises `StoreError` for an invalid address. No error or log line contains the password."""
        try:
            given = conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            raise StoreError(
                "The database's address is not understood: postgresql://user@host/database"
            ) from None
        self.timeout, self._read_only = timeout, read_only
        port = f":{given['port']}" if given.get("port") else ""
        self.place = f"{given.get('dbname', '')} on {given.get('host', 'this machine')}{port}"
        self._conninfo = make_conninfo(**{**_SOCKETS, **given})
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            self._conninfo,
            kwargs={"autocommit": True},
            min_size=_SMALLEST,
            max_size=_LARGEST,
            timeout=timeout,
            reconnect_timeout=timeout,
            configure=_configure,
            name="tickets",
            open=False,
        )
        self._drained_at = 0.0
        self._returning: set[asyncio.Task[None]] = set()  # connections on their way back to the pool

    async def open(self) -> None:
        """Connect, then migrate the tables, or only check their version if read-only. Raises `StoreError`."""
        await self._pool.open()
        try:
            async with asyncio.timeout(self.timeout):
                await self._pool.wait(self.timeout)
            async with self._pool.connection(self.timeout) as connection:
                await (check if self._read_only else migrate)(connection)
        except (PoolTimeout, TimeoutError):
            await self.close()
            raise StoreError(
                f"The database {self.place} does not answer, or does not let the bot in{await self._refusal()}; "
                "check its address, its password, and whether it runs."
            ) from None
        except psycopg.Error as error:
            await self.close()
            raise StoreError(
                f"The tables cannot be made or read: {describe_error(error)}; "
                "run `tickets check` once as the role that makes the tables."
                if isinstance(error, psycopg.errors.InsufficientPrivilege)
                else f"The tables cannot be made or read: {describe_error(error)}."
            ) from None
        except BaseException:
            await self.close()
            raise

    async def _refusal(self) -> str:
        """In brackets, why no connection can be made; "" if nothing says why. The pool does not tell."""
        try:
            async with asyncio.timeout(_REFUSED_WITHIN):
                connection = await AsyncConnection.connect(self._conninfo)
            await connection.close()
        except psycopg.OperationalError as error:
            return f" ({connection_failure(error)})"
        except TimeoutError:
            pass
        return ""

    async def close(self) -> None:
        await self._pool.close(timeout=_GRACE)

    async def read(self, statement: Statement, values: Values = (), *, varied: bool = False) -> list[Row]:
        """The rows of one read-only statement. `varied`: its values differ too much for one cached plan."""
        prepare = False if varied else None
        return await self._run(
            lambda connection, _: fetch(connection, statement, values, prepare=prepare), UnavailableError
        )

    async def search(
        self, first: BoundStatement, then: Callable[[list[Row]], Sequence[BoundStatement]]
    ) -> list[Row]:
        """The rows of the last of some read-only statements, which `then` makes from the rows of the first: one snapshot, two round
        trips. The values of the last are taken to differ too much for one cached plan."""

        async def attempt(connection: AsyncConnection, _: UUID) -> list[Row]:
            async with connection.pipeline():
                await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                for statement in then(await fetch(connection, *first)):
                    found = await connection.execute(*statement, prepare=False)
                await connection.execute("COMMIT")
            return await found.fetchall()

        return await self._run(attempt, UnavailableError)

    async def change(self, statement: Statement, values: Values) -> list[Row]:
        """The rows of one statement that writes. It must be idempotent: it is repeated if the connection is lost before
        the result arrives."""
        self._check_writable()
        return await self._run(lambda connection, _: fetch(connection, statement, values), UnwritableError)

    async def change_together(
        self, statements: Callable[[UUID], Sequence[BoundStatement]], seconds: float | None = None
    ) -> list[list[Row]]:
        """The rows of each statement, as one transaction in one round trip.

        `statements` gets the call's id. If the connection is lost before the result arrives, they are repeated with
        the same id, from which they must see what they have already done.
        """
        self._check_writable()

        return await self._run(
            lambda connection, number: fetch_together(connection, statements(number)),
            UnwritableError,
            seconds,
        )

    async def attempt(self, work: Callable[[AsyncConnection, UUID], Awaitable[T]]) -> T:
        """Like `write`, but each statement of `work` is its own transaction."""
        self._check_writable()
        return await self._run(work, UnwritableError)

    async def write(
        self, work: Callable[[AsyncConnection, UUID], Awaitable[T]], seconds: float | None = None
    ) -> T:
        """Run `work` as one transaction, in as few round trips as possible, and return its result.

        `work` gets the call's id. If the connection is lost before the commit is confirmed, it runs again with the
        same id, from which it must see what it has already done.
        """
        self._check_writable()

        async def attempt(connection: AsyncConnection, commit: UUID) -> T:
            # After an error the server skips the rest of the pipeline, including COMMIT; `_give_back` then rolls back.
            async with connection.pipeline():
                await connection.execute("BEGIN")
                done = await work(connection, commit)
                await connection.execute("COMMIT")
            return done

        return await self._run(attempt, UnwritableError, seconds)

    def _check_writable(self) -> None:
        if self._read_only:
            raise StoreError("the store was opened for reading only, so nothing was changed")

    async def run_once(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `work` as one transaction without a time limit or a retry. Raises `UnwritableError`."""
        try:
            async with self._pool.connection() as connection, connection.transaction():
                return await work(connection)
        except psycopg.Error as error:
            if is_lost(error):
                raise no_answer(UnwritableError, sent=True) from None
            raise UnwritableError(refusal_message(error)) from None

    async def _run(
        self,
        attempt: Callable[[AsyncConnection, UUID], Awaitable[T]],
        failure: type[StoreError],
        seconds: float | None = None,
    ) -> T:
        seconds = seconds or self.timeout
        try:
            # On the first cancellation psycopg waits for the server to cancel; on the second it closes the connection.
            async with asyncio.timeout(seconds + _GRACE), asyncio.timeout(seconds):
                return await self._attempts(attempt, failure, monotonic() + seconds)
        except TimeoutError:
            raise no_answer(failure, sent=True) from None

    async def _attempts(
        self,
        attempt: Callable[[AsyncConnection, UUID], Awaitable[T]],
        failure: type[StoreError],
        deadline: float,
    ) -> T:
        commit, sent, number, cancelled = uuid4(), False, 0, _count_cancellations()
        while True:
            try:
                connection = await self._pool.getconn(max(0.01, deadline - monotonic()))
                try:
                    _raise_if_cancelled(
                        cancelled
                    )  # before Python 3.12, waiting for a connection may ignore it
                    return await attempt(connection, commit)
                finally:
                    await self._give_back(connection)
            except (psycopg.Error, UnicodeEncodeError) as error:
                _raise_if_cancelled(cancelled)  # a pipeline may end with an error of its own instead
                lost = is_lost(error)
                sent = sent or (lost and not isinstance(error, PoolTimeout))
                delay = _DELAYS[min(number, len(_DELAYS) - 1)]
                if not lost and not is_conflict(error):
                    raised = UnwritableError if failure is UnwritableError else StoreError
                    raise raised(refusal_message(error)) from None
                if monotonic() + delay > deadline or isinstance(error, PoolTimeout):
                    raise no_answer(failure, sent=sent) from None
                if lost:
                    await self._drain()
            number += 1
            await asyncio.sleep(delay)

    async def _give_back(self, connection: AsyncConnection) -> None:
        """Return a connection to the pool, even if the caller is cancelled: the pool would lose it for good."""
        if connection.info.transaction_status is TransactionStatus.IDLE and not _is_in_pipeline(connection):
            await self._pool.putconn(connection)  # never waits, so it cannot be cancelled
            return
        task = asyncio.create_task(self._clean(connection))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)
        await asyncio.shield(task)

    async def _clean(self, connection: AsyncConnection) -> None:
        with suppress(psycopg.Error):  # the pool replaces a lost connection
            await connection.rollback()
        if _is_in_pipeline(connection):
            # Its user was cancelled just after entering pipeline mode, and psycopg does not leave it then. Whoever got the
            # connection next would get no rows, and their statements would be carried out at some later time.
            await connection.close()
        await self._pool.putconn(connection)

    async def _drain(self) -> None:
        """Discard all connections made before one was lost: the server that went away closed them all."""
        if monotonic() - self._drained_at > _DELAYS[-1]:
            self._drained_at = monotonic()
            await self._pool.drain()


def _is_in_pipeline(connection: AsyncConnection) -> bool:
    return connection.info.pipeline_status is not PipelineStatus.OFF


async def _configure(connection: AsyncConnection) -> None:
    for statement in SESSION:
        await connection.execute(statement)


def _count_cancellations() -> int:
    """How often the current task was told to end: more than 0 while it ends and cleans up."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


def _raise_if_cancelled(before: int) -> None:
    """Raise `CancelledError` if the current task was cancelled, or its time ended, since the count was `before`."""
    if _count_cancellations() > before:
        raise asyncio.CancelledError
