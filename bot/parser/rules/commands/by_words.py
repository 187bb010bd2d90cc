"""Tickets named by words: `close the login bug`, `set the priority of the invoice one to high`."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, takewhile

from bot.actions import Action, Ask, Close, Update, View, read_action, write_action
from bot.parser.message import Reading
from bot.parser.rules.commands.filters.search import read_words
from bot.parser.rules.language.lexer import A_TICKET, Kind, Token, token_at
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import FUNCTION_WORDS, Role
from bot.parser.rules.questions import offer
from bot.parser.rules.utterance import Utterance

_STAND_IN = "T999"  # replaces the words that name the ticket while the message is read
_THE, _SOME, _ORDINALS, _EMPTY = load_word_sets("the some ordinals nameless_tickets")
_LEADING, _PLACES, _REASONS = load_word_sets("before_names places reasons")
# Words that tell no tickets apart.
_OTHER = (*FUNCTION_WORDS, Role.STAT, Role.PRI, Role.FIELD, Role.ALL, Role.MINE)
_VERBS = frozenset(("close", "start", "reopen", "update", "view", "create"))
_ENDS = frozenset(",:;-–—(")
_MOST = 6  # words
_FEWEST = 3  # tokens: a verb, an article and a word


def read_named_by_words(utterance: Utterance, read: Callable[[Utterance], Reading | None]) -> Reading | None:
    """An action with `about`, or a search, if words name a ticket; otherwise None. `read` reads the message with an id in
    place of these words."""
    lead, body, source = utterance.lead, utterance.body, utterance.source
    new = lead.word.startswith("new ")
    opens = (lead.has(Role.CREATE_VERB) and lead.verb in ("", "create")) or new
    if not new and Role.NOUN in lead.tags and token_at(body, 1).word == "for":  # `ticket for Acme: …`
        behind = (after for before, after in pairwise(body) if before.word in (":", "-"))
        opens = not next(behind, lead).has(Role.STAT, Role.PRI, Role.VERB, Role.NOUN)
    found = None if opens or utterance.names_ids or lead.has(Role.WANTS) else _find_object(body)
    if not found:
        return None
    start, end, words = found
    stand_in = Token(Kind.ID, _STAND_IN.lower(), body[start].start, body[end - 1].end, (_STAND_IN,), A_TICKET)
    reading = read(replace(utterance, body=[*body[:start], stand_in, *body[end:]], thread=None))
    if reading is None or not reading.sure:
        return None
    said = read_words(words, source)
    action = _replace_stand_in(reading.action, said) if said else None
    asks = lead.verb == "view" or lead.has(Role.WH, Role.AUX, Role.COUNT) or utterance.question
    return reading._replace(action=action) if action and (asks or not isinstance(action, View)) else None


def _replace_stand_in(action: Action, words: str) -> Action | None:
    match action:
        case Close() | Update() if action.id == _STAND_IN:
            data = write_action(action)
            del data["id"]
            return read_action(data | {"about": words})
        case View() if action.id == _STAND_IN:
            return View(text=words)
        case Ask(choices=(Close() | Update() as first,)) if action == offer(first):
            return _replace_stand_in(first, words)
        case Ask(choices=(_, *_)):
            return Ask(msg=action.msg)  # drop the choices: the person has to say it again when it is time
    return None


def _find_object(body: list[Token]) -> tuple[int, int, list[Token]] | None:
    """The span of the words that name a ticket, including its noun, and the words to search for."""
    first = int(Role.VERB in body[0].tags)
    for at, token in enumerate(body):
        if token.tags.get(Role.NOUN) != "one" and token.word not in ("one", "thing"):
            continue
        start = at
        while start > first and at - start < _MOST and _is_content(body[start - 1]):
            start -= 1
        words, end = body[start:at], at + 1
        edges = (*words[:1], *words[-1:], token_at(body, start - 1))
        if any(edge.word in _SOME for edge in edges):
            return None
        if not any(map(_tells_apart, words)):
            words, end = _words_after_noun(body, at)
        elif token.word not in _EMPTY:
            end = _skip_place(body, end)  # `the login bug in staging`
            words = body[start:end]
        if words:
            return start, end, words
    return _find_without_noun(body)


def _skip_place(body: list[Token], at: int) -> int:
    """The index after the place at `at` that ends the clause, such as `in staging`; `at` if none does."""
    place = [*takewhile(_may_name, body[at:])]
    end = at + len(place)
    whole = end == len(body) or body[end].breaks(_ENDS)
    return end if place and place[0].word in _PLACES and whole and any(map(_tells_apart, place)) else at


def _find_without_noun(body: list[Token]) -> tuple[int, int, list[Token]] | None:
    """`close the timeout in staging`, `start printer jam`: a ticket or anything else; the search decides."""
    if body[0].word not in ("close", "start", "reopen") or len(body) < _FEWEST or body[1].word in _REASONS:
        return None
    first = 2 if body[1].word == "the" else 1
    numbered = body[1].word in _EMPTY and body[2].kind == Kind.NUMBER  # `close thing 1`
    if first == 1 and not (numbered or _tells_apart(body[1])):
        return None  # `close everything about VPN`
    words = [*takewhile(_may_name, body[first:])]
    if any(token.word[:1] == "t" and token.word[1:].isdigit() for token in words):
        return None  # `T1` may be a thing's name here, or an id
    end = first + len(words)
    whole = end == len(body) or body[end].breaks(_ENDS) or Role.POLITE in body[end].tags
    return (first, end, words) if whole and len(words) <= _MOST and any(map(_tells_apart, words)) else None


def _may_name(token: Token) -> bool:
    """Whether the token may be part of a ticket's name that has no noun."""
    other = token.has(Role.NOUN, Role.POLITE) or token.word == "ones"
    return (_is_content(token) or token.word in _PLACES) and not other


def _is_content(token: Token) -> bool:
    if token.kind in (Kind.NUMBER, Kind.QUOTE):
        return True
    grammar = token.has(Role.TO, Role.FIELD, Role.AUX, Role.AND, Role.REQUEST, Role.WH)
    other = token.word in _THE or grammar or token.verb in _VERBS
    return token.kind == Kind.WORD and not other


def _tells_apart(token: Token) -> bool:
    return not token.has(*_OTHER) and token.word not in _ORDINALS


def _words_after_noun(body: list[Token], at: int) -> tuple[list[Token], int]:
    """The words after `the ticket about`, and where they end."""
    begin = at + 2
    end = (Role.TO, Role.AUX, Role.BECAUSE, Role.POLITE)
    near = body[begin : begin + _MOST]
    words = [*takewhile(lambda one: one.kind in (Kind.WORD, Kind.NUMBER) and not one.has(*end), near)]
    named = token_at(body, at + 1).word in _LEADING and any(map(_tells_apart, words))
    return (words, begin + len(words)) if named else ([], at + 1)
