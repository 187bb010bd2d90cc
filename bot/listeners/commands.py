"""`/ticket …`: the same words, answered to the person alone unless a ticket was made or changed."""

from typing import Any

from bot.listeners.desk import Delivered, Desk, gesture
from bot.listeners.replying import reply
from bot.parser.message import Message


async def commanded(desk: Desk, delivered: Delivered) -> dict[str, Any] | None:
    body = delivered.body
    text = body.get("text", "")
    made = await gesture(
        desk,
        delivered,
        user=body["user_id"],
        channel=body["channel_id"],
        surface="slash",
        text=text,
        alone=True,
    )
    message = Message(text, "slash", who=body["user_id"], bot=desk.bot)
    said = await desk.pipeline.answer(message, made.asker, made.origin)
    desk.noticed(made, said)
    rendered = await reply(desk, made, said.outcome, said.parsed)
    return {"text": rendered.text, "blocks": rendered.blocks}
