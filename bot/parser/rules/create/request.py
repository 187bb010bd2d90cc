"""Finds a request for a ticket: first (`create X`), as a name (`ticket: X`), last (`X, please log this`) or in passing."""

from itertools import takewhile

from bot.parser.rules.create import opening, report
from bot.parser.rules.create.inline_fields import InlineFields, read_inline_fields
from bot.parser.rules.create.labels import find_final_request, find_label
from bot.parser.rules.create.titles import Draft, draft_ticket
from bot.parser.rules.language.lexer import NO_TOKEN, Kind, Token, any_has, token_at
from bot.parser.rules.language.lexicon import has_in_report, load_word_set
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance
from bot.parser.text import to_plain_text

_MOST_BEFORE = 8  # tokens before a request
_ASKING = (Role.POLITE, Role.REQUEST, Role.WISH, Role.FILLER)
_OTHERWISE = (Role.NEG, Role.COND, Role.SAID, Role.TIME, Role.BUT)
_PREFACES = load_word_set("prefaces")


def find_request(utterance: Utterance, *, headed: bool = True) -> Draft | None:
    """The draft of the requested ticket, or None. `headed=False`: the first word is no verb."""
    before, at = _take_leading_urgency(utterance.body)
    body, source = utterance.body[at:], utterance.source
    if len(body) > 1 and body[0].word in ("i", "we") and Role.WANTS in body[1].tags:
        body = body[1:]
    begun = None
    if headed:
        asked = bool(utterance.asked or utterance.wish)
        begun = find_label(body, threaded=bool(utterance.thread))
        begun = begun or opening.find_title_start(body, asked=asked)
    begun = begun or _find_after_noun(body)
    if not begun:
        return _find_before_request(utterance, body)
    title = 0 if _names_a_thing(utterance, body) else begun.title
    if title and source[body[title - 1].start : body[title - 1].end] == "A":  # `create A record for …`
        title -= 1
    made = draft_ticket(body[title:], source)
    made.fields.join(begun.fields)
    made.fields.join(before)
    named = title and body[title - 1].tags.get(Role.NOUN) == "one"
    waits = (token.has(Role.COND, Role.TIME) and token.word != "like" for token in body[title : title + 1])
    made.later = bool(named) and any(waits)  # `create a ticket if it fails again`
    return made


def _take_leading_urgency(body: list[Token]) -> tuple[InlineFields, int]:
    """Values before the request, and where it begins: `low priority: create a ticket`, `URGENT create ticket`."""
    if Role.PRI in body[0].tags:
        for at in range(1, min(_MOST_BEFORE, len(body) - 1)):
            if body[at].verb == "create" or Role.CREATE_VERB in body[at].tags:
                found = read_inline_fields(body[:at])
                return (found, at) if found else (InlineFields(), 0)
    return InlineFields(), _skip_preface(body)


def _skip_preface(body: list[Token]) -> int:
    """Where the request begins after a preface: `as agreed on the phone, please open a ticket for …`; or 0."""
    for colon in range(1, min(_MOST_BEFORE, len(body) - 3)):
        at, before = colon + 1, body[:colon]
        if not body[colon].breaks(":,-."):
            continue
        while at < len(body) - 2 and body[at].has(*_ASKING):
            at += 1
        begins = body[at].verb == "create" or Role.CREATE_VERB in body[at].tags
        if begins and " ".join(token.word for token in before) in _PREFACES:
            return at
        other = report.is_trouble(before) or any_has(before, *_OTHERWISE)
        named = opening.find_noun(body, at + 1) if begins and not other else None
        leads, title = (*body[named.title + 1 :], NO_TOKEN, NO_TOKEN)[:2] if named else (NO_TOKEN, NO_TOKEN)
        if title.word and (leads.has(Role.LEADS) or leads.word == ":") and not title.has(Role.PRON):
            return at
    return 0


