"""The rules: one message in, their best reading out, and whether they are sure of it. No network, no clock, no error."""

from collections.abc import Callable

from bot.actions import Create, Delete, Export, Help, Nothing, Usage
from bot.parser.message import Message, Reading
from bot.parser.rules import admin, guards, suggestions
from bot.parser.rules.addressing import asks_something, opening, spoken, without_mentions
from bot.parser.rules.commands import intents
from bot.parser.rules.context_then_question import prefaced
from bot.parser.rules.create import tickets
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.statement import stated
from bot.parser.rules.json_action import typed
from bot.parser.rules.language.lexer import tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.thread_reply import overheard
from bot.parser.rules.utterance import Utterance, sure
from store.ticket import Priority

# The first that has a reading has it. The order is the grammar's: what forbids comes before what does.
_COMMANDS = (
    guards.negation,
    guards.condition,
    guards.postponed,
    guards.deliberation,
    admin.administered,
    tickets.requested,
    intents.command,
)
_REPORTS = (tickets.reported, tickets.implied)


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
    utterance = _heard(message, text, bot)
    if among_people:
        return overheard(utterance)
    reading = _recognised(utterance, message)
    if reading and reading.sure:
        return reading
    return (
        suggestions.corrected(utterance, message, read)
        or prefaced(utterance, read)
        or reading
        or stated(utterance)
        or guards.leftover(utterance)
    )


def _heard(message: Message, text: str, bot: str) -> Utterance:
    raw = tokenize(text)
    if bot and "<@" in text:
        raw = without_mentions(raw, bot)
    tokens = COMMANDS.tag(raw)
    begin = opening(tokens)
    body = tokens[begin.at :]
    return Utterance(
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


def _recognised(utterance: Utterance, message: Message) -> Reading | None:
    reading = guards.silence(utterance)
    if reading or not utterance.body:
        return reading or sure(Nothing())
    return (
        _first(_COMMANDS, utterance)
        or suggestions.mistyped_first(utterance, message, read)
        or _first(_REPORTS, utterance)
    )


def _first(
    recognisers: tuple[Callable[[Utterance], Reading | None], ...], utterance: Utterance
) -> Reading | None:
    for recognise in recognisers:
        reading = recognise(utterance)
        if reading:
            return reading
    return None


def _as_typed(action: object, message: Message) -> Reading:
    """JSON that somebody typed, as they typed it."""
    if isinstance(action, (Delete, Export, Usage)) and message.surface != "slash":
        return sure(admin.by_slash(action))
    if isinstance(action, Create):
        action = action.model_copy(
            update={"pri": action.pri or Priority.MEDIUM, "cat": action.cat or categorise(action.title)}
        )
        return Reading(action, sure=True, uncategorised=action.cat is None)
    return sure(action)  # type: ignore[arg-type]  # typed() returns actions
