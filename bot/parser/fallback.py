"""What to do with an unsure reading: act at once if no ticket changes, otherwise offer it as a button."""

import re
from dataclasses import replace

from bot.actions import MAX_CHOICES, ONLY_TYPED, READ_ONLY, Action, Ask, Create, Update
from bot.parser.mention import remove_mention
from bot.parser.message import FormatCommand, Message, Read, Reading
from bot.parser.text import to_plain_text

DID_YOU_MEAN = "Did you mean?"
TYPE_IT = "I do that only when it is typed as a command."

_ADDS = re.compile(r"add\s*:", re.IGNORECASE)
_ANNOUNCES = re.compile(r"\A(?:add|fyi|info|note|update)\b\s*[:,-]?\s*", re.IGNORECASE)

LONGEST_REPORT = 4_000  # characters of a message that are read again as a new ticket


def resolve_reading(
    reading: Reading, message: Message, read: Read, format_command: FormatCommand, why: str = ""
) -> Action:
    """The action for `reading`. `why` says what could not be asked; it begins the question, if there is one."""
    action = reading.action
    if noted := _ask_note_or_ticket(action, message):
        return noted
    if reading.sure or isinstance(action, (*READ_ONLY, Create)):
        return action
    if isinstance(action, ONLY_TYPED):
        return Ask(msg=f"{why} {TYPE_IT}".strip(), hint=format_command(action))
    return offer_alternatives(action, reading, message, read, why=why)


def _ask_note_or_ticket(action: Action, message: Message) -> Ask | None:
    """A question for text in a ticket's thread that may be a note or a new ticket, as `fyi vendor replied`, or None."""
    offered = action.choices if isinstance(action, Ask) else ()
    new = next((one for one in offered if isinstance(one, Create)), None)
    text = to_plain_text(remove_mention(message))
    if isinstance(action, Create) and _ADDS.match(text):
        new = action
    note = _ANNOUNCES.sub("", text, count=1)
    if message.thread is None or new is None or len(offered) > 1 or not note:
        return None
    return Ask(msg=DID_YOU_MEAN, choices=(Update(id=message.thread.id, res=note), new))


def offer_alternatives(
    change: Action, reading: Reading, message: Message, read: Read, *, why: str = ""
) -> Ask:
    """A question that offers `change`, what the rules made of the message, and a new ticket."""
    choices: list[Action] = []
    offered = reading.action.choices if isinstance(reading.action, Ask) else ()
    by_rules = () if isinstance(reading.action, (*READ_ONLY, *ONLY_TYPED)) else (reading.action,)
    for action in (change, *offered, *by_rules, read_as_report(message, reading, read)):
        second_ticket = isinstance(action, Create) and any(isinstance(one, Create) for one in choices)
        if action is not None and action not in choices and not second_ticket:
            choices.append(action)
    return Ask(msg=f"{why} {DID_YOU_MEAN}".strip(), choices=tuple(choices[:MAX_CHOICES]))


def read_as_report(message: Message, reading: Reading, read: Read) -> Create | None:
    """The ticket that the rules create when the message is read as a report; None if they create none."""
    if isinstance(reading.action, Create):
        return reading.action
    report = f"create {remove_mention(message)[:LONGEST_REPORT]}"
    action = read(replace(message, text=report, surface="slash", thread=None)).action
    return action if isinstance(action, Create) else None
