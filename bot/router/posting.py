"""Posting a private ticket in a channel, by its reporter or an admin. It then counts as created in that channel."""

from bot import policy
from bot.policy import Room
from bot.results import Outcome, answer_not_found, not_found, of_write, refused
from bot.router.requester import Requester
from store.models.tickets import Origin
from store.protocol import TicketStore

NOT_YOURS = "Only the person who reported {}, or an admin, can post it in a channel."


class Posting:
    def __init__(self, store: TicketStore) -> None:
        self._store = store

    @answer_not_found
    async def post(self, ticket_id: str, room: Room, requester: Requester, origin: Origin) -> Outcome:
        """Post the ticket in `room`. The caller has checked that this person and the bot are members of it."""
        if requester.refusal:
            return refused(requester.refusal)
        record = await requester.get_visible(self._store, ticket_id)
        if record is None:
            return not_found(ticket_id)
        reporter = record.origin.user_id == requester.person.id
        if not reporter and requester.person.role is not policy.Role.ADMIN:
            return refused(NOT_YOURS.format(ticket_id))
        return of_write(await self._store.post(ticket_id, room.id, origin, private=room.private))
