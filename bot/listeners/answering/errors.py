"""Tells a person about an error: one sentence with a reference. The traceback goes to the log only."""

import logging
from typing import Any

from bot.delivery.errors import LateError, MissingScopeError, RefusedError
from bot.listeners.incoming.identity import WRITABLE_AGAIN
from bot.listeners.services import Services, thread_pressed_in
from bot.views import notices
from bot.views.mentions import to_readable_text
from bot.views.rendered import Rendered
from bot.views.text import NO_NAMES
from store.errors import StoreError, UnwritableError
from store.models.tickets import cut

QUOTED = 80  # characters quoted of the person's message
WRONG = "Something went wrong here."

log = logging.getLogger(__name__)


def sentence(error: Exception, reference: str, *, kept: bool) -> str:
    """The sentence for the person. Quotes an error's own text only if that was written for people. `kept`: will be
    retried."""
    if isinstance(error, LateError):
        return "That took too long: please press again."
    then = "What you asked for is kept and will be tried again by itself." if kept else "Please try again."
    if isinstance(error, UnwritableError):
        return f"The ticket store cannot be written at the moment. {then} ({reference})"
    if isinstance(error, StoreError):
        return f"{error} ({reference})"
    if isinstance(error, MissingScopeError):
        return (
            f"The app lacks the Slack scope {error.needed} that this needs. {then} Please tell whoever runs the bot. "
            f"({reference})"
        )
    what = f"Slack refused a part of this ({error.code})." if isinstance(error, RefusedError) else WRONG
    return f"{what} {then} If it goes on, tell whoever runs the bot. ({reference})"


def given_up(body: dict[str, Any], reference: str, bot: str) -> str:
    """The sentence for a request that was parked after failing repeatedly. `bot` is the user id whose mention is left
    out."""
    text = (
        str((body.get("event") or {}).get("text") or body.get("text") or "").replace(f"<@{bot}>", "").strip()
    )
    what = f"“{cut(to_readable_text(text, NO_NAMES), QUOTED)}”" if text else "what you asked for"
    return f"I could not do {what}, and have set it aside. Please tell whoever runs the bot. ({reference})"


async def tell(services: Services, body: dict[str, Any], told: str) -> None:
    """Tell the person behind `body` in the simplest way that needs neither directory nor store. If they pressed something in
    a thread, answer there."""
    shown = notices.notice(told)
    event: dict[str, Any] = body.get("event") or {}
    if event.get("type") in WRITABLE_AGAIN:
        return  # nobody asked for anything
    user = str(event.get("user") or body.get("user_id") or (body.get("user") or {}).get("id") or "")
    channel = event.get("channel") or body.get("channel_id") or (body.get("channel") or {}).get("id")
    room = str(channel or "") if event.get("channel_type") != "im" else ""
    pressed_in, url = thread_pressed_in(body), str(body.get("response_url") or "")
    try:
        if pressed_in and await _post_ephemeral(services, room, user, pressed_in, shown):
            return
        if url and await services.sender.respond(url, shown):
            return
        if await _post_ephemeral(services, room, user, str(event.get("thread_ts") or ""), shown):
            return
        if user:
            await services.sender.post_dm(user, shown)
    except RefusedError as refused:
        log.warning("The person could not be told: %s", refused)


async def _post_ephemeral(services: Services, room: str, user: str, thread: str, shown: Rendered) -> bool:
    """Send an ephemeral message. Returns whether that worked."""
    if not (room and user):
        return False
    try:
        await services.sender.post_ephemeral(room, user, thread, shown)
    except RefusedError:  # the bot or the person is not in the channel
        return False
    return True
