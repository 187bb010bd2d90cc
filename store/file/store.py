"""The file store: keeps the promises of `store.protocol` with a journal, TinyDB's documents and an index."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from os import PathLike, fspath
from typing import Any

from store import commands
from store.coordination import LocalTurns
from store.file.compaction import Compaction
from store.file.disk.filesystem import Filesystem
from store.file.disk.journal import Journal
from store.file.executor import Executor, Made
from store.file.history import History
from store.file.opening import StoreFiles, open_files
from store.file.retention import Retention
from store.file.temporary.choices import Choices
from store.file.temporary.deliveries import Deliveries
from store.file.temporary.rows import TemporaryRows
from store.file.writer import QUICK, Writer
from store.ids import number_of, number_or_zero, parse_id
from store.models.deliveries import UsageDay
from store.models.filters import PAGE_SIZE, Filter, Match, Page, Scope
from store.models.tickets import (
    Change,
    ImportedTicket,
    MessageUsage,
    NewTicket,
    Origin,
    Record,
    Status,
    Values,
    Written,
)
from store.protocol import TicketStore
from store.serialization.codec import encode_usage


class FileStore(History, Deliveries, Choices, Retention, LocalTurns, TicketStore):
    """A `TicketStore` in a file. Create it with `open`; use it from one event loop only. For `compact_at` (bytes) see
    `Compaction`, for `segment_size` (bytes) `Journal`, for `quick` (seconds) `Writer`."""

    def __init__(
        self,
        opened: StoreFiles,
        *,
        compact_at: int | None = None,
        segment_size: int = Journal.segment_size,
        quick: float = QUICK,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opened, self._journal, self._state = opened, opened.journal, opened.state
        self._journal.segment_size = segment_size
        self._read_only = opened.lock is None
        make_writer = partial(Writer, quick=quick, now=now, read_only=self._read_only)
        self._executor = Executor(opened.journal, opened.state, self, make_writer)
        super().__init__(TemporaryRows(opened.deliveries, opened.state, make_writer))
        self._writers = (self._executor.writer, self._rows.writer)
        self._compaction = Compaction(
            opened, self._rows, self._writers, self._outdated, size=compact_at, now=now
        )
        self._closed = False

    @classmethod
    async def open(
        cls,
        path: str | PathLike[str],
        *,
        read_only: bool = False,
        create: bool = True,
        files: Filesystem | None = None,
        **how: Any,
    ) -> "FileStore":
        """Open or create the store at `path`, as `store.open_store` says; `how` is as for `__init__`. Raises `LockedError`,
        `DamagedError`, `UnwritableError` and `StoreError`."""
        open_it = partial(open_files, files or Filesystem(), fspath(path), read_only=read_only, create=create)
        return cls(await asyncio.to_thread(open_it), **how)

    # tickets

    async def create(self, new: NewTicket, origin: Origin, *, once: bool = False) -> Written:
        if done := await self._executor.done_before(origin.idempotency_key):
            return done[0]
        if once and (record := self._executor.find_made_of(origin.channel, origin.message)):
            return (await self._executor.commit(origin, [(record, None)]))[0]
        change = commands.create(self._executor.last + 1, new, origin)
        return (await self._executor.commit(origin, [(None, change)]))[0]

    async def get(self, ticket_id: str) -> Record | None:
        record = self._state.record(number_or_zero(ticket_id))
        return None if record is None or record.deleted else record

    async def _change(
        self, ticket_id: str, origin: Origin, change: Callable[[Record], Change | None]
    ) -> Written:
        if done := await self._executor.done_before(origin.idempotency_key):
            return done[0]
        record = commands.present(ticket_id, self._executor.record(number_or_zero(ticket_id)))
        return (await self._executor.commit(origin, [(record, change(record))]))[0]

    async def update(
        self,
        ticket_id: str,
        values: Values,
        origin: Origin,
        known: Record | None = None,  # noqa: ARG002  # reading the ticket again costs nothing here
    ) -> Written:
        return await self._change(ticket_id, origin, lambda record: commands.update(record, values, origin))

    async def post(self, ticket_id: str, channel: str, origin: Origin, *, private: bool) -> Written:
        return await self._change(
            ticket_id, origin, lambda record: commands.post(record, channel, origin, private=private)
        )

    async def delete(self, ticket_id: str, origin: Origin) -> Written:
        return await self._change(ticket_id, origin, lambda record: commands.delete(record, origin))

    async def bulk_update(
        self,
        values: Mapping[str, Values | None],
        origin: Origin,
        expected: Mapping[str, int] | None = None,
        *,
        together: bool = False,
    ) -> list[Written]:
        numbers = commands.numbers_of(values)
        if done := await self._executor.done_before(origin.idempotency_key):
            first = {number_of(written.record.ticket.id): written for written in done}
            return [
                first.get(number) or commands.unchanged(ticket_id, self._state.record(number))
                for ticket_id, number in zip(values, numbers, strict=True)
            ]
        records = map(self._executor.record, numbers)
        made: list[Made] = [*commands.several(values, records, origin, expected, together=together)]
        return await self._executor.commit(origin, made)

    async def undo(self, ticket_id: str, version: int, origin: Origin) -> Written:
        number = number_or_zero(ticket_id)
        if done := await self._executor.done_before(origin.idempotency_key, number):
            return done[0]
        record = self._executor.record(number)
        changes = self.changes_since(ticket_id, version)
        undoing = commands.undo(record, changes, version, origin)
        return (await self._executor.commit(origin, [(record, undoing)]))[0]

    async def view(
        self,
        where: Filter,
        scope: Scope,
        page: int = 1,
        size: int = PAGE_SIZE,
        *,
        exact: bool = False,  # noqa: ARG002  # every count is exact here
    ) -> Page:
        found = self._state.index.find(where, scope, newest_first=where.stat == (Status.DONE,))
        pages = -(-found.count // size) or 1
        page = max(1, min(page, pages))
        return Page(self._records(found.page((page - 1) * size, size)), found.count, page, pages)

    async def similar(self, text: str, scope: Scope, limit: int = 3) -> list[Match]:
        found = self._state.index.similar(text, scope, limit)
        records = self._records([number for number, _ in found])
        return [Match(record, score) for record, (_, score) in zip(records, found, strict=True)]

    def _records(self, numbers: Sequence[int]) -> tuple[Record, ...]:
        found = (self._state.record(number) for number in numbers)
        return tuple(record for record in found if record is not None)

    async def scan(self, after: str = "", size: int = 500) -> list[Record]:
        documents, number = self._state.documents, number_of(parse_id(after)) if after else 0
        numbers = (each for each in range(number + 1, self._state.last + 1) if str(each) in documents)
        return list(self._records(list(islice(numbers, size))))

    async def existing_ids(self, ids: Sequence[str]) -> list[str]:
        return [ticket_id for ticket_id in ids if number_of(parse_id(ticket_id)) in self._state.metadata]

    async def import_tickets(self, tickets: Sequence[ImportedTicket], origin: Origin) -> list[str]:
        if done := await self._executor.done_before(origin.idempotency_key):
            return [written.record.ticket.id for written in done]
        executor = self._executor
        exist = [each.id for each in tickets if each.id and executor.record(number_or_zero(each.id))]
        numbers = commands.import_numbers(tickets, executor.last, exist)
        pairs = zip(numbers, tickets, strict=True)
        made = [(None, commands.create_imported(number, imported)) for number, imported in pairs]
        return [written.record.ticket.id for written in await executor.commit(origin, made)]

    # where tickets are shown in Slack

    async def find_by_thread(self, channel: str, thread: str) -> str | None:
        found = self._state.list_by_thread(channel, thread)
        return next((record.ticket.id for record in found if not record.deleted), None)

    async def list_by_thread(self, channel: str, thread: str) -> tuple[str, ...]:
        return tuple(record.ticket.id for record in self._state.list_by_thread(channel, thread))

    # what the model costs

    async def record_usage(self, usage: MessageUsage) -> None:
        await self._rows.stage({"usage": [encode_usage(usage)]})

    async def tokens_used(self, day: date) -> int:
        return self._state.usage.get(day.isoformat(), [0, 0, 0, 0])[3]

    async def usage(self, days: int) -> Sequence[UsageDay]:
        known = self._state.usage
        newest = sorted(known, reverse=True)[:days]
        return [UsageDay(date.fromisoformat(day), *known[day]) for day in newest]

    async def close(self) -> None:
        """Write everything into the snapshot, so that stock TinyDB can read it, and release the files."""
        if self._closed:
            return
        self._closed = True
        try:
            if not self._read_only:
                await self._compaction.finish()
                async with self._trimming:  # wait until it has ended
                    pass
        finally:
            for writer in self._writers:
                writer.close()
            self._opened.close()
