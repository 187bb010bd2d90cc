"""Every card shows the newest state of its ticket, and the message that it came from bears one mark of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.delivery.sender import RefusedError, Sender
from bot.views.rendered import Rendered
from store.base import Place, Record, TicketStore
from store.ticket import Status

log = logging.getLogger(__name__)

MARKS = {Status.OPEN: "ticket", Status.PROG: "eyes", Status.DONE: "white_check_mark"}


class Cards:
    """`draw` renders a record. Changes that come while a card is being written are drawn together, newest state only."""

    def __init__(
        self, store: TicketStore, sender: Sender, draw: Callable[[Record], Awaitable[Rendered]]
    ) -> None:
        self._store, self._sender, self._draw = store, sender, draw
        self._wanted: dict[str, Record] = {}
        self._drawing: dict[str, asyncio.Task[None]] = {}
        self._shown: dict[str, int] = {}  # the log number that a card was drawn after
        self._marked: dict[str, Status | None] = {}

    async def keep(self, record: Record, *, drawn: bool = False) -> None:
        """Returns once the card shows `record` or something newer; `drawn` when it does already, so that only its
        mark is looked after. Never raises for a card that is gone."""
        name = record.ticket.id
        if drawn:
            self._shown[name] = max(record.number, self._shown.get(name, 0))
        wanted = self._wanted.get(name)
        if wanted is None or wanted.number <= record.number:
            self._wanted[name] = record
        if name not in self._drawing:
            self._drawing[name] = asyncio.create_task(self._work(name))
        await asyncio.shield(self._drawing[name])

    async def _work(self, name: str) -> None:
        try:
            while wanted := self._wanted.pop(name, None):
                record = await self._store.get(name) or wanted
                try:
                    if record.card and record.number > self._shown.get(name, 0):
                        await self._sender.update(record.card, await self._draw(record))
                        self._shown[name] = record.number
                    await self._mark(record)
                except RefusedError as error:
                    log.warning("The card of %s could not be brought up to date: %s", name, error)
        finally:
            del self._drawing[name]

    async def _mark(self, record: Record) -> None:
        """Exactly one of the three marks on the message that made the ticket."""
        born, stat = record.born, None if record.deleted else record.ticket.stat
        if not born.message or self._marked.get(record.ticket.id, "") == stat:
            return
        place = Place(born.channel, born.message)
        if stat:
            await self._sender.react(place, MARKS[stat], there=True)
        for other, mark in MARKS.items():
            if other != stat:
                await self._sender.react(place, mark, there=False)
        self._marked[record.ticket.id] = stat
