"""Handles the messages of one thread in order. A reply waits for the message that started its thread."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from bot.delivery.errors import RefusedError
from bot.delivery.pacing.queues import Queues
from bot.delivery.recent import RecentDict
from bot.delivery.sender import Sender
from bot.parser.message import Message, ThreadTicket
from bot.pipeline import Pipeline

# Seconds after which Slack no longer redelivers a message; it does so at once, after 1 minute and after 5.
REDELIVERY_WINDOW = 600.0
MAX_ARRIVED = 5000  # remembered messages that have arrived
MAX_MESSAGES = 50  # messages of a thread to fetch
# Seconds until the first check whether another process got the message, and the longest interval; it doubles each time.
FIRST_CHECK, LONGEST_PAUSE = 1.0, 30.0
CARD_DELAY = 10.0  # seconds after which every process knows of a card that the bot has posted

_SOME_TICKET = ThreadTicket("T001")


class PostponedError(Exception):
    """An earlier message of the thread will be retried, and this one after it."""


class ThreadPlace:
    """The place of one message in the queue of those to be answered in a thread, first come, first served."""

    def __init__(self, places: list["ThreadPlace"], empty: Callable[[], object]) -> None:
        self._places, self._empty = places, empty
        self._has_left, self._postponed = asyncio.Event(), False

    def check(self) -> None:
        """Raises `PostponedError`."""
        if self._postponed:
            raise PostponedError

    async def wait_for_turn(self) -> None:
        """Wait until all earlier places have been left. Raises `PostponedError`."""
        for other in self._places[: self._places.index(self)] if self in self._places else ():
            await other._has_left.wait()  # noqa: SLF001  # of the same class
        self.check()

    def leave(self) -> None:
        """Let the next message be answered."""
        self._has_left.set()
        if self in self._places:
            self._places.remove(self)
            self._empty()

    def fail(self) -> None:
        """The message will be retried, so postpone all later ones, too."""
        if self in self._places:
            for other in self._places[self._places.index(self) + 1 :]:
                other._postponed = True  # noqa: SLF001  # as above
        self.leave()


class Threads:
    """`find_posted` finds cards that the store does not know yet; `now` is in seconds since 1970."""

    def __init__(
        self,
        sender: Sender,
        pipeline: Pipeline,
        bot: str,
        *,
        find_posted: Callable[[str, str], str | None],
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._sender, self._pipeline, self._bot = sender, pipeline, bot
        self._find_posted, self._now, self._sleep = find_posted, now, sleep
        self._queues, self._lines = Queues(), Queues()
        self._places: dict[str, list[ThreadPlace]] = {}
        self._arrived: RecentDict[tuple[str, str], None] = RecentDict(MAX_ARRIVED)
        self._awaited: dict[tuple[str, str], asyncio.Event] = {}

    def line_up(self, channel: str, root: str, *, begins: bool = False) -> ThreadPlace:
        """Take a place in the thread's queue; the caller must leave it. The message that starts the thread (`begins`)
        goes first."""
        name = _name(channel, root)
        places = self._places.setdefault(name, [])
        place = ThreadPlace(places, lambda: places or self._places.pop(name, None))
        places.insert(0 if begins else len(places), place)
        return place

    @asynccontextmanager
    async def turn(
        self, channel: str, root: str, has_ticket: Callable[[], Awaitable[bool]] | None = None
    ) -> AsyncIterator[None]:
        """Exclusive use of the thread, first come, first served. With `has_ticket`, which checks whether the thread
        belongs to a ticket by now, wait first for the message that started the thread."""
        name = _name(channel, root)
        async with AsyncExitStack() as stack:
            if has_ticket:
                await stack.enter_async_context(self._lines.turn(name))
                if not await has_ticket():
                    await self.wait_for_root(channel, root, has_ticket)
            async with self._queues.turn(name):
                await stack.aclose()  # the next message may start waiting for the root
                yield

    def note_arrival(self, channel: str, ts: str) -> None:
        """Work has started on a message to the bot, which may start a thread."""
        self._arrived[channel, ts] = None
        if awaited := self._awaited.pop((channel, ts), None):
            awaited.set()

    def note_failure(self, channel: str, ts: str) -> None:
        """That message will be retried, here or in another process. Replies to it wait until it arrives again."""
        self._arrived.pop((channel, ts), None)

    async def may_belong(self, event: dict[str, Any]) -> bool:
        """Whether a reply in a thread without a ticket may belong to a ticket that is about to be created. It may if it is
        a command, and if the message that started the thread may not have arrived yet."""
        channel, root = event["channel"], event["thread_ts"]
        if self._find_posted(channel, root):
            return True
        name = _name(channel, root)
        if name not in self._queues and name not in self._lines and not self._is_young(root):
            return False
        message = Message(
            event.get("text") or "", "thread", thread=_SOME_TICKET, who=event["user"], bot=self._bot
        )
        return await self._pipeline.is_command(message)

    def is_busy(self, channel: str, root: str) -> bool:
        """Whether a message of the thread, including the first, is being handled or was handled a moment ago."""
        name = _name(channel, root)
        at_work = name in self._places or name in self._queues or name in self._lines
        return at_work or bool(self._find_posted(channel, root))

    def _is_young(self, root: str) -> bool:
        """Whether Slack may still deliver the message that started the thread."""
        try:
            return self._now() - float(root) < REDELIVERY_WINDOW
        except ValueError:
            return False

    async def wait_for_root(self, channel: str, root: str, has_ticket: Callable[[], Awaitable[bool]]) -> None:
        """Wait for the message that started the thread, if it is for the bot and may still come. If it went to another
        process, wait for a ticket or an answer."""
        pause = FIRST_CHECK
        while (channel, root) not in self._arrived and self._is_young(root):
            left = await self._seconds_left(channel, root)
            if left <= 0 or await self._arrives_within(channel, root, min(left, pause)) or await has_ticket():
                return
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _arrives_within(self, channel: str, root: str, seconds: float) -> bool:
        """Whether the message reaches this process within that time."""
        if (channel, root) in self._arrived:
            return True
        awaited = self._awaited.setdefault((channel, root), asyncio.Event())
        timer = asyncio.ensure_future(self._sleep(seconds))
        arrival = asyncio.ensure_future(awaited.wait())
        try:
            await asyncio.wait({timer, arrival}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            arrival.cancel()
            if not awaited.is_set():
                self._awaited.pop((channel, root), None)
        return awaited.is_set()

    async def _seconds_left(self, channel: str, root: str) -> float:
        """How long to wait for the message: 0 if it is not for the bot or has been answered."""
        try:
            found = await self._sender.call(
                "conversations.replies", channel=channel, ts=root, limit=MAX_MESSAGES
            )
        except RefusedError:
            return 0.0
        messages = found.get("messages") or [{}]
        if messages[0].get("user") == self._bot:  # perhaps a card that its process has not stored yet
            return float(root) + CARD_DELAY - self._now()
        text = str(messages[0].get("text") or "")
        to_bot = f"<@{self._bot}>" in text or f"<@{self._bot}|" in text
        answered = any(message.get("user") == self._bot for message in messages)
        return float(root) + REDELIVERY_WINDOW - self._now() if to_bot and not answered else 0.0


def _name(channel: str, root: str) -> str:
    return f"{channel} {root}"
