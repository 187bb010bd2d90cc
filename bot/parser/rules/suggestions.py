"""Corrects a mistyped command, or suggests the nearest correct one."""

import re
from dataclasses import replace
from functools import cache
from itertools import takewhile

from bot.actions import Ask, Create, Help, History, Nothing, View
from bot.parser.message import Message, Read, Reading
from bot.parser.rules import questions
from bot.parser.rules.create.tickets import read_report
from bot.parser.rules.language.lexer import Kind, any_has
from bot.parser.rules.language.lexicon import COMMANDS, REPORTS, english_words
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import CHANGING, Utterance, sure

_SHORTEST = 4  # letters: shorter words are all one slip apart
_LONGEST = 20
_LONG = 6  # letters: a word that is one slip from such a long one is rarely a word of its own
_FIRST_WORDS = 4  # they include a command's verb and noun
_MOST_WORDS = 8  # words to check in a command that names ids
_ID_AS_CODE = re.compile(r"(?<!`)`(T\d\w*)`(?!`)", re.IGNORECASE)
_OF_COMMANDS = frozenset((Role.VERB, Role.NOUN, Role.FIELD, Role.STAT, Role.PRI, Role.CAT))


def correct_typos(utterance: Utterance, message: Message, read: Read) -> Reading | None:
    """The reading of `message` with its typos corrected, or a question that offers it, if something else marks it as a
    command: an id, the word ticket, a second typo."""
    beginning = takewhile(lambda token: token.word != ":", utterance.raw)
    words = [token for token in beginning if token.kind == Kind.WORD]
    words = words[: _MOST_WORDS if utterance.names_ids else _FIRST_WORDS]
    slips = {token.word: right for token in words if not token.tags and (right := find_near_word(token.word))}
    about_tickets = utterance.names_ids or any_has(words, Role.NOUN)
    if not slips or not (about_tickets or len(slips) > 1 or utterance.lead.word in slips):
        return None
    text = message.text
    for word, right in slips.items():
        times = sum(token.word == word for token in words)
        text = re.sub(rf"\b{re.escape(word)}\b", right, text, count=times, flags=re.IGNORECASE)
    reading = _read_corrected(text, message, read)
    if reading is None:
        return None
    creates = isinstance(reading.action, Create) and (about_tickets or len(slips) > 1)
    likely = all(right in _make_typos(word) for word, right in slips.items())
    lists = isinstance(reading.action, (View, History))
    if lists and not likely and any(map(_only_acts, slips.values())):
        return None  # `tickets that talk about the VPN`: nobody takes them
    if creates or lists or likely:
        return reading
    return sure(questions.offer(reading.action, msg=f"I do not know {next(iter(slips))}. Did you mean?"))


def offer_nearest_ids(reading: Reading, utterance: Utterance, message: Message, read: Read) -> Reading:
    """A question about a wrong id, with the same command for the nearest ids as its choice."""
    action = reading.action
    if not isinstance(action, Ask) or action.choices:
        return reading
    wrong = {token.word: token.nearest for token in utterance.raw if token.nearest}
    text = message.text
    for word, right in wrong.items():
        text = re.sub(rf"(?<![\w#]){re.escape(word)}(?!\w)", right, text, flags=re.IGNORECASE)
    meant_so = _read_corrected(text, message, read)
    if meant_so is None:
        return reading
    return reading._replace(action=action.model_copy(update={"choices": (meant_so.action,)}))


def offer_quoted_ids(message: Message, read: Read) -> Reading | None:
    """The list, or a question that offers the change, of a command whose ids are written as code: "close `T003`"."""
    reading = _read_corrected(_ID_AS_CODE.sub(r"\1", message.text), message, read)
    if reading is None or isinstance(reading.action, Create):
        return None
    shows = isinstance(reading.action, (View, History))
    return reading if shows else sure(questions.offer(reading.action))


def _read_corrected(text: str, message: Message, read: Read) -> Reading | None:
    """The sure reading of the corrected `text`; None if nothing was corrected, or it asks for nothing."""
    reading = read(replace(message, text=text)) if text != message.text else None
    asks = reading and reading.sure and not isinstance(reading.action, (Ask, Nothing, Help))
    return reading if asks else None


def correct_first_word(utterance: Utterance, message: Message, read: Read) -> Reading | None:
    """The reading of a message whose first word, a verb, is mistyped: `craete VPN down`. It runs before the message is read
    as a report. A typo that could be a real word is asked about, unless a ticket is named after it."""
    word = utterance.lead.word
    right = find_near_word(word) if utterance.lead.kind == Kind.WORD and not utterance.lead.tags else ""
    if not right or (right not in _make_typos(word) and word not in _drop_each_letter(right)):
        return None
    opens = not {Role.VERB, Role.CREATE_VERB}.isdisjoint(english_words()[right])
    named = any_has(utterance.body[1:_FIRST_WORDS], Role.NOUN)
    creates = english_words()[right].get(Role.VERB) == "create"
    certain = named or (creates and (right in _make_typos(word) or len(right) >= _LONG))
    if not opens or not certain:
        return None
    reading = correct_typos(utterance, message, read)
    if reading and isinstance(reading.action, Ask) and (report := read_report(utterance)):
        choices = (*reading.action.choices, report.action)
        return reading._replace(action=reading.action.model_copy(update={"choices": choices}))
    return reading


def find_near_word(word: str) -> str:
    """The command word that `word` is one slip away from; "" if there is none or `word` is a known word."""
    if not _SHORTEST <= len(word) <= _LONGEST or word in COMMANDS.known or word in REPORTS.known:
        return ""
    shorter = _drop_each_letter(word)
    near = next(filter(_is_command_word, [*_make_typos(word), _index().get(word, "")]), "")
    meant = (_index().get(one, one) for one in shorter if _is_command_word(one) or one in _index())
    return near or next(meant, "")


def _is_command_word(word: str) -> bool:
    return len(word) >= _SHORTEST and not _OF_COMMANDS.isdisjoint(english_words().get(word, {}))


def _only_acts(word: str) -> bool:
    """Whether a command word changes tickets and describes none: `take`; not `closed`."""
    roles = english_words()[word]
    return roles.get(Role.VERB) in CHANGING and Role.STAT not in roles


def _drop_each_letter(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _make_typos(word: str) -> list[str]:
    """`word` with two letters swapped, or a double letter written once: typos that never make another word."""
    pairs = range(len(word) - 1)
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs]
    return swapped + [word[:at] + word[at + 1 :] for at in pairs if word[at] == word[at + 1]]


@cache
def _index() -> dict[str, str]:
    """Every English command word, by each way to leave out one letter."""
    words = [word for word in reversed(english_words()) if word.isascii() and _is_command_word(word)]
    return {shorter: word for word in words for shorter in _drop_each_letter(word)}
