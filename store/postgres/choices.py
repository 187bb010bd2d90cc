"""Choices offered to people as buttons, and facts about people."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL

from store.models.deliveries import Choice, Person
from store.postgres.connection.database import Database
from store.postgres.connection.statements import Row
from store.postgres.rows import from_json, to_json
from store.protocol import KEY_LIFETIME

_CHOICE: Final = SQL("id, user_id, expires_at, payload, taken, taken_by")
_ADD_CHOICE: Final = SQL("""
    INSERT INTO choices ({}) VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET
        user_id = excluded.user_id, expires_at = excluded.expires_at, payload = excluded.payload,
        taken = excluded.taken, taken_by = excluded.taken_by""").format(_CHOICE)
_FORGET_CHOICES: Final = SQL("""
    DELETE FROM choices WHERE id IN (SELECT id FROM choices WHERE expires_at < %s
    ORDER BY expires_at LIMIT 64 FOR UPDATE SKIP LOCKED)""")
_TAKE: Final = SQL("""
    UPDATE choices SET taken = %s, taken_by = %s WHERE id = %s AND user_id = %s AND taken = '' AND expires_at > %s""")
_REMEMBER: Final = SQL("""
    INSERT INTO people (user_id, learned_at, facts) VALUES (%s, %s, %s) ON CONFLICT (user_id) DO UPDATE SET
        learned_at = excluded.learned_at, facts = excluded.facts""")


class Choices:
    """The methods of `TicketStore` for choices."""

    _database: Database

    async def add_choice(self, choice: Choice) -> None:
        values = [
            choice.id,
            choice.user_id,
            choice.expires_at,
            to_json(choice.payload),
            choice.taken,
            choice.taken_by,
        ]

        async def work(connection: AsyncConnection, _: UUID) -> None:
            await connection.execute(_ADD_CHOICE, values)
            await connection.execute(_FORGET_CHOICES, [choice.expires_at - KEY_LIFETIME])

        await self._database.write(work)

    async def choice(self, choice_id: str) -> Choice | None:
        statement = SQL("SELECT {} FROM choices WHERE id = %s").format(_CHOICE)
        rows = await self._database.read(statement, [choice_id])
        return _choice(rows[0]) if rows else None

    async def take_choice(
        self, choice_id: str, user_id: str, option: str, key: str, now: float
    ) -> Choice | None:
        async def work(connection: AsyncConnection, _: UUID) -> None:
            await connection.execute(_TAKE, [option, key, choice_id, user_id, now])

        await self._database.write(work)
        choice = await self.choice(choice_id)
        return choice if choice and choice.user_id == user_id and choice.taken else None


class People:
    """The methods of `TicketStore` for people."""

    _database: Database

    async def remember_people(self, people: Sequence[Person]) -> None:
        rows = {each.user_id: (each.user_id, each.learned_at, to_json(each.facts)) for each in people}

        async def work(connection: AsyncConnection, _: UUID) -> None:
            for user_id in sorted(rows):
                await connection.execute(_REMEMBER, rows[user_id])

        if rows:
            await self._database.write(work)

    async def forget_people(self, user_ids: Sequence[str]) -> None:
        async def work(connection: AsyncConnection, _: UUID) -> None:
            await connection.execute("DELETE FROM people WHERE user_id = ANY(%s)", [list(user_ids)])

        await self._database.write(work)

    async def people(self, user_ids: Sequence[str] | None = None) -> list[Person]:
        rows = await self._database.read(
            "SELECT user_id, learned_at, facts FROM people WHERE %(ids)s::text[] IS NULL OR user_id = ANY(%(ids)s)",
            {"ids": None if user_ids is None else list(user_ids)},
            varied=True,
        )
        return [Person(user_id, learned_at, from_json(facts) or {}) for user_id, learned_at, facts in rows]


def _choice(row: Row) -> Choice:
    choice_id, user_id, expires_at, payload, taken, taken_by = row
    return Choice(choice_id, user_id, expires_at, from_json(payload) or {}, taken, taken_by)
