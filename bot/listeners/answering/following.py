"""What follows from a change beside its answer: lines in the tickets' threads, their cards, and notified reporters."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from bot.delivery.errors import RefusedError
from bot.listeners.answering.lines import (
    Draw,
    correct_line,
    post_with_undo,
    record_to_name,
    redraw,
    thread_of,
    update_undone_lines,
    withdraw_newest_button,
)
from bot.listeners.answering.reporters import may_be_told_in, may_still_see
from bot.listeners.answering.unposting import leave_channel, unposts
from bot.listeners.services import FinishNotes, RequestContext, Services, is_dm
from bot.results import Outcome
from bot.views.changes.line import delta
from bot.views.rendered import Rendered
from store.models.deliveries import UndoLine
from store.models.tickets import Change, MessageRef, Record, Status

log = logging.getLogger(__name__)

_NONE: Mapping[str, int] = MappingProxyType({})


async def reporters_to_tell(services: Services, ctx: RequestContext, outcome: Outcome) -> dict[str, str]:
    """Reporters to notify that somebody else closed their ticket, by ticket id; each person once. Nobody is mentioned who
    is deactivated."""
    closed = {change.ticket_id for change in outcome.changes if change.kind == "closed"}
    first: dict[str, str] = {}
    for record in outcome.records:
        reporter = record.origin.user_id
        if record.ticket.id in closed and reporter != ctx.person.id and reporter not in first.values():
            first[record.ticket.id] = reporter
    gone = await services.directory.find_deactivated(first.values()) if first else frozenset()
    return {ticket_id: reporter for ticket_id, reporter in first.items() if reporter not in gone}


async def propagate(
    services: Services,
    ctx: RequestContext,
    outcome: Outcome,
    but: str = "",
    message: MessageRef | None = None,
) -> None:
    """Do what follows from a change that has been answered already, in the thread `but`, by `message`."""
    ctx = ctx.telling_of(outcome.changes)
    if outcome.reply.kind == "created":
        await refresh_cards(
            services, outcome.records, posted={record.ticket.id: 1 for record in outcome.records}
        )
        return
    if unposts(outcome):
        await update_undone_lines(services, outcome.changes, message)
        await leave_channel(services, ctx, outcome)
        return
    waiting = await reporters_to_tell(services, ctx, outcome)

    async def told() -> None:
        settled = await update_undone_lines(services, outcome.changes, message)
        await tell_threads(services, ctx, outcome, waiting, settled | {but})

    await asyncio.gather(
        told(), refresh_cards(services, outcome.records, changes=() if ctx.replayed else outcome.changes)
    )


async def show_undone(services: Services, ctx: RequestContext, outcome: Outcome, change: Change) -> bool:
    """Update the line of `change` to say that it was undone, instead of posting a new one. False if there is no such
    line."""
    line = await services.undo_lines.find(change.ticket_id, change.version)
    now = await services.store.change(change.ticket_id, change.version)
    if line is None or now is None or not await redraw(services, line, now, offering=True):
        return False
    await propagate(services, ctx, outcome, line.message.thread, line.message)
    return True


async def tell_threads(
    services: Services,
    ctx: RequestContext,
    outcome: Outcome,
    waiting: dict[str, str],
    but: Collection[str] = (),
    *,
    offering: bool = True,
) -> None:
    """Post one line in each changed ticket's own thread, except in the threads `but`, which know already, and where
    only the person who acted would read it. The line mentions the person in `waiting`, and with `offering` has an Undo
    button. If a ticket has no thread, or it cannot be posted in, the person in `waiting` gets a direct message.
    """
    changed = {change.ticket_id: change for change in outcome.changes}
    for record in outcome.records:
        change, thread = changed.get(record.ticket.id), thread_of(record)
        reporter = waiting.get(record.ticket.id, "")
        if change is None:
            continue
        if thread is None:
            if reporter and record.origin.channel:
                await _tell_directly(services, ctx, record, change, reporter)
        elif (
            thread.thread not in but
            and not (is_dm(thread.channel) and record.origin.user_id == ctx.person.id)
            and await may_be_told_in(services, record, thread)
        ):
            named = await record_to_name(services, record, thread)
            line = delta(
                change,
                ctx.person.name,
                record=named,
                undo=offering,
                again=outcome.redone,
                tell=reporter,
            )
            if not await _tell_thread(services, ctx, thread, change, line, offering=offering) and reporter:
                await _tell_directly(services, ctx, record, change, reporter)


async def _tell_thread(
    services: Services,
    ctx: RequestContext,
    thread: MessageRef,
    change: Change,
    line: Rendered,
    *,
    offering: bool,
) -> bool:
    """Post the line; False if that is not possible."""
    key = ctx.key_for(change.ticket_id)

    async def post(redraw: Draw | None = None) -> MessageRef:
        return await services.sender.post(
            thread.channel, thread.thread, line, key=key, maybe_sent=ctx.replayed, redraw=redraw
        )

    try:
        if offering:
            await post_with_undo(services, ctx, change, line, post)
            return True
        message = await post()
    except RefusedError as error:  # the thread or channel is gone; the change itself has been answered
        log.warning("The thread of %s could not be told: %s", change.ticket_id, error)
        return False
    await withdraw_newest_button(services, message)
    return True


async def _tell_directly(
    services: Services, ctx: RequestContext, record: Record, change: Change, reporter: str
) -> None:
    if not await may_still_see(services, record):
        return
    key = ctx.key_for(change.ticket_id)
    line = delta(change, ctx.person.name, record=record)
    try:
        await services.sender.post_dm(reporter, line, key=key, maybe_sent=ctx.replayed)
    except RefusedError as error:
        log.info("The reporter of %s could not be told: %s", record.ticket.id, error)


async def refresh_cards(
    services: Services,
    records: Sequence[Record],
    *,
    posted: Mapping[str, int] = _NONE,
    changes: Sequence[Change] = (),
) -> None:
    """Update the tickets' cards. `posted`: versions of cards posted just now, by ticket id. `changes`: changes made
    just now, not repeated, which tell the previous status emoji."""
    services.homes.invalidate()
    old_statuses = {one.ticket_id: Status(one.before["stat"]) for one in changes if "stat" in one.before}
    refreshing = [
        services.cards.refresh(
            record,
            posted_version=posted.get(record.ticket.id, 0),
            old_status=old_statuses.get(record.ticket.id),
        )
        for record in records
    ]
    for refreshed in refreshing:  # all at the same time
        await refreshed


async def correct_after_finish(services: Services, notes: FinishNotes, versions: Mapping[str, int]) -> None:
    """After a delivery is finished, every process knows its cards and lines. Update those that a process which did not know
    them has missed. `versions`: the current versions of the tickets with cards."""
    for ticket_id, version in versions.items():
        if version > services.cards.drawn_version(ticket_id) and (
            record := await services.store.get(ticket_id)
        ):
            await services.cards.refresh(record)
    for ticket_id, version, message in notes.undo_lines:
        await correct_line(services, UndoLine(ticket_id, version, message))
