"""Runs statements on one connection and returns their rows."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Composed

Row = tuple[Any, ...]
Statement = LiteralString | bytes | SQL | Composed
Values = Sequence[Any] | Mapping[str, Any]
BoundStatement = tuple[Statement, Values]


async def fetch(
    connection: AsyncConnection, statement: Statement, values: Values, *, prepare: bool | None = None
) -> list[Row]:
    """The rows of one statement. If `prepare` is None, the server keeps its plan after a few executions."""
    return await (await connection.execute(statement, values, prepare=prepare)).fetchall()


async def fetch_together(
    connection: AsyncConnection, statements: Sequence[BoundStatement]
) -> list[list[Row]]:
    """The rows of each statement, in one round trip. Opens a transaction unless the connection is already in one."""
    if len(statements) == 1:
        done = [await connection.execute(*statements[0])]
    else:
        alone = connection.info.transaction_status is TransactionStatus.IDLE
        # If this is cancelled between two statements, COMMIT is never sent and nothing is kept.
        async with connection.pipeline():
            if alone:
                await connection.execute("BEGIN")
            done = [await connection.execute(*each) for each in statements]
            if alone:
                await connection.execute("COMMIT")
    return [await each.fetchall() if each.pgresult and each.pgresult.nfields else [] for each in done]
