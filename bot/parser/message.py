"""The parser's input and output."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from bot.actions import Action
from store.models.tickets import MessageUsage, Status

Surface = Literal["mention", "slash", "thread", "dm"]
Via = Literal["rules", "llm", "fallback"]


class ThreadTicket(NamedTuple):
    """The ticket whose thread the message is in: the only context that the model gets."""

    id: str
    title: str = ""
    stat: Status = Status.OPEN


@dataclass(frozen=True, slots=True)
class Message:
    """One message as Slack delivers it: entities escaped (`&amp;`, `<@U…>`), the bot's mention still in it.

    `bot` is the bot's user id; while it is unknown (""), a mention at the very beginning counts as the bot's.
    `today` is the day in the team's time zone; without it, words like `yesterday` are not understood.
    """

    text: str
    surface: Surface = "mention"
    thread: ThreadTicket | None = None
    who: str = ""
    bot: str = ""
    today: date | None = None


class Reading(NamedTuple):
    """The rules' best reading of a message, and whether they are `sure` of it.

    Sure means that every word is accounted for in one way, so the action may be done as it is; ASK and NONE
    can be sure too. `hint` summarises for the model what the rules understood. `addressed` is false for talk
    in a thread that nobody directed at the bot.
    """

    action: Action
    sure: bool
    hint: str = ""
    addressed: bool = True


Read = Callable[[Message], Reading]
FormatCommand = Callable[[Action], str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The action and its receipt: who found it, tokens and calls spent, and the `command` that does the same for free."""

    action: Action
    via: Via
    tokens: int = 0
    calls: int = 0
    model: str = ""
    command: str = ""
    usage: MessageUsage | None = None  # stored by the commit that answers the message
