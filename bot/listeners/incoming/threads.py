"""What is said in one thread is worked on in its order, and a reply waits for the message that its thread began with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from bot.delivery.errors import RefusedError
from bot.delivery.pacing.queues import Queues
from bot.delivery.recent import Recent
from bot.delivery.sender import Sender
from bot.parser.message import Message, ThreadTicket
from bot.pipeline import Pipeline

MAY_COME = (
    600.0  # seconds after which Slack does not deliver a message again: at once, after 1 minute, after 5
)
MOST = 5000  # messages that are known to have come
LOOKED_AT = 50  # messages of a thread
FIRST_LOOK, LONGEST_PAUSE = (
    1.0,
    30.0,
)  # seconds until it is looked whether it came to another process; then twice as long
OWN = 10.0  # seconds within which a card of the bot's own is known to every process

_SOME_TICKET = ThreadTicket("T001")


class PostponedError(Exception):
    """What came before it in the thread is to be tried again, and it after that."""


class Place:
    """Somebody's place among those who are to answer in a thread. One after the other does, in the order of asking."""

    def __init__(self, places: list["Place"], empty: Callable[[], object]) -> None:
        self._places, self._empty = places, empty
        self._left, self._postponed = asyncio.Event(), False

    def check(self) -> None:
        """Raises `PostponedError`."""
        if self._postponed:
            raise PostponedError

    async def come(self) -> None:
        """Wait for those before. Raises `PostponedError`."""
        for other in self._places[: self._places.index(self)] if self in self._places else ():
            await other._left.wait()  # noqa: SLF001  # of the same class
        self.check()

    def leave(self) -> None:
        """The next may answer."""
        self._left.set()
        if self in self._places:
            self._places.remove(self)
            self._empty()

    def fail(self) -> None:
        """It is to be tried again; so is whatever came after it."""
        if self in self._places:
            for other in self._places[self._places.index(self) + 1 :]:
                other._postponed = True  # noqa: SLF001  # as above
        self.leave()


class Threads:
    """`find_placed` knows cards that the store does not know yet; `now` is in seconds since 1970."""

    def __init__(
        self,
        sender: Sender,
        pipeline: Pipeline,
        bot: str,
        *,
        find_placed: Callable[[str, str], str | None],
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._sender, self._pipeline, self._bot = sender, pipeline, bot
        self._find_placed, self._now, self._sleep = find_placed, now, sleep
        self._queues, self._lines = Queues(), Queues()
        self._places: dict[str, list[Place]] = {}
        self._came: Recent[tuple[str, str], None] = Recent(MOST)
        self._awaited: dict[tuple[str, str], asyncio.Event] = {}

    def line_up(self, channel: str, root: str, *, begins: bool = False) -> Place:
        """A place in the thread, in the order of asking: to be left in the end. What begins the thread is the first."""
        name = _name(channel, root)
        places = self._places.setdefault(name, [])
        place = Place(places, lambda: places or self._places.pop(name, None))
        places.insert(0 if begins else len(places), place)
        return place

    @asynccontextmanager
    async def turn(
        self, channel: str, root: str, has_ticket: Callable[[], Awaitable[bool]] | None = None
    ) -> AsyncIterator[None]:
        """Alone with the thread, in the order of asking. With `has_ticket`, which says whether the thread belongs to one by
        now, once the message that it began with has come."""
        name = _name(channel, root)
        async with AsyncExitStack() as stack:
            if has_ticket:
                await stack.enter_async_context(self._lines.turn(name))
                if not await has_ticket():
                    await self.wait_for_root(channel, root, has_ticket)
            async with self._queues.turn(name):
                await stack.aclose()  # the next one may go on
                yield

    def came(self, channel: str, ts: str) -> None:
        """A message to the bot, which may begin a thread, is being worked on."""
        self._came[channel, ts] = None
        if awaited := self._awaited.pop((channel, ts), None):
            awaited.set()

    def failed(self, channel: str, ts: str) -> None:
        """It is to be tried again, here or elsewhere: its replies wait until it comes again."""
        self._came.pop((channel, ts), None)

    async def may_belong(self, event: dict[str, Any]) -> bool:
        """Whether a reply in a thread without a ticket may belong to one that is not made yet: it is a command, and what
        the thread began with may be on its way."""
        channel, root = event["channel"], event["thread_ts"]
        if self._find_placed(channel, root):
            return True
        name = _name(channel, root)
        if name not in self._queues and name not in self._lines and not self._is_young(root):
            return False
        message = Message(
            event.get("text") or "", "thread", thread=_SOME_TICKET, who=event["user"], bot=self._bot
        )
        return await self._pipeline.is_command(message)

    def is_busy(self, channel: str, root: str) -> bool:
        """Whether something said in the thread, such as what it begins with, is being worked on, or was just now."""
        name = _name(channel, root)
        at_work = name in self._places or name in self._queues or name in self._lines
        return at_work or bool(self._find_placed(channel, root))

    def _is_young(self, root: str) -> bool:
        """Whether Slack may still deliver what the thread began with."""
        try:
            return self._now() - float(root) < MAY_COME
        except ValueError:
            return False

    async def wait_for_root(self, channel: str, root: str, has_ticket: Callable[[], Awaitable[bool]]) -> None:
        """Until the message that the thread began with has come, if it was to the bot and may still come. To another
        process it came as soon as there is a ticket of it, or an answer."""
        pause = FIRST_LOOK
        while (channel, root) not in self._came and self._is_young(root):
            left = await self._seconds_left(channel, root)
            if left <= 0 or await self._comes(channel, root, min(left, pause)) or await has_ticket():
                return
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _comes(self, channel: str, root: str, seconds: float) -> bool:
        """Whether it comes to this process within that time."""
        if (channel, root) in self._came:
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
        """How long it is to be waited for: not, where the thread began with no message to the bot, or with one that it has
        answered."""
        try:
            found = await self._sender.call(
                "conversations.replies", channel=channel, ts=root, limit=LOOKED_AT
            )
        except RefusedError:
            return 0.0
        messages = found.get("messages") or [{}]
        if messages[0].get("user") == self._bot:  # perhaps a card that its process has not written down yet
            return float(root) + OWN - self._now()
        text = str(messages[0].get("text") or "")
        to_bot = f"<@{self._bot}>" in text or f"<@{self._bot}|" in text
        answered = any(message.get("user") == self._bot for message in messages)
        return float(root) + MAY_COME - self._now() if to_bot and not answered else 0.0


def _name(channel: str, root: str) -> str:
    return f"{channel} {root}"