def _names_a_thing(utterance: Utterance, body: list[Token]) -> bool:
    """Whether the verb is part of a name: `New Relic is down`, `Add to cart fails`; not in `new: …` and `/ticket new …`."""
    kind = token_at(body, 2).has(Role.KIND) and has_in_report(token_at(body, 3), Role.PART)
    if body[0].word == "report" and kind:
        return True  # `report a bug button missing`
    if body[0].word not in ("new", "add") or utterance.surface == "slash" or len(body) < 3:  # noqa: PLR2004
        return False
    if Role.NOVEL in body[1].tags:
        return body[0].word == "new"
    named = body[1].kind in (Kind.QUOTE, Kind.MARK) or opening.find_noun(body, 1)
    if named or body[1].has(Role.ARTICLE, Role.PRON) or any_has(body[1:4], Role.BACKLOG):
        return False  # `add to the backlog: …`
    says = any(token.has(Role.AUX, Role.BEHAVES) or token.tags.get(Role.NEG) == "state" for token in body[2:])
    return says or (body[1].word == "to" and report.is_trouble(utterance.raw))


def names_a_part(tokens: list[Token], at: int) -> bool:
    """Whether the verb at `at` is part of a name: `close button`; not `list page 2`, `show sidebar tickets`."""
    after = token_at(tokens, at + 2)
    lists = (tokens[at].verb == "view" and after.is_many) or Role.SEARCH in tokens[at].tags
    return has_in_report(token_at(tokens, at + 1), Role.PART) and not lists and after.kind != Kind.NUMBER


def _find_after_noun(tokens: list[Token]) -> opening.TitleStart | None:
    """A title after the noun: `ticket: X`, `urgent ticket for X`, `Ticket erstellen: X`, `ticket please: X`."""
    named = opening.find_noun(tokens, 0)
    if not named or named.title + 1 >= len(tokens):
        return None
    at = named.title + 1
    end = at + len([*takewhile(lambda token: token.has(Role.PRON, Role.POLITE), tokens[at:-1])])
    above = end > at and tokens[end].kind == Kind.LINE  # `ticket this please` above what it is about
    if above or tokens[named.title].word.startswith("new ") or tokens[at].word in (":", "-"):
        return opening.TitleStart(opening.skip_connectors(tokens, end if above else at), named.fields)
    return _find_after_ticket(tokens, at, named) if Role.TICKET in tokens[named.title].tags else None


def _find_after_ticket(tokens: list[Token], at: int, named: opening.TitleStart) -> opening.TitleStart | None:
    """The title at `at`, after a noun that can only mean a ticket."""
    after = tokens[at]
    begin = opening.skip_connectors(tokens, at + 1)
    needed = after.word == "needed"  # `ticket needed: printer jams`
    if needed or after.verb == "create" or after.has(Role.CREATE_VERB, Role.POLITE):
        needed |= Role.POLITE in after.tags and token_at(tokens, at + 1).breaks(".!?;-")
        return opening.TitleStart(begin, named.fields) if begin > at + 1 or needed else None
    if tokens[0].word != "the" and (Role.LEADS in after.tags or opening.is_under_way(tokens, at)):
        return opening.TitleStart(opening.skip_to_title(tokens, *named, articled=True), named.fields)
    return None


def _find_before_request(utterance: Utterance, tokens: list[Token]) -> Draft | None:
    """A request after the title, which begins where the report does: `X, can you make a ticket`, `X. ticket please`."""
    start, _ = find_final_request(tokens)
    if start == len(tokens):
        return None
    said = (Role.STAT, Role.PRI, Role.CAT, Role.FIELD, Role.TO)
    noted = tokens[0].kind == Kind.ID and any(token.word == ":" for token in tokens[: start + 1])
    if noted and all(token.kind == Kind.MARK or token.has(*said) for token in tokens[1:start]):
        return None  # `T003 done: team issue`
    told = report.find_report(utterance)
    begin = next((at for at in range(start) if told and tokens[at].start >= told.start), 0)
    found = draft_ticket(tokens[begin:start], utterance.source)
    if begin:
        found.desc = found.desc or to_plain_text(utterance.source[tokens[0].start : tokens[start - 1].end])
    pri = next((int(token.tags[Role.PRI]) for token in tokens[start:] if Role.PRI in token.tags), None)
    found.fields.join(InlineFields(pri=pri))
    found.requested = True
    return found if found.title else None
