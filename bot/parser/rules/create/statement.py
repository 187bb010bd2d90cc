"""What is told to the bot and is neither asked for nor plainly a report: `the sidebar icons look blurry`. Never sure, and
offered unless a priority or a `please` says that it is meant as a ticket.
"""

from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.create import report
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.tickets import SECOND, new
from bot.parser.rules.create.titles import draft
from bot.parser.rules.language.lexer import Token
from bot.parser.rules.language.lexicon import REPORTS, TALK
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import ENDING, Utterance

_LONGEST_TALK = 6  # words of a phrase of talk
_SHORTEST = 4  # tokens: with fewer there is no telling
_NOT_FIRST = (
    Role.WH, Role.HOWTO, Role.AUX, Role.MODAL, Role.NEG, Role.COND, Role.COUNT, Role.PRON, Role.MINE, Role.ALL,
)  # fmt: skip
_PLEASE = frozenset(
    ("please", "pls", "plz", "bitte", "por favor", "porfa", "svp", "s'il vous plaît")
)  # asks for it
_BREAKS = frozenset(",.;:!?-")
_CHANGING = SECOND - {"view"}
_INSPECTING = frozenset(("check", "check on", "look at"))  # can you check the printer
_OF_TICKETS = frozenset(("view", "close", "reopen", "undo", "history", "help", "usage", "export"))


def stated(utterance: Utterance) -> Reading | None:
    """A ticket, or the question whether to make one, of what is about work; None for talk, news, questions and commands that were not understood."""
    if (
        utterance.topic
        or utterance.names_ids
        or utterance.lead.has(*_NOT_FIRST)
        or report.is_question(utterance)
    ):
        return None
    raw = [token for token in utterance.raw if token.start >= utterance.lead.start]
    if len(raw) < _SHORTEST or _is_talk(utterance, raw) or _is_about_tickets(utterance):
        return None
    if not categorise(utterance.source[utterance.lead.start :]):
        return None
    made = draft(utterance.body, utterance.source)
    if not made.title:
        return None
    found = new(made, utterance, certain=False)
    if made.said.pri or any(token.word in _PLEASE for token in utterance.raw):
        return found
    return Reading(questions.offer(found.action), sure=False, hint=found.hint)


def _is_talk(utterance: Utterance, raw: list[Token]) -> bool:
    """`thank you, …`, `nice, …`, `I am …`, `heads up: …`, `… works again`"""
    if Role.PERSON in REPORTS.words.get(raw[0].word, ()) or report.is_calm(raw):
        return True
    before = [token for token in utterance.raw if token.start <= utterance.lead.start]
    if any(Role.NEWS in tags for _, _, tags in REPORTS.find(before)):
        return True
    if any(Role.PLEASANT in tags for _, _, tags in REPORTS.find(raw)):
        return True
    found = TALK.find(raw[:_LONGEST_TALK])
    return (
        bool(found) and found[0][0] == raw[0].start and not {Role.TALK, Role.THANKS}.isdisjoint(found[0][2])
    )


def _is_about_tickets(utterance: Utterance) -> bool:
    """`close the login ticket`, `should be fine now, close it`, `run this: …`"""
    lead, body = utterance.lead, utterance.body
    verbs = {token.tags.get(Role.VERB) for token in utterance.tokens}
    many = any(token.tags.get(Role.NOUN) == "many" or Role.ALL in token.tags for token in body)
    orders = Role.ORDER in REPORTS.words.get(lead.word, ()) and any(
        token.has(Role.PRON, Role.PILE) for token in body[1:2]
    )
    return (
        orders
        or Role.OOPS in utterance.roles
        or (lead.tags.get(Role.VERB) in _OF_TICKETS and not (utterance.asked and lead.word in _INSPECTING))
        or (many and not verbs.isdisjoint(ENDING))
        or (_tells_of_others(body) and not verbs.isdisjoint(SECOND))
        or report.quotes_a_ticket(utterance.tokens)
        or any("ticket" in token.word for token in body)
        or any(_orders(body, at) for at in range(len(body) - 1))
    )


def _tells_of_others(body: list[Token]) -> bool:
    """`she said …`, `quote: …`; not `a quote`."""
    return any(
        Role.SAID in token.tags and not (at and Role.ARTICLE in body[at - 1].tags)
        for at, token in enumerate(body)
    )


def _orders(body: list[Token], at: int) -> bool:
    """`close it`, `, then delete all`; not `the Tuesday update every time`, `somebody would look at it`."""
    begins = (
        at == 0
        or body[at - 1].breaks(_BREAKS)
        or body[at - 1].has(Role.AND, Role.POLITE, Role.REQUEST, Role.FILLER)
    )
    return begins and body[at].tags.get(Role.VERB) in _CHANGING and body[at + 1].has(Role.PRON, Role.ALL)
