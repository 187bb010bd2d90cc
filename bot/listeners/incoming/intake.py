"""Durable intake: a delivery is on disk before Slack is told "received", and is worked on once.

Runs as Bolt's global middleware, because Bolt acknowledges an event before its listener runs. When the write
fails the request fails, and Slack delivers again.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.delivery.pacing.queues import Queues
from bot.listeners.incoming.identity import (
    REACTIONS,
    Identity,
    classify_event,
    edited_message,
    identify,
    of_message,
)
from bot.listeners.incoming.leases import Leases
from bot.listeners.incoming.refusing import Refusals
from store.errors import StoreError, UnwritableError
from store.models.deliveries import Accepted, Delivery
from store.protocol import TicketStore

log = logging.getLogger(__name__)

KEY = "delivery_key"
INTENT = "intent"
EDIT_OF = "edit_of"  # in an edited message: the ticket that it had made
LOOK, LOOKS = 0.1, 20  # seconds between two looks whether an earlier delivery is done; Slack waits for three
LONGEST_TURN = 2.0  # seconds that a delivery waits for those before it in its thread; Slack waits for three
REPLAYED = "replayed"  # at the start, from the store: what was accepted and not finished


def _reply_of(accepted: Accepted) -> dict[str, Any]:
    text = (accepted.reply or {}).get("json")
    return dict(json.loads(text)) if isinstance(text, str) else {}


def has_no_effect(accepted: Accepted) -> bool:
    """Whether a delivery was worked on to its end and came to nothing but an error, a question or silence."""
    reply = _reply_of(accepted)
    return accepted.state == "done" and (reply.get("status") in ("er", "nf") or reply.get("action") == "none")


def made_ticket(accepted: Accepted) -> str:
    """The id of the ticket that a delivery made; "" for none."""
    reply = _reply_of(accepted)
    return str(reply["data"]["id"]) if reply.get("action") == "created" else ""


class Intake:
    """What is accepted is this process's by a lease, unless it `is_full`, or has to let another one do what came before it.
    `may_belong` says whether a reply in a thread without a ticket may belong to one that is not made yet, and `is_busy`
    whether one may be being made of a message, named by its channel and ts; `written` is told of each attempt to write a delivery: None, or why it failed, and how many seconds it took; `reactions` are listened
    to at all."""

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

    async def __call__(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002  # Bolt's name for it
    ) -> BoltResponse | None:
        event = body.get("event") if body.get("type") == "event_callback" else None
        if edited := edited_message(event or {}, self._bot):
            return await self._take_edited(body, edited, context, next)
        identity = identify(body, self._bot)
        if context.get(REPLAYED):
            context[KEY], context[INTENT] = context[REPLAYED], identity.intent if identity else ""
            await next()
            return None
        accepted = await self._take(identity, body) if identity else None
        if isinstance(accepted, BoltResponse):
            return accepted
        if identity is None or accepted is None:
            await next()
            return None
        if not accepted.new:
            return self._again(body, accepted)
        return await self._go_on(accepted, identity.intent, context, next)

    async def _take(self, identity: Identity, body: dict[str, Any]) -> Accepted | BoltResponse | None:
        """None for what is not kept; an answer where it could not be stored and Slack need not send it again. Raises `StoreError`."""
        async with self._in_turn(identity.thread):
            if not await self._kept(body):
                return None
            try:
                return await self._accept(identity, body)
            except StoreError as error:
                uncertain = isinstance(error, UnwritableError) and error.uncertain
                if answer := self._refusals.answer(body, identity.keys[0], uncertain=uncertain):
                    return answer
                raise

    @asynccontextmanager
    async def _in_turn(self, thread: str) -> AsyncIterator[None]:
        """Deliveries of one thread are stored in the order in which they came, also by a store that takes several at once."""
        async with AsyncExitStack() as stack:
            if thread:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LONGEST_TURN):
                        await stack.enter_async_context(self._threads.turn(thread))
            yield

    async def _accept(self, identity: Identity, body: dict[str, Any]) -> Accepted:
        """On disk, and this process's unless it `waits`. Raises `StoreError`."""
        payload = {
            name: value for name, value in body.items() if name != "token"
        }  # a legacy secret of Slack's
        begun, until, postponed = self._clock(), self._leases.end_of_term(), self._leases.postponed
        owner = "" if self._is_full() else self._leases.owner
        delivery = Delivery(identity.keys, begun, payload, identity.thread, identity.begins)
        self._leases.accepting += bool(owner)
        try:
            await self._leases.release_rest()
            accepted = await self._store.accept(delivery, owner, until)
        except StoreError as error:
            self._written(error, self._clock() - begun)
            raise
        finally:
            self._leases.accepting -= bool(owner)
        self._written(None, self._clock() - begun)
        if not owner:
            return accepted._replace(waits=True)
        if accepted.new and not accepted.waits:
            self._leases.hold(accepted.key, until)
            if identity.thread and not identity.begins and postponed != self._leases.postponed:
                # Perhaps what came before it in its thread: meanwhile it was still this process's.
                await self._leases.release([accepted.key], in_line=True)
                return accepted._replace(waits=True)
        return accepted

    async def _accept_once_done(self, identity: Identity, body: dict[str, Any]) -> Accepted:
        """As `_accept`, but of what is being worked on it is waited a moment for the end: only then is it known what came of it."""
        for _ in range(LOOKS):
            accepted = await self._accept(identity, body)
            if accepted.new or accepted.state != "pending":
                return accepted
            await asyncio.sleep(LOOK)
        return accepted

    async def _go_on(
        self,
        accepted: Accepted,
        intent: str,
        context: AsyncBoltContext,
        listen: Callable[[], Awaitable[None]],
    ) -> BoltResponse | None:
        """Received; by the listener now, or by whoever claims it when it is its turn."""
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
        go_on: Callable[[], Awaitable[None]],
    ) -> BoltResponse | None:
        """A message that was not for the bot before is taken as if it had just been written so. One that had no effect is
        read again, once; of one that made a ticket, the listener is told which.
        """
        body["event"] = edited
        if not await self._kept(body):
            return BoltResponse(status=200, body="")
        identity = of_message(body)
        identity = replace(identity, keys=identity.keys[:1])
        first = again = await self._accept_once_done(identity, body)
        if not first.new and first.state == "pending":
            return BoltResponse(status=503, body="")  # Slack sends it again
        if not first.new and has_no_effect(first):
            intent = f"edit:{identity.intent}"
            identity = replace(identity, keys=(intent,), intent=intent)
            again = await self._accept(identity, body)
        if again.new:
            return await self._go_on(again, identity.intent, context, go_on)
        if made := made_ticket(first) or made_ticket(again):
            edited[EDIT_OF] = made
            await go_on()
            return None
        return BoltResponse(status=200, body="")

    async def _kept(self, body: dict[str, Any]) -> bool:
        """Talk in a thread that belongs to no ticket is nobody's business; nor are reactions, but 🎫, to what is not a ticket's."""
        event = body.get("event") if body.get("type") == "event_callback" else None
        if event is not None and event.get("type") in REACTIONS:
            return self._reactions and await self._may_be_a_tickets(event)
        if event is None or classify_event(event, self._bot) != "thread":
            return True
        if await self._store.find_by_thread(event["channel"], event["thread_ts"]) is not None:
            return True
        return await self._may_belong(event)

    async def _may_be_a_tickets(self, event: dict[str, Any]) -> bool:
        if event["reaction"] == "ticket" or event.get("item_user") == self._bot:
            return True  # a card in a thread is told by its message, which is read later
        channel, ts = str(event["item"]["channel"]), str(event["item"]["ts"])
        return self._is_busy(channel, ts) or await self._store.find_by_thread(channel, ts) is not None

    @staticmethod
    def _again(body: dict[str, Any], accepted: Accepted) -> BoltResponse:
        """Received, and not done again. A command is given the answer that it had."""
        log.debug("Delivered again and not done again: %s (%s)", accepted.key, accepted.state)
        if "command" in body and accepted.reply and accepted.reply.get("text"):
            return BoltResponse(status=200, body={"response_type": "ephemeral", **accepted.reply})
        return BoltResponse(status=200, body="")
