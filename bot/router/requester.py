"""The requesting user, and the scope of tickets that a reply to them may show."""

from dataclasses import dataclass

from bot.policy import Person, Role
from store.errors import NotFoundError
from store.models.filters import Scope
from store.models.tickets import Origin, Record
from store.protocol import TicketStore

STRANGER = "Only members of this workspace can use Tickets."
LEFT = "You are not in that channel any more, so you cannot use Tickets there."


@dataclass(frozen=True, slots=True)
class Requester:
    person: Person
    scope: Scope

    @property
    def refusal(self) -> str:
        """What somebody is told who may do nothing; "" for others."""
        if self.person.role is not Role.NOBODY:
            return ""
        return LEFT if self.person.has_left else STRANGER

    async def get_visible(self, store: TicketStore, ticket_id: str) -> Record | None:
        """The ticket, or None if it does not exist or this person may not see it."""
        record = await store.get(ticket_id)
        return record if record is not None and self.scope.includes(record) else None

    async def has_deleted(self, store: TicketStore, ticket_id: str, origin: Origin) -> bool:
        """Whether a request with this `origin.idempotency_key` already deleted the ticket. It is then answered again,
        not redone."""
        try:
            entries, _ = await store.history(ticket_id)
        except NotFoundError:
            return False
        latest = entries[0]
        return (
            latest.kind == "deleted"
            and bool(origin.idempotency_key)
            and latest.origin.idempotency_key == origin.idempotency_key
        )
