"""Tickets that nobody wants: `don't open a ticket for this`, `no ticket needed`, `the build is red, no need for a ticket`."""

from bot.actions import Nothing
from bot.parser.message import Reading
from bot.parser.rules.language.lexer import Token
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance, sure, unsure

_BREAKS = frozenset(",;.!?:-…()")
_BEFORE = (
    Role.FILLER, Role.POLITE, Role.GREET, Role.AND, Role.BUT, Role.REQUEST, Role.PRON, Role.GLUE, Role.TURN, Role.AUX,
)  # fmt: skip
_BETWEEN = (Role.ARTICLE, Role.POLITE, Role.FILLER, Role.PRI, Role.INDIRECT, Role.GLUE)
# Denials that say who, or what else, and not that something is not to be done.
_OF_OTHERS = frozenset(("nobody", "no one", "neither", "nor", "nothing", "none", "leave", "keep", "except", "except for", "excluding", "but not", "other than", "as if", "yeah right"))  # fmt: skip
_ANYTHING = frozenset(("anything", "something", "one", "any", "another"))
_NEEDED = frozenset(("need", "needed", "want", "wanted", "necessary", "required", "needs", "require", "requires", "asking", "please", "yet", "notig", "now"))  # fmt: skip
_BOTHERING = frozenset(("bother", "have", "think", "dare", "even", "we", "i"))
_SUBJECTS = frozenset(("there's", "you"))
_MOST_BETWEEN = 4  # tokens


def declined(utterance: Utterance) -> Reading | None:
    """Nothing, where no ticket is wanted; None for any other message, and where one is asked for in so many words."""
    body = utterance.body
    lead = utterance.lead
    headed = len(body) > 1 and body[1].word == ":" and Role.NEG not in lead.tags  # `bug: …`
    if utterance.names_ids or Role.NEG not in utterance.roles or _asks(lead) or headed:
        return None
    starts = [
        0,
        *(at + 1 for at, token in enumerate(body[:-1]) if token.breaks(_BREAKS) or Role.BUT in token.tags),
    ]
    refused = next((at for at in starts if _refuses(body, at)), None)
    if refused is None:
        return None
    wanted = any(_asks(body[at]) and Role.VERB in body[at].tags for at in starts if at > refused)
    return unsure(Nothing(), "a ticket, and another that is not wanted") if wanted else sure(Nothing())


def _asks(token: Token) -> bool:
    return token.tags.get(Role.VERB) == "create" or (token.has(Role.OPENS) and Role.NEG not in token.tags)


def _refuses(body: list[Token], at: int) -> bool:
    """Whether the clause at `at` begins with a denial of a ticket."""
    while (
        at < len(body) - 1
        and Role.NEG not in body[at].tags
        and (body[at].has(*_BEFORE) or body[at].word in _SUBJECTS)
    ):
        at += 1
    denial = body[at]
    if Role.NEG not in denial.tags or denial.word in _OF_OTHERS:
        return False
    at = _past(body, at + 1)
    while (
        at < len(body) - 1 and body[at].word in _BOTHERING
    ):  # `don't bother creating …`, `don't think we need …`
        at = _past(body, at + 1)
    if at >= len(body):
        return False
    if body[at].word in _NEEDED or body[at].has(Role.WANTS):
        at = _past(body, at + 1)
        return at < len(body) and "ticket" in body[at].word
    if denial.tags[Role.NEG] == "state":
        return False  # `can't create a ticket in the portal`
    if _asks(body[at]) or body[at].has(Role.LOGS, Role.FINAL):
        return _is_one(body, _past(body, at + 1))
    return _turns_into_one(body, at) or ("ticket" in body[at].word and _ends(body, at + 1))


def _turns_into_one(body: list[Token], at: int) -> bool:
    """`don't turn this into a ticket`, `don't ticket this`."""
    end = next((end for end in range(at, len(body)) if body[end].breaks(_BREAKS)), len(body))
    words = [token.word for token in body[at:end]]
    return words[-2:] == ["a", "ticket"] or (words[:1] == ["ticket"] and Role.PRON in body[end - 1].tags)


def _past(body: list[Token], at: int) -> int:
    """Past articles and the like before a verb or a noun; a pronoun stays, which stands for the ticket."""
    end = min(len(body), at + _MOST_BETWEEN)
    while (
        at < end and body[at].has(*_BETWEEN) and not (body[at].has(Role.NOUN, Role.PRON) or _asks(body[at]))
    ):
        at += 1
    return at


def _is_one(body: list[Token], at: int) -> bool:
    """Whether the object at `at` is a ticket or stands for one: `a ticket`, `anything yet`, `it`; not `that link`."""
    if at >= len(body):
        return False
    after = body[at + 1] if at + 1 < len(body) else None
    ends = after is None or after.breaks(_BREAKS) or after.word in ("as", "yet", "now", "for")
    return (
        body[at].tags.get(Role.NOUN) == "one"
        or "ticket" in body[at].word
        or (ends and (Role.PRON in body[at].tags or body[at].word in _ANYTHING))
    )


def _ends(body: list[Token], at: int) -> bool:
    """`no ticket needed`, `no ticket for this, …`; not `no ticket is created`."""
    if at < len(body) and body[at].word in ("for", "about", "on"):
        at += 1
        while at < len(body) and body[at].has(Role.PRON, Role.ARTICLE):
            at += 1
    return (
        at >= len(body) or body[at].breaks(_BREAKS) or body[at].word in _NEEDED or Role.FINAL in body[at].tags
    )
