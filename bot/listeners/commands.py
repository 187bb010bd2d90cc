"""`/ticket …`: the same commands, answered privately unless a ticket was created or changed."""

from typing import Any

from bot.listeners.answering.messages import answer_message
from bot.listeners.answering.readable import readable
from bot.listeners.answering.replying import reply
from bot.listeners.services import IncomingRequest, Services, build_context
from bot.parser.message import Message


async def handle_command(services: Services, request: IncomingRequest) -> dict[str, Any] | None:
    body = request.body
    text = body.get("text", "")
    ctx = await build_context(
        services,
        request,
        user=body["user_id"],
        channel=body["channel_id"],
        surface="slash",
        text=text,
        alone=True,
    )
    message = Message(
        await readable(services, text),
        "slash",
        who=body["user_id"],
        bot=services.bot,
        today=ctx.day(services),
    )
    ctx, said = await answer_message(services, request, ctx, message)
    rendered = await reply(services, ctx, said.outcome, said.parsed)
    # The store keeps this for days and rarely needs it; with the blocks it would be ten times the size.
    return {"text": rendered.text}
