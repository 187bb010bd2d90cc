"""Finds the messages with an Undo button (undo lines), including those that the store does not know yet."""

from bot.delivery.recent import RecentDict
from store.models.deliveries import UndoLine
from store.protocol import TicketStore

MAX_REMEMBERED = 500  # lines; the store knows each of them once its delivery is finished


class UndoLines:
    def __init__(self, store: TicketStore) -> None:
        self._store = store
        self._posted: dict[tuple[str, int], UndoLine] = {}
        self._bare: RecentDict[tuple[str, int], bool] = RecentDict(MAX_REMEMBERED)

    def note_posted(self, line: UndoLine) -> None:
        """The line has just been posted."""
        self._posted.pop((line.ticket_id, line.version), None)
        self._posted[line.ticket_id, line.version] = line
        while len(self._posted) > MAX_REMEMBERED:
            del self._posted[next(iter(self._posted))]

    def mark_bare(self, line: UndoLine, *, bare: bool) -> None:
        """Record whether the line loses its button; False if it gets one, or is redrawn as undone."""
        if bare:
            self._bare[line.ticket_id, line.version] = True
        else:
            self.forget_bare(line)

    def is_bare(self, line: UndoLine) -> bool:
        """Whether the line is known to have no button."""
        return (line.ticket_id, line.version) in self._bare

    def forget_bare(self, line: UndoLine) -> None:
        """The line was redrawn as undone or with its button, so it is no longer known to be bare."""
        self._bare.pop((line.ticket_id, line.version), None)

    async def find(self, ticket_id: str, version: int) -> UndoLine | None:
        """The line of that change, if there is one."""
        placed = self._posted.get((ticket_id, version))
        return placed or await self._store.undo_line(ticket_id, version)

    async def find_newest(self, channel: str, thread: str) -> UndoLine | None:
        placed = [one for one in self._posted.values() if one.message[::2] == (channel, thread)]
        known = await self._store.undo_lines_in(channel, thread)
        return max((*placed, *known[:1]), key=lambda one: float(one.message.ts), default=None)

    async def is_newest(self, line: UndoLine) -> bool:
        """Whether the line is the newest of its thread."""
        newest = await self.find_newest(line.message.channel, line.message.thread)
        return newest is not None and newest.message.ts == line.message.ts
