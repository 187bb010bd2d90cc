"""What is kept beside tickets: what Slack delivered, the choices that were offered, people, and what the model cost."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from store.models.tickets import Json, MessageRef


class Delivery(NamedTuple):
    """Something that Slack delivered and the bot accepted: `keys` name it (the first) and its twins.

    Those of one `thread` are worked on in their order, whichever processes do so; "" is no thread. One that `begins` its
    thread waits for no other, and the others wait for it.
    """

    keys: tuple[str, ...]
    timestamp: float
    payload: Json
    thread: str = ""
    begins: bool = False


class Accepted(NamedTuple):
    """What `accept` found. `new`: it was written and is to be worked on, unless it `waits` for an earlier one of its
    thread that another process works on; then it is claimed later. Otherwise one of its keys was known: `state` says how
    far that one is, `reply` what was answered if it is done."""

    new: bool
    key: str
    state: Literal["pending", "done", "parked"] = "pending"
    reply: Json | None = None
    waits: bool = False


class Turn(NamedTuple):
    """What `take_turn` found: whether it is `mine` now, and the `number` that was kept by whoever had it before."""

    mine: bool
    number: float


class ParkedDelivery(NamedTuple):
    """A delivery that failed every time, with the last reason."""

    delivery: Delivery
    reason: str


class Posted(NamedTuple):
    """What was sent while a delivery was worked on, to be kept by the same commit that finishes it.

    `cards` are messages that show a ticket, by its id; `undo_lines` messages that offer to undo a change, by the
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
    """Actions that were offered to one person as buttons, frozen: choices in place of a guess, or a bulk preview.

    `payload` is the bot's own. `taken` is the option that was pressed, "" before, `taken_by` the idempotency key of
    the press.
    """

    id: str
    user_id: str
    expires_at: float
    payload: Json
    taken: str = ""
    taken_by: str = ""


class Person(NamedTuple):
    """What is known of somebody in Slack, and since when. `facts` is the bot's own."""

    user_id: str
    learned_at: float
    facts: Json


class UsageDay(NamedTuple):
    day: date
    messages: int
    by_rules: int
    calls: int
    tokens: int
