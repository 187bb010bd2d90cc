"""Removes the history of tickets that were done long ago: first from memory, then from the journal's files.

1. Each ticket gets a change that replaces all earlier ones. From then on the earlier ones are unknown.
2. A snapshot is written, so that opening the store does not read the segments with removed changes.
3. The journal is searched for removed changes, and each segment that has some is redacted, with a line saying why.
4. A line in the journal records the removal.

A crash before step 1 leaves the old history, one after it the new; the next run continues.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from store import commands
from store.errors import UnwritableError
from store.file.compaction import Compaction
from store.file.disk.journal import Journal
from store.file.disk.segment import PLACES, Entry
from store.file.executor import Executor
from store.file.state import TicketState
from store.ids import number_of
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Json, Origin, Status, TrimmedHistory
from store.serialization.codec import encode

_AT_ONCE = 500  # tickets per commit

T = TypeVar("T")


class Retention:
    """The methods of `TicketStore` for removing history."""

    _journal: Journal
    _state: TicketState
    _executor: Executor
    _compaction: Compaction
    _is_clean = False  # True once the journal is known to hold no removed changes

    def __init__(self) -> None:
        super().__init__()
        self._trimming = asyncio.Lock()

    async def trim_history(self, before: float, days: int, now: float) -> TrimmedHistory:
        async with self._trimming:
            done = TrimmedHistory(0, 0)
            numbers = self._trimmable(before)
            self._is_clean = self._is_clean and not numbers
            for at in range(0, len(numbers), _AT_ONCE):
                tickets, changes = await self._trim(numbers[at : at + _AT_ONCE], before, days, now)
                done = TrimmedHistory(done.tickets + tickets, done.changes + changes)
            if not self._is_clean:
                await self._remove({"what": "history trimmed", "at": now, "days": days})
                self._is_clean = True
            return done

    async def count_trimmable(self, before: float) -> int:
        return len(self._trimmable(before))

    def _trimmable(self, before: float) -> list[int]:
        """The numbers of the tickets that have a history and for which `commands.may_be_trimmed` holds."""
        done = Filter(stat=(Status.DONE,), time="changed", until=before)
        found = self._state.index.find(done, EVERYTHING)
        numbers = [*found.page(0, found.count), *self._state.deleted]
        records = ((number, self._state.record(number)) for number in numbers)
        due = ((number, each) for number, each in records if each and commands.may_be_trimmed(each, before))
        return [number for number, each in due if each.version == 1 or len(self._state.places(number)) > 1]

    async def _trim(self, numbers: Sequence[int], before: float, days: int, now: float) -> tuple[int, int]:
        for number in numbers:
            await self._executor.done_before("", number)
        records = [self._executor.record(number) for number in numbers]
        due = [each for each in records if each and commands.may_be_trimmed(each, before)]
        origin = Origin("", "", now)
        changes = sum(len(self._state.places(number_of(each.ticket.id))) for each in due)
        await self._executor.commit(origin, [(each, commands.trim(each, origin, days)) for each in due])
        return len(due), changes

    async def _remove(self, audit: Json) -> None:
        """Remove from the journal the changes older than what is left of their ticket's history."""
        writer, journal = self._executor.writer, self._journal
        try:
            removed = await _in_thread(lambda: _find_older(journal, self._state.versions()))
            if not removed:
                return
            places = {entry.place for entry in removed}
            segments = sorted({place // PLACES for place in places})
            if journal.position.segment in segments:
                await writer.exclusive(journal.rotate)
            await self._compaction.run()
            for segment in segments:
                some = {place for place in places if place // PLACES == segment}
                await _in_thread(partial(journal.redact, segment, some, audit))
        except OSError as error:
            raise UnwritableError(f"the journal cannot be written anew: {error}") from error
        counts = {"tickets": len({entry.row["id"] for entry in removed}), "changes": len(removed)}
        await writer.stage([encode({"audit": audit | counts})], lambda _: None)


def _find_older(journal: Journal, versions: Mapping[str, range]) -> list[Entry]:
    """The changes before the first of the `versions` left of their ticket's history."""
    first = {ticket_id: some.start for ticket_id, some in versions.items() if some.start > 1}
    entries = (entry for entry in journal.verify() if entry.row.get("id") in first) if first else ()
    return [entry for entry in entries if entry.row["version"] < first[entry.row["id"]]]


async def _in_thread(work: Callable[[], T]) -> T:
    """The result of `work`. A cancellation takes effect only after `work` has ended."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
