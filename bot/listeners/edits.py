"""When the message that created a ticket is edited, asks its author whether the ticket should follow."""

from typing import Any

from bot.actions import Ask, Create, Update
from bot.listeners.answering.drawing import draw_answer
from bot.listeners.answering.readable import readable
from bot.listeners.answering.sending import tell
from bot.listeners.incoming.intake import EDIT_OF
from bot.listeners.services import IncomingRequest, Services, build_context
from bot.parser import rules
from bot.parser.message import Message
from bot.parser.text import to_plain_text
from store.models.tickets import Record


async def offer_update(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    """Ask only the author. Does nothing if they may no longer see the ticket, or it already has the new values."""
    event = request.body["event"]
    direct = event.get("channel_type") == "im"
    thread = event.get("thread_ts") or ""
    ctx = await build_context(
        services,
        request,
        user=event["user"],
        channel=event["channel"],
        surface="dm" if direct else "mention",
        text=event["text"],
        message=event["ts"],
        thread=thread or ("" if direct else event["ts"]),  # a direct message needs no thread
        beside=thread,
    )
    record = await ctx.requester.get_visible(services.store, str(event[EDIT_OF]))
    text = await readable(services, event["text"])
    read = rules.read(Message(text, ctx.surface, bot=services.bot)).action
    if record is None or not isinstance(read, Create) or not read.title:
        return None
    asked = {name: getattr(read, name) for name in ("title", "desc", "cat", "pri")}
    news = {name: given for name, given in asked.items() if given not in (None, getattr(record.ticket, name))}
    if not news:
        return None
    if read.desc is None and await _is_from(services, record):
        news["desc"] = ""
    ask = Ask(msg=f"Update {record.ticket.id} to this?", choices=(Update(id=record.ticket.id, **news),))
    outcome = await services.router.act(ask, ctx.requester, ctx.origin)
    await tell(services, ctx, await draw_answer(services, ctx, outcome))
    return {"json": outcome.reply.json}


async def _is_from(services: Services, record: Record) -> bool:
    """Whether the ticket's description comes from the old message. It would then contradict the new title."""
    desc = record.ticket.desc
    return desc is not None and to_plain_text(desc).removesuffix("…") in to_plain_text(
        await readable(services, record.origin.text)
    )
