"""What is said in one thread is worked on in its order, and a reply waits for the message that its thread began with."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.delivery.errors import RefusedError
from bot.delivery.queues import Queues
from bot.delivery.recent import Recent
from bot.delivery.sender import Sender
from bot.parser.message import Message, Topic
from bot.pipeline import Pipeline

MAY_COME = (
    600.0  # seconds after which Slack does not deliver a message again: at once, after 1 minute, after 5
)
MOST = 5000  # messages that are known to have come
LOOKED_AT = 50  # messages of a thread

_SOME_TICKET = Topic("T001")


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
        self._queues = Queues()
        self._came: Recent[tuple[str, str], None] = Recent(MOST)
        self._awaited: dict[tuple[str, str], asyncio.Event] = {}

    def turn(self, channel: str, root: str) -> AbstractAsyncContextManager[None]:
        return self._queues.turn(_name(channel, root))

    def came(self, channel: str, ts: str) -> None:
        """A message to the bot, which may begin a thread, is being worked on."""
        self._came[channel, ts] = None
        if awaited := self._awaited.pop((channel, ts), None):
            awaited.set()

    async def may_belong(self, event: dict[str, Any]) -> bool:
        """Whether a reply in a thread without a ticket may belong to one that is not made yet: it is a command, and what
        the thread began with may be on its way."""
        channel, root = event["channel"], event["thread_ts"]
        if self._find_placed(channel, root):
            return True
        if _name(channel, root) not in self._queues and not self._is_young(root):
            return False
        message = Message(
            event.get("text") or "", "thread", thread=_SOME_TICKET, who=event["user"], bot=self._bot
        )
        return await self._pipeline.is_command(message)

    def _is_young(self, root: str) -> bool:
        """Whether Slack may still deliver what the thread began with."""
        try:
            return self._now() - float(root) < MAY_COME
        except ValueError:
            return False

    async def wait_for_root(self, channel: str, root: str) -> None:
        """Until the message that the thread began with has come, if it was to the bot and may still come."""
        came = (channel, root) in self._came
        if came or not (self._is_young(root) and await self._was_to_bot(channel, root)):
            return
        if (channel, root) in self._came:  # meanwhile
            return
        awaited = self._awaited.setdefault((channel, root), asyncio.Event())
        timer = asyncio.ensure_future(self._sleep(float(root) + MAY_COME - self._now()))
        arrival = asyncio.ensure_future(awaited.wait())
        try:
            await asyncio.wait({timer, arrival}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            arrival.cancel()
            if not awaited.is_set():
                self._awaited.pop((channel, root), None)

    async def _was_to_bot(self, channel: str, root: str) -> bool:
        """Whether the thread began with a message to the bot that it has not answered yet."""
        try:
            found = await self._sender.call(
                "conversations.replies", channel=channel, ts=root, limit=LOOKED_AT
            )
        except RefusedError:
            return False
        messages = found.get("messages") or [{}]
        text = str(messages[0].get("text") or "")
        to_bot = f"<@{self._bot}>" in text or f"<@{self._bot}|" in text
        return to_bot and not any(message.get("user") == self._bot for message in messages)


def _name(channel: str, root: str) -> str:
    return f"{channel} {root}"
