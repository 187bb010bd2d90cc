"""Who gets to read an answer, and where: the person alone, the thread that they wrote in, the channel, the ticket's thread."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.delivery.sender import RefusedError
from bot.listeners.desk import Desk, Gesture, direct
from bot.outcomes import Outcome
from bot.parser.message import Parsed
from bot.views import blocks
from bot.views.answer import answer, receipt
from bot.views.card import card, card_view, delta
from bot.views.notices import invite_hint
from bot.views.rendered import Rendered, rendered
from bot.views.text import mentioned
from store.models import Change, MessageRef, Record

log = logging.getLogger(__name__)

_CHANGED = ("updated", "closed", "undone", "posted", "deleted")
_ALONE = ("missing", "error", "help", "none", "unchanged", "preview", "usage", "exported")


async def reply(desk: Desk, made: Gesture, outcome: Outcome, parsed: Parsed | None = None) -> Rendered:
    """Send what `outcome` is to where it belongs, bring the cards that it touches up to date, and return what was said."""
    paid = (
        receipt(parsed.via, parsed.tokens, parsed.model, parsed.command) if parsed and parsed.tokens else ""
    )
    kind = outcome.reply.kind
    if outcome.parts:
        return await _each(desk, made, outcome, parsed)
    if kind == "created":
        return await _created(desk, made, outcome, paid)
    if kind in _CHANGED:
        change = outcome.changes[0]
        shown = delta(change, made.person.name, named=True, undo=True).noting(paid).carrying(outcome.reply)
    else:
        shown = answer(
            outcome, receipt=paid, links=links(desk, outcome.records), names=await names(desk, outcome)
        )
    if outcome.repeated and not made.replayed:
        await _keep(desk, outcome.records)  # a double click: it has been answered
    elif outcome.changes:
        await _changed(desk, made, outcome, shown)
    elif kind in _ALONE or made.alone:
        if outcome.file:
            form = str(outcome.reply.data["data"]["format"])
            await desk.sender.hand_over(made.person.id, f"tickets.{form}", outcome.file)
        await tell(desk, made, shown)
    else:
        await _post(desk, made, made.thread, shown)
    return shown


async def _each(desk: Desk, made: Gesture, outcome: Outcome, parsed: Parsed | None) -> Rendered:
    """Several commands in one message: an answer for each, in their order."""
    shown = [
        await reply(desk, replace(made, delivery=f"{made.delivery} {number}"), part, parsed)
        for number, part in enumerate(outcome.parts)
    ]
    return rendered([one.text for one in shown], [])


def links(desk: Desk, records: Sequence[Record]) -> dict[str, str]:
    return {record.ticket.id: desk.link(record) for record in records if record.card}


async def names(desk: Desk, outcome: Outcome) -> dict[str, str]:
    """What the people of an outcome are called. Names and not mentions: nobody is notified of what they did themselves."""
    origins = [change.origin for change in outcome.history]
    others = {origin.user_id for origin in origins}.union(*(mentioned(origin.text) for origin in origins))
    return await names_of(desk, outcome.records, others)


async def names_of(
    desk: Desk, records: Sequence[Record], others: frozenset[str] | set[str] = frozenset()
) -> dict[str, str]:
    ids = {record.origin.user_id for record in records} | {record.started_by for record in records} | others
    return {one: (await desk.directory.person(one)).name for one in sorted(ids - {""})}


async def draw(desk: Desk, record: Record) -> Rendered:
    return card(record, names=await names_of(desk, [record]))


async def _created(desk: Desk, made: Gesture, outcome: Outcome, paid: str) -> Rendered:
    """A new ticket's card: in the thread of the message that it came from; of a command, in the channel; otherwise to
    the person alone."""
    (record,) = outcome.records
    public = made.room.joined and bool(made.room.id)
    similar = [match for match in outcome.similar if not public or made.seen_by_all(match.record)]
    shown = card(
        record,
        links=links(desk, [match.record for match in similar]),
        similar=similar,
        receipt=paid,
        names=await names(desk, outcome),
    )
    if outcome.repeated and not made.replayed:
        await _keep(desk, outcome.records)
    elif record.card is None and public:
        card_posted(desk, made, record, await _post(desk, made, made.origin.thread, shown))
    elif record.card is None and made.room.id:
        shown = shown.under(invite_hint())
        await tell(desk, made, shown)
    elif record.card is None:
        card_posted(desk, made, record, await _write(desk, made, shown))
    await _keep(desk, [await desk.store.get(record.ticket.id) or record], drawn=True)
    return shown


def card_posted(desk: Desk, made: Gesture, record: Record, message: MessageRef) -> None:
    """A ticket's card stands there from now on: kept by the commit that finishes the delivery, known here at once."""
    made.notes.cards.append((record.ticket.id, message))
    desk.cards.placed(record.ticket.id, message)


def undo_offered(made: Gesture, change: Change, message: MessageRef) -> None:
    """A line with an Undo stands there from now on."""
    made.notes.undo_lines.append((change.ticket_id, change.version, message))


