"""Choices offered to people as buttons, messages that offer to undo a change, and facts about people: temporary rows."""

from collections.abc import Sequence

from store.file.disk.deliveries_file import CHOICES, PEOPLE, UNDO_LINES
from store.file.temporary.rows import TemporaryRows
from store.models.deliveries import Choice, Person, UndoLine
from store.models.tickets import MessageRef


class Choices:
    """The methods of `TicketStore` for choices, undo lines and people."""

    _rows: TemporaryRows

    async def add_choice(self, choice: Choice) -> None:
        row = {"user_id": choice.user_id, "expires_at": choice.expires_at, "payload": choice.payload}
        await self._rows.stage({CHOICES: {choice.id: row}})

    async def choice(self, choice_id: str) -> Choice | None:
        row = self._rows.durable[CHOICES].get(choice_id)
        if row is None:
            return None
        taken, taken_by = row.get("taken", ""), row.get("taken_by", "")
        return Choice(choice_id, row["user_id"], row["expires_at"], row["payload"], taken, taken_by)

    async def take_choice(
        self, choice_id: str, user_id: str, option: str, key: str, now: float
    ) -> Choice | None:
        row = self._rows.get(CHOICES, choice_id)
        if row is None or row["user_id"] != user_id:
            return None
        if row.get("taken"):
            await self._rows.writer.settled()
        elif now >= row["expires_at"]:
            return None
        else:
            await self._rows.stage({CHOICES: {choice_id: {"taken": option, "taken_by": key}}})
        return await self.choice(choice_id)

    async def remember_people(self, people: Sequence[Person]) -> None:
        if people:
            rows = {each.user_id: {"learned_at": each.learned_at, "facts": each.facts} for each in people}
            await self._rows.stage({PEOPLE: rows})

    async def forget_people(self, user_ids: Sequence[str]) -> None:
        if known := [user_id for user_id in user_ids if self._rows.get(PEOPLE, user_id) is not None]:
            await self._rows.stage({PEOPLE: dict.fromkeys(known)})

    async def people(self, user_ids: Sequence[str] | None = None) -> list[Person]:
        rows = self._rows.durable[PEOPLE]
        wanted = rows if user_ids is None else [user_id for user_id in user_ids if user_id in rows]
        return [Person(user_id, **rows[user_id]) for user_id in wanted]

    async def undo_line(self, ticket_id: str, version: int) -> UndoLine | None:
        row = self._rows.durable[UNDO_LINES].get(undo_key(ticket_id, version))
        return None if row is None else UndoLine(ticket_id, version, MessageRef(*row["message"]))

    async def undo_lines_in(self, channel: str, thread: str) -> tuple[UndoLine, ...]:
        rows = self._rows.durable[UNDO_LINES]
        found = ((key.split("/"), rows[key]) for key in reversed(rows.in_thread(channel, thread)))
        return tuple(
            UndoLine(ticket, int(version), MessageRef(*row["message"])) for (ticket, version), row in found
        )


def undo_key(ticket_id: str, version: int) -> str:
    return f"{ticket_id}/{version}"
