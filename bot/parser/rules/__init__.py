"""The rules turn one message into their best reading, sure or not. They use no network and no clock, and never raise."""

from dataclasses import replace

from bot.actions import Action, Ask, BulkUpdate, Close, Create, Help, Nothing, Update, View
from bot.parser.message import Message, Reading
from bot.parser.rules import addressing, admin, guards, questions, suggestions
from bot.parser.rules.addressing import ends_with_question, read_opening, remove_mentions, strip_mentions
from bot.parser.rules.certainty import judge_change
from bot.parser.rules.commands import intents
from bot.parser.rules.commands.by_words import read_named_by_words
from bot.parser.rules.commands.statement_then_command import read_novelty_then_command
from bot.parser.rules.corrections import read_correction
from bot.parser.rules.create import tickets
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.declined import read_declined
from bot.parser.rules.create.form import read_form
from bot.parser.rules.create.from_thread import read_from_thread
from bot.parser.rules.create.report import is_trouble
from bot.parser.rules.format import format_command
from bot.parser.rules.json_action import read_json_action
from bot.parser.rules.language.homonyms import demote_short_ids, free_reflexives, unquote_values
from bot.parser.rules.language.lexer import Kind, tokenize
from bot.parser.rules.language.lexicon import COMMANDS, load_word_set
from bot.parser.rules.language.roles import Role
from bot.parser.rules.second_thoughts import Verdict, is_taken_back
from bot.parser.rules.several import read_counted, read_several
from bot.parser.rules.spoken_of import addresses_somebody
from bot.parser.rules.thread_reply import TALK, read_thread_reply
from bot.parser.rules.utterance import Utterance, sure
from store.models.tickets import Priority

__all__ = ["format_command", "is_small_talk", "read"]

_OCCASIONS = load_word_set("occasions")  # `before the standup: open, high only`


def read(message: Message) -> Reading:
    """What the rules make of `message`. Any text gives a reading."""
    text, bot, mentioned = strip_mentions(message)
    among_people = message.surface == "thread" and not mentioned
    if not among_people:
        if not text or text.isspace():
            return sure(Help())
        if action := read_json_action(text):
            if isinstance(action, Create):
                filled = {"pri": action.pri or Priority.MEDIUM, "cat": action.cat or categorise(action.title)}
                action = action.model_copy(update=filled)
            return admin.restrict_to_admins(action, message.surface)
        found = read_several(text, message, read) if "\n" in text or ";" in text else None
        if found := found or suggestions.offer_quoted_ids(message, read):
            return found
    utterance = _build_utterance(message, text, bot)
    corrected = read_correction(utterance, message, read)
    if among_people:
        utterance.overheard = True
        if corrected:  # `done, close T003 too`
            heard = corrected if isinstance(corrected.action, BulkUpdate) else TALK
        else:
            heard = _check_certainty(read_thread_reply(utterance), utterance)
        return heard
    recognised = None if corrected else _recognise(utterance, message)
    reading = _check_certainty(recognised, utterance) if recognised else corrected
    if reading and (reading.sure or corrected):
        return suggestions.offer_nearest_ids(reading, utterance, message, read)
    return suggestions.correct_typos(utterance, message, read) or reading or guards.read_leftover(utterance)


def is_small_talk(message: Message) -> bool:
    """Whether the message is only thanks, a greeting and the like."""
    text, bot, _ = strip_mentions(message)
    utterance = _build_utterance(message, text, bot)
    return bool(utterance.raw) and guards.is_small_talk(utterance)


def _check_certainty(reading: Reading, utterance: Utterance) -> Reading:
    """`reading` if it may be acted on; a change that the message does not clearly command becomes a question."""
    match reading.action:
        case Create() if is_taken_back(utterance.raw):
            return sure(Nothing())
        case Ask(choices=(first, *_)) if judge_change(first, utterance) is Verdict.TAKEN_BACK:
            return sure(Nothing())
        case Update() | Close() | BulkUpdate() as change:
            return _check_change(reading, change, utterance)
    return reading


def _check_change(reading: Reading, change: Action, utterance: Utterance) -> Reading:
    verdict = judge_change(change, utterance)
    if verdict is Verdict.SURE and reading.sure:
        return reading
    if utterance.overheard:
        return Reading(Nothing(), sure=True, addressed=False)
    if verdict is Verdict.TAKEN_BACK:
        return sure(Nothing())
    if isinstance(change, (Update, Close)) and addresses_somebody(utterance.body, utterance.source):
        nothing_else = isinstance(change, Update) and change.values().keys() == {"res"}  # the name is no note
        change = View(id=change.id) if nothing_else else change.model_copy(update={"res": None})
    return Reading(questions.offer(change), reading.sure, hint=format_command(change))


def _build_utterance(message: Message, text: str, bot: str) -> Utterance:
    raw = tokenize(text)
    if bot and "<@" in text:
        raw = remove_mentions(raw, bot)
    tokens = addressing.cut_signature(COMMANDS.tag(raw), text)
    raw = [token for token in raw if token.start < tokens[-1].end]
    demote_short_ids(tokens)
    free_reflexives(tokens, text)
    unquote_values(tokens)
    begin = read_opening(tokens, text)
    body, thread = tokens[begin.at :], message.thread
    manner = (begin.asked, begin.wish, begin.permission, ends_with_question(body))
    return Utterance(text, message.surface, thread, raw, body, *manner, today=message.today)


def _read_final_request(utterance: Utterance) -> Reading | None:
    """A list asked for at the end, `before the standup: open, high only`; or an undo, only offered: `wrong one, undo`."""
    for at in range(1, len(utterance.body)):
        before, token = utterance.body[at - 1], utterance.body[at]
        verb = token.verb if before.kind == Kind.MARK or before.has(Role.WANTS) else ""
        rest = replace(utterance, body=utterance.body[at:]) if verb == "undo" else None
        if taken_back := rest and admin.read_admin_command(rest):
            return sure(questions.offer(taken_back.action))
        if verb == "view" or (before.word == ":" and utterance.lead.word in _OCCASIONS):
            reading = intents.read_command(replace(utterance, body=utterance.body[at:]))
            return reading if reading and reading.sure and isinstance(reading.action, View) else None
    return None


def _read_command(utterance: Utterance) -> Reading | None:
    reading = intents.read_command(utterance)
    return _check_certainty(reading, utterance) if reading else None


# The first reading wins, so guards come before the rules that act.
_COMMANDS = (
    read_form,
    guards.reject_foreign_id,
    guards.ask_which,
    guards.read_hedged_command,
    guards.read_deliberation,
    read_from_thread,
    admin.read_admin_command,
    lambda utterance: read_named_by_words(utterance, _read_command),
    read_novelty_then_command,
    intents.read_ranked,
    tickets.read_request,
    intents.read_command,
    _read_final_request,
    tickets.read_report,
)


def _recognise(utterance: Utterance, message: Message) -> Reading | None:
    reading = guards.read_silence(utterance)
    if reading or not utterance.body:
        return reading or sure(Nothing())
    if reading := read_declined(utterance) or read_counted(utterance, message, read):
        return reading
    named = guards.names_a_thing(utterance)
    told = named or (guards.asks_to_look(utterance) and is_trouble(utterance.raw))
    if told and (reading := tickets.read_report(utterance, named=named and not utterance.thread)):
        return reading
    corrected = suggestions.correct_first_word(utterance, message, read)
    return corrected or next((reading for recognise in _COMMANDS if (reading := recognise(utterance))), None)
