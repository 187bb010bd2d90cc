"""Replies in a ticket's thread without the bot's mention: only a clear command counts, talk is left alone."""

from bot.actions import Action, Ask, Close, Nothing, Undo, Update, View
from bot.parser.message import Reading
from bot.parser.rules.admin import read_undo
from bot.parser.rules.commands import changes
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.commands.slots import Slots
from bot.parser.rules.commands.statement_then_command import read_statement_then_command
from bot.parser.rules.guards import is_small_talk
from bot.parser.rules.language.lexer import Kind, Token, token_at
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance, sure

_TALKING, _OF_SOMEBODY, _LEVELS = load_word_sets("talking of_somebody levels")
TALK = Reading(Nothing(), sure=True, addressed=False)


def read_thread_reply(utterance: Utterance) -> Reading:
    """A sure reading, or talk that is ignored."""
    asks = utterance.question or utterance.asked or utterance.permission  # `should I close: same as T014`
    if not utterance.body or asks or is_small_talk(utterance):
        return TALK
    said = [token.tags.get(Role.CLEAR) for token in utterance.body if token.kind != Kind.MARK]
    noted = token_at(utterance.body, 1).word == ":"  # `done: works for me`
    clear = _is_clear(utterance.body) and (noted or utterance.body[-1].word not in _OF_SOMEBODY)
    action = _read_statement(utterance)
    if not action and (clear or said == ["alone"]):
        slots = gather(utterance.body, utterance.source, targeted=utterance.thread is not None)
        action = _read_change(utterance, slots)
    return sure(action) if action else TALK


def _is_clear(body: list[Token]) -> bool:
    """Whether it may begin a command to the bot. `low`, `open`, `on it`, `low: disk space` are also said between people."""
    lead, noted, said = body[0], token_at(body, 1).word == ":", token_at(body, 2)
    if lead.word in _TALKING:
        return False
    if lead.kind == Kind.ID or Role.FIELD in lead.tags or lead.tags.get(Role.CLEAR) == "yes":
        return True
    if Role.PRI in lead.tags:
        measured = said.kind == Kind.NUMBER or Role.MEASURES in said.tags
        level = noted and lead.word in _LEVELS and not measured  # `low: quick fix`
        return level or lead.word[-1].isdigit() or "pri" in lead.word
    return lead.tags.get(Role.STAT, "open") != "open" or lead.verb not in ("", "start")


def _read_statement(utterance: Utterance) -> Action | None:
    """A statement and then a command: `fixed in 2.3.1, closing`; `works now, close it`."""
    told = utterance.lead.tags.get(Role.STAT) == "done" or Role.PRON in utterance.body[-1].tags
    reading = read_statement_then_command(utterance) if told else None
    return reading.action if reading and isinstance(reading.action, (Update, Close)) else None


def _read_change(utterance: Utterance, slots: Slots) -> Action | None:
    if "undo" in slots.verbs:
        undo = read_undo(utterance, slots) if slots.complete else None
        return undo.action if undo and isinstance(undo.action, Undo) else None
    quoted = any(token.kind == Kind.QUOTE for token in utterance.body)
    noted = Role.TERSE in utterance.lead.tags and utterance.body[-1].kind == Kind.QUOTE  # `resolve "patched"`
    unsaid = slots.texts and not (quoted or any(token.word in (":", "=") for token in utterance.body))
    after = token_at(utterance.body, slots.rest)
    # `fixed in PR 4` may still have to be merged
    reason = slots.closes and after.tags.get(Role.BECAUSE) == "yes" and after.word != "in pr"
    whole = noted or reason or slots.ended in ("end", "mark")
    if not whole or unsaid or ("pron" in slots.flags and not slots.verbs):
        return None
    reading = changes.read_change(utterance, slots)
    if reading is None or not reading.sure or isinstance(reading.action, (Ask, Nothing, View)):
        return None
    return reading.action
