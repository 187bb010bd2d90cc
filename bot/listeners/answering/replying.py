"""Decides who reads an answer and where: the person alone, their thread, the channel, or the ticket's thread."""

import asyncio
from dataclasses import replace

from bot import policy
from bot.actions import Action, Several, View
from bot.listeners.answering.drawing import draw_answer, links, names, names_of, note_card_posted
from bot.listeners.answering.following import refresh_cards, reporters_to_tell, tell_threads
from bot.listeners.answering.lines import (
    Draw,
    is_in_own_thread,
    post_with_undo,
    record_to_name,
    thread_of,
    update_undone_lines,
)
from bot.listeners.answering.sending import acknowledge, post, tell, tell_also
from bot.listeners.answering.unposting import leave_channel, unposts
from bot.listeners.services import RequestContext, Services
from bot.parser.message import Parsed
from bot.parser.rules import format_command
from bot.results import Outcome
from bot.router.requester import Requester
from bot.views.answer import receipt
from bot.views.card import card
from bot.views.changes.line import delta
from bot.views.mentions import mention
from bot.views.notices import (
    THREAD_GONE,
    card_outside,
    invite_hint,
    left_alone,
    more_for_you,
    not_for_all,
    only_here,
    refused_here,
    state_line,
)
from bot.views.phrases import kept_note
from bot.views.rendered import Rendered, rendered
from store.models.tickets import MessageRef, Record, Status

_CHANGED = ("updated", "closed", "undone", "posted", "deleted")
_NOT_IN = frozenset({"not_in_channel", "channel_not_found"})
_ALONE = ("missing", "error", "help", "none", "unchanged", "preview", "usage", "exported")


async def reply(
    services: Services, ctx: RequestContext, outcome: Outcome, parsed: Parsed | None = None
) -> Rendered:
    """Send the answer where it belongs, update the affected cards, and return the answer."""
    asked = parsed and (parsed.tokens or parsed.calls)  # whether the model was called
    paid = receipt(parsed.via, parsed.tokens, parsed.model, parsed.command) if parsed and asked else ""
    kind = outcome.reply.kind
    if outcome.parts:
        return await _reply_to_each(services, ctx, outcome, parsed)
    ctx = ctx.telling_of(outcome.changes)
    if kind == "created":
        return await _reply_to_created(services, ctx, outcome, paid)
    if kind in _CHANGED:
        line = await _change_line(services, ctx, outcome)
        shown = line.with_footnotes(kept_note(outcome.kept), paid).with_metadata(outcome.reply)
    elif kind == "one" and not ctx.alone and is_in_own_thread(ctx, outcome.records[0]):
        shown = (await _draw_state(services, ctx, outcome.records[0])).with_footnotes(paid)
    elif (
        outcome.missing
        and parsed
        and (theirs := await _offer_privately(services, ctx, outcome, parsed.action))
    ):
        shown = theirs
    else:
        shown = await draw_answer(services, ctx, outcome, paid)
    if outcome.repeated and not ctx.replayed:
        await refresh_cards(services, outcome.records)  # a double click, which has been answered
    elif outcome.changes:
        await _reply_to_change(services, ctx, outcome, shown, paid, typed=parsed is not None)
    else:
        await _send_answer(services, ctx, outcome, shown)
    return shown


async def _send_answer(services: Services, ctx: RequestContext, outcome: Outcome, shown: Rendered) -> None:
    """Send an answer to something that changed no ticket: to the person alone, or for everybody in the room."""
    if outcome.file:
        form = str(outcome.reply.data["data"]["format"])
        await services.sender.upload_file(ctx.person.id, f"tickets.{form}", outcome.file)
    if outcome.reply.kind in _ALONE or ctx.alone or await post(services, ctx, ctx.thread, shown) is None:
        await tell(services, ctx, shown)
    elif outcome.query and ctx.room.kind != "dm":
        await _tell_of_more(services, ctx, outcome, outcome.query)


