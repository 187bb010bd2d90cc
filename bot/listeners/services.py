"""What every listener works with, and what it knows of the person in front of it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot import policy
from bot.delivery.cards import Cards
from bot.delivery.homes import Homes
from bot.delivery.sender import Sender
from bot.delivery.undo_lines import UndoLines
from bot.directory import FRESH_ENOUGH, Directory
from bot.directory.memory import FRESH
from bot.listeners.incoming.event_log import EventLine
from bot.listeners.incoming.identity import read_id
from bot.listeners.incoming.threads import Place, Threads
from bot.parser.message import Surface
from bot.pipeline import Answer, Pipeline
from bot.policy import Person, Room
from bot.requester import Requester
from bot.router import Router
from bot.views import controls
from store.models.deliveries import Posted
from store.models.filters import Scope
from store.models.tickets import MessageRef, MessageUsage, Origin, Record
from store.protocol import TicketStore


@dataclass(frozen=True, slots=True)
class Services:
    """`workspace` is its address, such as https://acme.slack.com/; `bot` the bot's own user id, `name` what it is
    mentioned by."""

    bot: str
    name: str
    workspace: str
    store: TicketStore
    pipeline: Pipeline
    router: Router
    directory: Directory
    sender: Sender
    threads: Threads
    cards: Cards
    homes: Homes
    undo_lines: UndoLines
    clock: Callable[[], float]
    reference: Callable[[], str]  # what an unexpected error is called, to the person and in the log
    count_delivery: Callable[[Mapping[str, Any]], None] = lambda _: None  # the fields of a line of the log
    noticed: Callable[["RequestContext", Answer], None] = lambda *_: (
        None
    )  # for whoever looks inside while trying the bot

    def link(self, record: Record, scope: Scope) -> str:
        """Where a click on the ticket leads: its card. "" while it has none that whoever reads it can open."""
        card = self.cards.find_card(record)
        if card is None or (direct(card.channel) and card.channel != record.origin.channel):
            return ""
        if _is_private(record, card.channel) and not policy.may_read_words(
            scope, replace(record.origin, channel=card.channel, private=True)
        ):
            return ""
        address = f"{self.workspace}archives/{card.channel}/p{card.ts.replace('.', '')}"
        # As Slack's own permalinks of replies do; without it the channel opens, and not the thread.
        return f"{address}?thread_ts={card.thread}&cid={card.channel}" if card.thread else address


@dataclass(slots=True)
class FinishNotes:
    """What the commit that finishes a delivery is to keep: the cards and the lines with an Undo that were posted for it,
    and what understanding it cost, unless a change has counted that already."""

    cards: list[tuple[str, MessageRef]] = field(default_factory=list)
    undo_lines: list[tuple[str, int, MessageRef]] = field(default_factory=list)
    usage: MessageUsage | None = None
    refused: str = ""  # Slack's code for why the room did not get the answer

    def posted(self) -> Posted:
        return Posted(tuple(self.cards), tuple(self.undo_lines))


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Somebody said or pressed something somewhere. `alone`: the answer is read by nobody else; `modal` is the one
    that they have before them, and `about` the ticket that it says it shows."""

    person: Person
    room: Room
    surface: Surface
    origin: Origin
    thread: str = ""  # where the answer goes
    alone: bool = False
    response_url: str = ""
    delivery: str = ""  # marks what is sent for it
    replayed: bool = False
    modal: str = ""
    about: str = ""
    beside: str = ""  # the thread that they have before them, where that is where they pressed something
    invitable: bool = True  # the bot can be invited to the room
    place: Place | None = None  # among those who are to be answered in the thread
    notes: FinishNotes = field(default_factory=FinishNotes)

    @property
    def requester(self) -> Requester:
        return Requester(self.person, policy.scope(self.person, self.room, alone=self.alone))

    def mark_of(self, ticket_id: str) -> str:
        """Marks what is sent of one ticket of several; "" for a gesture that is not kept."""
        return f"{self.delivery} {ticket_id}" if self.delivery else ""

    def prefix(self, services: Services) -> str:
        """What commands begin with where the answer is read: `/ticket`, `@tickets`, nothing in a direct message. Where the bot
        is not, it hears no mention."""
        if self.room.kind == "dm" or self.surface == "dm":
            return ""
        typed = self.surface == "slash" or self.modal or not self.room.id or not self.room.joined
        return "/ticket" if typed else f"@{services.name}"

    def day(self, services: Services) -> date:
        """When it was said, in the team's time zone."""
        return services.router.calendar.day_of(self.origin.timestamp)

    def seen_by_all(self, record: Record) -> bool:
        """Whether everybody in the room may see the ticket."""
        return policy.scope(self.person, self.room, alone=False).includes(record)


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """A delivery on its way through: its body, the person's intent, whether it comes from before a restart, and what
    the log will say of it."""

    body: dict[str, Any]
    key: str = ""
    intent: str = ""
    replayed: bool = False
    notes: FinishNotes = field(default_factory=FinishNotes)
    line: EventLine = field(default_factory=EventLine)


