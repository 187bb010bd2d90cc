"""Messages that refuse a ticket: `don't open a ticket for this`, `the build is red, no need for a ticket`."""

from bot.actions import Nothing
from bot.parser.message import Reading
from bot.parser.rules.language.lexer import NO_TOKEN, Token, token_at
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import FUNCTION_WORDS, Role
from bot.parser.rules.utterance import Utterance, sure, unsure

_BREAKS = frozenset(",;.!?:-…()")
_BEFORE = (*FUNCTION_WORDS, Role.BUT, Role.LEADING_BUT, Role.AUX, Role.WANTS)
_BETWEEN = (*FUNCTION_WORDS, Role.PRI, Role.INDIRECT, Role.NEG, Role.CREATE_VERB, Role.LOGS, Role.FINAL, Role.WANTS)  # fmt: skip
_OF_OTHERS, _ANYTHING, _NEEDED = load_word_sets("denials_of_others made_things needed")
_BOTHERING, _SUBJECTS = load_word_sets("bothering denied_subjects")
_TELLING_OF, _ORDERED, _OF_ONESELF = load_word_sets("telling_of ordered denials_of_oneself")
_MOST_BETWEEN = 8  # tokens from the negation to the ticket


def read_declined(utterance: Utterance) -> Reading | None:
    """A sure NONE if the message refuses a ticket, unsure if it also requests one; None for any other message."""
    body, lead = utterance.body, utterance.lead
    headed = len(body) > 1 and body[1].word == ":" and Role.NEG not in lead.tags  # `bug: …`
    if utterance.names_ids or Role.NEG not in utterance.roles or headed:
        return None
    starts = [0]
    if not _asks(lead):
        ends = (at for at, token in enumerate(body[:-1]) if token.breaks(_BREAKS) or Role.BUT in token.tags)
        starts += [at + 1 for at in ends]
    refused = next((at for at in starts if _refuses(body, at)), None)
    if refused is None:
        return None
    wanted = any(_asks(body[at]) and Role.VERB in body[at].tags for at in starts if at > refused)
    return unsure(Nothing(), "a ticket, and another that is not wanted") if wanted else sure(Nothing())


def _asks(token: Token) -> bool:
    return token.verb == "create" or (token.has(Role.CREATE_VERB) and Role.NEG not in token.tags)


def _refuses(body: list[Token], at: int) -> bool:
    """Whether the clause at `at` refuses a ticket: `leg kein Ticket an`, `no crees un ticket`."""
    begin = at
    while (
        at < len(body) - 1
        and Role.NEG not in body[at].tags
        and (body[at].has(*_BEFORE) or body[at].word in _SUBJECTS or _asks(body[at]))
    ):
        at += 1
    denial = body[at]
    if Role.NEG not in denial.tags or denial.word in _OF_OTHERS:
        return False
    ordered = denial.tags[Role.NEG] == "order" or (at > begin and denial.word in _OF_ONESELF)
    first = at + 1
    told_of = any(token.word in _TELLING_OF for token in body[begin:at])
    if ordered and denial.word != "no" and not told_of and token_at(body, first).word in _ORDERED:
        return True  # `don't create login bug`
    for at in range(first, min(len(body), first + _MOST_BETWEEN)):
        token, before = body[at], body[at - 1]
        if token.tags.get(Role.NOUN) == "one" or "ticket" in token.word:
            return ordered and _ends(body, at + 1)
        made = before.has(Role.CREATE_VERB, Role.LOGS, Role.FINAL)
        if made and (token.has(Role.PRON) or token.word in _ANYTHING):
            return ordered and _ends(body, at + 1)
        ordered = ordered or token.word in _NEEDED or Role.WANTS in token.tags
        verb = at == first and not token.tags  # an inflected form that is not in the lexicon
        if token.breaks(_BREAKS) or not (verb or token.has(*_BETWEEN) or token.word in _BOTHERING | _NEEDED):
            return False
    return False


def _ends(body: list[Token], at: int) -> bool:
    """Whether the refusal ends before `at`: `no ticket for the VPN`; not `no ticket is created`, `no ticket page`."""
    after = token_at(body, at + (Role.PRON in token_at(body, at).tags))  # `don't ticket this`
    ends = after is NO_TOKEN or after.breaks(_BREAKS) or after.word in _NEEDED | {"as"}
    return ends or after.has(Role.FINAL, Role.PARTICLE, Role.TO, Role.LEADS, Role.ABOUT)
