"""Who gets to read an answer, and where: the person alone, the thread that they wrote in, the channel, the ticket's thread."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

from bot.delivery.sender import RefusedError
from bot.listeners.drawing import card_posted, drawn, links, names, names_of
from bot.listeners.following import keep_cards, reporters_to_tell, tell_threads
from bot.listeners.lines import post_offering, settle, thread_of
from bot.listeners.services import RequestContext, Services
from bot.listeners.unposting import leave_channel, unposts
from bot.parser.message import Parsed
from bot.results import Outcome
from bot.views import blocks
from bot.views.answer import receipt
from bot.views.card import card, card_view, delta
from bot.views.notices import invite_hint, only_here, state_line
from bot.views.rendered import Rendered, rendered
from bot.views.text import mention
from store.models import MessageRef, Record

log = logging.getLogger(__name__)

_CHANGED = ("updated", "closed", "undone", "posted", "deleted")
_ALONE = ("missing", "error", "help", "none", "unchanged", "preview", "usage", "exported")


async def reply(
    services: Services, ctx: RequestContext, outcome: Outcome, parsed: Parsed | None = None
) -> Rendered:
    """Send what `outcome` is to where it belongs, bring the cards that it touches up to date, and return what was said."""
    asked = parsed and (parsed.tokens or parsed.calls)  # of the model
    paid = receipt(parsed.via, parsed.tokens, parsed.model, parsed.command) if parsed and asked else ""
    kind = outcome.reply.kind
    if outcome.parts:
        return await _each(services, ctx, outcome, parsed)
    if kind == "created":
        return await _created(services, ctx, outcome, paid)
    if kind in _CHANGED:
        shown = _line(ctx, outcome).with_footnotes(paid).with_metadata(outcome.reply)
    elif kind == "one" and not ctx.alone and _in_own_thread(ctx, outcome.records[0]):
        shown = (await _how_it_is(services, ctx, outcome.records[0])).with_footnotes(paid)
    else:
        shown = await drawn(services, ctx, outcome, paid)
    if outcome.repeated and not ctx.replayed:
        await keep_cards(services, outcome.records)  # a double click: it has been answered
    elif outcome.changes:
        await _changed(services, ctx, outcome, shown, paid)
    elif kind in _ALONE or ctx.alone:
        if outcome.file:
            form = str(outcome.reply.data["data"]["format"])
            await services.sender.upload_file(ctx.person.id, f"tickets.{form}", outcome.file)
        await tell(services, ctx, shown)
    else:
        await _post(services, ctx, ctx.thread, shown)
    return shown


async def _each(services: Services, ctx: RequestContext, outcome: Outcome, parsed: Parsed | None) -> Rendered:
    """Several commands in one message: an answer for each, in their order."""
    shown = [
        await reply(services, replace(ctx, delivery=f"{ctx.delivery} {number}"), part, parsed)
        for number, part in enumerate(outcome.parts)
    ]
    return rendered([one.text for one in shown], [])


async def _created(services: Services, ctx: RequestContext, outcome: Outcome, paid: str) -> Rendered:
    """A new ticket's card: in the thread of the message that it came from; of a command, in the channel; otherwise to
    the person alone."""
    (record,) = outcome.records
    public = ctx.room.joined and bool(ctx.room.id)
    similar = [match for match in outcome.similar if not public or ctx.seen_by_all(match.record)]
    shown = card(
        record,
        links=links(services, [match.record for match in similar]),
        similar=similar,
        receipt=paid,
        names=await names(services, outcome),
    ).with_metadata(outcome.reply)
    if outcome.repeated and not ctx.replayed:
        await keep_cards(services, outcome.records)
    elif record.card is None and public:
        card_posted(services, ctx, record, await _post(services, ctx, ctx.origin.thread, shown))
    elif record.card is None and ctx.room.id:
        shown = shown.prepend(invite_hint(services.name) if ctx.invitable else only_here())
        await tell(services, ctx, shown)
    elif record.card is None:
        card_posted(services, ctx, record, await _write(services, ctx, shown))
    await keep_cards(services, [await services.store.get(record.ticket.id) or record], drawn=True)
    return shown


def _line(ctx: RequestContext, outcome: Outcome, tell: str = "") -> Rendered:
    """A change in a line, with Undo; the ticket is named but in its own thread."""
    record = outcome.records[0]
    named = None if _in_own_thread(ctx, record) else record
    return delta(outcome.changes[0], ctx.person.name, record=named, undo=True, tell=tell)


def _in_own_thread(ctx: RequestContext, record: Record) -> bool:
    """Whether the answer stands in the ticket's own thread."""
    thread = thread_of(record)
    return thread is not None and (thread.channel, thread.thread) == (ctx.room.id, ctx.thread)


