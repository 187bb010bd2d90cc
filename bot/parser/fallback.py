"""What is done of a reading that nobody is sure of: at once where no ticket changes by it, one click away where one does."""

import re
from dataclasses import replace

from bot.actions import MAX_CHOICES, ONLY_TYPED, READ_ONLY, Action, Ask, Create, Update
from bot.parser.mention import without_mention
from bot.parser.message import FormatCommand, Message, Read, Reading
from bot.parser.text import plain

DID_YOU_MEAN = "Did you mean?"
TYPE_IT = "I do that only when it is typed as a command."

_ADDS = re.compile(r"add\s*:", re.IGNORECASE)
_ANNOUNCES = re.compile(r"\A(?:add|fyi|info|note|update)\b\s*[:,-]?\s*", re.IGNORECASE)

LONGEST_REPORT = 4_000  # characters of a message that are read once more as a new ticket


def settle(
    reading: Reading, message: Message, read: Read, format_command: FormatCommand, why: str = ""
) -> Action:
    """The action for `reading`. `why` begins the question, if it becomes one: a sentence on what could not be asked."""
    action = reading.action
    if noted := _noted(action, message):
        return noted
    if reading.sure or isinstance(action, (*READ_ONLY, Create)):
        return action
    if isinstance(action, ONLY_TYPED):
        return Ask(msg=f"{why} {TYPE_IT}".strip(), hint=format_command(action))
    return offer(action, reading, message, read, why=why)


def _noted(action: Action, message: Message) -> Ask | None:
    """In a ticket's thread, what may be a new ticket and may as well be a note on that one: `fyi vendor replied`, `add: also in
    Munich`. None for anything else."""
    offered = action.choices if isinstance(action, Ask) else ()
    new = next((one for one in offered if isinstance(one, Create)), None)
    text = plain(without_mention(message))
    if isinstance(action, Create) and _ADDS.match(text):
        new = action
    note = _ANNOUNCES.sub("", text, count=1)
    if message.thread is None or new is None or len(offered) > 1 or not note:
        return None
    return Ask(msg=DID_YOU_MEAN, choices=(Update(id=message.thread.id, res=note), new))


def offer(change: Action, reading: Reading, message: Message, read: Read, *, why: str = "") -> Ask:
    """A question whose choices are `change`, what the rules made of the message, and a new ticket."""
    choices: list[Action] = []
    offered = reading.action.choices if isinstance(reading.action, Ask) else ()
    by_rules = () if isinstance(reading.action, (*READ_ONLY, *ONLY_TYPED)) else (reading.action,)
    for action in (change, *offered, *by_rules, new_ticket(message, reading, read)):
        second_ticket = isinstance(action, Create) and any(isinstance(one, Create) for one in choices)
        if action is not None and action not in choices and not second_ticket:
            choices.append(action)
    return Ask(msg=f"{why} {DID_YOU_MEAN}".strip(), choices=tuple(choices[:MAX_CHOICES]))


def new_ticket(message: Message, reading: Reading, read: Read) -> Create | None:
    """The ticket that the rules make of the person's words, taken as a report; None where these are none."""
    if isinstance(reading.action, Create):
        return reading.action
    report = f"create {without_mention(message)[:LONGEST_REPORT]}"
    action = read(replace(message, text=report, surface="slash", thread=None)).action
    return action if isinstance(action, Create) else None
