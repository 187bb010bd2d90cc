"""Every card shows the newest state of its ticket, and the message that it came from bears one mark of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Literal

from bot.delivery.sender import PACE, RefusedError, Sender
from bot.views.rendered import Rendered
from store.base import Place, Record, TicketStore
from store.ticket import Status

log = logging.getLogger(__name__)

MARKS = {Status.OPEN: "ticket", Status.PROG: "eyes", Status.DONE: "white_check_mark"}
NO_MARK: Final = "none"
Mark = Status | Literal["none"]


class Cards:
    """`draw` renders a record. The first change is drawn at once; those of the next `pace` seconds are drawn together,
    newest state only. `clock` (seconds, monotonic) and `sleep` are passed in.
    """

    def __init__(
        self,
        store: TicketStore,
        sender: Sender,
        draw: Callable[[Record], Awaitable[Rendered]],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: float = PACE,
    ) -> None:
        self._store, self._sender, self._draw = store, sender, draw
        self._clock, self._sleep, self._pace = clock, sleep, pace
        self._wanted: dict[str, Record] = {}
        self._drawing: dict[str, asyncio.Task[None]] = {}
        self._shown: dict[str, tuple[int, float]] = {}  # the log number that a card was drawn after, and when
        self._marks: dict[str, Mark] = {}

    async def keep(self, record: Record, *, drawn: bool = False) -> None:
        """Returns once the card shows `record` or something newer; `drawn` when it was posted so just now, and only
        its mark is missing. Never raises for a card that is gone.
        """
        name = record.ticket.id
        if drawn:
            self._shown.setdefault(name, (record.number, self._clock()))
            self._marks.setdefault(name, NO_MARK)
        wanted = self._wanted.get(name)
        if wanted is None or wanted.number <= record.number:
            self._wanted[name] = record
        if name not in self._drawing:
            self._drawing[name] = asyncio.create_task(self._work(name))
        await asyncio.shield(self._drawing[name])

    async def _work(self, name: str) -> None:
        try:
            while name in self._wanted:
                record = await self._store.get(name) or self._wanted[name]
                number, at = self._shown.get(name, (0, 0.0))
                if record.card and record.number > number:
                    await self._rest(at)
                wanted = self._wanted.pop(name)
                record = await self._store.get(name) or wanted
                try:
                    if record.card and record.number > number:
                        await self._sender.update(record.card, await self._draw(record))
                        self._shown[name] = (record.number, self._clock())
                    await self._mark(record)
                except RefusedError as error:
                    log.warning("The card of %s could not be brought up to date: %s", name, error)
        finally:
            del self._drawing[name]

    async def _rest(self, drawn_at: float) -> None:
        if drawn_at and (left := drawn_at + self._pace - self._clock()) > 0:
            await self._sleep(left)

    async def _mark(self, record: Record) -> None:
        """Exactly one of the three marks on the message that made the ticket; none for one that is withdrawn."""
        name, place = record.ticket.id, Place(record.born.channel, record.born.message)
        mark: Mark = NO_MARK if record.deleted else record.ticket.stat
        there = self._marks.get(name)
        if not place.ts or there == mark:
            return
        if isinstance(mark, Status):
            await self._sender.react(place, MARKS[mark], there=True)
        for other, emoji in MARKS.items():
            if other != mark and there in (None, other):  # None: nobody remembers which
                await self._sender.react(place, emoji, there=False)
        self._marks[name] = mark