async def build_context(
    services: Services,
    request: IncomingRequest,
    *,
    user: str,
    channel: str,
    surface: Surface,
    text: str = "",
    message: str = "",
    thread: str = "",
    alone: bool = False,
    beside: str = "",
    max_age: float = FRESH,
) -> RequestContext:
    """`message` and `thread` are timestamps: of what was said, and of the thread that answers go to; `beside` that of the
    thread in which something was pressed. `max_age`, in seconds, is how old what is known of the person and the room may be.
    """
    person, room = await _who_and_where(services, user, channel, max_age)
    origin = Origin(
        idempotency_key=request.intent,
        user_id=user,
        timestamp=services.clock(),
        team=str(request.body.get("team_id") or read_id(request.body.get("team"))),
        channel=room.id,
        message=message,
        thread=thread,
        private=room.private,
        text=text,
    )
    modal, about = _before_them(request.body)
    return RequestContext(
        person,
        room,
        surface,
        origin,
        thread=thread,
        alone=alone,
        response_url=str(request.body.get("response_url", "")),
        delivery=request.key,
        replayed=request.replayed,
        modal=modal,
        about=about,
        beside=beside,
        invitable=not direct(channel) and _can_be_joined(request.body),
        notes=request.notes,
    )


async def _who_and_where(services: Services, user: str, channel: str, max_age: float) -> tuple[Person, Room]:
    directory = services.directory
    if not channel:
        return await directory.person(user, max_age), policy.NOWHERE
    return await asyncio.gather(directory.person(user, max_age), directory.room(channel, max_age))


async def asked_anew(services: Services, ctx: RequestContext) -> RequestContext:
    """The same, with who is there and who reads along as it is now."""
    person, room = await _who_and_where(services, ctx.person.id, ctx.room.id, FRESH_ENOUGH)
    origin = replace(ctx.origin, channel=room.id, private=room.private)
    return replace(ctx, person=person, room=room, origin=origin)


def _can_be_joined(body: dict[str, Any]) -> bool:
    """Whether Slack's name for the conversation is a channel's: nobody is invited to a direct message of others."""
    channel = body.get("channel")
    name = str(body.get("channel_name") or (channel.get("name") if isinstance(channel, dict) else "") or "")
    return name != "directmessage" and not name.startswith("mpdm-")


def _before_them(body: dict[str, Any]) -> tuple[str, str]:
    """The modal that somebody pressed something in, or that lies under the form that they sent; and its ticket."""
    view = body.get("view") or {}
    if body.get("type") == "view_submission":
        modal = str(view.get("previous_view_id") or "")
    else:
        modal = str(view.get("id") or "") if view.get("type") == "modal" else ""
    pressed = controls.read_pressed(str(view.get("private_metadata") or "")) if modal else None
    return modal, pressed.ticket_id if pressed else ""


def was_made_by(record: Record, request: IncomingRequest) -> bool:
    """Whether this very request made the ticket, before a restart."""
    key = record.origin.idempotency_key
    return bool(request.intent) and (key == request.intent or key.startswith(f"{request.intent} "))


def _is_private(record: Record, channel: str) -> bool:
    """Whether a channel that the ticket has to do with is a private place, as far as the ticket tells."""
    if channel == record.channel:
        return record.private
    return record.origin.private if channel == record.origin.channel else direct(channel)


def thread_pressed_in(body: dict[str, Any]) -> str:
    """The thread of the message that somebody pressed something in; "" for one that stands in the channel itself."""
    message, container = body.get("message") or {}, body.get("container") or {}
    return str(message.get("thread_ts") or container.get("thread_ts") or "")


def direct(channel: str) -> bool:
    """Whether it is a direct message, as its id tells."""
    return channel.startswith("D")
