"""Commands and questions about existing tickets: decides which kind a message is, and calls its reader."""

import re
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import Any

from bot.actions import Ask, BulkUpdate, View
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.commands import build, changes, views
from bot.parser.rules.commands.filters.extraction import MADE, extract_filters
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.commands.slots import Slots, Value
from bot.parser.rules.commands.statement_then_command import read_statement_then_command
from bot.parser.rules.create.request import names_a_part
from bot.parser.rules.language.lexer import NO_TAGS, NO_TOKEN, Kind, Token, any_has, tokenize
from bot.parser.rules.language.lexicon import COMMANDS, load_word_set
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.rules.utterance import CHANGING, Utterance, sure, unsure
from bot.parser.text import fold

_CLOSING = (" close", " schliessen")  # ends of `we can close`, which is a status of one ticket
_COMPARED = frozenset(("older", "newer", "younger"))  # than two weeks
_COMMANDING = CHANGING | {"create"}
# Short forms of a list's filters, each written out as long: `p1/p2`, `p1-p3`, `non-infra`, `by:me`, `but only high`.
_SHORT_FORMS = re.compile(
    r"/|(?<=\bp[12])-(?=p[23]\b)|\bnon-(?=(\w+))"
    r"|\b(?:by|from|since|until|till|before|after):(?=\S)|\bbut (?=only\b|just\b)",
    re.IGNORECASE,
)
_RANKS = load_word_set("ranks")
_LONGEST_CURT = 8  # tokens: `closed in the last 3 days`
_LONGEST_WONDER = 5  # words


def read_command(utterance: Utterance) -> Reading | None:
    """The reading of the message as a question or command about tickets; None if it is neither."""
    ids = any(token.kind == Kind.ID for token in utterance.body)
    if Role.VERB in utterance.lead.tags and not ids and names_a_part(utterance.body, 0):
        return None
    if not utterance.names_ids and _may_list(utterance):
        if _SHORT_FORMS.search(utterance.source) and Role.SEARCH not in utterance.lead.tags:
            utterance = _write_out(utterance)
        filters, rest = extract_filters(utterance.body, utterance.source, utterance.today)
        reading = _read_filtered(replace(utterance, body=rest), filters) if filters else None
        if reading:
            return reading
    return _read(utterance, gather(utterance.body, utterance.source, targeted=utterance.thread is not None))


def _write_out(utterance: Utterance) -> Utterance:
    """`utterance` with its filters' short forms written out; a slash or dash only if all join values of one field."""
    written = COMMANDS.tag(tokenize(_SHORT_FORMS.sub(_written_out, utterance.source)))
    split = [token for token in written if token.start >= utterance.lead.start]
    around = zip([NO_TOKEN, *split], split, [*split[1:], NO_TOKEN], strict=False)
    slashed = [(one, other) for one, sign, other in around if utterance.source[sign.start : sign.end] in "/-"]
    joined = all(any(one.value(name) and other.value(name) for name in FIELDS) for one, other in slashed)
    return replace(utterance, body=split) if joined else utterance


def _written_out(found: re.Match[str]) -> str:
    short = found[0].lower()
    if short == "non-":
        return "not " if COMMANDS.words.get(fold(found[1]), NO_TAGS).keys() & {*FIELDS.values()} else found[0]
    return {"/": ",", "-": "→", "but ": ",   "}.get(short, short[:-1] + " ")


def read_ranked(utterance: Utterance) -> Reading | None:
    """The newest of a list: `new code bugs since yesterday`; a question if not all of it is asked for: `top 3 urgent infra`."""
    body, source = utterance.body, utterance.source
    ranks = [*takewhile(lambda token: token.word in _RANKS or token.kind == Kind.NUMBER, body)]
    if utterance.thread or not any(token.kind == Kind.WORD for token in ranks):
        return None
    filters, rest = extract_filters(body[len(ranks) :], source, utterance.today)
    reading = _read_filtered(replace(utterance, body=rest), filters) if rest else None
    shown = reading.action if reading and reading.sure else None
    if not isinstance(shown, View) or shown.text or utterance.names_ids:
        return None
    if any(token.kind == Kind.NUMBER for token in ranks):
        return unsure(questions.cannot_filter(source[ranks[0].start : ranks[-1].end], shown))
    return reading if filters else None


def _may_list(utterance: Utterance) -> bool:
    """Whether the message may ask for several tickets."""
    lead = utterance.lead
    asks = lead.verb == "view" or lead.has(Role.WH, Role.COUNT, Role.AUX, Role.MINE, Role.ALL)
    many = any(token.is_many for token in utterance.body)
    curt = len(utterance.body) <= _LONGEST_CURT and utterance.thread is None
    filters = lead.has(Role.STAT, Role.STATS, Role.TICKET, Role.PRI, Role.CAT) or len(utterance.body) == 1
    return asks or many or (curt and (filters or lead.word in MADE | _COMPARED))


