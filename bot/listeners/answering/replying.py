"""Who gets to read an answer, and where: the person alone, the thread that they wrote in, the channel, the ticket's thread."""

import asyncio
from dataclasses import replace

from bot import policy
from bot.actions import Action, Several, View
from bot.listeners.answering.drawing import card_posted, drawn, links, names, names_of
from bot.listeners.answering.following import keep_cards, reporters_to_tell, tell_threads
from bot.listeners.answering.lines import Draw, named_in, post_offering, settle, stands_in, thread_of
from bot.listeners.answering.sending import post, tell
from bot.listeners.answering.unposting import leave_channel, unposts
from bot.listeners.services import RequestContext, Services
from bot.parser.message import Parsed
from bot.parser.rules import format_command
from bot.requester import Requester
from bot.results import Outcome
from bot.views.answer import receipt
from bot.views.card import card
from bot.views.changes.line import delta
from bot.views.mentions import mention
from bot.views.notices import (
    invite_hint,
    left_alone,
    more_for_you,
    not_for_all,
    only_here,
    refused_here,
    state_line,
)
from bot.views.rendered import Rendered, rendered
from store.models.tickets import MessageRef, Record, Status

_CHANGED = ("updated", "closed", "undone", "posted", "deleted")
HEARD = "+1"  # the reaction to what needs no other answer
_NOT_IN = frozenset({"not_in_channel", "channel_not_found"})
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
        shown = (await _line(services, ctx, outcome)).with_footnotes(paid).with_metadata(outcome.reply)
    elif kind == "one" and not ctx.alone and stands_in(ctx, outcome.records[0]):
        shown = (await _how_it_is(services, ctx, outcome.records[0])).with_footnotes(paid)
    elif (
        outcome.missing and parsed and (theirs := await _theirs_alone(services, ctx, outcome, parsed.action))
    ):
        shown = theirs
    else:
        shown = await drawn(services, ctx, outcome, paid)
    if outcome.repeated and not ctx.replayed:
        await keep_cards(services, outcome.records)  # a double click: it has been answered
    elif outcome.changes:
        await _changed(services, ctx, outcome, shown, paid, typed=parsed is not None)
    else:
        await _answered(services, ctx, outcome, shown)
    return shown


async def _answered(services: Services, ctx: RequestContext, outcome: Outcome, shown: Rendered) -> None:
    """What changed nothing: to the person alone, or for all who read along."""
    if outcome.file:
        form = str(outcome.reply.data["data"]["format"])
        await services.sender.upload_file(ctx.person.id, f"tickets.{form}", outcome.file)
    if outcome.reply.kind in _ALONE or ctx.alone or await post(services, ctx, ctx.thread, shown) is None:
        await tell(services, ctx, shown)
    elif outcome.query and ctx.room.kind != "dm":
        await _tell_of_more(services, ctx, outcome, outcome.query)


def _alone(ctx: RequestContext) -> Requester:
    """Whoever asked, with what they may see where nobody reads along."""
    return Requester(ctx.person, policy.scope(ctx.person, ctx.room, alone=True))


async def _theirs_alone(
    services: Services, ctx: RequestContext, outcome: Outcome, action: Action
) -> Rendered | None:
    """For whoever named tickets that they may see, and not everybody who reads along: how to do it alone. None for others."""
    if outcome.reply.kind not in ("missing", "error") or ctx.alone or isinstance(action, Several):
        return None
    seen = [each for each in outcome.missing if await _alone(ctx).get_visible(services.store, each)]
    return not_for_all(seen, f"/ticket {format_command(action)}") if seen else None


async def _tell_of_more(services: Services, ctx: RequestContext, outcome: Outcome, query: View) -> None:
    """A list that a whole channel reads holds what everybody there may see: whoever asked hears alone how many there are
    beside that for them."""
    theirs = await services.router.act(query, _alone(ctx), ctx.origin)
    if (more := _total(theirs) - _total(outcome)) > 0:
        command = format_command(query.model_copy(update={"page": None}))
        await tell(services, ctx, more_for_you(more, f"/ticket {command}", more=theirs.more))


