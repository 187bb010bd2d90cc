"""Executes writes: builds each on what is staged, as one commit, and only once per idempotency key."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from store import commands
from store.errors import UnwritableError
from store.file.disk.journal import Journal
from store.file.disk.segment import commit_lines
from store.file.history import History
from store.file.state import TicketState
from store.file.writer import Writer
from store.ids import number_of
from store.models.tickets import Change, Origin, Record, Written
from store.serialization.codec import encode_change, encode_origin, encode_usage

Made = tuple[Record | None, Change | None]  # a ticket before its change, and the change, if any


class Executor:
    """Writers see staged records here; readers see durable ones in `TicketState`."""

    def __init__(
        self, journal: Journal, state: TicketState, history: History, make_writer: Callable[..., Writer]
    ) -> None:
        self._state, self._history = state, history
        self._records: dict[int, Record] = {}  # the newest staged ones, by the ticket's number
        self._keys: set[str] = set()  # of staged commits; `done_before` lets none be staged twice
        self.last = state.last  # the number of the newest ticket, staged ones included
        self.writer = make_writer(journal, self._roll_back)

    def record(self, number: int) -> Record | None:
        """A ticket as it will be once everything staged is durable; also a deleted one."""
        return self._records.get(number) or self._state.record(number)

    def find_made_of(self, channel: str, message: str) -> Record | None:
        """The first ticket that was made of a message and is not deleted, as it will be once everything staged is durable."""
        known = {number_of(one.ticket.id) for one in self._state.list_by_thread(channel, message)}
        found = filter(None, map(self.record, sorted(known | self._records.keys())))
        made = (one for one in found if (one.origin.channel, one.origin.message) == (channel, message))
        return next((one for one in made if not one.deleted), None)

    async def done_before(self, key: str, number: int = 0) -> list[Written]:
        """The result of the first use of `key`, if any. Waits until nothing is staged for the ticket `number`, so
        that its history is complete."""
        while (key and key in self._keys) or number in self._records:
            with suppress(UnwritableError):  # the staged write was rolled back
                await self.writer.settled()
        changes = self._history.changes_by_key(key)
        found = [(self._state.record(number_of(change.ticket_id)), change) for change in changes]
        return [Written(record, change, repeated=True) for record, change in found if record]

    async def commit(self, origin: Origin, made: Sequence[Made]) -> list[Written]:
        """Make changes durable as one commit. Raises `UnwritableError`: then none of them happened."""
        results = ((commands.apply(record, change) if change else record, change) for record, change in made)
        written = [Written(record, change) for record, change in results if record]
        changes = [each.change for each in written if each.change]
        if not changes:
            await self.writer.settled()  # the unchanged record may be a staged one
            return written
        rows = [encode_change(change) for change in changes]
        staged = {number_of(each.record.ticket.id): each.record for each in written if each.change}
        if origin.usage:
            rows[0]["usage"] = [encode_usage(origin.usage)]
        if changes[0].origin != origin:
            rows[0]["imported_by"] = encode_origin(origin)

        def install(places: list[int]) -> None:
            self._state.count(rows[0], places[0])
            for change, place, (number, record) in zip(changes, places, staged.items(), strict=True):
                self._state.apply(change, place, places[0], record)
                if self._records[number] is record:
                    del self._records[number]
            self._keys.discard(origin.idempotency_key)

        future = self.writer.stage(commit_lines(rows), install)
        if origin.idempotency_key:
            self._keys.add(origin.idempotency_key)
        self._records |= staged
        self.last = max(self.last, *staged)
        await asyncio.sleep(0)  # on a quick disk the future is done after this, which saves a wake-up
        await future
        return written

    def _roll_back(self) -> None:
        self._records.clear()
        self._keys.clear()
        self.last = self._state.last
