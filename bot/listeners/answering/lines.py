"""Lines about changes: in a thread only the newest has an Undo button, and the line of an undone change says so."""

import logging
from collections.abc import Awaitable, Callable, Iterable

from bot import replies
from bot.delivery.errors import RefusedError
from bot.listeners.services import RequestContext, Services
from bot.results import Outcome
from bot.router.undo import is_redone, is_superseded, made_together, trace
from bot.views.changes.bulk import bulk_result
from bot.views.changes.line import delta
from bot.views.rendered import Rendered
from store.models.deliveries import UndoLine
from store.models.tickets import Change, MessageRef, Record

log = logging.getLogger(__name__)

Draw = Callable[[], Awaitable[Rendered]]


def thread_of(record: Record) -> MessageRef | None:
    """The thread that the ticket belongs to."""
    if record.card:
        return MessageRef(record.card.channel, record.card.ts, record.card.thread or record.card.ts)
    return MessageRef(record.origin.channel, "", record.origin.thread) if record.origin.thread else None


def is_in_own_thread(ctx: RequestContext, record: Record) -> bool:
    """Whether the answer will be in the ticket's own thread."""
    thread = thread_of(record)
    return thread is not None and (thread.channel, thread.thread) == (ctx.room.id, ctx.thread)


async def record_to_name(services: Services, record: Record, thread: MessageRef) -> Record | None:
    """`record` if a line in that thread must name the ticket: in a foreign thread, or one with several tickets, deleted ones
    included, which may be restored. Else None."""
    own = thread_of(record)
    if own is None or (own.channel, own.thread) != (thread.channel, thread.thread):
        return record
    ids = await services.store.list_by_thread(thread.channel, thread.thread)
    return record if set(ids) - {record.ticket.id} else None


async def post_with_undo(
    services: Services,
    ctx: RequestContext,
    change: Change,
    shown: Rendered,
    post: Callable[[Draw], Awaitable[MessageRef | None]],
) -> MessageRef | None:
    """Call `post` to post `shown`, a line with an Undo button for `change`. If a newer line is to have the button when the
    line's turn comes, it is posted without one; so a burst of changes need not update every line afterwards."""
    offered = True

    async def drawn_late() -> Rendered:
        nonlocal offered
        offered = not await is_superseded(services.store, change)
        return shown if offered else shown.without_buttons()

    message = await post(drawn_late)
    if message and offered:
        await offer_undo(services, ctx, change, message)
    return message


async def offer_undo(services: Services, ctx: RequestContext, change: Change, message: MessageRef) -> None:
    """From now on `message` has the Undo button for `change`; the line above it in the thread loses its button."""
    before = (
        await services.undo_lines.find_newest(message.channel, message.thread) if message.thread else None
    )
    ctx.notes.undo_lines.append((change.ticket_id, change.version, message))
    services.undo_lines.note_posted(UndoLine(change.ticket_id, change.version, message))
    if before is not None and before.message[:2] != message[:2]:  # a retried delivery finds its own message
        await withdraw_button(services, before)


async def correct_line(services: Services, line: UndoLine) -> None:
    """Correct a line that another process did not know of when it made a later change. Marks the line as undone if its
    change was undone, and leaves the Undo button only on the thread's newest line. Call it when every process knows the line."""
    change = await services.store.change(line.ticket_id, line.version)
    if change is not None and change.undone_by is not None:
        await redraw(services, line, change)
    if not line.message.thread:
        return
    known = await services.store.undo_lines_in(line.message.channel, line.message.thread)
    in_order = sorted(known, key=lambda one: float(one.message.ts))
    if in_order and in_order[-1].message.ts != line.message.ts:
        await withdraw_button(services, line)
    for before in in_order[-2:-1]:
        await withdraw_button(services, before)


async def withdraw_newest_button(services: Services, message: MessageRef) -> None:
    """`message`, a line without an Undo button, is now the thread's newest: remove the button from the line above it."""
    if before := await services.undo_lines.find_newest(message.channel, message.thread):
        await withdraw_button(services, before)


async def withdraw_button(services: Services, line: UndoLine) -> None:
    if services.undo_lines.is_bare(line):
        return
    change = await services.store.change(line.ticket_id, line.version)
    if change and not await _is_undone_whole(services, change):  # an undone line has no button
        await redraw(services, line, change)


async def update_undone_lines(
    services: Services, changes: Iterable[Change], but: MessageRef | None = None
) -> frozenset[str]:
    """Update the lines of changes that were undone, or redone; the latter get their Undo button back if newest. Skips
    the message `but`, which is updated by the caller. Returns the threads with such a line, which need no further line
    about it."""
    told: set[str] = set()
    drawn: set[tuple[str, int]] = set()
    firsts: dict[tuple[str, int], Change] = {}  # by change: the first of those that were made together
    for change in changes:
        for one in (await trace(services.store, change))[1:]:
            line, first = await services.undo_lines.find(one.ticket_id, one.version), one
            if line is None:  # perhaps the line of several tickets, which was posted with the first of them
                if (one.ticket_id, one.version) not in firsts:
                    together = await made_together(services.store, one)
                    firsts |= {(each.ticket_id, each.version): together[0] for each in together}
                first = firsts.get((one.ticket_id, one.version), one)
                line = await services.undo_lines.find(first.ticket_id, first.version)
            if (
                line is None
                or (but and line.message[:2] == but[:2])
                or (line.ticket_id, line.version) in drawn
            ):
                continue
            drawn.add((line.ticket_id, line.version))
            if await redraw(services, line, first, offering=True) and line.message.thread:
                told.add(line.message.thread)
    return frozenset(told)


