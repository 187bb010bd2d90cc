"""The rules: turn one message into their best reading, sure or not. They use no network and no clock, and
never raise.
"""

from dataclasses import replace

from bot.actions import Action, Ask, BulkUpdate, Close, Create, Help, Nothing, Update, View
from bot.parser.message import Message, Reading
from bot.parser.rules import admin, guards, questions, suggestions
from bot.parser.rules.addressing import asks_something, opening, spoken, without_mentions
from bot.parser.rules.certainty import judged
from bot.parser.rules.commands import intents
from bot.parser.rules.commands.by_words import named_by_words
from bot.parser.rules.create import tickets
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.declined import declined
from bot.parser.rules.create.form import filled_in
from bot.parser.rules.create.from_thread import pointed
from bot.parser.rules.format import format_command
from bot.parser.rules.json_action import typed
from bot.parser.rules.language.lexer import Kind, tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.language.roles import Role
from bot.parser.rules.language.short_ids import demote
from bot.parser.rules.second_thoughts import Verdict, is_taken_back
from bot.parser.rules.several import several
from bot.parser.rules.spoken_of import calls_somebody
from bot.parser.rules.thread_reply import overheard
from bot.parser.rules.utterance import Utterance, sure
from store.models.tickets import Priority

__all__ = ["format_command", "is_small_talk", "read"]


def read(message: Message) -> Reading:
    """What the rules make of `message`. Any text gives a reading."""
    text, bot, mentioned = spoken(message)
    among_people = message.surface == "thread" and not mentioned
    if not among_people:
        if not text or text.isspace():
            return sure(Help())
        if action := typed(text):
            if isinstance(action, Create):
                filled = {"pri": action.pri or Priority.MEDIUM, "cat": action.cat or categorise(action.title)}
                action = action.model_copy(update=filled)
            return admin.for_admins(action, message.surface)
        if ("\n" in text or ";" in text) and (found := several(text, message, read)):
            return found
    utterance = _heard(message, text, bot)
    if among_people:
        utterance.overheard = True
        return _settled(overheard(utterance), utterance)
    recognised = _recognised(utterance, message)
    reading = _settled(recognised, utterance) if recognised else None
    if reading and reading.sure:
        return suggestions.with_nearest_ids(reading, utterance, message, read)
    return suggestions.corrected(utterance, message, read) or reading or guards.leftover(utterance)


def is_small_talk(message: Message) -> bool:
    """Whether the message is only thanks, a greeting and the like."""
    text, bot, _ = spoken(message)
    utterance = _heard(message, text, bot)
    return bool(utterance.raw) and guards.is_small_talk(utterance)


def _settled(reading: Reading, utterance: Utterance) -> Reading:
    """`reading` if it may be acted on; a change that the message does not clearly command becomes a question."""
    match reading.action:
        case Create() if is_taken_back(utterance.raw):
            return sure(Nothing())
        case Ask(choices=(first, *_)) if judged(first, utterance) is Verdict.TAKEN_BACK:
            return sure(Nothing())
        case Update() | Close() | BulkUpdate() as change:
            return _certain(reading, change, utterance)
    return reading


def _certain(reading: Reading, change: Action, utterance: Utterance) -> Reading:
    verdict = judged(change, utterance)
    if verdict is Verdict.SURE and reading.sure:
        return reading
    if utterance.overheard:
        return Reading(Nothing(), sure=True, addressed=False)
    if verdict is Verdict.TAKEN_BACK:
        return sure(Nothing())
    if isinstance(change, (Update, Close)) and calls_somebody(utterance.body, utterance.source):
        nothing_else = isinstance(change, Update) and change.values().keys() == {"res"}  # the name is no note
        change = View(id=change.id) if nothing_else else change.model_copy(update={"res": None})
    return Reading(questions.offer(change), reading.sure, hint=format_command(change))


def _heard(message: Message, text: str, bot: str) -> Utterance:
    raw = tokenize(text)
    if bot and "<@" in text:
        raw = without_mentions(raw, bot)
    tokens = COMMANDS.tag(raw)
    demote(tokens)
    begin = opening(tokens)
    body, thread = tokens[begin.at :], message.thread
    manner = (begin.asked, begin.wish, begin.leave, asks_something(body))
    return Utterance(text, message.surface, thread, raw, body, *manner, today=message.today)


def _list_at_end(utterance: Utterance) -> Reading | None:
    """A list asked for at the end: `auditors want a list of what is open`, `standup in 5, show me the open
    tickets`.
    """
    for at in range(1, len(utterance.body) - 1):
        before, token = utterance.body[at - 1], utterance.body[at]
        if token.tags.get(Role.VERB) == "view" and (before.kind == Kind.MARK or before.has(Role.WANTS)):
            reading = intents.command(replace(utterance, body=utterance.body[at:]))
            return reading if reading and reading.sure and isinstance(reading.action, View) else None
    return None


def _commanded(utterance: Utterance) -> Reading | None:
    reading = intents.command(utterance)
    return _settled(reading, utterance) if reading else None


# The first reading wins, so guards come before the rules that act.
_COMMANDS = (
    filled_in,
    guards.foreign_id,
    guards.hedged,
    guards.deliberation,
    pointed,
    admin.administered,
    lambda utterance: named_by_words(utterance, _commanded),
    tickets.requested,
    intents.command,
)


def _recognised(utterance: Utterance, message: Message) -> Reading | None:
    reading = guards.silence(utterance)
    if reading or not utterance.body:
        return reading or sure(Nothing())
    if reading := declined(utterance):
        return reading
    named = guards.names_a_thing(utterance)
    told = named or guards.asks_to_inspect(utterance)
    if told and (reading := tickets.reported(utterance, named=named and not utterance.topic)):
        return reading
    return (
        next((reading for recognise in _COMMANDS if (reading := recognise(utterance))), None)
        or suggestions.mistyped_first(utterance, message, read)
        or _list_at_end(utterance)
        or tickets.reported(utterance)
    )