def _private_requester(ctx: RequestContext) -> Requester:
    """The requester, with what they may see when nobody else reads along."""
    return Requester(ctx.person, policy.scope(ctx.person, ctx.room, alone=True))


async def _offer_privately(
    services: Services, ctx: RequestContext, outcome: Outcome, action: Action
) -> Rendered | None:
    """For a person who named tickets that they may see but others in the room may not: how to do it privately. Else None."""
    if outcome.reply.kind not in ("missing", "error") or ctx.alone or isinstance(action, Several):
        return None
    seen = [
        each for each in outcome.missing if await _private_requester(ctx).get_visible(services.store, each)
    ]
    return not_for_all(seen, f"/ticket {format_command(action)}") if seen else None


async def _tell_of_more(services: Services, ctx: RequestContext, outcome: Outcome, query: View) -> None:
    """After a list in a channel, which shows only what everybody there may see, tell the person privately how many more they
    could see."""
    theirs = await services.router.act(query, _private_requester(ctx), ctx.origin)
    if (more := _count_listed(theirs) - _count_listed(outcome)) > 0:
        command = format_command(query.model_copy(update={"page": None}))
        await tell_also(services, ctx, more_for_you(more, f"/ticket {command}", more=theirs.more))


def _count_listed(outcome: Outcome) -> int:
    """The number of tickets in a list or in counts."""
    return outcome.count or sum(outcome.counts.get(stat, 0) for stat in Status)


async def _reply_to_each(
    services: Services, ctx: RequestContext, outcome: Outcome, parsed: Parsed | None
) -> Rendered:
    """Answer each of several commands in one message, in order."""
    shown = [
        await reply(services, replace(ctx, delivery=f"{ctx.delivery} {number}"), part, parsed)
        for number, part in enumerate(outcome.parts)
    ]
    return rendered([one.text for one in shown], [])


async def _reply_to_created(services: Services, ctx: RequestContext, outcome: Outcome, paid: str) -> Rendered:
    """Post a new ticket's card: in the thread of the message it came from; for a command, in the channel; else to the person
    alone."""
    (record,) = outcome.records
    public = ctx.room.joined and bool(ctx.room.id)
    similar = [match for match in outcome.similar if not public or ctx.seen_by_all(match.record)]
    here = MessageRef(ctx.room.id, "")  # where the card will be
    shown = card(
        replace(record, card=here) if ctx.room.kind == "dm" and record.card is None else record,
        links=links(services, [match.record for match in similar], ctx.requester.scope),
        similar=similar,
        receipt=paid,
        names=await names(services, outcome),
        reply=outcome.reply,
    )
    if outcome.repeated and not ctx.replayed:
        await refresh_cards(services, outcome.records)
    elif record.card is None:
        posted = await _post_card(services, ctx, record, shown) if public else None
        if posted is None:
            shown = shown.prepend(_why_alone(services, ctx)) if ctx.room.id else shown
            posted = await tell(services, ctx, shown)
        if posted:
            note_card_posted(services, ctx, record, posted)
    # A card that was found instead of posted shows version 1, whatever has changed since.
    await refresh_cards(services, [record], posted={record.ticket.id: 1})
    return shown


async def _post_card(
    services: Services, ctx: RequestContext, record: Record, shown: Rendered
) -> MessageRef | None:
    """Post the card in the thread of the message that the ticket came from; in the room itself if that was deleted."""
    posted = await post(services, ctx, ctx.origin.thread, shown, done=[record])
    if posted is None and ctx.origin.thread and ctx.notes.refused == THREAD_GONE:
        ctx.notes.refused = ""
        posted = await post(services, ctx, "", shown, done=[record])
        if posted:
            await tell_also(services, replace(ctx, thread="", beside=""), card_outside(record.ticket.id))
    return posted


def _why_alone(services: Services, ctx: RequestContext) -> Rendered:
    """The reason, shown above the answer, why it could not be posted in the channel."""
    code = ctx.notes.refused
    if code and code not in _NOT_IN:
        return refused_here(code)
    return invite_hint(services.name, here=bool(ctx.response_url)) if ctx.invitable else only_here()


