"""Every card shows the newest state of its ticket, and the message that it came from bears one mark of it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.delivery.errors import RefusedError
from bot.delivery.pacing import PACE
from bot.delivery.pacing.turns import Turns
from bot.delivery.recent import Recent
from bot.delivery.sender import Sender
from bot.tasks import log_and_continue
from bot.views.rendered import Rendered
from store.models.tickets import MessageRef, Record, Status
from store.protocol import TicketStore

log = logging.getLogger(__name__)

MARKS = {Status.OPEN: "ticket", Status.PROG: "eyes", Status.DONE: "white_check_mark"}
NO_MARK: Final = "none"
MOST = 2000  # tickets of which it is remembered what stands in Slack
Mark = Status | Literal["none"]


@dataclass(frozen=True, slots=True)
class DebouncePolicy:
    """When what changed is drawn, in seconds: a `settling` time after its last change, so that what belongs together
    is drawn together; at most a `pace` after the first, should it never come to rest; and a `pace` after it was
    drawn last at the earliest.
    """

    settling: float = PACE / 4
    pace: float = PACE

    def due(self, first: float, last: float, drawn: float | None) -> float:
        """The time to draw what changed at `first` and at `last`, and was `drawn` before."""
        at = min(last + self.settling, first + self.pace)
        return at if drawn is None else max(at, drawn + self.pace)


class _OvertakenError(Exception):
    """Another process has drawn the card after this version, or a newer one."""


@dataclass(slots=True)
class _Waiting:
    """A card that is to be drawn: the newest record known, and when the first and the last change were made known."""

    record: Record
    first: float
    last: float


class Cards:
    """`draw` renders a record; `debounce` says when. `turns` are shared with other processes that draw the same cards: the
    number that goes with a card's is the version that it was drawn after. `clock` (seconds, monotonic) and `sleep` are
    passed in.
    """

    def __init__(
        self,
        store: TicketStore,
        sender: Sender,
        draw: Callable[[Record], Awaitable[Rendered]],
        turns: Turns,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        debounce: DebouncePolicy = DebouncePolicy(),
    ) -> None:
        self._store, self._sender, self._draw, self._turns = store, sender, draw, turns
        self._clock, self._sleep, self._rhythm = clock, sleep, debounce
        self._waiting: dict[str, _Waiting] = {}
        self._drawing: dict[str, asyncio.Task[None]] = {}
        # The version that a card was drawn after, and when. What is forgotten is drawn, or looked for, once more.
        self._shown: Recent[str, tuple[int, float]] = Recent(MOST)
        self._marks: Recent[str, Mark] = Recent(MOST)
        self._placed: Recent[str, MessageRef] = Recent(MOST)  # posted, and perhaps not in the store yet

    def placed(self, ticket_id: str, message: MessageRef) -> None:
        """The ticket's card was posted there just now; the store will know once the delivery is finished."""
        self._placed[ticket_id] = message

    def drawn_version(self, ticket_id: str) -> int:
        """The version that this process knows its card to show; 0 for none."""
        return self._shown.get(ticket_id, (0, None))[0]

    def find_card(self, record: Record) -> MessageRef | None:
        """Where its card stands, also while the store does not know that yet."""
        return record.card or self._placed.get(record.ticket.id)

    def find_placed(self, channel: str, thread: str) -> str | None:
        """The ticket whose card was posted there lately, and begins that thread or stands in it."""
        for ticket_id, card in self._placed.items():
            if card.channel == channel and thread in (card.ts, card.thread):
                return ticket_id
        return None

    async def _newest(self, record: Record) -> Record:
        """What the store has of this ticket now, with the card that it may not know yet."""
        newest = await self._store.get(record.ticket.id) or record
        if newest.card is not None:
            self._placed.pop(record.ticket.id, None)
            return newest
        return replace(newest, card=self._placed.get(record.ticket.id))

    async def refresh(self, record: Record, *, drawn: int = 0, was: Status | None = None) -> None:
        """Returns once the card shows `record` or something newer; `drawn` is the version that was posted just now, if
        one was: then its mark is missing. `was` is the status that its message was marked with, for after a restart, when
        nobody remembers that. Never raises for a card that is gone.
        """
        name = record.ticket.id
        if was is not None:
            self._marks.setdefault(name, was)
        if drawn:
            self._shown.setdefault(name, (drawn, self._clock()))
            self._marks.setdefault(name, NO_MARK)
        self._note(record)
        if name not in self._drawing:
            self._drawing[name] = asyncio.create_task(self._work(name))
        await asyncio.shield(self._drawing[name])

    def stop(self) -> None:
        """What is not drawn yet is drawn when the delivery that waits for it is worked on again."""
        for task in self._drawing.values():
            task.cancel()

    def _note(self, record: Record) -> None:
        now = self._clock()
        waiting = self._waiting.setdefault(record.ticket.id, _Waiting(record, now, now))
        waiting.last = now
        if waiting.record.version <= record.version:
            waiting.record = record

    async def _work(self, name: str) -> None:
        try:
            while name in self._waiting:
                record = await self._settle(name)
                if self._waiting.pop(name).record.version > record.version:
                    record = await self._newest(record)  # it changed while it was asked for
                for bring_up_to_date in (self._update, self._mark):
                    with log_and_continue(f"Drawing the card of {name}"):
                        await self._try(bring_up_to_date, record)
                with log_and_continue(f"Looking at {name} again"):
                    await self._look_again(record)
        finally:
            del self._drawing[name]

    async def _try(self, bring_up_to_date: Callable[[Record], Awaitable[None]], record: Record) -> None:
        try:
            await bring_up_to_date(record)
        except RefusedError as error:
            log.warning("The card of %s could not be brought up to date: %s", record.ticket.id, error)

    async def _settle(self, name: str) -> Record:
        """The newest there is once the card is due. One that needs nothing but its mark is due at once."""
        waiting = self._waiting[name]
        while True:
            record = await self._newest(waiting.record)
            _, drawn = self._shown.get(name, (0, None))
            left = self._rhythm.due(waiting.first, waiting.last, drawn) - self._clock()
            if left <= 0 or not self._is_news(record):
                return record
            await self._sleep(left)

    def _is_news(self, record: Record) -> bool:
        return record.card is not None and record.version > self.drawn_version(record.ticket.id)

    async def _update(self, record: Record) -> None:
        if not record.card or not self._is_news(record):
            return
        try:
            await self._sender.update(
                record.card,
                await self._draw(record),
                lambda: self._turn(record),
                record.origin.idempotency_key,
            )
        except _OvertakenError:
            return
        self._shown[record.ticket.id] = (record.version, self._clock())

    @asynccontextmanager
    async def _turn(self, record: Record) -> AsyncIterator[None]:
        """Around one try to draw the card. Raises `_OvertakenError`."""
        ticket_id = record.ticket.id
        name = f"card {ticket_id}"
        drawn = await self._turns.take(name)
        try:
            if drawn > self.drawn_version(ticket_id):
                self._shown[ticket_id] = (int(drawn), self._clock())
                self._marks.pop(ticket_id, None)  # it may have been changed, too
            if drawn >= record.version:
                raise _OvertakenError
            yield
            drawn = record.version
        finally:
            await self._turns.end(name, drawn)

    async def _look_again(self, drawn: Record) -> None:
        """Another process may have marked a newer state meanwhile, over which the mark of this one was set."""
        newest = await self._store.get(drawn.ticket.id)
        if newest is not None and newest.version > drawn.version and drawn.ticket.id not in self._waiting:
            self._marks.pop(drawn.ticket.id, None)
            self._note(newest)

    async def _mark(self, record: Record) -> None:
        """Exactly one of the three marks on the message that made the ticket; none for one that is withdrawn."""
        name, place = record.ticket.id, MessageRef(record.origin.channel, record.origin.message)
        mark: Mark = NO_MARK if record.deleted else record.ticket.stat
        there = self._marks.get(name)
        if there == NO_MARK and record.version > 1:
            there = None  # whoever changed it since it was made may have marked it, too
        if not place.ts or there == mark:
            return
        if isinstance(mark, Status):
            await self._sender.react(place, MARKS[mark], there=True)
        for other, emoji in MARKS.items():
            if other != mark and there in (None, other):  # None: nobody remembers which
                await self._sender.react(place, emoji, there=False)
        self._marks[name] = mark