async def _how_it_is(services: Services, ctx: RequestContext, record: Record) -> Rendered:
    """In a line: the ticket's card stands above it."""
    latest, _ = await services.store.history(record.ticket.id)
    since = next((one.origin.timestamp for one in latest if "stat" in one.after), record.origin.timestamp)
    return state_line(record, await names_of(services, [record]), since, ctx.origin.timestamp)


async def _changed(
    services: Services, ctx: RequestContext, outcome: Outcome, shown: Rendered, paid: str
) -> None:
    """One answer where the change was asked for, and what follows from it."""
    public = (
        not ctx.modal
        and ctx.room.joined
        and bool(ctx.room.id)
        and all(ctx.seen_by_all(record) for record in outcome.records)
    )
    waiting = reporters_to_tell(ctx, outcome)

    async def answered() -> None:
        if not public:
            await tell(services, ctx, shown)
            await tell_threads(services, ctx, outcome, waiting)
            return
        here = _with_mentions(ctx, outcome, shown, waiting, paid)
        place = MessageRef(ctx.room.id, "", ctx.thread)
        await post_offering(services, ctx, place, here, outcome.changes[0], key=ctx.delivery)
        await tell_threads(services, ctx, outcome, waiting, but=ctx.thread, offering=False)

    if unposts(outcome):
        await tell(services, ctx, shown)
        await leave_channel(services, ctx, outcome)
        return
    # The cards need not wait for their turn behind everything that is said about them.
    await asyncio.gather(answered(), keep_cards(services, outcome.records), settle(services, outcome.changes))


def _with_mentions(
    ctx: RequestContext, outcome: Outcome, shown: Rendered, waiting: dict[str, str], paid: str
) -> Rendered:
    """An answer that mentions whom it has to: in a bulk change everybody once, for one ticket its reporter, unless its
    own thread will. Those are taken out of `waiting`.
    """
    if len(outcome.changes) > 1:
        told = " ".join(dict.fromkeys(mention(user) for user in waiting.values()))
        waiting.clear()
        return shown.with_footnotes(told)
    (record,) = outcome.records[:1]
    thread = thread_of(record)
    if thread and thread.thread != ctx.thread:
        return shown
    reporter = waiting.pop(record.ticket.id, "")
    if not reporter:
        return shown
    return _line(ctx, outcome, reporter).with_footnotes(paid).with_metadata(outcome.reply)


async def _post(services: Services, ctx: RequestContext, thread: str, shown: Rendered) -> MessageRef:
    return await services.sender.post(ctx.room.id, thread, shown, key=ctx.delivery, maybe_sent=ctx.replayed)


async def tell(services: Services, ctx: RequestContext, shown: Rendered) -> None:
    """To the person alone, by whichever way is open: in the modal before them, the command's own answer, an ephemeral
    message, a direct one."""
    if ctx.modal and await _show_in_modal(services, ctx, shown):
        return
    if ctx.beside and ctx.room.joined and ctx.room.id and await _tell_beside(services, ctx, shown):
        return
    if ctx.response_url and await services.sender.respond(ctx.response_url, shown):
        return
    if ctx.room.kind == "dm" and ctx.room.joined:
        await _post(services, ctx, ctx.thread, shown)
        return
    if ctx.room.joined and ctx.room.id:
        try:
            # An ephemeral message in a thread that nobody has opened is not seen.
            thread = "" if ctx.thread == ctx.origin.message else ctx.thread
            await services.sender.post_ephemeral(ctx.room.id, ctx.person.id, thread, shown)
        except RefusedError:  # they left the room; their answer still finds them
            pass
        else:
            return
    await _write(services, ctx, shown)


async def _tell_beside(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """In the thread where they pressed something: what comes by a response_url Slack shows in the channel."""
    try:
        await services.sender.post_ephemeral(ctx.room.id, ctx.person.id, ctx.beside, shown)
    except RefusedError:
        return False
    return True


async def _write(services: Services, ctx: RequestContext, shown: Rendered) -> MessageRef:
    return await services.sender.post_dm(ctx.person.id, shown, key=ctx.delivery, maybe_sent=ctx.replayed)


async def _show_in_modal(services: Services, ctx: RequestContext, shown: Rendered) -> bool:
    """Above the card as it is now; False where the modal is closed."""
    record = await ctx.requester.get_visible(services.store, ctx.about) if ctx.about else None
    if record:
        view = card_view(
            record, said=shown, link=services.link(record), names=await names_of(services, [record])
        )
    else:
        view = blocks.modal("Tickets", shown.blocks)
    return await change_modal(services, ctx, view)


async def change_modal(services: Services, ctx: RequestContext, view: dict[str, Any]) -> bool:
    """Show something else in the modal before the person; False where it is closed."""
    try:
        await services.sender.call("views.update", None, view_id=ctx.modal, view=view)
    except RefusedError as error:
        if error.code != "not_found":
            raise
        return False
    return True