async def _change_line(services: Services, ctx: RequestContext, outcome: Outcome, tell: str = "") -> Rendered:
    """A change in one line, with Undo. Names the ticket except in its own thread."""
    named = await record_to_name(services, outcome.records[0], MessageRef(ctx.room.id, "", ctx.thread))
    change, again = outcome.changes[0], outcome.redone
    return delta(change, ctx.person.name, record=named, undo=True, again=again, tell=tell)


async def _draw_outside_thread(
    services: Services, ctx: RequestContext, outcome: Outcome, shown: Rendered, paid: str
) -> Rendered:
    """The answer for a reader outside of the ticket's thread, where it must name the ticket."""
    if outcome.reply.kind not in _CHANGED:
        return shown
    line = await _change_line(services, replace(ctx, thread=""), outcome)
    return line.with_footnotes(kept_note(outcome.kept), paid).with_metadata(outcome.reply)


async def _draw_state(services: Services, ctx: RequestContext, record: Record) -> Rendered:
    """The ticket's state in one line, for its own thread, where its card is in view."""
    latest, _ = await services.store.history(record.ticket.id)
    since = next((one.origin.timestamp for one in latest if "stat" in one.after), record.origin.timestamp)
    return state_line(record, await names_of(services, [record]), since, ctx.origin.timestamp)


async def _reply_to_change(
    services: Services, ctx: RequestContext, outcome: Outcome, shown: Rendered, paid: str, *, typed: bool
) -> None:
    """Answer a change where it was asked for, and do what follows from it. If the thread has the line of the change that was
    undone, that line is updated instead; a typed message (`typed`) then gets a reaction."""
    for_all = (
        not ctx.modal and bool(ctx.room.id) and all(ctx.seen_by_all(record) for record in outcome.records)
    )
    public = for_all and ctx.room.joined
    waiting = await reporters_to_tell(services, ctx, outcome)

    async def answered() -> None:
        settled = await update_undone_lines(services, outcome.changes)
        if public and ctx.thread in settled:
            if typed and ctx.origin.message:
                await acknowledge(services, ctx)
            if outcome.skipped:
                await tell_also(services, ctx, left_alone(outcome.skipped))
            await tell_threads(services, ctx, outcome, waiting, settled, offering=False)
            return
        message, unmentioned = None, dict(waiting)
        if public:
            here = await _with_mentions(services, ctx, outcome, shown, unmentioned, paid=paid)

            async def post_line(redraw: Draw) -> MessageRef | None:
                # Outside of a thread every line keeps its Undo button.
                drawing = redraw if ctx.thread else None
                return await post(services, ctx, ctx.thread, here, done=outcome.records, redraw=drawing)

            message = await post_with_undo(services, ctx, outcome.changes[0], here, post_line)
        if message is None:
            theirs = await _draw_outside_thread(services, ctx, outcome, shown, paid)
            if for_all and (ctx.notes.refused or (typed and not ctx.room.joined)):
                theirs = theirs.prepend(_why_alone(services, ctx))
            await tell(services, ctx, theirs)
            await tell_threads(services, ctx, outcome, waiting, settled)
            return
        await tell_threads(services, ctx, outcome, unmentioned, settled | {ctx.thread}, offering=False)

    if unposts(outcome):
        await update_undone_lines(services, outcome.changes)
        await tell(services, ctx, shown)
        await leave_channel(services, ctx, outcome)
        return
    # The cards are updated at the same time; they need not wait for the posted lines.
    done = () if ctx.replayed else outcome.changes
    await asyncio.gather(
        answered(),
        refresh_cards(services, outcome.records, changes=done),
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
    """The answer with mentions of the people in `waiting`: for several tickets, of each person once; for one, of its
    reporter, unless its own thread will mention them. Removes those people from `waiting`.
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
    line = await _change_line(services, ctx, outcome, reporter)
    return line.with_footnotes(paid).with_metadata(outcome.reply)
