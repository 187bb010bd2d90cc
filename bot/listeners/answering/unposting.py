"""When posting a ticket in a channel is undone, removes its card from the channel."""

import logging
from dataclasses import replace

from bot.delivery.errors import RefusedError
from bot.listeners.answering.drawing import draw_card, note_card_posted
from bot.listeners.services import RequestContext, Services
from bot.results import Outcome
from store.models.tickets import MessageRef

log = logging.getLogger(__name__)


def unposts(outcome: Outcome) -> bool:
    """Whether the outcome undoes the posting of a ticket in a channel."""
    return any(change.kind == "undone" and "channel" in change.metadata_after for change in outcome.changes)


async def leave_channel(services: Services, ctx: RequestContext, outcome: Outcome) -> None:
    """Delete the card in the channel, and post it where the ticket belongs again."""
    services.homes.invalidate()
    for record, change in zip(outcome.records, outcome.changes, strict=False):
        card = record.card
        if card is not None and card.channel == change.metadata_before.get("channel") != record.channel:
            try:
                await services.sender.call("chat.delete", channel=card.channel, ts=card.ts)
            except RefusedError as error:
                log.warning("The card of %s could not be taken away: %s", record.ticket.id, error)
        key = ctx.key_for(record.ticket.id)
        try:
            # The card of a ticket without a channel is in its reporter's direct message.
            channel = record.channel or await services.sender.open_dm(record.origin.user_id)
            shown = await draw_card(services, replace(record, card=MessageRef(channel, "")))
            message = await services.sender.post(
                channel, record.origin.thread, shown, key=key, maybe_sent=ctx.replayed
            )
        except RefusedError as error:  # the channel is archived, or the bot has left it
            log.warning("The card of %s could not be posted again: %s", record.ticket.id, error)
            continue
        note_card_posted(services, ctx, record, message)
