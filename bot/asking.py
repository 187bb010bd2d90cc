"""Who asks, and what the answer may speak of."""

from dataclasses import dataclass

from bot.actions import View, Where
from bot.policy import Person
from store.base import Filter, Record, Scope, TicketStore

STRANGER = "This desk answers members of the workspace only."


@dataclass(frozen=True, slots=True)
class Asker:
    person: Person
    scope: Scope

    async def finds(self, store: TicketStore, ticket_id: str) -> Record | None:
        """The ticket; None when there is none, and just so when it is not for them to see."""
        record = await store.get(ticket_id)
        return record if record is not None and self.scope.holds(record.born) else None

    def filter(self, asked: View | Where) -> Filter:
        return Filter(
            ids=(asked.tickets or ()) if isinstance(asked, View) else (),
            stat=asked.stat or (),
            pri=asked.pri or (),
            cat=asked.cat or (),
            text=asked.text or "",
            author=self.person.id if asked.mine else "",
        )
