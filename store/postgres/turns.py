"""Turns, announcements and the limit of model calls: what processes share to behave as one bot."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store.coordination import ASKING
from store.models.deliveries import Turn
from store.postgres.connection.database import Database

_MINUTE = 60
_KEPT_ANNOUNCEMENTS = 5000  # older ones are deleted

# As in store/coordination.py. All three conditions refer to the row before the update.
_MINE: Final = SQL("(t.holder = %(owner)s AND t.held_until > %(now)s)")
_ASKED: Final = SQL("(t.following_until > %(now)s AND t.following NOT IN ('', %(owner)s))")
_FREE: Final = SQL("(t.held_until <= %(now)s AND NOT {})").format(_ASKED)
_TAKE: Final = SQL("""
    INSERT INTO turns AS t (name, holder, held_until, number, following, following_until)
    VALUES (%(name)s, %(owner)s, %(until)s, 0, '', 0)
    ON CONFLICT (name) DO UPDATE SET
        holder = CASE WHEN {mine} OR {free} THEN %(owner)s WHEN t.held_until > %(now)s THEN t.holder ELSE '' END,
        held_until = CASE WHEN {mine} OR {free} THEN %(until)s ELSE t.held_until END,
        following = CASE WHEN {mine} THEN t.following WHEN {free} THEN ''
            WHEN {asked} THEN t.following ELSE %(owner)s END,
        following_until = CASE WHEN {mine} OR {free} OR {asked} THEN t.following_until ELSE %(now)s + %(asking)s END
    RETURNING holder = %(owner)s, number""").format(mine=_MINE, free=_FREE, asked=_ASKED)
_END: Final = SQL("""
    UPDATE turns SET holder = '', held_until = 0, number = %s WHERE name = %s AND holder = %s RETURNING name""")
# The counter's row stays locked until the commit, so announcements become visible in the order of their numbers.
_ANNOUNCE: Final = SQL("""
    WITH last AS (UPDATE counters SET value = value + %(count)s WHERE name = 'announcements' RETURNING value)
    INSERT INTO announcements (seq, name)
    SELECT last.value - %(count)s + place, name FROM last, unnest(%(names)s::text[]) WITH ORDINALITY AS given (name, place)""")
_ANNOUNCED: Final = SQL("""
    SELECT c.value, a.name FROM counters AS c LEFT JOIN announcements AS a ON a.seq > %(after)s AND a.seq <= c.value
    WHERE c.name = 'announcements' ORDER BY a.seq""")
# Later ones than now were made before the clock was set back.
_CALL: Final = SQL("""
    INSERT INTO model_calls AS c (user_id, times) VALUES (%(user_id)s, ARRAY[%(now)s::float])
    ON CONFLICT (user_id) DO UPDATE SET
        times = ARRAY(SELECT time FROM unnest(c.times) AS time WHERE abs(%(now)s - time) < %(minute)s) || %(now)s::float
    WHERE (SELECT count(*) FROM unnest(c.times) AS time WHERE abs(%(now)s - time) < %(minute)s) < %(most)s
    RETURNING user_id""")


class Turns:
    """A mixin that needs `_database`; see `store.protocol` for the methods.

    A retry after a lost connection may count a call or announce a name twice, which does no harm.
    """

    _database: Database

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn:
        values = {"name": name, "owner": owner, "now": now, "until": until, "asking": ASKING}
        [(mine, number)] = await self._database.change(_TAKE, values)
        return Turn(mine, number)

    async def end_turn(self, name: str, owner: str, number: float) -> bool:
        return bool(await self._database.change(_END, [number, name, owner]))

    async def announce(self, names: Sequence[str]) -> None:
        async def work(connection: AsyncConnection, _: UUID) -> None:
            await connection.execute(_ANNOUNCE, {"names": list(names), "count": len(names)})
            await connection.execute(
                "DELETE FROM announcements WHERE seq <= (SELECT value - %s FROM counters WHERE name = 'announcements')",
                [_KEPT_ANNOUNCEMENTS],
            )

        if names:
            await self._database.write(work)

    async def announced(self, after: int) -> tuple[int, list[str] | None]:
        rows = await self._database.read(_ANNOUNCED, {"after": after})
        last, names = rows[0][0], [name for _, name in rows if name is not None]
        return last, names if last - after == len(names) else None

    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool:
        if per_minute < 1:
            return False
        values = {"user_id": user_id, "now": now, "minute": _MINUTE, "most": per_minute}
        return bool(await self._database.change(_CALL, values))
