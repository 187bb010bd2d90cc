"""What the model costs, by day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from psycopg.sql import SQL

from store.models.deliveries import UsageDay
from store.models.tickets import MessageUsage
from store.postgres.connection.database import Database
from store.postgres.saving import CLAIM_KEY, count_usage_after, usage_row
from store.protocol import KEY_LIFETIME

_COUNT_ONCE: Final = SQL("WITH claimed AS ({}) {}").format(CLAIM_KEY, count_usage_after("claimed"))


class Usage:
    """The methods of `TicketStore` for the model's usage."""

    _database: Database

    async def record_usage(self, usage: MessageUsage) -> None:
        # The key keeps a repeated attempt from counting twice.
        at = datetime.combine(usage.day, time(), UTC).timestamp()
        values = {**usage_row(usage), "at": at, "lifetime": KEY_LIFETIME}
        await self._database.change_together(
            lambda attempt: [(_COUNT_ONCE, {**values, "key": str(attempt), "commit": attempt})]
        )

    async def tokens_used(self, day: date) -> int:
        statement = "SELECT coalesce(sum(tokens), 0)::bigint FROM usage WHERE day = %s"
        return int((await self._database.read(statement, [day]))[0][0])

    async def usage(self, days: int) -> Sequence[UsageDay]:
        rows = await self._database.read(
            "SELECT day, sum(messages)::bigint, sum(by_rules)::bigint, sum(calls)::bigint, sum(tokens)::bigint"
            " FROM usage GROUP BY day ORDER BY day DESC LIMIT %s",
            [days],
        )
        return [UsageDay(*row) for row in rows]
