"""Data besides tickets: deliveries from Slack, choices offered to people, people, and usage of the model."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from store.models.tickets import Json, MessageRef


class Delivery(NamedTuple):
    """A request from Slack that the bot accepted. The first of `keys` identifies it; the others identify duplicates.

    Deliveries of one `thread` are handled in order, across processes; "" is no thread. One that `begins` its thread
    waits for no other, and the others wait for it.
    """

    keys: tuple[str, ...]
    timestamp: float
    payload: Json
    thread: str = ""
    begins: bool = False


class Accepted(NamedTuple):
    """The result of `accept`. `new`: it was stored and is to be handled, unless it `waits` for an earlier delivery of its
    thread that another process handles; then it is claimed later. Otherwise one of its keys was known, and `state` is
    that delivery's, `reply` its answer if it is done."""

    new: bool
    key: str
    state: Literal["pending", "done", "parked"] = "pending"
    reply: Json | None = None
    waits: bool = False


class Turn(NamedTuple):
    """The result of `take_turn`: whether the turn is `mine`, and the `number` that its last holder kept."""

    mine: bool
    number: float


class ParkedDelivery(NamedTuple):
    """A delivery that is not tried again, with the reason of its last failure."""

    delivery: Delivery
    reason: str


class Posted(NamedTuple):
    """Messages sent while handling a delivery, stored by the commit that finishes it.

    `cards` are messages that show a ticket, with its id; `undo_lines` are messages that offer to undo a change, with the
    ticket's id and the change's version.
    """

    cards: tuple[tuple[str, MessageRef], ...] = ()
    undo_lines: tuple[tuple[str, int, MessageRef], ...] = ()


NOTHING_POSTED = Posted()


class UndoLine(NamedTuple):
    """The message that offered to undo a change."""

    ticket_id: str
    version: int
    message: MessageRef


@dataclass(frozen=True, slots=True)
class Choice:
    """Actions offered to one person as buttons: alternatives instead of a guess, or the preview of a bulk change.

    Only the bot interprets `payload`. `taken` is the option that was pressed, "" before, and `taken_by` the
    idempotency key of the press.
    """

    id: str
    user_id: str
    expires_at: float
    payload: Json
    taken: str = ""
    taken_by: str = ""


class Person(NamedTuple):
    """Facts about a Slack user, and when they were learned. Only the bot interprets `facts`."""

    user_id: str
    learned_at: float
    facts: Json


class UsageDay(NamedTuple):
    day: date
    messages: int
    by_rules: int
    calls: int
    tokens: int
