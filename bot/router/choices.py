"""Buttons offered to one person: stored for ten minutes, carried out once.

The store keeps the choice, so it survives a restart and every process knows it. Only the first press counts; later
presses are shown its result.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from store.models.deliveries import Choice
from store.models.tickets import Json, Origin
from store.protocol import TicketStore

LIFETIME = 600.0  # seconds


class Taken(NamedTuple):
    """The option that was pressed first, the payload that was offered, and the origin to carry it out with.

    `origin` has the first press's idempotency key, so carrying it out again changes nothing. `again`: this press was not
    the first.
    """

    option: str
    payload: Json
    origin: Origin
    again: bool


class Choices:
    """`new_id` returns ids that cannot be guessed."""

    def __init__(self, store: TicketStore, new_id: Callable[[], str]) -> None:
        self._store, self._new_id = store, new_id

    async def offer(self, user_id: str, payload: Json, now: float) -> str:
        """Store `payload` for this person. Returns the id that the buttons carry."""
        choice = Choice(self._new_id(), user_id, now + LIFETIME, payload)
        await self._store.add_choice(choice)
        return choice.id

    async def take(self, choice_id: str, option: str, origin: Origin) -> Taken | None:
        """Record a button press. None if there is no such choice for this person, or it has expired."""
        choice = await self._store.take_choice(
            choice_id, origin.user_id, option, origin.idempotency_key, origin.timestamp
        )
        if choice is None:
            return None
        again = choice.taken_by != origin.idempotency_key
        return Taken(choice.taken, choice.payload, replace(origin, idempotency_key=choice.taken_by), again)

    async def has_expired(self, choice_id: str, now: float) -> bool:
        """Whether nobody pressed a button in time."""
        choice = await self._store.choice(choice_id)
        return choice is None or (not choice.taken and choice.expires_at <= now)
