"""Keeps each ticket's card up to date, and one status emoji on the message that the ticket came from."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.delivery.errors import RefusedError
from bot.delivery.pacing import PACE
from bot.delivery.pacing.turns import Turns
from bot.delivery.recent import RecentDict
from bot.delivery.sender import Sender
from bot.views.rendered import Rendered
from store.errors import StoreError
from store.models.tickets import MessageRef, Record, Status
from store.protocol import TicketStore

log = logging.getLogger(__name__)

MARKS = {Status.OPEN: "ticket", Status.PROG: "eyes", Status.DONE: "white_check_mark"}
NO_MARK: Final = "none"
STORE_PAUSE = 1.0  # seconds until a card is drawn after the store did not answer
MAX_REMEMBERED = 2000  # tickets for which the state shown in Slack is remembered
Mark = Status | Literal["none"]


@dataclass(frozen=True, slots=True)
class DebouncePolicy:
    """When a changed card is drawn, in seconds. It is drawn `settling` after the last change, so that changes made
    together are drawn together, but no later than `pace` after the first one. Between two drawings of a card are at
    least `pace`.
    """

    settling: float = PACE / 4
    pace: float = PACE

    def due(self, first: float, last: float, drawn: float | None) -> float:
        """When to draw a card that changed first at `first`, last at `last`, and was last `drawn` then."""
        at = min(last + self.settling, first + self.pace)
        return at if drawn is None else max(at, drawn + self.pace)


class _OvertakenError(Exception):
    """Another process has already drawn this version of the card, or a newer one."""


@dataclass(slots=True)
class _Pending:
    """A card waiting to be drawn: the newest known record, and the times of its first and last change."""

    record: Record
    first: float
    last: float


class Cards:
    """`draw` renders a record, or returns None if its card is to stay as it is; `debounce` says when. `turns` are shared with
    the other processes that draw the same cards; the number kept with a card's turn is the version it was last drawn for.
    `clock` (monotonic, seconds) and `sleep` are passed in.
    """

    def __init__(
        self,
        store: TicketStore,
        sender: Sender,
        draw: Callable[[Record], Awaitable[Rendered | None]],
        turns: Turns,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        debounce: DebouncePolicy = DebouncePolicy(),
    ) -> None:
        self._store, self._sender, self._draw, self._turns = store, sender, draw, turns
        self._clock, self._sleep, self._debounce = clock, sleep, debounce
        self._pending: dict[str, _Pending] = {}
        self._drawing: dict[str, asyncio.Task[None]] = {}
        # The version each card shows, and when it was drawn. A card that was forgotten is drawn or checked once more.
        self._shown: RecentDict[str, tuple[int, float]] = RecentDict(MAX_REMEMBERED)
        self._marks: RecentDict[str, Mark] = RecentDict(MAX_REMEMBERED)
        # Cards to draw although they show the newest version: what they say of other tickets is out of date.
        self._outdated: set[str] = set()
        # Where cards were posted that the store may not know yet.
        self._posted: RecentDict[str, MessageRef] = RecentDict(MAX_REMEMBERED)

    def note_posted(self, ticket_id: str, message: MessageRef) -> None:
        """The ticket's card has just been posted there. The store learns of it when the delivery is finished."""
        self._posted[ticket_id] = message

    def drawn_version(self, ticket_id: str) -> int:
        """The version that this process last saw on the card; 0 if none."""
        return self._shown.get(ticket_id, (0, None))[0]

    def find_card(self, record: Record) -> MessageRef | None:
        """Where the ticket's card is, even if the store does not know yet."""
        return record.card or self._posted.get(record.ticket.id)

    def find_posted(self, channel: str, thread: str) -> str | None:
        """The ticket whose recently posted card starts this thread or is in it."""
        for ticket_id, card in self._posted.items():
            if card.channel == channel and thread in (card.ts, card.thread):
                return ticket_id
        return None

    async def _fetch_newest(self, record: Record) -> Record:
        """The store's newest record of this ticket, with its card even if the store does not know that yet."""
        newest = await self._store.get(record.ticket.id) or record
        if newest.card is not None:
            self._posted.pop(record.ticket.id, None)
            return newest
        return replace(newest, card=self._posted.get(record.ticket.id))

    def redraw(self, record: Record) -> "asyncio.Future[None]":
        """Like `refresh`, even if the card shows this version, since what it says of other tickets is out of date."""
        self._outdated.add(record.ticket.id)
        return self.refresh(record)

    def refresh(
        self, record: Record, *, posted_version: int = 0, old_status: Status | None = None
    ) -> "asyncio.Future[None]":
        """Done once the card shows `record` or a newer version. Refusals by Slack, such as of a deleted card, are only
        logged.

        `posted_version` is the version that was posted just now; its message then has no emoji yet. `old_status` is the
        status whose emoji the message had before, needed after a restart.
        """
        name = record.ticket.id
        if old_status is not None:
            self._marks.setdefault(name, old_status)
        if posted_version:
            self._shown.setdefault(name, (posted_version, self._clock()))
            self._marks.setdefault(name, NO_MARK)
        self._add_pending(record)
        if name not in self._drawing:
            self._drawing[name] = asyncio.create_task(self._refresh_until_current(name))
        return asyncio.shield(self._drawing[name])

    def stop(self) -> None:
        """Stop drawing. A card that is still out of date is drawn when its unfinished delivery is worked on again."""
        for task in self._drawing.values():
            task.cancel()

    def _add_pending(self, record: Record) -> None:
        now = self._clock()
        waiting = self._pending.setdefault(record.ticket.id, _Pending(record, now, now))
        waiting.last = now
        if waiting.record.version <= record.version:
            waiting.record = record

    async def _refresh_until_current(self, name: str) -> None:
        away = False
        try:
            while name in self._pending:
                try:
                    await self._bring_up_to_date(name)
                except StoreError as error:
                    if not away:
                        log.warning("The card of %s waits for the store: %s", name, error)
                    away = True
                    await self._sleep(STORE_PAUSE)
        finally:
            del self._drawing[name]

    async def _bring_up_to_date(self, name: str) -> None:
        """Raises `StoreError`; the card is then still pending."""
        record = await self._settle(name)
        waiting = self._pending.pop(name)
        try:
            if waiting.record.version > record.version:
                record = await self._fetch_newest(record)  # it changed while the store was asked
            for step in (self._update, self._mark):
                await self._try_step(step, record)
            await self._look_again(record)
        except StoreError:
            self._add_pending(waiting.record)
            raise

    async def _try_step(self, step: Callable[[Record], Awaitable[None]], record: Record) -> None:
        try:
            await step(record)
        except StoreError:
            raise
        except RefusedError as error:
            log.warning("The card of %s could not be brought up to date: %s", record.ticket.id, error)
        except Exception:
            log.exception("Drawing the card of %s failed; the rest goes on", record.ticket.id)

    async def _settle(self, name: str) -> Record:
        """Wait until the card is due and return the newest record. A card that only lacks its emoji is due at once."""
        waiting = self._pending[name]
        while True:
            record = await self._fetch_newest(waiting.record)
            _, drawn = self._shown.get(name, (0, None))
            left = self._debounce.due(waiting.first, waiting.last, drawn) - self._clock()
            if left <= 0 or not self._needs_drawing(record):
                return record
            await self._sleep(left)

    def _needs_drawing(self, record: Record) -> bool:
        name = record.ticket.id
        return record.card is not None and (
            name in self._outdated or record.version > self.drawn_version(name)
        )

    async def _update(self, record: Record) -> None:
        if not record.card or not self._needs_drawing(record):
            return
        again = record.ticket.id in self._outdated
        self._outdated.discard(record.ticket.id)
        try:
            drawing = await self._draw(record)
            if drawing is None:
                return
            await self._sender.update(
                record.card,
                drawing,
                lambda: self._take_turn(record, again=again),
                record.origin.idempotency_key,
            )
        except _OvertakenError:
            return
        except StoreError:
            if again:
                self._outdated.add(record.ticket.id)
            raise
        self._shown[record.ticket.id] = (record.version, self._clock())

    @asynccontextmanager
    async def _take_turn(self, record: Record, *, again: bool) -> AsyncIterator[None]:
        """Hold the card's turn for one attempt to draw it, `again` also if it shows this version. Raises
        `_OvertakenError`."""
        ticket_id = record.ticket.id
        name = f"card {ticket_id}"
        drawn = await self._turns.take(name)
        try:
            if drawn > self.drawn_version(ticket_id):
                self._shown[ticket_id] = (int(drawn), self._clock())
                self._marks.pop(ticket_id, None)  # that process may have changed the emoji, too
            if drawn > record.version or (drawn == record.version and not again):
                raise _OvertakenError
            yield
            drawn = record.version
        finally:
            if not await self._turns.end(name, drawn):
                # This process was suspended, or its call took very long: it may have drawn over what another has drawn.
                self._outdated.add(ticket_id)
                self._add_pending(record)

    async def _look_again(self, drawn: Record) -> None:
        """Check for a newer version: another process may have set its emoji while this one set an older one."""
        newest = await self._store.get(drawn.ticket.id)
        if newest is not None and newest.version > drawn.version and drawn.ticket.id not in self._pending:
            self._marks.pop(drawn.ticket.id, None)
            self._add_pending(newest)

    async def _mark(self, record: Record) -> None:
        """Leave exactly one of the three emoji on the message the ticket came from; none if the ticket is deleted."""
        name, place = record.ticket.id, MessageRef(record.origin.channel, record.origin.message)
        mark: Mark = NO_MARK if record.deleted else record.ticket.stat
        there = self._marks.get(name)
        if there == NO_MARK and record.version > 1:
            there = None  # another process may have changed it since the ticket was created
        if not place.ts or there == mark:
            return
        if isinstance(mark, Status):
            await self._sender.react(place, MARKS[mark], there=True)
        for other, emoji in MARKS.items():
            if other != mark and there in (None, other):  # None: it is unknown which emoji are set
                await self._sender.react(place, emoji, there=False)
        self._marks[name] = mark
