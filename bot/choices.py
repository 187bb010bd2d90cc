"""What is offered to one person as buttons: frozen in the store for ten minutes, and carried out once.

A choice is kept by the store, so that it outlives a restart and other processes know it. The first press counts; every
later one is shown what came of that.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from store.models.deliveries import Choice
from store.models.tickets import Json, Origin
from store.protocol import TicketStore

LIFETIME = 600.0  # seconds
NOTHING = "nothing"


class Taken(NamedTuple):
    """The option that was pressed first, what had been offered, and the origin under which it is carried out.

    `origin` has the key of the first press, so that carrying it out again changes nothing; `again` says that this press
    is not the first.
    """

    option: str
    payload: Json
    origin: Origin
    again: bool


class Choices:
    """`new_id` makes names that nobody can guess."""

    def __init__(self, store: TicketStore, new_id: Callable[[], str]) -> None:
        self._store, self._new_id = store, new_id

    async def offer(self, user_id: str, payload: Json, now: float) -> str:
        """Freeze `payload` for that person; the id that its buttons carry."""
        choice = Choice(self._new_id(), user_id, now + LIFETIME, payload)
        await self._store.add_choice(choice)
        return choice.id

    async def take(self, choice_id: str, option: str, origin: Origin) -> Taken | None:
        """Press a button. None where there is no such choice for that person, or not any more."""
        choice = await self._store.take_choice(
            choice_id, origin.user_id, option, origin.idempotency_key, origin.timestamp
        )
        if choice is None:
            return None
        again = choice.taken_by != origin.idempotency_key
        return Taken(choice.taken, choice.payload, replace(origin, idempotency_key=choice.taken_by), again)
