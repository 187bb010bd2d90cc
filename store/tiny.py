"""The store on TinyDB: the promises of base.py over a journalled, indexed TinyDB file."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice
from os import PathLike
from typing import Any, cast

from tinydb.queries import QueryInstance

from store.base import (
    PAGE_SIZE,
    Accepted,
    Change,
    Deed,
    Delivery,
    Filter,
    Import,
    Match,
    NewTicket,
    NotFoundError,
    Page,
    Parked,
    Place,
    Record,
    Scope,
    StoreError,
    UsageDay,
    Values,
    Written,
)
from store.beside import BESIDE, BesideRows
from store.changes import Batch, number_or_raise
from store.deeds import Deeds
from store.files import Files
from store.filters import Filters
from store.history import History
from store.inbox import Inbox
from store.index import Found, Index, Order, found_numbers
from store.journal import IMAGED, JournalStorage
from store.loading import without_collecting
from store.migration import adopt
from store.records import Records
from store.similar import Likeness, most_alike
from store.ticket import Status, number_of, parse_id
from store.tickets import TicketRows
from store.usage import Usage
from store.writer import QUICK

TICKETS = "tickets"
_DONE = (Status.DONE,)


class TinyStore:
    """A `TicketStore` in the file at `path`. To be made with `open`; for any number of tasks and threads."""

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        files: Files | None = None,
        fold_at: int | None = None,
        quick: float = QUICK,
        imaged: int = IMAGED,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the store at `path`, or begin it: 100,000 tickets take three seconds, after a clean close a fraction of one.

        Raises `LockedError`, `DamagedError` and `StoreError`.
        """
        self._index = Index()
        self._beside = BesideRows(self._index)
        with without_collecting():
            self._storage = JournalStorage(
                path,
                files=files,
                create_dirs=True,
                cold=frozenset({"log"}),
                shapes={TICKETS: TicketRows, BESIDE: lambda: self._beside},
                adopt=adopt,
                derived=self._index,
                derive=self._derive,
                imaged=imaged,
                fold_at=fold_at,
                quick=quick,
                now=now,
            )
            try:
                self._begin(self._storage)
            except BaseException:
                self._storage.close()
                raise

    def _derive(self, tables: Mapping[str, Any]) -> None:
        self._beside.loaded()
        self._index.load(tables[TICKETS].upwards())

    def _begin(self, storage: JournalStorage) -> None:
        index = self._index
        self._rows = cast(TicketRows, storage.data.table(TICKETS))
        storage.data.observers[TICKETS] = lambda key, before, after: index.change(int(key), before, after)
        self._filters = Filters(self._born)
        self._records = Records(self._rows, self._beside)
        self._history = History(storage)
        self._inbox = Inbox(storage)
        self._usage = Usage(storage)
        self._deeds = Deeds(storage, self._beside, self._history)

    @classmethod
    async def open(cls, path: str | PathLike[str], **more: Any) -> "TinyStore":
        """As the constructor, without holding the event loop."""
        return await asyncio.to_thread(cls, path, **more)

    # writing

    async def create(self, new: NewTicket, deed: Deed) -> Written:
        return (await self._do(deed, lambda batch: [batch.create(new)]))[0]

    async def update(self, ticket_id: str, values: Values, deed: Deed) -> Written:
        return (await self._do(deed, lambda batch: [batch.update(ticket_id, values)]))[0]

    async def bulk(self, values: Mapping[str, Values], deed: Deed) -> list[Written]:
        if len({number_or_raise(key) for key in values}) < len(values):
            raise StoreError("a ticket is named twice")
        done = await self._do(deed, lambda batch: [batch.update(key, each) for key, each in values.items()])
        if done and done[0].repeated:
            # The key's changes are those that there were; the others had nothing to change then either.
            first = {written.record.ticket.id: written for written in done}
            return [first.get(parse_id(key)) or self._unchanged(key) for key in values]
        return done

    async def delete(self, ticket_id: str, deed: Deed) -> Written:
        return (await self._do(deed, lambda batch: [batch.delete(ticket_id)]))[0]

    async def undo(self, number: int, deed: Deed) -> Written:
        return (await self._do(deed, lambda batch: [batch.undo(number)]))[0]

    async def taken(self, ids: Sequence[str]) -> list[str]:
        with self._storage.data.lock:
            return [ticket_id for ticket_id in ids if self._beside.has(number_of(parse_id(ticket_id)))]

    async def take_in(self, tickets: Sequence[Import], deed: Deed) -> list[str]:
        done = await self._do(deed, lambda batch: batch.take_in(tickets))
        return [written.record.ticket.id for written in done]

    async def _do(self, deed: Deed, act: Callable[[Batch], list[Written]]) -> list[Written]:
        done = await self._deeds.do(deed, act)
        return self._first_done(deed.key) if done is None else done

    def _first_done(self, key: str) -> list[Written]:
        with self._storage.data.lock:
            changes = [
                change for number in self._history.made_by(key) if (change := self._history.change(number))
            ]
            return [
                Written(self._records.of(number_of(change.id)), change, repeated=True) for change in changes
            ]

    def _unchanged(self, ticket_id: str) -> Written:
        with self._storage.data.lock:
            return Written(self._records.of(number_or_raise(ticket_id)), None, repeated=True)

    # reading

    async def get(self, ticket_id: str) -> Record | None:
        data = self._storage.data
        with data.lock:
            return self._records.get(ticket_id)

    async def view(self, where: Filter, scope: Scope, page: int = 1, size: int = PAGE_SIZE) -> Page:
        data = self._storage.data
        with data.lock:
            query = self._filters.query(where, scope)
            found = self._among(where.ids, query) if where.ids else self._index.find(query)
            pages = -(-found.total // size) or 1
            page = max(1, min(page, pages))
            order: Order = "newest" if where.stat == _DONE else "pri"
            numbers = self._index.page(found, (page - 1) * size, size, order)
            return Page(self._records.page(numbers), found.total, page, pages)

    def _among(self, ids: Sequence[str], query: QueryInstance) -> Found:
        numbers = sorted({number_of(parse_id(ticket_id)) for ticket_id in ids})
        rows = self._rows
        return found_numbers([number for number in numbers if (row := rows.of(number)) and query(row)])

    def _born(self, doc: Mapping[str, Any]) -> Deed:
        return self._beside.of(number_of(doc["id"])).born

    async def similar(self, text: str, scope: Scope, limit: int = 3) -> list[Match]:
        with self._storage.data.lock:
            alike = most_alike(
                Likeness(text, self._index.words, len(self._rows)),
                self._rows.of,
                lambda number: scope.holds(self._beside.of(number).born),
            )
            matches = [Match(self._records.of(number), score) for number, score in alike]
        matches.sort(key=lambda match: match.record.ticket.stat is Status.DONE)
        return matches[:limit]

    async def change(self, number: int) -> Change | None:
        return self._history.change(number)

    async def latest(self, who: str, ticket_id: str = "") -> Change | None:
        newest = 0
        if ticket_id:
            try:
                newest = self._beside.of(number_or_raise(ticket_id)).number
            except (NotFoundError, KeyError):
                return None
        return self._history.latest(who, newest)

    async def history(
        self, ticket_id: str, page: int = 1, size: int = PAGE_SIZE
    ) -> tuple[tuple[Change, ...], int]:
        with self._storage.data.lock:
            try:
                beside = self._beside.of(number_or_raise(ticket_id))
            except KeyError:
                raise NotFoundError(ticket_id) from None
            page = max(1, min(page, -(-beside.changes // size)))
            return self._history.of(beside.number, (page - 1) * size, size), beside.changes

    async def scan(self, after: str = "", size: int = 500) -> list[Record]:
        first = number_of(parse_id(after)) + 1 if after else 1
        with self._storage.data.lock:
            there = filter(self._rows.has, range(first, self._rows.last + 1))
            return [self._records.of(number) for number in islice(there, size)]

    # where tickets live in Slack

    async def show_card(self, ticket_id: str, card: Place) -> None:
        number = number_or_raise(ticket_id)
        with self._storage.data.lock:
            beside = self._deeds.beside_of(number)
            if beside is None:
                raise NotFoundError(ticket_id)
            if beside.card == card:
                commit = self._storage.latest()
            else:
                row = (BESIDE, str(number), beside._replace(card=card))
                commit = self._storage.stage({BESIDE: {str(number): {"card": list(card)}}}, [row])
        if commit is not None:
            await self._storage.settle(commit)

    async def ticket_of(self, channel: str, thread: str) -> str | None:
        with self._storage.data.lock:
            for number in self._beside.threads(channel, thread):
                if row := self._rows.of(number):
                    ticket_id: str = row["id"]
                    return ticket_id
        return None

    # deliveries

    async def accept(self, delivery: Delivery) -> Accepted:
        return await self._inbox.accept(delivery)

    async def finish(self, key: str, reply: dict[str, Any] | None = None) -> None:
        await self._inbox.finish(key, reply)

    async def fail(self, key: str, reason: str, *, park: bool) -> int:
        return await self._inbox.fail(key, reason, park=park)

    async def pending(self) -> list[Delivery]:
        return self._inbox.pending()

    async def parked(self) -> list[Parked]:
        return self._inbox.parked()

    # what the model costs

    async def count(self, day: date, who: str, via: str, tokens: int, calls: int) -> None:
        await self._usage.count(day, who, via, tokens, calls)

    async def spent(self, day: date) -> int:
        return self._usage.spent(day)

    async def usage(self, days: int) -> Sequence[UsageDay]:
        return self._usage.days(days)

    async def close(self) -> None:
        """Fold everything into the file, so that stock TinyDB opens it. Raises `UnwritableError`."""
        await asyncio.to_thread(self._storage.close)
