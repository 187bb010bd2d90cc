"""What the person who caused an error is told: a sentence and a reference. The traceback is the log's."""

import logging
from typing import Any

from bot.delivery.sender import RefusedError
from bot.listeners.services import IncomingRequest, Services
from bot.views import notices
from store.protocol import StoreError, UnwritableError

log = logging.getLogger(__name__)


def sentence(error: Exception, reference: str, *, kept: bool) -> str:
    """Never the error's own text, unless that was written for people. `kept`: it will be tried again by itself."""
    then = "It is kept and will be tried again by itself." if kept else "Please try again."
    if isinstance(error, UnwritableError):
        return f"The ticket store cannot be written at the moment. {then} ({reference})"
    if isinstance(error, StoreError):
        return f"{error} ({reference})"
    if isinstance(error, RefusedError):
        return f"Slack refused the answer ({error.code}). Please tell whoever runs the bot. ({reference})"
    return f"Something went wrong here. {then} If it goes on, tell whoever runs the bot. ({reference})"


async def tell(services: Services, request: IncomingRequest, error: Exception, reference: str) -> None:
    """By the shortest way that needs neither the directory nor the store."""
    body, shown = request.body, notices.notice(sentence(error, reference, kept=bool(request.key)))
    try:
        if body.get("response_url") and await services.sender.respond(str(body["response_url"]), shown):
            return
        event: dict[str, Any] = body.get("event") or {}
        user = event.get("user") or body.get("user_id") or (body.get("user") or {}).get("id")
        channel = event.get("channel") or body.get("channel_id") or (body.get("channel") or {}).get("id")
        if not user:
            return
        if channel and event.get("channel_type") != "im":
            await services.sender.post_ephemeral(
                str(channel), str(user), str(event.get("thread_ts") or ""), shown
            )
        else:
            await services.sender.post_dm(str(user), shown)
    except RefusedError as refused:
        log.warning("The person could not be told: %s", refused)
