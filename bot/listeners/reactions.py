"""Reactions: 🎫 on a message creates a ticket; 👀 and ✅ on a card start and close it; removing one undoes that."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from bot.actions import Action, Close, Update, View
from bot.listeners.answering.drawing import draw_answer
from bot.listeners.answering.following import show_undone
from bot.listeners.answering.lines import thread_of
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sources import Source, create_from_source, find_source
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, was_created_by
from bot.policy import Role
from bot.results import Outcome, refused
from bot.router.undo import trace
from store.models.tickets import Change, Record, Status

TICKET, EYES = "ticket", "eyes"  # the third is white_check_mark
SIGNS = {TICKET: "🎫", EYES: "👀", "white_check_mark": "✅"}
KEY = "reaction:"
OWN_MESSAGE = "I wrote that message myself, so no ticket was made of it."


class _Result(NamedTuple):
    """The result of a reaction. `undone`: the change whose line should now say "undone". `for_them_alone`: the answer is
    shown only to the person who reacted, such as the ticket that the message had already."""

    ctx: RequestContext
    outcome: Outcome
    undone: Change | None = None
    for_them_alone: bool = False


async def handle_added(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    if not request.key:
        return None
    async with _turn(services, request) as source:
        done = await _act_on(services, request, source) if source else None
    return await _tell(services, done) if done else None


async def handle_removed(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Undo what the reaction did, unless the ticket has changed since."""
    if not request.key:
        return None
    async with _turn(services, request) as source:
        done = await _undo(services, request, source) if source else None
    return await _tell(services, done) if done else None


@asynccontextmanager
async def _turn(services: Services, request: IncomingRequest) -> AsyncIterator[Source | None]:
    """The message, with exclusive use of it and of its thread, so that of several people's reactions each sees the effect of
    the one before. None if there is nothing to do: the person has added or removed the reaction again since, or the bot cannot
    read the message."""
    item = request.body["event"]["item"]
    channel, ts = str(item["channel"]), str(item["ts"])
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(services.threads.turn(channel, ts))
        source = None if _is_outdated(services, request) else await find_source(services, channel, ts)
        if source and source.thread != ts:
            await stack.enter_async_context(services.threads.turn(channel, source.thread))
        yield source


def _is_outdated(services: Services, request: IncomingRequest) -> bool:
    """Whether the same person's later adding or removing of the same reaction was worked on before this one. Slack delivers
    again after a minute what was not acknowledged, and over several sockets in any order."""
    event = request.body["event"]
    try:
        at = float(event.get("event_ts") or 0)
    except ValueError:
        return False
    name = key_prefix(event)
    if at < services.last_reactions.get(name, 0.0):
        return True
    services.last_reactions[name] = at
    return False


async def _act_on(services: Services, request: IncomingRequest, source: Source) -> _Result | None:
    reaction = request.body["event"]["reaction"]
    record = await _ticket_of(services, source)
    if reaction == TICKET:
        return await _create(services, request, source, record)
    if record is None or not _is_card_or_origin(record, source):
        return None
    ctx = await _context(services, request, source, record)
    action: Action = (
        Update(id=record.ticket.id, stat=Status.PROG) if reaction == EYES else Close(id=record.ticket.id)
    )
    outcome = await services.router.act(action, ctx.requester, ctx.origin)
    return _Result(ctx, outcome) if outcome.changes else None


async def _undo(services: Services, request: IncomingRequest, source: Source) -> _Result | None:
    record = await _ticket_of(services, source)
    change = await _latest(services, record) if record else None
    if record is None or change is None:
        return None
    if not change.origin.idempotency_key.startswith(key_prefix(request.body["event"])):
        return None
    ctx = await _context(services, request, source, record)
    outcome = await services.router.undo_service.undo_one(
        record.ticket.id, change.version, ctx.requester, ctx.origin
    )
    return _Result(ctx, outcome, undone=change) if outcome.changes else None


async def _tell(services: Services, done: _Result) -> dict[str, Any]:
    ctx, outcome = done.ctx, done.outcome
    if done.for_them_alone:
        shown = await draw_answer(services, ctx, outcome)
        await services.sender.post_ephemeral(ctx.room.id, ctx.person.id, ctx.beside, shown)
    elif done.undone is None or not await show_undone(services, ctx, outcome, done.undone):
        await reply(services, ctx, outcome)
    return {"json": outcome.reply.json}


def key_prefix(event: dict[str, Any]) -> str:
    """The prefix of the idempotency key of a change made by this person's reaction to that message."""
    item = event["item"]
    return f"{KEY}{item['channel']}:{item['ts']}:{event['user']}:{event['reaction']}:"


async def _create(
    services: Services, request: IncomingRequest, source: Source, record: Record | None
) -> _Result | None:
    """Create the message's ticket for the person who reacted. An existing ticket is shown to them alone; of the bot's own
    messages none is made. Reactions by bots are ignored."""
    if record is not None and was_created_by(record, request):
        record = None  # created by this reaction before a restart, but not answered yet
    ctx = await _context(services, request, source, record)
    if ctx.person.role is Role.NOBODY:
        return None
    if record is not None:
        ctx = replace(ctx, alone=True, thread=ctx.beside)
        outcome = await services.router.act(View(id=record.ticket.id), ctx.requester, ctx.origin)
        return _Result(ctx, outcome, for_them_alone=True)
    if source.author == services.bot:
        return _Result(replace(ctx, alone=True, thread=ctx.beside), refused(OWN_MESSAGE), for_them_alone=True)
    if restored := await _restore(services, request, source):
        return restored
    outcome = await services.router.act(await create_from_source(services, source), ctx.requester, ctx.origin)
    if outcome.reply.kind == "one":  # it was created meanwhile in another way
        return _Result(replace(ctx, alone=True, thread=ctx.beside), outcome, for_them_alone=True)
    return _Result(ctx, outcome)


async def _restore(services: Services, request: IncomingRequest, source: Source) -> _Result | None:
    """Restore the message's ticket if its creation was undone. None if there is none that this person may restore."""
    for ticket_id in reversed(await services.store.list_by_thread(source.channel, source.thread)):
        (change, *_), _ = await services.store.history(ticket_id)
        made = (await trace(services.store, change))[-1]
        of_message = (made.origin.channel, made.origin.message) == (source.channel, source.ts)
        if change.undoes is None or made.kind != "created" or not of_message:
            continue
        ctx = await _context(services, request, source, None)
        outcome = await services.router.undo_service.undo_one(
            ticket_id, change.version, ctx.requester, ctx.origin
        )
        if outcome.changes:
            return _Result(ctx, outcome, undone=change)
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


async def _ticket_of(services: Services, source: Source) -> Record | None:
    """The ticket whose card or first message this is; else the first one of its thread."""
    first: Record | None = None
    for ticket_id in await services.store.list_by_thread(source.channel, source.thread):
        record = await services.store.get(ticket_id)
        if record and _is_card_or_origin(record, source):
            return record
        first = first or record
    return first


def _is_card_or_origin(record: Record, source: Source) -> bool:
    """Whether the message is the ticket's card, or the message it was created from."""
    card = record.card
    is_card = card is not None and (card.channel, card.ts) == (source.channel, source.ts)
    return is_card or (record.origin.channel, record.origin.message) == (source.channel, source.ts)


async def _latest(services: Services, record: Record) -> Change | None:
    """The latest change to the ticket."""
    return await services.store.change(record.ticket.id, record.version)
