"""What is told to the bot and is neither asked for nor plainly a report: `the sidebar icons look blurry`. Never sure."""

from bot.parser import reporting
from bot.parser.categories import categorise
from bot.parser.message import Reading
from bot.parser.newcomers import SECOND, new
from bot.parser.said import ENDING, Said
from bot.parser.titles import draft
from bot.parser.tokens import Token
from bot.parser.vocabulary import REPORTS, TALK

_LONGEST_TALK = 6  # words of a phrase of talk
_SHORTEST = 4  # tokens: with fewer there is no telling
_NOT_FIRST = ("wh", "howto", "aux", "modal", "neg", "cond", "count", "pron", "mine", "all")
_BREAKS = frozenset(",.;:!?-")
_CHANGING = SECOND - {"view"}
_INSPECTING = frozenset(("check", "check on", "look at"))  # can you check the printer
_OF_TICKETS = frozenset(("view", "close", "reopen", "undo", "history", "help", "usage", "export"))


def stated(said: Said) -> Reading | None:
    """A ticket of what is about work; None for talk, news, questions and commands that were not understood."""
    if said.topic or said.names_ids or said.lead.has(*_NOT_FIRST) or reporting.is_question(said):
        return None
    raw = [token for token in said.raw if token.start >= said.lead.start]
    if len(raw) < _SHORTEST or _is_talk(said, raw) or _is_about_tickets(said):
        return None
    if not categorise(said.source[said.lead.start :]):
        return None
    made = draft(said.body, said.source)
    return new(made, said, certain=False) if made.title else None


def _is_talk(said: Said, raw: list[Token]) -> bool:
    """`thank you, …`, `nice, …`, `I am …`, `heads up: …`, `… works again`"""
    if "person" in REPORTS.words.get(raw[0].word, ()) or reporting.is_calm(raw):
        return True
    before = [token for token in said.raw if token.start <= said.lead.start]
    if any("news" in tags for _, _, tags in REPORTS.find(before)):
        return True
    found = TALK.find(raw[:_LONGEST_TALK])
    return bool(found) and found[0][0] == raw[0].start and not {"talk", "thanks"}.isdisjoint(found[0][2])


def _is_about_tickets(said: Said) -> bool:
    """`close the login ticket`, `should be fine now, close it`, `run this: …`"""
    lead, body = said.lead, said.body
    verbs = {token.tags.get("verb") for token in said.tokens}
    many = any(token.tags.get("noun") == "many" or "all" in token.tags for token in body)
    orders = "order" in REPORTS.words.get(lead.word, ()) and any(
        token.has("pron", "pile") for token in body[1:2]
    )
    return (
        orders
        or "oops" in said.roles
        or (lead.tags.get("verb") in _OF_TICKETS and not (said.asked and lead.word in _INSPECTING))
        or (many and not verbs.isdisjoint(ENDING))
        or (_tells_of_others(body) and not verbs.isdisjoint(SECOND))
        or reporting.quotes_a_ticket(said.tokens)
        or any("ticket" in token.word for token in body)
        or any(_orders(body, at) for at in range(len(body) - 1))
    )


def _tells_of_others(body: list[Token]) -> bool:
    """`she said …`, `quote: …`; not `a quote`."""
    return any(
        "said" in token.tags and not (at and "article" in body[at - 1].tags) for at, token in enumerate(body)
    )


def _orders(body: list[Token], at: int) -> bool:
    """`close it`, `, then delete all`; not `the Tuesday update every time`, `somebody would look at it`."""
    begins = at == 0 or body[at - 1].breaks(_BREAKS) or body[at - 1].has("and", "polite", "request", "filler")
    return begins and body[at].tags.get("verb") in _CHANGING and body[at + 1].has("pron", "all")
