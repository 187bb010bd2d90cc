"""What every listener needs: the services, and the context of one request."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot import policy
from bot.delivery.cards import Cards
from bot.delivery.errors import RefusedError
from bot.delivery.homes import Homes
from bot.delivery.recent import RecentDict
from bot.delivery.sender import Sender
from bot.delivery.undo_lines import UndoLines
from bot.directory import FRESH_ENOUGH, Directory
from bot.directory.answer_cache import FRESH
from bot.listeners.incoming.event_log import EventLine
from bot.listeners.incoming.identity import read_id
from bot.listeners.incoming.threads import ThreadPlace, Threads
from bot.parser.message import Surface
from bot.pipeline import Answer, Pipeline
from bot.policy import Person, Room
from bot.router import Router
from bot.router.requester import Requester
from bot.views import controls
from store.models.deliveries import Posted
from store.models.filters import Scope
from store.models.tickets import Change, MessageRef, MessageUsage, Origin, Record
from store.protocol import TicketStore

MAX_REACTIONS = 2000  # reactions whose latest time is remembered


@dataclass(frozen=True, slots=True)
class Services:
    """`workspace` is the workspace's URL, such as https://acme.slack.com/; `bot` is the bot's user id, `name` the name it is
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
    reference: Callable[[], str]  # makes an id for an unexpected error, shown to the person and logged
    count_delivery: Callable[[Mapping[str, Any]], None] = lambda _: None  # gets each log line
    # When each person last added or removed a reaction of a message, as far as this process has worked on it.
    last_reactions: RecentDict[str, float] = field(
        init=False, default_factory=lambda: RecentDict(MAX_REACTIONS)
    )
    # Called with each answer; the local workspace's inspector uses it.
    on_answer: Callable[["RequestContext", Answer], None] = lambda *_: None

    def link(self, record: Record, scope: Scope) -> str:
        """The URL of the ticket's card; "" if it has none that everybody in `scope` can open."""
        card = self.cards.find_card(record)
        if card is None or (is_dm(card.channel) and card.channel != record.origin.channel):
            return ""
        if _is_private(record, card.channel) and not policy.may_read_words(
            scope, replace(record.origin, channel=card.channel, private=True)
        ):
            return ""
        address = f"{self.workspace}archives/{card.channel}/p{card.ts.replace('.', '')}"
        # Like Slack's permalinks to replies; without the query the channel would open instead of the thread.
        return f"{address}?thread_ts={card.thread}&cid={card.channel}" if card.thread else address


@dataclass(slots=True)
class FinishNotes:
    """What to store with the commit that finishes a delivery: the cards and undo lines posted for it, and the model's usage
    unless a change has counted it already."""

    cards: list[tuple[str, MessageRef]] = field(default_factory=list)
    undo_lines: list[tuple[str, int, MessageRef]] = field(default_factory=list)
    usage: MessageUsage | None = None
    refused: str = ""  # Slack's error code if the answer could not be posted in the channel

    def posted(self) -> Posted:
        return Posted(tuple(self.cards), tuple(self.undo_lines))


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who did something, where, and how to answer. `alone`: only that person reads the answer. `modal` is the id of the
    modal they have open, `about` the ticket it shows."""

    person: Person
    room: Room
    surface: Surface
    origin: Origin
    thread: str = ""  # the thread to answer in
    alone: bool = False
    response_url: str = ""
    delivery: str = ""  # the delivery's key, from which the marks of its messages are made
    replayed: bool = False
    modal: str = ""
    about: str = ""
    beside: str = ""  # the thread in which something was pressed
    own_dm: str = ""  # of a guest in App Home, which shows what was created in their direct messages
    mark: str = ""  # of the message in which something was pressed; an update keeps it
    invitable: bool = True  # whether the bot can be invited to the room
    place: ThreadPlace | None = None  # this request's place in the thread's queue
    notes: FinishNotes = field(default_factory=FinishNotes)

    @property
    def requester(self) -> Requester:
        seen = policy.scope(self.person, self.room, alone=self.alone)
        return Requester(self.person, replace(seen, channels=seen.channels | {self.own_dm} - {""}))

    def key_for(self, what: str) -> str:
        """The key for a further message, such as one about one of several tickets; "" if the request is not stored."""
        return f"{self.delivery} {what}" if self.delivery else ""

    def telling_of(self, changes: Sequence[Change]) -> "RequestContext":
        """The context in which to tell of these changes. Who presses a button twice makes a change once: both deliveries
        tell of it under the change's key, so that the second finds the messages of the first."""
        key = changes[0].origin.idempotency_key if changes and self.delivery else ""
        return replace(self, delivery=key) if key else self

    def prefix(self, services: Services) -> str:
        """What commands begin with where the answer is read: `/ticket`, `@tickets`, or nothing in a direct message.
        Where the bot is not a member, mentions do not reach it."""
        if self.room.kind == "dm" or self.surface == "dm":
            return ""
        typed = self.surface == "slash" or self.modal or not self.room.id or not self.room.joined
        return "/ticket" if typed else f"@{services.name}"

    def day(self, services: Services) -> date:
        """The date of the request in the team's time zone."""
        return services.router.calendar.day_of(self.origin.timestamp)

    def seen_by_all(self, record: Record) -> bool:
        """Whether everybody in the room may see the ticket."""
        return policy.scope(self.person, self.room, alone=False).includes(record)


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """One request from Slack: its body, its key and intent, whether it is replayed from before a restart, and its log
    line."""

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
    place: ThreadPlace | None = None,
    max_age: float = FRESH,
) -> RequestContext:
    """`message` and `thread` are timestamps of the message and of the thread to answer in; `beside` is the thread in which
    something was pressed, `place` the request's place in its thread's queue. `max_age`: maximum age, in seconds, of what
    is known about the person and the room.
    """
    person, room = await _look_up(services, user, channel, max_age)
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
    modal, about = _open_modal(request.body)
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
        own_dm="" if channel else await _find_own_dm(services, person),
        invitable=not is_dm(channel) and _can_be_joined(request.body),
        place=place,
        notes=request.notes,
    )


