"""`@tickets …` in a channel, and a direct message, which is the same without the mention."""

from typing import Any

from bot.listeners.desk import Delivered, Desk, Gesture, gesture
from bot.listeners.identity import hearing
from bot.listeners.replying import reply
from bot.parser.message import Message, Surface, Topic
from store.models import Record

READING = "is reading your message…"


async def heard(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    """A message: to the bot, or in a ticket's thread. Anything else that Slack delivers is left alone."""
    event = delivered.body["event"]
    how = hearing(event, desk.bot)
    if how is None or not delivered.key:
        return None
    root = event.get("thread_ts") or ""
    topic = await _topic(desk, event["channel"], root)
    surface: Surface = "dm" if how == "dm" else "thread" if topic else "mention"
    made = await gesture(
        desk,
        delivered,
        user=event["user"],
        channel=event["channel"],
        surface=surface,
        text=event.get("text", ""),
        message=event["ts"],
        thread=root or event["ts"],
    )
    about = (
        Topic(topic.ticket.id, topic.ticket.title, topic.ticket.stat)
        if topic and made.asker.scope.includes(topic)
        else None
    )
    message = Message(event.get("text", ""), surface, thread=about, who=event["user"], bot=desk.bot)
    said = await desk.pipeline.answer(message, made.asker, made.origin, lambda: _status(desk, made, READING))
    desk.noticed(made, said)
    parsed, outcome = said
    if parsed.calls:
        await _status(desk, made, "")
    if (
        how == "thread"
        and outcome.reply.kind in ("none", "error", "help")
        and parsed.action.action in ("NONE", "HELP")
    ):
        return {"json": outcome.reply.json}  # talk among people is left alone
    await reply(desk, made, outcome, parsed)
    return {"json": outcome.reply.json}


async def _status(desk: Desk, made: Gesture, status: str) -> None:
    """Shown beside the bot's name until it answers; Slack's own way to say that this takes a moment."""
    await desk.sender.attempt(
        "assistant.threads.setStatus", channel_id=made.room.id, thread_ts=made.thread, status=status
    )


async def _topic(desk: Desk, channel: str, root: str) -> Record | None:
    ticket_id = await desk.store.find_by_thread(channel, root) if root else None
    return await desk.store.get(ticket_id) if ticket_id else None