def _total(outcome: Outcome) -> int:
    """How many tickets a list, or the counts in its place, are of."""
    return outcome.count or sum(outcome.counts.get(stat, 0) for stat in Status)


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
        links=links(services, [match.record for match in similar], ctx.requester.scope),
        similar=similar,
        receipt=paid,
        names=await names(services, outcome),
    ).with_metadata(outcome.reply)
    if outcome.repeated and not ctx.replayed:
        await keep_cards(services, outcome.records)
    elif record.card is None:
        posted = await post(services, ctx, ctx.origin.thread, shown, done=[record]) if public else None
        if posted is None:
            shown = shown.prepend(_why_alone(services, ctx)) if ctx.room.id else shown
            posted = await tell(services, ctx, shown)
        if posted:
            card_posted(services, ctx, record, posted)
    # One that was found, and not posted just now, shows the ticket as it was made, whatever has changed since.
    await keep_cards(services, [record], drawn={record.ticket.id: 1})
    return shown


def _why_alone(services: Services, ctx: RequestContext) -> Rendered:
    """Above the card of a ticket that the channel does not see."""
    code = ctx.notes.refused
    if code and code not in _NOT_IN:
        return refused_here(code)
    return invite_hint(services.name, here=bool(ctx.response_url)) if ctx.invitable else only_here()


async def _line(services: Services, ctx: RequestContext, outcome: Outcome, tell: str = "") -> Rendered:
    """A change in a line, with Undo; the ticket is named but in its own thread."""
    named = await named_in(services, outcome.records[0], MessageRef(ctx.room.id, "", ctx.thread))
    change, again = outcome.changes[0], outcome.redone
    return delta(change, ctx.person.name, record=named, undo=True, again=again, tell=tell)


async def _outside(
    services: Services, ctx: RequestContext, outcome: Outcome, shown: Rendered, paid: str
) -> Rendered:
    """The answer as it is read outside of the thread that it was meant for, where the ticket has to be named."""
    if outcome.reply.kind not in _CHANGED:
        return shown
    line = await _line(services, replace(ctx, thread=""), outcome)
    return line.with_footnotes(paid).with_metadata(outcome.reply)


async def _how_it_is(services: Services, ctx: RequestContext, record: Record) -> Rendered:
    """In a line: the ticket's card stands above it."""
    latest, _ = await services.store.history(record.ticket.id)
    since = next((one.origin.timestamp for one in latest if "stat" in one.after), record.origin.timestamp)
    return state_line(record, await names_of(services, [record]), since, ctx.origin.timestamp)


async def _changed(
    services: Services, ctx: RequestContext, outcome: Outcome, shown: Rendered, paid: str, *, typed: bool
) -> None:
    """One answer where the change was asked for, and what follows from it. In a thread whose line of what is undone now says
    so, that is the answer; a message that asked for it (`typed`) gets a reaction."""
    public = (
        not ctx.modal
        and ctx.room.joined
        and bool(ctx.room.id)
        and all(ctx.seen_by_all(record) for record in outcome.records)
    )
    waiting = reporters_to_tell(ctx, outcome)

    async def answered() -> None:
        settled = await settle(services, outcome.changes)
        if public and ctx.thread in settled:
            if typed and ctx.origin.message:
                await services.sender.react(MessageRef(ctx.room.id, ctx.origin.message), HEARD, there=True)
            if outcome.skipped:
                await tell(services, ctx, left_alone(outcome.skipped))
            await tell_threads(services, ctx, outcome, waiting, settled, offering=False)
            return
        message, unmentioned = None, dict(waiting)
        if public:
            here = await _with_mentions(services, ctx, outcome, shown, unmentioned, paid=paid)

            async def post_line(late: Draw) -> MessageRef | None:
                drawing = late if ctx.thread else None  # outside of a thread every line keeps its Undo
                return await post(services, ctx, ctx.thread, here, done=outcome.records, late=drawing)

            message = await post_offering(services, ctx, outcome.changes[0], here, post_line)
        if message is None:
            await tell(services, ctx, await _outside(services, ctx, outcome, shown, paid))
            await tell_threads(services, ctx, outcome, waiting, settled)
            return
        await tell_threads(services, ctx, outcome, unmentioned, settled | {ctx.thread}, offering=False)

    if unposts(outcome):
        await settle(services, outcome.changes)
        await tell(services, ctx, shown)
        await leave_channel(services, ctx, outcome)
        return
    # The cards need not wait for their turn behind everything that is said about them.
    done = () if ctx.replayed else outcome.changes
    await asyncio.gather(
        answered(),
        keep_cards(services, outcome.records, changes=done),
    )


async def _with_mentions(
    services: Services,
    ctx: RequestContext,
    outcome: Outcome,
    shown: Rendered,
    waiting: dict[str, str],
    *,
    paid: str,
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
    line = await _line(services, ctx, outcome, reporter)
    return line.with_footnotes(paid).with_metadata(outcome.reply)
