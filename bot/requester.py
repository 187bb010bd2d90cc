"""Who asks, and what the answer may speak of."""

from dataclasses import dataclass

from bot.policy import Person
from store.errors import NotFoundError
from store.models.filters import Scope
from store.models.tickets import Origin, Record
from store.protocol import TicketStore

STRANGER = "Only members of this workspace can use Tickets."


@dataclass(frozen=True, slots=True)
class Requester:
    person: Person
    scope: Scope

    async def get_visible(self, store: TicketStore, ticket_id: str) -> Record | None:
        """The ticket; None when there is none, and just so when it is not for them to see."""
        record = await store.get(ticket_id)
        return record if record is not None and self.scope.includes(record) else None

    async def has_deleted(self, store: TicketStore, ticket_id: str, origin: Origin) -> bool:
        """Whether this very origin has deleted the ticket already: then that is told again, and not done again."""
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
