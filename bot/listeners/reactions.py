"""🎫 on a message makes its ticket; 👀 and ✅ on a ticket's card or message start and close it; taken away, that is undone."""

from dataclasses import replace
from typing import Any

from bot.actions import Action, Close, Update, View
from bot.listeners.answering.drawing import drawn
from bot.listeners.answering.following import show_undone
from bot.listeners.answering.lines import thread_of
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sources import Source, as_create, find_source
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context
from bot.policy import Role
from bot.results import Outcome
from bot.undo import trace
from store.models.tickets import Change, Record, Status

TICKET, EYES = "ticket", "eyes"  # the third is white_check_mark
SIGNS = {TICKET: "🎫", EYES: "👀", "white_check_mark": "✅"}  # as they are shown
KEY = "reaction:"


async def added(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    event = request.body["event"]
    if not request.key:
        return None
    source = await _source(services, event)
    if source is None:
        return None
    record = await _ticket_of(services, source)
    if event["reaction"] == TICKET:
        return await _made(services, request, source, record)
    if record is None or not _stands_for(record, source):
        return None
    ctx = await _context(services, request, source, record)
    action: Action = (
        Update(id=record.ticket.id, stat=Status.PROG)
        if event["reaction"] == EYES
        else Close(id=record.ticket.id)
    )
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    if outcome.changes:
        await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def removed(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Undo what their reaction did, if nothing has changed since."""
    event = request.body["event"]
    if not request.key:
        return None
    source = await _source(services, event)
    record = await _ticket_of(services, source) if source else None
    if source is None or record is None:
        return None
    change = await _latest(services, record)
    if change is None or not change.origin.idempotency_key.startswith(made_by(event)):
        return None
    ctx = await _context(services, request, source, record)
    outcome = await services.router.undo_service.one(
        record.ticket.id, change.version, ctx.requester, ctx.origin
    )
    if outcome.changes and not await show_undone(services, ctx, outcome, change):
        await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


def made_by(event: dict[str, Any]) -> str:
    """What the key of a change begins with that this person's reaction to that message made."""
    item = event["item"]
    return f"{KEY}{item['channel']}:{item['ts']}:{event['user']}:{event['reaction']}:"


async def _made(
    services: Services, request: IncomingRequest, source: Source, record: Record | None
) -> dict[str, Any] | None:
    """The message's ticket, by whoever reacted; where there is one already, it is shown to them alone. Other bots react, too,
    and nobody is there to be told anything."""
    ctx = await _context(services, request, source, record)
    if ctx.person.role is Role.NOBODY:
        return None
    if record is not None:
        ctx = replace(ctx, alone=True, thread=ctx.beside)
        outcome = await services.router.act(View(id=record.ticket.id), ctx.requester, ctx.origin)
        await services.sender.post_ephemeral(
            ctx.room.id, ctx.person.id, ctx.beside, await drawn(services, ctx, outcome)
        )
        return {"json": outcome.reply.json}
    if restored := await _restored(services, request, source):
        return {"json": restored.reply.json}
    outcome = await services.router.act(await as_create(services, source), ctx.requester, ctx.origin)
    await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


async def _restored(services: Services, request: IncomingRequest, source: Source) -> Outcome | None:
    """The message's ticket that was taken back is brought back. None where there is none, or none that they may."""
    for ticket_id in reversed(await services.store.list_by_thread(source.channel, source.thread)):
        (change, *_), _ = await services.store.history(ticket_id)
        made = (await trace(services.store, change))[-1]
        of_message = (made.origin.channel, made.origin.message) == (source.channel, source.ts)
        if change.undoes is None or made.kind != "created" or not of_message:
            continue
        ctx = await _context(services, request, source, None)
        outcome = await services.router.undo_service.one(ticket_id, change.version, ctx.requester, ctx.origin)
        if not outcome.changes:
            continue
        if not await show_undone(services, ctx, outcome, change):
            await reply(services, ctx, outcome)
        return outcome
    return None


async def _context(
    services: Services, request: IncomingRequest, source: Source, record: Record | None
) -> RequestContext:
    user = request.body["event"]["user"]
    thread = thread_of(record) if record else None
    ctx = await build_context(
        services,
        request,
        user=user,
        channel=source.channel,
        surface="mention",
        text=source.text if record is None else SIGNS[request.body["event"]["reaction"]],
        message=source.ts,
        thread=thread.thread if thread and thread.channel == source.channel else source.thread,
        beside=source.thread if source.thread != source.ts else "",
    )
    if record is not None:
        return ctx
    author = "" if source.author == user else source.author
    origin = replace(ctx.origin, source_author=author, source_link=source.link(services.workspace))
    return replace(ctx, origin=origin)


async def _source(services: Services, event: dict[str, Any]) -> Source | None:
    item = event["item"]
    return await find_source(services, str(item["channel"]), str(item["ts"]))


async def _ticket_of(services: Services, source: Source) -> Record | None:
    """The ticket of the thread that the message stands in or begins."""
    ticket_id = await services.store.find_by_thread(source.channel, source.thread)
    return await services.store.get(ticket_id) if ticket_id else None


def _stands_for(record: Record, source: Source) -> bool:
    """Whether the message is the ticket's card or the one that it came from."""
    card = record.card
    is_card = card is not None and (card.channel, card.ts) == (source.channel, source.ts)
    return is_card or (record.origin.channel, record.origin.message) == (source.channel, source.ts)


async def _latest(services: Services, record: Record) -> Change | None:
    """The change that made the ticket as it is."""
    return await services.store.change(record.ticket.id, record.version)
