"""The one place where errors are met: a sentence and a reference for the person, the traceback for the log."""

import logging
from typing import Any

from bot.delivery.sender import RefusedError
from bot.listeners.desk import Delivered, Desk
from bot.views import notices
from store.base import StoreError, UnwritableError

log = logging.getLogger(__name__)


async def meet(desk: Desk, delivered: Delivered, error: Exception, patience: int) -> None:
    """Tell the person, keep the delivery for the next start, and park one that has failed `patience` times."""
    reference = desk.reference()
    log.error("%s while working on %s", reference, delivered.key or "a gesture", exc_info=error)
    times = 1
    if delivered.key:
        try:
            times = await desk.store.fail(delivered.key, f"{reference} {type(error).__name__}", park=False)
            if times >= patience:
                await desk.store.fail(delivered.key, f"{reference} {type(error).__name__}", park=True)
        except StoreError:
            log.exception("%s could not be recorded", reference)
    if times == 1 and not delivered.replayed:
        await _say(desk, delivered, sentence(error, reference))


def sentence(error: Exception, reference: str) -> str:
    """What the person who caused it is told; never the error's own text unless it was written for them."""
    if isinstance(error, UnwritableError):
        return f"The ticket store cannot be written at the moment, so nothing was changed. Please tell whoever runs the bot ({reference})."
    if isinstance(error, StoreError):
        return f"{error} ({reference})"
    if isinstance(error, RefusedError):
        return f"Slack refused the answer ({error.code}). Please tell whoever runs the bot ({reference})."
    return f"Something went wrong here, and it is noted as {reference}. Please try again, or tell whoever runs the bot."


async def _say(desk: Desk, delivered: Delivered, text: str) -> None:
    """By the shortest way that needs neither the directory nor the store."""
    body, rendered = delivered.body, notices.error(text)
    try:
        if body.get("response_url") and await desk.sender.respond(str(body["response_url"]), rendered):
            return
        event: dict[str, Any] = body.get("event") or {}
        user = event.get("user") or body.get("user_id") or (body.get("user") or {}).get("id")
        channel = event.get("channel") or body.get("channel_id") or (body.get("channel") or {}).get("id")
        if not user:
            return
        if channel and event.get("channel_type") != "im":
            await desk.sender.whisper(str(channel), str(user), str(event.get("thread_ts") or ""), rendered)
        else:
            await desk.sender.write_to(str(user), rendered)
    except RefusedError as refused:
        log.warning("The person could not be told: %s", refused)
