"""Messages to the bot: `@tickets …` in a channel, and direct messages, which need no mention."""

from dataclasses import replace
from typing import Any

from bot.actions import Action, Ask, Create, Undo
from bot.delivery.pacing.ownership import NotOursError
from bot.listeners.answering.messages import answer_message
from bot.listeners.answering.readable import readable
from bot.listeners.answering.replying import reply
from bot.listeners.answering.sending import acknowledge
from bot.listeners.answering.sources import create_from_source, find_source
from bot.listeners.edits import offer_update
from bot.listeners.follow_ups import complete_undo, read_follow_up
from bot.listeners.incoming.identity import MessageKind, classify_event
from bot.listeners.incoming.intake import EDIT_OF
from bot.listeners.incoming.threads import PostponedError, ThreadPlace
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, was_created_by
from bot.parser.message import Message, Parsed, Surface, ThreadTicket
from bot.parser.rules import is_small_talk
from bot.pipeline import Answer
from bot.results import Outcome
from store.errors import UnavailableError, UnwritableError
from store.models.tickets import Origin, Record

HINT = 'create "login page is slow"'
READING = "is reading your message…"


async def handle_message(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Handle a message to the bot or in a ticket's thread. Other messages are ignored."""
    event = request.body["event"]
    how = classify_event(event, services.bot)
    if event.get(EDIT_OF):
        return await offer_update(services, request)
    if how is None or not request.key:
        return None
    root = event.get("thread_ts") or ""
    begins = root in ("", event["ts"])
    place = services.threads.line_up(event["channel"], root or event["ts"], begins=begins)
    try:
        return await _answer_in_turn(services, request, how, place)
    except (UnavailableError, UnwritableError, NotOursError, PostponedError):
        place.fail()
        if begins:
            services.threads.note_failure(event["channel"], event["ts"])
        raise
    finally:
        place.leave()


async def _answer_in_turn(
    services: Services, request: IncomingRequest, how: MessageKind, place: ThreadPlace
) -> dict[str, Any] | None:
    event = request.body["event"]
    channel, root, ts = event["channel"], event.get("thread_ts") or "", event["ts"]
    if root in ("", ts):
        services.threads.note_arrival(channel, ts)

    found: str | None = None

    async def has_ticket() -> bool:
        nonlocal found
        found = await _find_ticket(services, channel, root)
        return bool(found)

    replies = root not in ("", ts) and how != "dm"
    async with services.threads.turn(channel, root or ts, has_ticket if replies else None):
        place.check()
        done = await _act(services, request, how, found, place)
    if done is None:
        return None
    ctx, answered, message = done
    parsed, outcome = answered.parsed, answered.outcome
    if parsed.calls:
        await _set_status(services, ctx, "")
    if how == "thread" and _is_talk(parsed, outcome):
        return {"json": outcome.reply.json}
    if outcome.reply.kind == "none" and is_small_talk(message):
        await acknowledge(services, ctx)
    else:
        await reply(services, ctx, outcome, parsed)
    return {"json": outcome.reply.json}


def _is_talk(parsed: Parsed, outcome: Outcome) -> bool:
    """Whether this is talk among people in a ticket's thread, which needs no answer."""
    return outcome.reply.kind in ("none", "error", "help") and parsed.action.action in ("NONE", "HELP")


async def _act(
    services: Services, request: IncomingRequest, how: MessageKind, found: str | None, place: ThreadPlace
) -> tuple[RequestContext, Answer, Message] | None:
    """None for a reply in a thread that turns out to have no ticket. `found` is the thread's ticket from before its turn."""
    event = request.body["event"]
    root = event.get("thread_ts") or ""
    topic = await _find_record(services, event["channel"], root, found)
    if topic and how == "mention" and was_created_by(topic, request):
        topic = None  # this message created the ticket, before a restart
    if how == "thread" and topic is None:
        return None
    surface: Surface = "dm" if how == "dm" else "thread" if topic else "mention"
    ctx = await build_context(
        services,
        request,
        user=event["user"],
        channel=event["channel"],
        surface=surface,
        text=event.get("text", ""),
        message=event["ts"],
        thread=root or ("" if how == "dm" else event["ts"]),  # a direct message needs no thread
        place=place,
    )
    about = (
        ThreadTicket(topic.ticket.id, topic.ticket.title, topic.ticket.stat)
        if topic and ctx.requester.scope.includes(topic)
        else None
    )
    message = Message(
        await readable(services, event.get("text", "")),
        "thread" if root and surface == "mention" else surface,
        thread=about,
        who=event["user"],
        bot=services.bot,
        today=ctx.day(services),
    )
    follows = how == "dm" and not root

    async def fill(asked: Create | Undo, origin: Origin) -> tuple[Action, Origin]:
        if isinstance(asked, Create):
            return await _create_from_thread(services, asked, origin) if asked.source else (asked, origin)
        return await complete_undo(services, ctx, message, asked), origin

    ctx, said = await answer_message(
        services,
        request,
        ctx,
        message,
        lambda: _set_status(services, ctx, READING),
        fill=fill,
        known_action=await read_follow_up(services, ctx, message) if follows else None,
    )
    return ctx, said, message


async def _create_from_thread(services: Services, asked: Create, origin: Origin) -> tuple[Action, Origin]:
    """A ticket from the first message of the thread, and linked to it. What the person adds takes precedence."""
    source = await find_source(services, origin.channel, origin.thread)
    if source is None:
        return Ask(
            msg="I cannot read the first message of this thread. Give the ticket a title.", hint=HINT
        ), origin
    read = await create_from_source(services, source)
    added = asked.model_dump(exclude_none=True, exclude={"action", "source", "title"})
    title = {"title": asked.title} if asked.title else {}
    return Create.model_validate(read.model_dump(exclude_none=True) | added | title), replace(
        origin,
        message=source.ts,
        text=source.text,
        source_author="" if source.author == origin.user_id else source.author,
        source_link=source.link(services.workspace),
    )


async def _set_status(services: Services, ctx: RequestContext, status: str) -> None:
    """Slack shows `status` beside the bot's name until it answers."""
    await services.sender.call_best_effort(
        "assistant.threads.setStatus",
        channel_id=ctx.room.id,
        thread_ts=ctx.thread or ctx.origin.message,
        status=status,
    )


async def _find_record(services: Services, channel: str, root: str, found: str | None) -> Record | None:
    if found and (record := await services.store.get(found)):
        return record
    ticket_id = await _find_ticket(services, channel, root)
    return await services.store.get(ticket_id) if ticket_id else None


async def _find_ticket(services: Services, channel: str, root: str) -> str | None:
    """The ticket of a thread, even if the store does not know its card yet."""
    if not root:
        return None
    return await services.store.find_by_thread(channel, root) or services.cards.find_posted(channel, root)
