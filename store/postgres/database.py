"""Connections to the server, and what is done when one is lost: try again where that is safe, and never wait long."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from store.errors import StoreError, UnavailableError, UnwritableError
from store.postgres.asking import Ask, Row, Statement, Values, fetch, fetch_together
from store.postgres.schema import check, migrate

# Seconds that a call may take, all its attempts together; Slack waits 3 s for what it delivers, and delivers it again.
TIMEOUT = 4.0
_GRACE = 0.3  # seconds for a statement that took too long to be cancelled, before its connection is given up
_DELAYS = (0.0, 0.05, 0.1, 0.2, 0.4)  # before each further attempt, and the last of them from then on
_SMALLEST, _LARGEST = 1, 10  # connections of one process

# Of the server's errors those after which the same transaction may succeed: it was in somebody's way, …
_CONFLICTS = frozenset({"40001", "40P01"})
# … or the server is going down, starting, or not the one that writes any more.
_DISCONNECTIONS = frozenset({"57P01", "57P02", "57P03", "25006"})
# What is said while a server that is far away does not answer; anything in the address goes before it.
_SOCKETS: dict[str, Any] = {
    "application_name": "tickets",
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
}
_SESSION = (
    "SET jit = off",
    "SET work_mem = '16MB'",  # a common word is in very many tickets
    # Where the server takes a word to be common it would go through the table from its beginning: it may be in the newest alone.
    "SET enable_seqscan = off",
)

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Database:
    """Runs statements; every call ends within the seconds it is given, with a `StoreError` if it must."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT, read_only: bool = False) -> None:
        """Raises `StoreError` for an address that is none; neither it nor any other error or log line holds a password."""
        try:
            given = conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            raise StoreError(
                "The database's address is not understood: postgresql://user@host/database"
            ) from None
        self.timeout, self._read_only = timeout, read_only
        self.place = f"{given.get('dbname', '')} on {given.get('host', 'this machine')}"
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            make_conninfo(**{**_SOCKETS, **given}),
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
        """Connect, and bring the tables up to date, or see that they are. Raises `StoreError`."""
        await self._pool.open()
        try:
            async with asyncio.timeout(self.timeout):
                await self._pool.wait(self.timeout)
            async with self._pool.connection(self.timeout) as connection:
                await (check if self._read_only else migrate)(connection)
        except (PoolTimeout, TimeoutError):
            await self.close()
            raise StoreError(
                f"The database {self.place} does not answer, or does not let the bot in: "
                "check its address, its password, and whether it runs."
            ) from None
        except psycopg.Error as error:
            await self.close()
            raise StoreError(
                f"The tables cannot be made or read: {_said(error)}; "
                "run `tickets check` once as the role that makes the tables."
                if isinstance(error, psycopg.errors.InsufficientPrivilege)
                else f"The tables cannot be made or read: {_said(error)}."
            ) from None
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        await self._pool.close(timeout=_GRACE)

    async def read(self, statement: Statement, values: Values = (), *, varied: bool = False) -> list[Row]:
        """The rows of one statement, which sees one moment. One is `varied` whose values differ too much for one plan."""
        prepare = False if varied else None
        return await self._run(
            lambda connection, _: fetch(connection, statement, values, prepare=prepare), UnavailableError
        )

    async def change(self, statement: Statement, values: Values) -> list[Row]:
        """The rows of one statement that changes something, and may be done twice where its end was not heard."""
        self._check_writable()
        return await self._run(lambda connection, _: fetch(connection, statement, values), UnwritableError)

    async def change_together(
        self, statements: Callable[[UUID], Sequence[Ask]], seconds: float | None = None
    ) -> list[list[Row]]:
        """The rows of each of several statements, which are one transaction, in one round trip.

        Repeated where its end was not heard, with the same number: by it the statements must know what they have done already.
        """
        self._check_writable()

        return await self._run(
            lambda connection, number: fetch_together(connection, statements(number)),
            UnwritableError,
            seconds,
        )

    async def attempt(self, work: Callable[[AsyncConnection, UUID], Awaitable[T]]) -> T:
        """What `work` returns, as `write` does, but that each of its statements is a transaction by itself."""
        self._check_writable()
        return await self._run(work, UnwritableError)

    async def write(
        self, work: Callable[[AsyncConnection, UUID], Awaitable[T]], seconds: float | None = None
    ) -> T:
        """What `work` returns, whose statements are one transaction, sent in as few round trips as can be.

        A transaction whose end was not heard is repeated: `work` is given a number, the same in each attempt, by
        which it must know what it has done already.
        """
        self._check_writable()

        async def attempt(connection: AsyncConnection, commit: UUID) -> T:
            # What is sent in a pipeline after an error is passed over, COMMIT as well; the pool then rolls back.
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
        """What `work` returns, as one transaction, however long it takes. Raises `UnwritableError`."""
        try:
            async with self._pool.connection() as connection, connection.transaction():
                return await work(connection)
        except psycopg.Error as error:
            raise UnwritableError(
                _unanswered(UnwritableError, sent=True) if _is_lost(error) else _refused(error)
            ) from None

    async def _run(
        self,
        attempt: Callable[[AsyncConnection, UUID], Awaitable[T]],
        failure: type[StoreError],
        seconds: float | None = None,
    ) -> T:
        seconds = seconds or self.timeout
        try:
            # Asked to give up, psycopg waits for the server to do so as well; asked a second time, it closes the connection.
            async with asyncio.timeout(seconds + _GRACE), asyncio.timeout(seconds):
                return await self._attempts(attempt, failure, monotonic() + seconds)
        except TimeoutError:
            raise _no_answer(failure, sent=True) from None

    async def _attempts(
        self,
        attempt: Callable[[AsyncConnection, UUID], Awaitable[T]],
        failure: type[StoreError],
        deadline: float,
    ) -> T:
        commit, sent, number = uuid4(), False, 0
        while True:
            try:
                connection = await self._pool.getconn(max(0.01, deadline - monotonic()))
                try:
                    return await attempt(connection, commit)
                finally:
                    await self._give_back(connection)
            except (psycopg.Error, UnicodeEncodeError) as error:
                lost = _is_lost(error)
                sent = sent or (lost and not isinstance(error, PoolTimeout))
                delay = _DELAYS[min(number, len(_DELAYS) - 1)]
                if not lost and getattr(error, "sqlstate", None) not in _CONFLICTS:
                    raised = UnwritableError if failure is UnwritableError else StoreError
                    raise raised(_refused(error)) from None
                if monotonic() + delay > deadline or isinstance(error, PoolTimeout):
                    raise _no_answer(failure, sent=sent) from None
                if lost:
                    await self._drain()
            number += 1
            await asyncio.sleep(delay)

    async def _give_back(self, connection: AsyncConnection) -> None:
        """A connection whose return were broken off with what it was used for would be missed by the pool for ever."""
        if connection.info.transaction_status is TransactionStatus.IDLE:
            await self._pool.putconn(connection)  # waits for nothing, so that nothing breaks it off
            return
        task = asyncio.create_task(self._roll_back(connection))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)
        await asyncio.shield(task)

    async def _roll_back(self, connection: AsyncConnection) -> None:
        with suppress(psycopg.Error):  # a connection that is lost is replaced by the pool
            await connection.rollback()
        await self._pool.putconn(connection)

    async def _drain(self) -> None:
        """Give up connections that were made before one was lost: a server that went away took all of them."""
        if monotonic() - self._drained_at > _DELAYS[-1]:
            self._drained_at = monotonic()
            await self._pool.drain()


async def _configure(connection: AsyncConnection) -> None:
    for statement in _SESSION:
        await connection.execute(statement)


def _is_lost(error: Exception) -> bool:
    """Whether the connection is gone, or serves no more."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state in _DISCONNECTIONS or state.startswith("08")


def _no_answer(failure: type[StoreError], *, sent: bool) -> StoreError:
    error = failure(_unanswered(failure, sent=sent))
    if isinstance(error, UnwritableError):
        error.uncertain = sent
    return error


def _unanswered(failure: type[StoreError], *, sent: bool) -> str:
    if failure is not UnwritableError:
        return "The database does not answer at the moment. Please try again."
    if sent:
        return "The database went away while this was being saved. Please try again: what was saved is not done twice."
    return "The database does not answer at the moment, so nothing was changed. Please try again."


def _refused(error: Exception) -> str:
    if isinstance(error, (psycopg.DataError, UnicodeEncodeError)):
        return "The database cannot keep this: it holds a character or a value that it does not know."
    _log.error("the database refused a statement", exc_info=error)
    return f"The database refused this ({_said(error)})."


def _said(error: Exception) -> str:
    """The kind of an error, without what the server wrote: that may quote values."""
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}, {state}" if state else type(error).__name__
