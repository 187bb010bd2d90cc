"""Who gets to read an answer, and where: the person alone, the thread that they wrote in, the channel, the ticket's thread."""

from bot.delivery.sender import RefusedError
from bot.listeners.desk import Desk, Gesture
from bot.parser.message import Parsed
from bot.replies import Outcome
from bot.views import notices
from bot.views.answer import answer, receipt
from bot.views.card import card
from bot.views.rendered import Rendered
from store.base import Place, Record

_CHANGED = ("updated", "closed", "undone", "deleted")
_ALONE = ("missing", "error", "help", "none", "unchanged", "preview", "usage", "exported")


async def reply(desk: Desk, made: Gesture, outcome: Outcome, parsed: Parsed | None = None) -> Rendered:
    """Send what `outcome` is to where it belongs, and bring the cards that it touches up to date."""
    paid = receipt(parsed.via, parsed.tokens, parsed.model, parsed.command) if parsed and parsed.tokens else ""
    kind = outcome.reply.kind
    if kind == "created":
        return await _created(desk, made, outcome, paid)
    rendered = answer(outcome, receipt=paid, links=links(desk, outcome.records))
    if kind in _CHANGED and outcome.repeated:
        for record in outcome.records:
            await desk.cards.keep(record)
        return rendered
    if kind in _CHANGED or kind == "bulk_updated":
        await _changed(desk, made, outcome, rendered)
    elif kind in _ALONE or made.alone:
        await tell(desk, made, rendered)
    else:
        await _post(desk, made, made.thread, rendered)
    return rendered


def links(desk: Desk, records: tuple[Record, ...]) -> dict[str, str]:
    return {record.ticket.id: desk.link(record) for record in records if record.card}


async def _created(desk: Desk, made: Gesture, outcome: Outcome, paid: str) -> Rendered:
    """A new ticket's card: in the thread of the message that it came from; of a command, in the channel."""
    (record,) = outcome.records
    similar = [match for match in outcome.similar if made.alone or made.seen_by_all(match.record)]
    rendered = card(record, similar=similar, receipt=paid)
    if not made.room.joined or not made.room.id:
        here = notices.with_hint(rendered, "Invite me to this channel to have tickets posted here.") if made.room.id else rendered
        await tell(desk, made, here)
        return here
    if record.card is None:
        place = await _post(desk, made, made.deed.thread, rendered)
        await desk.store.show_card(record.ticket.id, place)
    await desk.cards.keep(await desk.store.get(record.ticket.id) or record)
    return rendered


async def _changed(desk: Desk, made: Gesture, outcome: Outcome, rendered: Rendered) -> None:
    """One answer where the change was asked for, one line in each ticket's own thread, and the cards."""
    public = made.room.joined and bool(made.room.id) and all(made.seen_by_all(record) for record in outcome.records)
    answered = ""
    if public:
        answered = made.thread
        await _post(desk, made, made.thread, rendered)
    else:
        await tell(desk, made, rendered)
    changed = {change.id: change for change in outcome.changes}
    for record in outcome.records:
        own = (record.card.thread or record.card.ts) if record.card else record.born.thread
        if record.ticket.id in changed and own and not (public and own == answered):
            line = notices.delta(changed[record.ticket.id], made.person.name or made.person.id)
            channel = record.card.channel if record.card else record.born.channel
            await desk.sender.post(
                channel, own, line, key=f"{made.delivery} {record.ticket.id}" if made.delivery else "", maybe_sent=made.replayed
            )
    for record in outcome.records:
        await desk.cards.keep(record)


async def _post(desk: Desk, made: Gesture, thread: str, rendered: Rendered) -> Place:
    return await desk.sender.post(made.room.id, thread, rendered, key=made.delivery, maybe_sent=made.replayed)


async def tell(desk: Desk, made: Gesture, rendered: Rendered) -> None:
    """To the person alone, by whichever way is open: the command's own answer, an ephemeral message, a direct one."""
    if made.response_url and await desk.sender.respond(made.response_url, rendered):
        return
    if made.room.kind == "dm" and made.room.joined:
        await _post(desk, made, made.thread, rendered)
        return
    if made.room.joined and made.room.id:
        try:
            # An ephemeral message in a thread that nobody has opened is not seen.
            thread = "" if made.thread == made.deed.message else made.thread
            await desk.sender.whisper(made.room.id, made.person.id, thread, rendered)
        except RefusedError:  # they left the room; their answer still finds them
            pass
        else:
            return
    await desk.sender.write_to(made.person.id, rendered, key=made.delivery, maybe_sent=made.replayed)
