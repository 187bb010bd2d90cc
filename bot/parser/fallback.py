"""What is done of a reading that nobody is sure of: at once where no ticket changes by it, one click away where one does."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.actions import (
    MOST_CHOICES,
    Action,
    Ask,
    Create,
    Delete,
    Export,
    Help,
    History,
    Nothing,
    Undo,
    Usage,
    View,
)
from bot.parser.mention import without_mention
from bot.parser.message import Message, Reading

Read = Callable[[Message], Reading]
FormatCommand = Callable[[Action], str]

# What changes no ticket; an action that stands neither here nor is a new ticket is a change.
SHOWS = (View, History, Help, Ask, Nothing)
# Done only when it is typed: what only admins may do, and what is about whatever was done last.
ONLY_TYPED = (Undo, Delete, Export, Usage)

DID_YOU_MEAN = "Did you mean?"
TYPE_IT = "I do that only when it is typed as a command."

LONGEST_REPORT = 4_000  # characters of a message that are read once more as a new ticket


def settle(
    reading: Reading, message: Message, read: Read, format_command: FormatCommand, why: str = ""
) -> Action:
    """The action for `reading`. `why` begins the question, if it becomes one: a sentence on what could not be asked."""
    action = reading.action
    if reading.sure or isinstance(action, (*SHOWS, Create)):
        return action
    if isinstance(action, ONLY_TYPED):
        return Ask(msg=f"{why} {TYPE_IT}".strip(), hint=format_command(action))
    return offer(action, reading, message, read, why=why)


def offer(change: Action, reading: Reading, message: Message, read: Read, *, why: str = "") -> Ask:
    """A question whose choices are `change`, what the rules made of the message, and a new ticket."""
    choices: list[Action] = []
    for action in (change, *_by_rules(reading), new_ticket(message, reading, read)):
        second_ticket = isinstance(action, Create) and any(isinstance(one, Create) for one in choices)
        if action is not None and action not in choices and not second_ticket:
            choices.append(action)
    return Ask(msg=f"{why} {DID_YOU_MEAN}".strip(), choices=tuple(choices[:MOST_CHOICES]))


def _by_rules(reading: Reading) -> Iterator[Action]:
    if isinstance(reading.action, Ask):
        yield from reading.action.choices or ()
    elif not isinstance(reading.action, (*SHOWS, *ONLY_TYPED)):
        yield reading.action


def new_ticket(message: Message, reading: Reading, read: Read) -> Create | None:
    """The ticket that the rules make of the person's words, taken as a report; None where these are none."""
    if isinstance(reading.action, Create):
        return reading.action
    report = f"create {without_mention(message)[:LONGEST_REPORT]}"
    action = read(replace(message, text=report, surface="slash", thread=None)).action
    return action if isinstance(action, Create) else None