async def _is_for_reporter(services: Services, change: Change) -> bool:
    """Whether the line is in the direct message of a reporter whose ticket an admin posted, who may not undo that."""
    record = await services.store.get(change.ticket_id) if change.kind == "posted" else None
    return record is not None and record.origin.user_id != change.origin.user_id


async def _is_undone_whole(services: Services, change: Change) -> bool:
    """Whether the change was undone, with all that were made together with it."""
    return change.undone_by is not None and all(
        each.undone_by is not None for each in await made_together(services.store, change)
    )


async def draw_undone(
    services: Services, ticket_id: str, version: int, message: MessageRef
) -> Rendered | None:
    """The line of a change that was undone, saying so."""
    change = await services.store.change(ticket_id, version)
    if change is None:
        return None
    line = UndoLine(ticket_id, version, message)
    services.undo_lines.forget_bare(line)
    return (await _draw(services, line, change)).without_buttons()


async def redraw(services: Services, line: UndoLine, change: Change, *, offering: bool = False) -> bool:
    """Update the line: undone, without a button, or with `offering` with one if it may have one. Does nothing if it is known
    to have none already. Returns False if the message no longer exists."""
    if change.undone_by is None and not offering and services.undo_lines.is_bare(line):
        return True
    try:
        while True:
            offered = offering and await _may_offer(services, line, change)
            services.undo_lines.mark_bare(line, bare=not offered and change.undone_by is None)
            shown = await _draw(services, line, change)
            shown = shown if offered else shown.without_buttons()
            await services.sender.update(line.message, shown, key=key_of(line, change))
            # Again if something changed meanwhile, perhaps in another process, whose update may have come first.
            now = await services.store.change(line.ticket_id, line.version) or change
            if now.undone_by == change.undone_by and (
                not offered or await services.undo_lines.is_newest(line)
            ):
                return True
            change = now
    except RefusedError as error:  # the message is gone; the change stands
        log.info("The line of a change to %s could not be changed: %s", line.ticket_id, error)
        return False
    except BaseException:
        services.undo_lines.forget_bare(line)  # the update failed and will be retried with its delivery
        raise


async def _may_offer(services: Services, line: UndoLine, change: Change) -> bool:
    return (
        await services.undo_lines.is_newest(line)
        and not await _is_undone_whole(services, change)
        and not await _is_for_reporter(services, change)
    )


def key_of(line: UndoLine, change: Change) -> str:
    """The key that the line was posted with, as far as known, so that a retried delivery still finds the message."""
    key = change.origin.idempotency_key
    return key if _was_asked_for_in(line, change) or not key else f"{key} {change.ticket_id}"


def _was_asked_for_in(line: UndoLine, change: Change) -> bool:
    """Whether the line is in the thread of the request, and so covers everything that was changed together."""
    origin, place = change.origin, line.message
    return (origin.channel, origin.thread) == (place.channel, place.thread)


async def _undone(services: Services, change: Change) -> str:
    """`undone`, or `undone by Ada` if another person did it."""
    undoing = change.undone_by and await services.store.change(change.ticket_id, change.undone_by)
    if not undoing or undoing.origin.user_id == change.origin.user_id:
        return "undone"
    return f"undone by {(await services.directory.person(undoing.origin.user_id)).name}"


async def _draw(services: Services, line: UndoLine, change: Change) -> Rendered:
    who = (await services.directory.person(change.origin.user_id)).name
    record = await services.store.get(change.ticket_id)
    again = await is_redone(services.store, change)
    named = await record_to_name(services, record, line.message) if record else None
    by_id = record is None and not await _is_of_thread(services, line)
    together = await made_together(services.store, change)
    undone = [each for each in together if each.undone_by is not None]
    said = await _undone(services, undone[0]) if undone else ""
    as_a_whole = change.undone_by is None or len(undone) == len(together)
    if _was_asked_for_in(line, change):
        alone = record and not named and not (as_a_whole and len(together) > 1)
    else:  # in its own thread the others are not named: not everybody there may see them
        there = await services.store.list_by_thread(line.message.channel, line.message.thread)
        alone = change.ticket_id in there
    if alone:
        said = await _undone(services, change) if change.undone_by is not None else ""
        return delta(change, who, record=named, by_id=by_id, undo=True, undone=said, again=again)
    if len(together) > 1:
        reply = replies.bulk([each.ticket_id for each in together])
        outcome = Outcome(reply, changes=together, redone=again)
        if 0 < len(undone) < len(together):
            said = f"{said}: {', '.join(each.ticket_id for each in undone)}"
        return bulk_result(outcome, {change.origin.user_id: who}, undone=said)
    return delta(change, who, record=record, by_id=by_id, undo=True, undone=said, again=again)


async def _is_of_thread(services: Services, line: UndoLine) -> bool:
    """Whether the line is in the thread of its ticket, which may be deleted, and of no other ticket."""
    place = line.message
    return await services.store.list_by_thread(place.channel, place.thread) == (line.ticket_id,)