async def _changed(desk: Desk, made: Gesture, outcome: Outcome, shown: Rendered) -> None:
    """One answer where the change was asked for, and what follows from it."""
    public = (
        not made.modal
        and made.room.joined
        and bool(made.room.id)
        and all(made.seen_by_all(record) for record in outcome.records)
    )

    async def answered() -> None:
        if public:
            message = await _post(desk, made, made.thread, shown)
            if len(outcome.changes) == 1:
                undo_offered(made, outcome.changes[0], message)
        else:
            await tell(desk, made, shown)
        await _tell_threads(desk, made, outcome, but=made.thread if public else "")

    # The cards need not wait for their turn behind everything that is said about them.
    await asyncio.gather(answered(), _keep(desk, outcome.records))


async def follow(desk: Desk, made: Gesture, outcome: Outcome, but: str = "") -> None:
    """What follows from a change that was answered elsewhere, such as in the thread `but`."""
    if outcome.reply.kind == "created":
        await _keep(desk, outcome.records, drawn=True)
    else:
        await asyncio.gather(_tell_threads(desk, made, outcome, but), _keep(desk, outcome.records))


async def _tell_threads(desk: Desk, made: Gesture, outcome: Outcome, but: str = "") -> None:
    """One line in each changed ticket's own thread, unless the answer stands there (`but`), or nobody but the person
    who acted would read it."""
    changed = {change.ticket_id: change for change in outcome.changes}
    for record in outcome.records:
        thread = _thread(record)
        if record.ticket.id not in changed or thread is None or thread.thread == but:
            continue
        if not (direct(thread.channel) and record.origin.user_id == made.person.id):
            await _tell_thread(desk, made, thread, changed[record.ticket.id])


def _thread(record: Record) -> MessageRef | None:
    """The thread that a ticket lives in."""
    if record.card:
        return MessageRef(record.card.channel, record.card.ts, record.card.thread or record.card.ts)
    return MessageRef(record.origin.channel, "", record.origin.thread) if record.origin.thread else None


async def _tell_thread(desk: Desk, made: Gesture, thread: MessageRef, change: Change) -> None:
    line = delta(change, made.person.name, undo=True)
    key = f"{made.delivery} {change.ticket_id}" if made.delivery else ""
    try:
        message = await desk.sender.post(
            thread.channel, thread.thread, line, key=key, maybe_sent=made.replayed
        )
        undo_offered(made, change, message)
    except RefusedError as error:  # the thread or the channel is gone; the change is made and answered
        log.warning("The thread of %s could not be told: %s", change.ticket_id, error)


async def _keep(desk: Desk, records: Sequence[Record], *, drawn: bool = False) -> None:
    """`drawn`: the card was posted just now, as it should be."""
    desk.homes.changed()
    await asyncio.gather(*(desk.cards.keep(record, drawn=drawn) for record in records))


async def _post(desk: Desk, made: Gesture, thread: str, shown: Rendered) -> MessageRef:
    return await desk.sender.post(made.room.id, thread, shown, key=made.delivery, maybe_sent=made.replayed)


async def tell(desk: Desk, made: Gesture, shown: Rendered) -> None:
    """To the person alone, by whichever way is open: in the modal before them, the command's own answer, an ephemeral
    message, a direct one."""
    if made.modal and await _show_in_modal(desk, made, shown):
        return
    if made.response_url and await desk.sender.respond(made.response_url, shown):
        return
    if made.room.kind == "dm" and made.room.joined:
        await _post(desk, made, made.thread, shown)
        return
    if made.room.joined and made.room.id:
        try:
            # An ephemeral message in a thread that nobody has opened is not seen.
            thread = "" if made.thread == made.origin.message else made.thread
            await desk.sender.whisper(made.room.id, made.person.id, thread, shown)
        except RefusedError:  # they left the room; their answer still finds them
            pass
        else:
            return
    await _write(desk, made, shown)


async def _write(desk: Desk, made: Gesture, shown: Rendered) -> MessageRef:
    return await desk.sender.write_to(made.person.id, shown, key=made.delivery, maybe_sent=made.replayed)


async def _show_in_modal(desk: Desk, made: Gesture, shown: Rendered) -> bool:
    """Above the card as it is now; False where the modal is closed."""
    record = await made.asker.finds(desk.store, made.about) if made.about else None
    if record:
        view = card_view(record, said=shown, link=desk.link(record), names=await names_of(desk, [record]))
    else:
        view = blocks.modal("Tickets", shown.blocks)
    return await change_modal(desk, made, view)


async def change_modal(desk: Desk, made: Gesture, view: dict[str, Any]) -> bool:
    """Show something else in the modal before the person; False where it is closed."""
    try:
        await desk.sender.call("views.update", None, view_id=made.modal, view=view)
    except RefusedError as error:
        if error.code != "not_found":
            raise
        return False
    return True