async def _find_own_dm(services: Services, person: Person) -> str:
    """A guest's direct messages with the bot: outside of any conversation they see only what was created there."""
    if person.role is not policy.Role.GUEST:
        return ""
    try:
        return await services.sender.open_dm(person.id)
    except RefusedError:  # people of other organisations may have none
        return ""


async def _look_up(services: Services, user: str, channel: str, max_age: float) -> tuple[Person, Room]:
    """Whoever may use a channel's tickets only as its member, and has left it, counts as nobody."""
    directory = services.directory
    if not channel:
        return await directory.person(user, max_age), policy.NOWHERE
    person, room = await asyncio.gather(directory.person(user, max_age), directory.room(channel, max_age))
    only_members = room.kind == "private" or (room.kind == "public" and person.role is policy.Role.GUEST)
    if only_members and room.joined and await directory.has_left(channel, user):
        person = replace(person, role=policy.Role.NOBODY, has_left=True)
    return person, room


async def recheck_context(services: Services, ctx: RequestContext) -> RequestContext:
    """The context with the person and the room looked up again."""
    person, room = await _look_up(services, ctx.person.id, ctx.room.id, FRESH_ENOUGH)
    origin = replace(ctx.origin, channel=room.id, private=room.private)
    return replace(ctx, person=person, room=room, origin=origin)


def _can_be_joined(body: dict[str, Any]) -> bool:
    """Whether the conversation is a channel, by its name. Nobody can be invited to other people's direct messages."""
    channel = body.get("channel")
    name = str(body.get("channel_name") or (channel.get("name") if isinstance(channel, dict) else "") or "")
    return name != "directmessage" and not name.startswith("mpdm-")


def _open_modal(body: dict[str, Any]) -> tuple[str, str]:
    """The id of the modal in which something was pressed, or that lies under the submitted form, and its ticket."""
    view = body.get("view") or {}
    if body.get("type") == "view_submission":
        modal = str(view.get("previous_view_id") or "")
    else:
        modal = str(view.get("id") or "") if view.get("type") == "modal" else ""
    pressed = controls.read_ticket_version(str(view.get("private_metadata") or "")) if modal else None
    return modal, pressed.ticket_id if pressed else ""


def was_created_by(record: Record, request: IncomingRequest) -> bool:
    """Whether this same request created the ticket, before a restart."""
    key = record.origin.idempotency_key
    return bool(request.intent) and (key == request.intent or key.startswith(f"{request.intent} "))


def _is_private(record: Record, channel: str) -> bool:
    """Whether the channel, which is one of the ticket's, is private, as far as the record tells."""
    if channel == record.channel:
        return record.private
    return record.origin.private if channel == record.origin.channel else is_dm(channel)


def thread_pressed_in(body: dict[str, Any]) -> str:
    """The thread of the message in which something was pressed; "" if that message is not in a thread."""
    message, container = body.get("message") or {}, body.get("container") or {}
    return str(message.get("thread_ts") or container.get("thread_ts") or "")


def is_dm(channel: str) -> bool:
    """Whether the channel is a direct message, by its id."""
    return channel.startswith("D")
