"""Durable intake: every delivery is on disk before Slack is told "received", and is handled once.

It is global middleware of Bolt, because Bolt acknowledges an event before its listener runs. If the write fails, the
request fails and Slack delivers it again.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.delivery.pacing.queues import Queues
from bot.listeners.incoming.identity import (
    REACTIONS,
    Identity,
    classify_event,
    edited_message,
    identify,
    identify_message,
)
from bot.listeners.incoming.leases import Leases
from bot.listeners.incoming.refusing import Refusals
from store.errors import StoreError
from store.models.deliveries import Accepted, Delivery
from store.protocol import TicketStore

log = logging.getLogger(__name__)

KEY = "delivery_key"
INTENT = "intent"
EDIT_OF = "edit_of"  # key in an edited message: the id of the ticket it had created
# Seconds between two checks whether an earlier delivery is done, and how many checks; Slack waits three seconds.
LOOK, LOOKS = 0.1, 20
MAX_TURN_WAIT = 2.0  # seconds that a delivery waits for earlier ones of its thread; Slack waits three
REPLAYED = "replayed"  # set for deliveries from the store that were accepted but not finished


def _reply_of(accepted: Accepted) -> dict[str, Any]:
    text = (accepted.reply or {}).get("json")
    return dict(json.loads(text)) if isinstance(text, str) else {}


def has_no_effect(accepted: Accepted) -> bool:
    """Whether a delivery was handled and led only to an error, a question or silence."""
    reply = _reply_of(accepted)
    return accepted.state == "done" and (reply.get("status") in ("er", "nf") or reply.get("action") == "none")


def created_ticket(accepted: Accepted) -> str:
    """The id of the ticket that a delivery created; "" if none."""
    reply = _reply_of(accepted)
    return str(reply["data"]["id"]) if reply.get("action") == "created" else ""


class Intake(AsyncMiddleware):
    """Accepts deliveries, and leases them to this process unless it `is_full` or another process must handle an earlier
    message first. `may_belong`: whether a reply in a thread without a ticket may belong to one about to be created.
    `is_busy`: whether a ticket may be being created from the message with this channel and ts. `written` is called
    after each write, with its error or None and its duration in seconds. `reactions`: whether to handle reactions at
    all."""

    def __init__(
        self,
        store: TicketStore,
        bot: str,
        clock: Callable[[], float],
        *,
        leases: Leases,
        refusals: Refusals,
        may_belong: Callable[[dict[str, Any]], Awaitable[bool]],
        is_busy: Callable[[str, str], bool] = lambda *_: False,
        written: Callable[[StoreError | None, float], None] = lambda *_: None,
        is_full: Callable[[], bool] = lambda: False,
        reactions: bool = True,
    ) -> None:
        self._leases, self._is_full, self._refusals = leases, is_full, refusals
        self._reactions = reactions
        self._store, self._bot, self._clock = store, bot, clock
        self._may_belong, self._is_busy, self._written = may_belong, is_busy, written
        self._threads = Queues()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  # Bolt passes it
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  # Bolt's name for it
    ) -> BoltResponse | None:
        body, context = req.body, req.context
        event = body.get("event") if body.get("type") == "event_callback" else None
        if edited := edited_message(event or {}, self._bot):
            return await self._take_edited(body, edited, context, next)
        identity = identify(body, self._bot)
        if context.get(REPLAYED):
            context[KEY], context[INTENT] = context[REPLAYED], identity.intent if identity else ""
            await next()
            return None
        accepted = await self._accept_in_turn(identity, body) if identity else None
        if isinstance(accepted, BoltResponse):
            return accepted
        if identity is None or accepted is None:
            await next()
            return None
        if not accepted.new:
            return self._answer_repeat(body, accepted)
        return await self._pass_on(accepted, identity.intent, context, next)

    async def _accept_in_turn(
        self, identity: Identity, body: dict[str, Any]
    ) -> Accepted | BoltResponse | None:
        """Store a delivery after earlier ones of its thread. None if it need not be kept; a response if it could not be
        stored and Slack should not deliver it again. Raises `NotAcceptedError` or `StoreError` if Slack should."""
        # A database stores concurrent deliveries in any order.
        turn = self._threads.turn(identity.thread, MAX_TURN_WAIT) if identity.thread else nullcontext()
        async with turn:
            if not await self._is_kept(body):
                return None
            try:
                return await self._accept(identity, body)
            except StoreError as error:
                return self._refusals.answer(body, identity.keys[0], error)

    async def _accept(self, identity: Identity, body: dict[str, Any]) -> Accepted:
        """Write the delivery to disk, leased to this process unless it `waits`. Raises `StoreError`."""
        # `token` is a legacy secret of Slack's.
        payload = {name: value for name, value in body.items() if name != "token"}
        begun, until, postponed = self._clock(), self._leases.end_of_term(), self._leases.postponed
        replies = bool(identity.thread) and not identity.begins
        left = self._is_full() or (replies and self._leases.unanswered)
        owner = "" if left else self._leases.owner
        delivery = Delivery(identity.keys, begun, payload, identity.thread, identity.begins)
        try:
            with self._leases.accepting(identity.keys[0]) if owner else nullcontext():
                await self._leases.release_rest()
                accepted = await self._store.accept(delivery, owner, until)
        except StoreError as error:
            self._written(error, self._clock() - begun)
            raise
        self._written(None, self._clock() - begun)
        if not owner:
            return accepted._replace(waits=True)
        if accepted.new and not accepted.waits:
            self._leases.hold(accepted.key, until)
            if replies:
                await self._leases.wait_for_claimed(identity.thread)
            if replies and postponed != self._leases.postponed:
                # The released delivery may be an earlier one of this thread, which was still this process's during the write.
                await self._leases.release([accepted.key], in_line=True)
                return accepted._replace(waits=True)
        return accepted

    async def _accept_once_done(self, identity: Identity, body: dict[str, Any]) -> Accepted:
        """Like `_accept`, but if an earlier delivery is being handled, wait a moment for its result."""
        for _ in range(LOOKS):
            accepted = await self._accept(identity, body)
            if accepted.new or accepted.state != "pending":
                return accepted
            await asyncio.sleep(LOOK)
        return accepted

    async def _pass_on(
        self,
        accepted: Accepted,
        intent: str,
        context: AsyncBoltContext,
        listen: Callable[[], Awaitable[object]],
    ) -> BoltResponse | None:
        """Acknowledge, and run the listener now, or leave the delivery to any process that claims it when its turn comes."""
        if accepted.waits:
            self._leases.left_at = self._clock()
            return BoltResponse(status=200, body="")
        context[INTENT], context[KEY] = intent, accepted.key
        await listen()
        return None

    async def _take_edited(
        self,
        body: dict[str, Any],
        edited: dict[str, Any],
        context: AsyncBoltContext,
        go_on: Callable[[], Awaitable[object]],
    ) -> BoltResponse | None:
        """Handle an edited message. If it was not for the bot before, it counts as new. If it had no effect, it is read
        again, once. If it created a ticket, the listener is told which, once for each edit.
        """
        body["event"] = edited
        if not await self._is_kept(body):
            return BoltResponse(status=200, body="")
        identity = identify_message(body)
        identity = replace(identity, keys=identity.keys[:1])
        first = again = await self._accept_once_done(identity, body)
        if not first.new and first.state == "pending":
            return BoltResponse(status=503, body="")  # Slack will send it again
        if not first.new and has_no_effect(first):
            intent = f"edit:{identity.intent}"
            identity = replace(identity, keys=(intent,), intent=intent)
            again = await self._accept(identity, body)
        if again.new:
            return await self._pass_on(again, identity.intent, context, go_on)
        if made := created_ticket(first) or created_ticket(again):
            edited[EDIT_OF] = made
            key = f"edit:{identity.intent}:{body.get('event_id', '')}"
            asking = await self._accept(replace(identity, keys=(key,), intent=key), body)
            if asking.new:
                return await self._pass_on(asking, key, context, go_on)
        return BoltResponse(status=200, body="")

    async def _is_kept(self, body: dict[str, Any]) -> bool:
        """Whether to keep the event. Not kept: talk in a thread without a ticket, and reactions other than 🎫 to a message
        without a ticket."""
        event = body.get("event") if body.get("type") == "event_callback" else None
        if event is not None and event.get("type") in REACTIONS:
            return self._reactions and await self._may_concern_ticket(event)
        if event is None or classify_event(event, self._bot) != "thread":
            return True
        if await self._store.find_by_thread(event["channel"], event["thread_ts"]) is not None:
            return True
        return await self._may_belong(event)

    async def _may_concern_ticket(self, event: dict[str, Any]) -> bool:
        if event["reaction"] == "ticket" or event.get("item_user") == self._bot:
            return True  # it may be a card in a thread, which is only known once the message is read
        channel, ts = str(event["item"]["channel"]), str(event["item"]["ts"])
        return self._is_busy(channel, ts) or await self._store.find_by_thread(channel, ts) is not None

    @staticmethod
    def _answer_repeat(body: dict[str, Any], accepted: Accepted) -> BoltResponse:
        """Acknowledge without doing it again. A repeated command gets its first answer."""
        log.debug("Delivered again and not done again: %s (%s)", accepted.key, accepted.state)
        if "command" in body and accepted.reply and accepted.reply.get("text"):
            return BoltResponse(status=200, body={"response_type": "ephemeral", **accepted.reply})
        return BoltResponse(status=200, body="")
