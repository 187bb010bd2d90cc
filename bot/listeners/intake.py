"""Durable intake: a delivery is on disk before Slack is told "received", and is worked on once.

Runs as Bolt's global middleware, because Bolt acknowledges an event before its listener runs. When the write
fails the request fails, and Slack delivers again.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.listeners.identity import classify_event, identify
from store.models import Accepted, Delivery
from store.protocol import StoreError, TicketStore

log = logging.getLogger(__name__)

KEY = "delivery_key"
INTENT = "intent"
REPLAYED = "replayed"  # at the start, from the store: what was accepted and not finished


class Intake:
    """`may_belong` says whether a reply in a thread without a ticket may belong to one that is not made yet; `written` is
    told of each attempt to write a delivery: None, or why it failed, and how many seconds it took."""

    def __init__(
        self,
        store: TicketStore,
        bot: str,
        clock: Callable[[], float],
        may_belong: Callable[[dict[str, Any]], Awaitable[bool]],
        written: Callable[[StoreError | None, float], None] = lambda *_: None,
    ) -> None:
        self._store, self._bot, self._clock = store, bot, clock
        self._may_belong, self._written = may_belong, written

    async def __call__(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002  # Bolt's name for it
    ) -> BoltResponse | None:
        identity = identify(body, self._bot)
        if context.get(REPLAYED):
            context[KEY], context[INTENT] = context[REPLAYED], identity.intent if identity else ""
            await next()
            return None
        if identity is None or not await self._kept(body):
            await next()
            return None
        context[INTENT] = identity.intent
        payload = {
            name: value for name, value in body.items() if name != "token"
        }  # a legacy secret of Slack's
        begun = self._clock()
        try:
            accepted = await self._store.accept(Delivery(identity.keys, begun, payload))
        except StoreError as error:
            self._written(error, self._clock() - begun)
            raise
        self._written(None, self._clock() - begun)
        if not accepted.new:
            return self._again(body, accepted)
        context[KEY] = accepted.key
        await next()
        return None

    async def _kept(self, body: dict[str, Any]) -> bool:
        """Talk in a thread that belongs to no ticket is nobody's business."""
        event = body.get("event")
        if event is None or classify_event(event, self._bot) != "thread":
            return True
        if await self._store.find_by_thread(event["channel"], event["thread_ts"]) is not None:
            return True
        return await self._may_belong(event)

    @staticmethod
    def _again(body: dict[str, Any], accepted: Accepted) -> BoltResponse:
        """Received, and not done again. A command is given the answer that it had."""
        log.debug("Delivered again and not done again: %s (%s)", accepted.key, accepted.state)
        if "command" in body and accepted.reply and accepted.reply.get("text"):
            return BoltResponse(status=200, body={"response_type": "ephemeral", **accepted.reply})
        return BoltResponse(status=200, body="")
