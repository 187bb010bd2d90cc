"""What a form knows about its origin, and the context of the person who submits it. Nothing in a form is trusted: its
ticket and its channel are looked up again.
"""

import json
import re
from typing import Any

from bot.listeners.services import IncomingRequest, RequestContext, Services, build_context, thread_pressed_in
from bot.views import controls
from store.models.tickets import Change, Record, Ticket

MAX_CHANGES = 50  # changes to go back to find what a form or card showed

_CHANNEL = re.compile(r"[A-Z0-9]{1,30}")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,6}")


def write_place(channel: str = "", message: str = "", thread: str = "") -> str:
    """Where a new ticket comes from, as `private_metadata`."""
    return json.dumps({"channel": channel, "message": message, "thread": thread})


def read_place(text: str) -> dict[str, str]:
    """Read what `write_place` wrote: a channel and two timestamps. Values of another shape are left out."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    shapes = {"channel": _CHANNEL, "message": _TS, "thread": _TS}
    return {name: str(found[name]) for name, shape in shapes.items() if shape.fullmatch(str(found.get(name)))}


def is_from_nowhere(view: dict[str, Any]) -> bool:
    """Whether a form for a new ticket was opened outside of a channel, so that no channel will show the result."""
    return view["callback_id"] == controls.NEW_FORM and "channel" not in read_place(
        view.get("private_metadata", "")
    )


async def build_form_context(
    services: Services, request: IncomingRequest, record: Record | None, text: str = ""
) -> RequestContext:
    """The context of a person with a form. The room is the channel where the ticket was created, if they are a member
    of it."""
    user = request.body["user"]["id"]
    born = record.origin.channel if record else ""
    inside = bool(born) and await services.directory.is_in(born, user)
    thread = (record.card.thread or record.card.ts) if record and record.card else ""
    return await build_context(
        services,
        request,
        user=user,
        channel=born if inside else "",
        surface="thread",
        text=text,
        thread=thread if inside else "",
        alone=True,
        beside=thread_pressed_in(request.body),
    )


async def ticket_as_shown(services: Services, record: Record, version: int) -> Ticket:
    """The ticket as it was at `version`, which a form showed, as far as `MAX_CHANGES` and its history allow."""
    values: dict[str, Any] = {}
    for number in range(record.version, max(version, record.version - MAX_CHANGES), -1):
        change = await services.store.change(record.ticket.id, number)
        values |= change.before if change else {}
    return Ticket.model_validate({**record.ticket.model_dump(), **values})


async def find_own_change(services: Services, record: Record, since: int, key: str) -> Change | None:
    """The change after the version `since` that the request with this idempotency key made, before it was worked on
    again."""
    for number in range(max(since, record.version - MAX_CHANGES) + 1, record.version + 1):
        change = await services.store.change(record.ticket.id, number)
        if change and change.origin.idempotency_key == key != "":
            return change
    return None


async def is_as_shown(services: Services, record: Record, version: int, intent: str) -> bool:
    """Whether the ticket has the version that the form showed, or this form has changed it already."""
    return record.version == version or bool(await find_own_change(services, record, version, intent))
