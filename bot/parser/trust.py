"""What a model's answer may do. It is input, not authority: read by the rules, and held to what the person wrote."""

import re
from collections.abc import Callable, Iterable

from bot.actions import (
    Action,
    Ask,
    BulkUpdate,
    Close,
    Create,
    Delete,
    Export,
    History,
    Nothing,
    Undo,
    Update,
    Usage,
    View,
    read_action,
    write_action,
)
from bot.parser.message import Message, Reading
from bot.parser.plain import plain_text
from bot.parser.text import fold
from store.ids import InvalidIdError, format_id, number_of, parse_id
from store.models import Category

Read = Callable[[Message], Reading]
Spell = Callable[[Action], str]

UNCLEAR = "I am not sure what to do. Say it as a command with the ticket's id."
ONLY_TYPED = "I do that only when it is typed as a command."
NOT_NAMED = "I am not sure which ticket you mean. Say it as a command with the ticket's id."

CHANGES = (Update, Close, BulkUpdate, Undo, Delete)
_ADMINISTERS = (Delete, Export, Usage)
_WIDEST_RANGE = 100

# What a person quotes is not what they say: fenced code, quoted lines and sentences, JSON inside a sentence.
_QUOTED = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*>.*?$|\{[^{}]*\}|[\"“„][^\"“”„\n]* [^\"“”„\n]*[\"”“]", re.DOTALL | re.MULTILINE
)
_ID = re.compile(r"(?<![\w-])(?:T|#|(?:tickets?|number|no\.?|nr\.?)\s*[#:]?\s*T?)(\d\w*)", re.IGNORECASE)
_NEXT = re.compile(
    r"\s*(?:(?P<through>-|–|—|…|\.\.+|to\b|through\b|thru\b|bis\b|à\b|a\b|al\b|até\b)|,|&|and\b|und\b|y\b|et\b|e\b|or\b)"
    r"\s*[T#]?(\d\w*)",
    re.IGNORECASE,
)
_WITH_TEXT = re.compile(r"(create|update|close)((?: [^\s:\"]+)*): (.+)", re.IGNORECASE)


class UnreadableError(ValueError):
    """The model's answer is no command."""


def accept(answer: str, message: Message, reading: Reading, read: Read, spell: Spell) -> Action:
    """What is to be done of a model's `answer` to `message`, of which the rules made `reading`.

    Only what one sure command says, what no sure NONE or ASK of the rules speaks against, and what changes no
    ticket but those that the person named. Raises `UnreadableError`.
    """
    action = _proposed(answer, message, read)
    if isinstance(action, Ask) and reading.sure:
        raise UnreadableError  # a question where the rules have none
    if isinstance(action, _ADMINISTERS):
        return Ask(msg=ONLY_TYPED, hint=spell(action))
    if isinstance(action, (*CHANGES, Create)) and reading.sure and isinstance(reading.action, (Nothing, Ask)):
        return reading.action
    return _within(_in_their_words(action, message), named_ids(message), reading, spell)


def category(answer: str) -> Category:
    """Raises `UnreadableError`."""
    try:
        return Category(answer.strip().lower())
    except ValueError:
        raise UnreadableError from None


def _proposed(answer: str, message: Message, read: Read) -> Action:
    line = answer.strip().strip("`").strip()
    match line.rstrip(".").lower():
        case "none":
            return Nothing()
        case "ask":
            return Ask(msg=UNCLEAR)
    escaped = _typed(line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    proposal = read(Message(escaped, "slash", message.thread, message.who))
    if "\n" in line or not proposal.sure:
        raise UnreadableError
    return proposal.action


def _typed(line: str) -> str:
    """`line` with its free text in quotes, so that it is read as text whatever it says: `create p1 infra: TITLE`,
    `update T001 prog: NOTE`, `close T001: NOTE`."""
    found = _WITH_TEXT.fullmatch(line)
    if not found:
        return line
    verb, head, text = found[1].lower(), found[2].split(), found[3].strip('"')
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if verb == "create":
        fields = (
            f"pri {word[1]}" if word in ("p1", "p2", "p3") else f"cat {word}" for word in map(str.lower, head)
        )
        return " ".join([verb, quoted, *fields])
    return f"{' '.join([verb, *head])}, res: {quoted}"


def _in_their_words(action: Action, message: Message) -> Action:
    """`action` without a note that has no word of the message: it was made up, or is the prompt's own.

    Raises `UnreadableError` for such a title, which is all that a new ticket has.
    """
    said = fold(plain_text(message))
    if isinstance(action, Create) and not _echoes(action.desc or action.title, said):
        raise UnreadableError
    asked = write_action(action)
    fields = asked.get("changes", asked)
    if not isinstance(action, CHANGES) or "res" not in fields or _echoes(fields["res"], said):
        return action
    del fields["res"]
    try:
        return read_action(asked)
    except ValueError:
        raise UnreadableError from None  # there was nothing else in it


def _echoes(text: str, said: str) -> bool:
    words = re.findall(r"\w{2,}", fold(text))
    return not words or any(word in said for word in words)


def _within(action: Action, named: frozenset[str], reading: Reading, spell: Spell) -> Action:
    """`action` if all its ids are `named`; what is left of a list to show; otherwise a question."""
    ids = ids_of(action)
    kept = tuple(ticket_id for ticket_id in ids if ticket_id in named)
    if len(kept) == len(ids):
        return action
    if isinstance(action, View) and kept:
        return action.model_copy(update={"tickets": kept})
    if isinstance(reading.action, Ask):
        return reading.action
    if isinstance(action, BulkUpdate) and kept:
        return Ask(msg=NOT_NAMED, hint=spell(action.model_copy(update={"tickets": kept})))
    return Ask(msg=NOT_NAMED)


def ids_of(action: Action) -> tuple[str, ...]:
    """The tickets that `action` names."""
    match action:
        case View() if action.tickets:
            return action.tickets
        case BulkUpdate():
            return action.tickets or ()
        case Update() | Close() | View() | History() | Undo() | Delete():
            return (action.id,) if action.id else ()
        case _:
            return ()


def named_ids(message: Message) -> frozenset[str]:
    """The ids that the person wrote themselves, as `T003`, `#3`, `ticket 3`, in a list or a range, and the thread's."""
    named = set(_written(fold(_QUOTED.sub(" ", plain_text(message)))))
    return frozenset(named | {message.thread.id} if message.thread else named)


def _written(text: str) -> Iterable[str]:
    for found in _ID.finditer(text):
        first = _id(found[1])
        step = found
        while first:
            yield first
            following = _NEXT.match(text, step.end())
            if not following:
                break
            last = _id(following[2])
            if last and following["through"]:
                start, end = number_of(first), number_of(last)
                yield from map(format_id, range(start, min(end, start + _WIDEST_RANGE) + 1))
            first, step = last, following


def _id(digits: str) -> str:
    try:
        return parse_id(f"T{digits}")
    except InvalidIdError:
        return ""
