"""What every listener works with, and what it knows of the person in front of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot import policy
from bot.asking import Asker
from bot.delivery.cards import Cards
from bot.delivery.homes import Homes
from bot.delivery.sender import Sender
from bot.listeners.directory import Directory
from bot.parser.message import Surface
from bot.pipeline import Answer, Pipeline
from bot.policy import Person, Room
from bot.router import Router
from bot.views import controls
from store.models import MessageRef, MessageUsage, Origin, Posted, Record
from store.protocol import TicketStore


@dataclass(frozen=True, slots=True)
class Desk:
    """`workspace` is its address, such as https://acme.slack.com/; `bot` the bot's own user id."""

    bot: str
    workspace: str
    store: TicketStore
    pipeline: Pipeline
    router: Router
    directory: Directory
    sender: Sender
    cards: Cards
    homes: Homes
    clock: Callable[[], float]
    reference: Callable[[], str]  # what an unexpected error is called, to the person and in the log
    noticed: Callable[["Gesture", Answer], None] = lambda *_: (
        None
    )  # for whoever looks inside while trying the bot

    def link(self, record: Record) -> str:
        """Where a click on the ticket leads: its card. "" while it has none that others can open."""
        card = record.card
        if card is None or (direct(card.channel) and card.channel != record.origin.channel):
            return ""
        return f"{self.workspace}archives/{card.channel}/p{card.ts.replace('.', '')}"


@dataclass(slots=True)
class FinishNotes:
    """What the commit that finishes a delivery is to keep: the cards and the lines with an Undo that were posted for it,
    and what understanding it cost, unless a change has counted that already."""

    cards: list[tuple[str, MessageRef]] = field(default_factory=list)
    undo_lines: list[tuple[str, int, MessageRef]] = field(default_factory=list)
    usage: MessageUsage | None = None

    def posted(self) -> Posted:
        return Posted(tuple(self.cards), tuple(self.undo_lines))


@dataclass(frozen=True, slots=True)
class Gesture:
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
    notes: FinishNotes = field(default_factory=FinishNotes)

    @property
    def asker(self) -> Asker:
        return Asker(self.person, policy.scope(self.person, self.room, alone=self.alone))

    def seen_by_all(self, record: Record) -> bool:
        """Whether everybody in the room may see the ticket."""
        return policy.scope(self.person, self.room, alone=False).includes(record)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery on its way through: its body, the person's intent, and whether it comes from before a restart."""

    body: dict[str, Any]
    key: str = ""
    intent: str = ""
    replayed: bool = False
    notes: FinishNotes = field(default_factory=FinishNotes)


async def gesture(
    desk: Desk,
    delivered: Delivered,
    *,
    user: str,
    channel: str,
    surface: Surface,
    text: str = "",
    message: str = "",
    thread: str = "",
    alone: bool = False,
) -> Gesture:
    """`message` and `thread` are timestamps: of what was said, and of the thread that answers go to."""
    person = await desk.directory.person(user)
    room = await desk.directory.room(channel) if channel else policy.NOWHERE
    origin = Origin(
        idempotency_key=delivered.intent,
        user_id=user,
        timestamp=desk.clock(),
        team=str(delivered.body.get("team_id") or (delivered.body.get("team") or {}).get("id", "")),
        channel=room.id,
        message=message,
        thread=thread,
        private=room.private,
        text=text,
    )
    modal, about = _before_them(delivered.body)
    return Gesture(
        person,
        room,
        surface,
        origin,
        thread=thread,
        alone=alone,
        response_url=str(delivered.body.get("response_url", "")),
        delivery=delivered.key,
        replayed=delivered.replayed,
        modal=modal,
        about=about,
        notes=delivered.notes,
    )


def _before_them(body: dict[str, Any]) -> tuple[str, str]:
    """The modal that somebody pressed something in, or that lies under the form that they sent; and its ticket."""
    view = body.get("view") or {}
    if body.get("type") == "view_submission":
        modal = str(view.get("previous_view_id") or "")
    else:
        modal = str(view.get("id") or "") if view.get("type") == "modal" else ""
    pressed = controls.read_pressed(str(view.get("private_metadata") or "")) if modal else None
    return modal, pressed.ticket_id if pressed else ""


def direct(channel: str) -> bool:
    """Whether it is a direct message, as its id tells."""
    return channel.startswith("D")
