"""Durable intake: a delivery is on disk before Slack is told "received", and is worked on once.

Runs as Bolt's global middleware, because Bolt acknowledges an event before its listener runs. When the write
fails the request fails, and Slack delivers again.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.listeners.identity import REACTIONS, classify_event, identify
from store.models import Accepted, Delivery
from store.protocol import StoreError, TicketStore

log = logging.getLogger(__name__)

KEY = "delivery_key"
INTENT = "intent"
REPLAYED = "replayed"  # at the start, from the store: what was accepted and not finished


class Intake:
    """`written` is told of each attempt to write a delivery: None, or why it failed; `reactions` are listened to at all."""

    def __init__(
        self,
        store: TicketStore,
        bot: str,
        clock: Callable[[], float],
        written: Callable[[StoreError | None], None] = lambda _: None,
        *,
        reactions: bool = True,
    ) -> None:
        self._reactions = reactions
        self._store, self._bot, self._clock, self._written = store, bot, clock, written

    async def __call__(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002  # Bolt's name for it
    ) -> BoltResponse | None:
        identity = identify(body, self._bot)
        if identity is None or not await self._kept(body):
            await next()
            return None
        context[INTENT] = identity.intent
        if context.get(REPLAYED):
            context[KEY] = context[REPLAYED]
            await next()
            return None
        payload = {
            name: value for name, value in body.items() if name != "token"
        }  # a legacy secret of Slack's
        try:
            accepted = await self._store.accept(Delivery(identity.keys, self._clock(), payload))
        except StoreError as error:
            self._written(error)
            raise
        self._written(None)
        if not accepted.new:
            return self._again(body, accepted)
        context[KEY] = accepted.key
        await next()
        return None

    async def _kept(self, body: dict[str, Any]) -> bool:
        """Talk in a thread that belongs to no ticket is nobody's business; nor are reactions, but 🎫, to what is not a ticket's."""
        event = body.get("event")
        if event is not None and event.get("type") in REACTIONS:
            return self._reactions and await self._may_be_a_tickets(event)
        if event is None or classify_event(event, self._bot) != "thread":
            return True
        return await self._store.find_by_thread(event["channel"], event["thread_ts"]) is not None

    async def _may_be_a_tickets(self, event: dict[str, Any]) -> bool:
        if event["reaction"] == "ticket" or event.get("item_user") == self._bot:
            return True  # a card in a thread is told by its message, which is read later
        item = event["item"]
        return await self._store.find_by_thread(str(item["channel"]), str(item["ts"])) is not None

    @staticmethod
    def _again(body: dict[str, Any], accepted: Accepted) -> BoltResponse:
        """Received, and not done again. A command is given the answer that it had."""
        log.info("Delivered again and not done again: %s (%s)", accepted.key, accepted.state)
        if "command" in body and accepted.reply and accepted.reply.get("text"):
            return BoltResponse(status=200, body={"response_type": "ephemeral", **accepted.reply})
        return BoltResponse(status=200, body="")
