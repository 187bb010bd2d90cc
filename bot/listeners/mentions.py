"""`@tickets …` in a channel, and a direct message, which is the same without the mention."""

from dataclasses import replace
from typing import Any

from bot.actions import Action, Ask, Create
from bot.delivery.pacing.ownership import NotOursError
from bot.listeners.answering.messages import answer_message
from bot.listeners.answering.readable import readable
from bot.listeners.answering.replying import HEARD, reply
from bot.listeners.answering.sources import as_create, find_source
from bot.listeners.edits import offer_update
from bot.listeners.follow_ups import read_follow_up
from bot.listeners.incoming.identity import Hearing, classify_event
from bot.listeners.incoming.intake import EDIT_OF
from bot.listeners.incoming.threads import Place, PostponedError
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, was_made_by
from bot.parser.message import Message, Parsed, Surface, ThreadTicket
from bot.parser.rules import is_small_talk
from bot.pipeline import Answer
from bot.results import Outcome
from store.errors import UnavailableError, UnwritableError
from store.models.tickets import MessageRef, Origin, Record

HINT = 'create "login page is slow"'
READING = "is reading your message…"


async def heard(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """A message: to the bot, or in a ticket's thread. Anything else that Slack delivers is left alone."""
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
        return await _heard_in_place(services, request, how, place)
    except (UnavailableError, UnwritableError, NotOursError, PostponedError):
        place.fail()
        if begins:
            services.threads.failed(event["channel"], event["ts"])
        raise
    finally:
        place.leave()


async def _heard_in_place(
    services: Services, request: IncomingRequest, how: Hearing, place: Place
) -> dict[str, Any] | None:
    event = request.body["event"]
    channel, root, ts = event["channel"], event.get("thread_ts") or "", event["ts"]
    if root in ("", ts):
        services.threads.came(channel, ts)

    found: str | None = None

    async def has_ticket() -> bool:
        nonlocal found
        found = await _find_ticket(services, channel, root)
        return bool(found)

    replies = root not in ("", ts) and how != "dm"
    async with services.threads.turn(channel, root or ts, has_ticket if replies else None):
        place.check()
        done = await _act(services, request, how, found)
    if done is None:
        return None
    ctx, answered, message = done
    ctx = replace(ctx, place=place)
    parsed, outcome = answered.parsed, answered.outcome
    if parsed.calls:
        await _status(services, ctx, "")
    if how == "thread" and _is_talk(parsed, outcome):
        return {"json": outcome.reply.json}
    if outcome.reply.kind == "none" and is_small_talk(message):
        await services.sender.react(MessageRef(ctx.room.id, ts), HEARD, there=True)
    else:
        await reply(services, ctx, outcome, parsed)
    return {"json": outcome.reply.json}


def _is_talk(parsed: Parsed, outcome: Outcome) -> bool:
    """Among people: it is left alone."""
    return outcome.reply.kind in ("none", "error", "help") and parsed.action.action in ("NONE", "HELP")


async def _act(
    services: Services, request: IncomingRequest, how: Hearing, found: str | None
) -> tuple[RequestContext, Answer, Message] | None:
    """None for a reply in a thread that has no ticket after all; `found` is the one that it had before its turn came."""
    event = request.body["event"]
    root = event.get("thread_ts") or ""
    topic = await _topic(services, event["channel"], root, found)
    if topic and how == "mention" and was_made_by(topic, request):
        topic = None  # before a restart: it was not a ticket's thread when this was said
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
        thread=root or ("" if how == "dm" else event["ts"]),  # a direct message is answered in the flow
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
    ctx, said = await answer_message(
        services,
        request,
        ctx,
        message,
        lambda: _status(services, ctx, READING),
        fill=lambda asked, origin: _of_thread(services, asked, origin),
        known=await read_follow_up(services, ctx, message) if how == "dm" and not root else None,
    )
    return ctx, said, message


async def _of_thread(services: Services, asked: Create, origin: Origin) -> tuple[Action, Origin]:
    """A ticket of the first message of the thread, and tied to it; what the asker adds wins."""
    source = await find_source(services, origin.channel, origin.thread)
    if source is None:
        return Ask(
            msg="I cannot read the first message of this thread. Give the ticket a title.", hint=HINT
        ), origin
    read = await as_create(services, source)
    added = asked.model_dump(exclude_none=True, exclude={"action", "source", "title"})
    title = {"title": asked.title} if asked.title else {}
    return Create.model_validate(read.model_dump(exclude_none=True) | added | title), replace(
        origin,
        message=source.ts,
        text=source.text,
        source_author="" if source.author == origin.user_id else source.author,
        source_link=source.link(services.workspace),
    )


async def _status(services: Services, ctx: RequestContext, status: str) -> None:
    """Shown beside the bot's name until it answers; Slack's own way to say that this takes a moment."""
    await services.sender.call_best_effort(
        "assistant.threads.setStatus",
        channel_id=ctx.room.id,
        thread_ts=ctx.thread or ctx.origin.message,
        status=status,
    )


async def _topic(services: Services, channel: str, root: str, found: str | None) -> Record | None:
    if found and (record := await services.store.get(found)):
        return record
    ticket_id = await _find_ticket(services, channel, root)
    return await services.store.get(ticket_id) if ticket_id else None


async def _find_ticket(services: Services, channel: str, root: str) -> str | None:
    """The ticket of a thread, also one whose card the store does not know yet."""
    if not root:
        return None
    return await services.store.find_by_thread(channel, root) or services.cards.find_placed(channel, root)
