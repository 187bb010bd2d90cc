"""The rules: one message in, their best reading out, and whether they are sure of it. No network, no clock, no error."""

from collections.abc import Callable

from bot.actions import Create, Delete, Export, Help, Nothing, Usage
from bot.parser import administering, commands, newcomers, refusals, suggestions
from bot.parser.categories import categorise
from bot.parser.manners import asks_something, opening, spoken, without_mentions
from bot.parser.message import Message, Reading
from bot.parser.overheard import overheard
from bot.parser.prefaced import prefaced
from bot.parser.said import Said, sure
from bot.parser.telling import stated
from bot.parser.tokens import tokenize
from bot.parser.typed import typed
from bot.parser.vocabulary import COMMANDS
from store.models import Priority

# The first that has a reading has it. The order is the grammar's: what forbids comes before what does.
_COMMANDS = (
    refusals.negation,
    refusals.condition,
    refusals.postponed,
    refusals.deliberation,
    administering.administered,
    newcomers.requested,
    commands.command,
)
_REPORTS = (newcomers.reported, newcomers.implied)


def read(message: Message) -> Reading:
    """What the rules make of `message`. Any text at all gives a reading."""
    text, bot, mentioned = spoken(message)
    among_people = message.surface == "thread" and not mentioned
    if not among_people:
        if not text or text.isspace():
            return sure(Help())
        action = typed(text)
        if action is not None:
            return _as_typed(action, message)
    said = _heard(message, text, bot)
    if among_people:
        return overheard(said)
    reading = _recognised(said, message)
    if reading and reading.sure:
        return reading
    return (
        suggestions.corrected(said, message, read)
        or prefaced(said, read)
        or reading
        or stated(said)
        or refusals.leftover(said)
    )


def _heard(message: Message, text: str, bot: str) -> Said:
    raw = tokenize(text)
    if bot and "<@" in text:
        raw = without_mentions(raw, bot)
    tokens = COMMANDS.tag(raw)
    begin = opening(tokens)
    body = tokens[begin.at :]
    return Said(
        text,
        message.surface,
        message.thread,
        raw,
        tokens,
        body,
        begin.asked,
        begin.wish,
        asks_something(body),
    )


def _recognised(said: Said, message: Message) -> Reading | None:
    reading = refusals.silence(said)
    if reading or not said.body:
        return reading or sure(Nothing())
    return (
        _first(_COMMANDS, said) or suggestions.mistyped_first(said, message, read) or _first(_REPORTS, said)
    )


def _first(recognisers: tuple[Callable[[Said], Reading | None], ...], said: Said) -> Reading | None:
    for recognise in recognisers:
        reading = recognise(said)
        if reading:
            return reading
    return None


def _as_typed(action: object, message: Message) -> Reading:
    """JSON that somebody typed, as they typed it."""
    if isinstance(action, (Delete, Export, Usage)) and message.surface != "slash":
        return sure(administering.by_slash(action))
    if isinstance(action, Create):
        action = action.model_copy(
            update={"pri": action.pri or Priority.MEDIUM, "cat": action.cat or categorise(action.title)}
        )
        return Reading(action, sure=True, uncategorised=action.cat is None)
    return sure(action)  # type: ignore[arg-type]  # typed() returns actions