def _read_filtered(utterance: Utterance, filters: dict[str, Any]) -> Reading | None:
    """The list that `filters` (people and days) limit; None if the message asks for no list."""
    while utterance.body and utterance.body[0].has(Role.AND):  # `older than two weeks and not started`
        utterance = replace(utterance, body=utterance.body[1:])
    slots = gather(utterance.body, utterance.source)
    slots.filters = filters
    reading = _read(utterance, slots) if utterance.body else sure(build.view(slots, None))
    return reading if reading and isinstance(reading.action, (View, BulkUpdate, Ask)) else None


def _read(utterance: Utterance, slots: Slots) -> Reading | None:
    """Read a question, a list, a history or a change."""
    if slots.guard == "neg" and not (slots.ids or utterance.thread or (slots.verbs and slots.many)):
        return None
    status = _status_of_list(utterance, slots)
    if status:
        slots.verbs, slots.values = [], [Value("stat", status), *slots.values]
    asks = _asks(utterance)
    if (asks or slots.verbs[:1] == ["view"]) and (reading := views.read_named_and_list(utterance, slots)):
        return reading
    if asks:
        return read_statement_then_command(utterance) or views.read_question(utterance, slots)
    if "history" in slots.verbs and slots.complete and not slots.effective:
        return views.read_history(slots, utterance.thread)
    pages = slots.page and not (slots.effective or slots.ids)
    if slots.verbs[:1] == ["view"] or pages or _is_list(slots, utterance):
        return views.read_view(utterance, slots)
    said = None if slots.complete else read_statement_then_command(utterance)
    return said or changes.read_change(utterance, slots)


def _status_of_list(utterance: Utterance, slots: Slots) -> str | None:
    """The status in `done, infra only` and `my done tickets`, where the word could also be a command."""
    noted = len(utterance.body) > 1 and utterance.body[1].word == ":"  # `done: really fixed now`
    noted = noted and any(value.field == "stat" for value in slots.values)
    if slots.verbs != ["close"] or slots.ids or utterance.thread or noted:
        return None
    if slots.values and utterance.lead.has(Role.STAT):
        return utterance.lead.tags[Role.STAT]
    for word, noun in pairwise(utterance.body):
        if word.has(Role.VERB):  # the first verb is the command
            return word.tags.get(Role.STAT) if noun.is_many else None
    return None


def _asks(utterance: Utterance) -> bool:
    """Whether the message is a question."""
    lead, after = utterance.lead, utterance.body[1:2]
    if (utterance.question and not utterance.asked) or _wonders(utterance.body):
        return True
    if lead.word == "have" and after and (after[0].kind == Kind.ID or after[0].has(Role.PRON)):
        return False  # `have it done`
    pairs = pairwise(utterance.body if lead.word == "do" else ())
    if any(one.verb in _COMMANDING and before.has(Role.AUX, Role.AND, Role.POLITE) for before, one in pairs):
        return False  # `do a check and close T003`, `do close T003`
    return lead.has(Role.WH, Role.COUNT) or (Role.AUX in lead.tags and Role.VERB not in lead.tags)


def _wonders(body: list[Token]) -> bool:
    """Whether it is a question without a question mark: `T034 done yet`, `T034 still open`."""
    words = [token for token in body if token.kind != Kind.MARK and not token.has(Role.POLITE)]
    if not words or words[0].kind != Kind.ID or len(words) > _LONGEST_WONDER:
        return False
    after = (token for before, token in pairwise(words) if before.tags.get(Role.WONDER) == "still")
    still = any(one.tags.get(Role.STAT) in ("open", "prog") and Role.NEG not in one.tags for one in after)
    return still or (words[-1].word == "yet" and not any_has(words, Role.NEG))


def _is_list(slots: Slots, utterance: Utterance) -> bool:
    """Whether there are only filters: `open infra tickets`, `my tickets`, `p1`."""
    spoken_of = not slots.search and (slots.named or "pron" in slots.flags)
    other = slots.ids or slots.texts or slots.bad_ids or spoken_of
    sets = any(value.marked for value in slots.values) or not set(slots.verbs) <= {"view"}
    lead = utterance.lead.word  # `it's fixed`, `you can close them all`
    told = slots.values and (lead in changes.IT_IS or lead.endswith(_CLOSING))
    if not slots.complete or other or sets or told:
        return False
    if slots.filters or "stats" in slots.flags:
        return True
    alone = utterance.thread is None  # in a thread `open` is a change, and `mine` may be one
    return slots.many or (alone and ("mine" in slots.flags or bool(slots.values)))
