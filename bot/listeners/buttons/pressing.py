"""The context of a pressed button, and updates of the message it was pressed in."""

import logging
from dataclasses import replace

from bot.delivery.errors import RefusedError
from bot.delivery.sender import find_mark
from bot.directory.answer_cache import FRESH
from bot.listeners.answering.sending import tell
from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, thread_pressed_in
from bot.views.rendered import Rendered
from store.models.tickets import MessageRef

log = logging.getLogger(__name__)


async def build_press_context(
    services: Services, request: IncomingRequest, max_age: float = FRESH
) -> RequestContext:
    """The context of the press. The answer goes to the message's thread, or to the person alone if they alone saw it."""
    body = request.body
    container = body.get("container") or {}
    message = body.get("message") or {}
    alone = bool(container.get("is_ephemeral")) or container.get("type") == "view"
    ctx = await build_context(
        services,
        request,
        user=body["user"]["id"],
        channel=(body.get("channel") or {}).get("id", ""),
        surface="slash" if alone else "thread",  # what one person alone sees mostly answers a slash command
        thread=message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or "",
        alone=alone,
        max_age=max_age,
        beside=thread_pressed_in(body),
    )
    return replace(ctx, mark=find_mark(message))


async def update_message(
    services: Services, ctx: RequestContext, message: MessageRef, shown: Rendered
) -> bool:
    """Update the message that was pressed. False if it is gone."""
    if not (message.channel and message.ts):
        return False
    try:
        await services.sender.update(message, shown, mark=ctx.mark)
    except RefusedError as error:
        log.warning("What was pressed in %s could not be updated: %s", ctx.room.id, error)
        return False
    return True


async def replace_preview(services: Services, ctx: RequestContext, rendered: Rendered) -> None:
    """Replace the preview, which removes its buttons; if it is too late for that, send a new message."""
    if not (ctx.response_url and await services.sender.respond(ctx.response_url, rendered, replace=True)):
        await tell(services, ctx, rendered)
