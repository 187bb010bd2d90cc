"""What goes into the parser and what comes out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from bot.actions import Action
from store.models.tickets import MessageUsage, Status

Surface = Literal["mention", "slash", "thread", "dm"]
Via = Literal["rules", "llm", "fallback"]


class Topic(NamedTuple):
    """The ticket whose thread a message was written in: all that the model is told beside the message."""

    id: str
    title: str = ""
    stat: Status = Status.OPEN


@dataclass(frozen=True, slots=True)
class Message:
    """One message as Slack delivers it: entities escaped (`&amp;`, `<@U…>`), the bot's own mention still in it.

    `bot` is the bot's user id; while it is unknown ("") a mention at the very beginning is taken for the bot's. `today` is the
    day in the team's time zone; without it `yesterday` and the like cannot be understood.
    """

    text: str
    surface: Surface = "mention"
    thread: Topic | None = None
    who: str = ""
    bot: str = ""
    today: date | None = None


class Reading(NamedTuple):
    """What the rules make of a message: their best reading, and whether they are `sure` of it.

    Sure means that every word is accounted for with one meaning, so that it may be done as it is; ASK and NONE
    can be sure too. `hint` is what the rules did account for, short, for the model. `addressed` is false for talk in a thread that nobody directed at the bot.
    """

    action: Action
    sure: bool
    hint: str = ""
    addressed: bool = True


Read = Callable[[Message], Reading]
FormatCommand = Callable[[Action], str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The action, and its receipt: how it was found, for how many tokens, and the `command` that costs none."""

    action: Action
    via: Via
    tokens: int = 0
    calls: int = 0
    model: str = ""
    command: str = ""
    usage: MessageUsage | None = None  # to be booked by whatever answers the message
