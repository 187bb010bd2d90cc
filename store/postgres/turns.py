"""What several processes share so that together they behave as one."""

from typing import Final

from psycopg.sql import SQL

from store import commands
from store.postgres.database import Database

_MINUTE = 60

_TURN: Final = SQL("""
    INSERT INTO turns AS t (channel, next_at) VALUES (%(channel)s, %(now)s + %(pace)s)
    ON CONFLICT (channel) DO UPDATE SET next_at = greatest(t.next_at, %(now)s) + %(pace)s
    RETURNING next_at - %(pace)s""")
_DRAWN: Final = SQL("""
    INSERT INTO drawn_cards AS d (number, version) VALUES (%(number)s, %(version)s)
    ON CONFLICT (number) DO UPDATE SET version = excluded.version WHERE d.version < excluded.version
    RETURNING number""")
_CALL: Final = SQL("""
    INSERT INTO model_calls AS c (user_id, times) VALUES (%(user_id)s, ARRAY[%(now)s::float])
    ON CONFLICT (user_id) DO UPDATE SET
        times = ARRAY(SELECT time FROM unnest(c.times) AS time WHERE time > %(oldest)s) || %(now)s::float
    WHERE (SELECT count(*) FROM unnest(c.times) AS time WHERE time > %(oldest)s) < %(most)s
    RETURNING user_id""")


class Turns:
    """Needs a `Database`; every method as in `store.protocol`.

    A repetition after a lost connection may take a turn, or a call, that nobody uses: later by that much, never sooner.
    """

    _database: Database

    async def reserve_turn(self, channel: str, now: float, pace: float) -> float:
        rows = await self._database.change(_TURN, {"channel": channel, "now": now, "pace": pace})
        return float(rows[0][0])

    async def mark_card_drawn(self, ticket_id: str, version: int) -> bool:
        values = {"number": commands.number_or_raise(ticket_id), "version": version}
        return bool(await self._database.change(_DRAWN, values))

    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool:
        if per_minute < 1:
            return False
        values = {"user_id": user_id, "now": now, "oldest": now - _MINUTE, "most": per_minute}
        return bool(await self._database.change(_CALL, values))
