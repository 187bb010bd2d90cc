"""New tickets: requested, or made from a report."""

import re
from itertools import pairwise

from bot.actions import Create, Nothing
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.create import report, request
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.inline_fields import find_priority
from bot.parser.rules.create.labels import find_final_request
from bot.parser.rules.create.titles import Draft, draft_ticket
from bot.parser.rules.format import format_command
from bot.parser.rules.language.lexer import Kind, Token, token_at, tokenize
from bot.parser.rules.language.lexicon import COMMANDS, REPORTS
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance, commands_again, sure, unsure
from bot.parser.text import to_plain_text
from store.models.tickets import Category

_ASKING = frozenset((Role.NOUN, Role.CREATE_VERB, Role.WANTS, Role.LABEL, Role.LOGGED))
_OPENING = (_ASKING - {Role.NOUN}) | {Role.ADDS}
_BARE_ID = re.compile(r"T\d\w*", re.IGNORECASE)
_WONDERING = frozenset(("should", "shall"))
_LONGEST_EMPTY = 12  # characters
_NEAR_KIND = 5  # tokens: `report a new bug: …`, `no, don't log …`


def read_request(utterance: Utterance) -> Reading | None:
    """A requested ticket: `create a ticket for X` and the like."""
    lead = utterance.lead
    acts = lead.has(Role.VERB, Role.WANTS, Role.CREATE_VERB)
    if utterance.roles.isdisjoint(_ASKING) or (lead.has(Role.WH, Role.AUX, Role.COUNT) and not acts):
        return None
    many = Role.ALL in utterance.roles and any(token.is_many for token in utterance.body)
    if lead.tags.get(Role.VERB, "create") != "create" and (many or utterance.roles.isdisjoint(_OPENING)):
        return None  # `show my tickets`, `close all open doc tickets: moved`
    after = token_at(utterance.body, 2)  # `create button in the form returns 403`
    named = request.names_a_part(utterance.body, 0) and after.word != "of" and Role.BEHAVES in after.tags
    made = request.find_request(utterance, headed=not (named and report.find_report(utterance)))
    if made is None:
        return None
    if any(commands_again(utterance.body, at, ",.;") for at in (0, *range(2, len(utterance.body)))):
        return unsure(questions.one_at_a_time(), "a new ticket and another command")
    if made.later:
        return sure(questions.later(build_reading(made, utterance, certain=False).action))
    doubtful = utterance.question and not (utterance.asked or utterance.wish or made.requested)
    reading = build_reading(made, utterance, certain=not doubtful)
    forwarded = doubtful and any(token.kind == Kind.FORWARD for token in utterance.body)
    nouns = [token.tags.get(Role.NOUN) for token in utterance.body[1:2]]
    wondered = utterance.question and utterance.asked and nouns == ["many"]  # `can you create tickets?`
    before = {token.word for token in utterance.raw if token.start < lead.start}  # `should I open a ticket?`
    wondered = wondered or (utterance.question and not _WONDERING.isdisjoint(before))
    return unsure(questions.offer(reading.action)) if forwarded or wondered else reading


def read_report(utterance: Utterance, *, named: bool = False) -> Reading | None:
    """A reported ticket: `prod is down`, `need access to the VPN`. `named`: the message begins with its subject and needs
    no word for trouble: `list shows deleted customers`."""
    if utterance.lead.is_many and token_at(utterance.body, 1).tags.get(Role.NEG) == "order":
        return None  # `tickets not updated for two weeks`
    found = None if utterance.thread or utterance.names_ids else report.find_report(utterance)
    asks = utterance.lead.has(Role.WH, Role.AUX, Role.MODAL, Role.HOWTO) or not utterance.question
    insists = not asks and set(utterance.source.rstrip()[-2:]) <= {"?", "!"}  # `login fails???`
    if found and found.idle and not insists:
        return unsure(Nothing(), "a question or news")
    if not (found or named):
        return None
    start = found.start if found else utterance.lead.start
    told = [token for token in utterance.body if token.start >= start]
    told = told[: find_final_request(told)[0]] or told  # `…, can you create a ticket for it`
    made = draft_ticket(told, utterance.source)
    if not made.title:
        return None
    before = [token for token in utterance.body if token.start < start]
    if any(token.breaks(".!") or _is_name(token, utterance.source) for token in before):
        made.desc = made.desc or to_plain_text(utterance.source[utterance.lead.start : told[-1].end])
    if report.names_nothing(told):
        return sure(questions.NO_TITLE)
    reading = build_reading(made, utterance, certain=found is not None)
    refused = _may_refuse(told, utterance.raw)
    added = utterance.lead.verb == "note"  # `add that the VPN is slow, too`: to what?
    doubtful = refused or added or (found and found.idle)
    return Reading(questions.offer(reading.action), sure=refused) if doubtful else reading


def _is_name(token: Token, source: str) -> bool:
    """Whether it may name who has the trouble, which the ticket has to keep: `customer Acme reports that …`."""
    known = token.tags or token.word in REPORTS.known
    return token.kind == Kind.WORD and not known and source[token.start].isupper()


def _may_refuse(told: list[Token], raw: list[Token]) -> bool:
    """Whether it may refuse a ticket: `don't log printer jam`; not `don't open that attachment, the scanner is broken`."""
    near = pairwise(told[:_NEAR_KIND])
    denied = any(one.tags.get(Role.NEG) == "order" and verb.has(Role.CREATE_VERB) for one, verb in near)
    end = next((token.start for token in told[2:] if token.breaks(",.;:-")), told[-1].end)
    return denied and not report.is_trouble([token for token in raw if token.start >= end])


def build_reading(made: Draft, utterance: Utterance, *, certain: bool) -> Reading:
    """The new ticket that `made` describes, or a question about what it lacks."""
    only_id = utterance.names_ids and _BARE_ID.fullmatch(made.title)
    words = COMMANDS.tag(tokenize(made.title)) if len(made.title) <= _LONGEST_EMPTY else ()
    says = any(not token.has(Role.GLUE, Role.PRON) for token in words)  # not `another one here`
    quoted = any(token.kind == Kind.QUOTE for token in utterance.body)  # `create "it"` says what it is called
    empty = bool(words) and made.title.islower() and not (says or quoted)
    if made.problem or not made.title or only_id or empty:
        return sure(made.problem or questions.NO_TITLE)
    cat = _category(made, utterance)
    pri = made.fields.pri or (Role.PRI in utterance.roles and find_priority(utterance.body))
    pri = pri or (1 if report.is_vital(utterance.raw) else 2)
    likely = cat or (Category.CODE if report.is_trouble(utterance.raw) else Category.OTHER)
    said = {"title": made.title, "desc": made.desc or None, "cat": likely, "pri": pri}
    action = Create.model_validate(said)
    hint = "" if certain else format_command(action)
    return Reading(action, sure=certain, hint=hint)


def _category(made: Draft, utterance: Utterance) -> str | None:
    """The category that was set, or else the one that the title or the description suggests. The requested kind of ticket
    (`bug: …`) is only evidence: a broken network is infra."""
    kind = next((token for token in utterance.body[:_NEAR_KIND] if token.has(Role.KIND, Role.NOUN)), None)
    said = made.fields.cat
    if said == Category.CODE and kind and kind.has(Role.KIND):
        return Category.INFRA if categorise(made.title) == Category.INFRA else said
    label = f"{kind.word}: " if kind and kind.word.startswith("feature") else ""
    return said or categorise(label + made.title) or (categorise(made.desc) if made.desc else None)
