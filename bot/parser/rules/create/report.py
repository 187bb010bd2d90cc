"""Reports: messages that need a ticket without asking for one: `prod is down`, `need access to the VPN`."""

from typing import NamedTuple

from bot.parser.rules.language.lexer import NO_TAGS, Kind, Tags, Token, any_has
from bot.parser.rules.language.lexicon import REPORTS, has_in_report, load_word_set
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance

_WORDS = frozenset((Kind.WORD, Kind.NUMBER, Kind.QUOTE))
_FEWEST_WORDS = 2
_MOST_BEFORE_THAT = 8  # words: a customer of ours in Spain reports that …
_MOST_BEFORE_NEED = 6  # our new contractor in Berlin needs …
_MOST_BEFORE_CAN = 8
_SHORT_QUESTION = 3  # tokens: `what's on fire`
_MOST_BEFORE_OUT = 4  # the production database is completely down

_BREAKS = ".,;!?-…"
_WHOEVER = ("anyone", "anybody", "someone", "somebody", "you")  # does anyone know whether …
_SENDER = ("i", "i'm", "i've", "we", "we're", "we've", "my", "our", "sure")  # `not sure if …`
_TELLING = frozenset((Role.TROUBLE, Role.HAPPENS, Role.NEED, Role.TASK))
_NAMELESS = load_word_set("nameless")
_OUT = frozenset(word for word, tags in REPORTS.words.items() if Role.OUT in tags)

_TO_TICKETS = ("close", "start", "reopen", "delete", "cannot", "undo", "history")

Found = list[tuple[int, int, Tags]]


class Report(NamedTuple):
    """`start` is its offset in the source. `idle`: it may be just a question or news."""

    start: int
    idle: bool


def find_report(utterance: Utterance) -> Report | None:
    """The report in the message, if there is one."""
    begin = utterance.body[0].start
    raw = [token for token in utterance.raw if token.start >= begin]
    if sum(token.kind in _WORDS for token in raw) < _FEWEST_WORDS:
        return None
    found = REPORTS.find(raw)
    roles = {role: at for at, _, tags in reversed(found) for role in tags}  # where each begins first
    start = _skip_preamble(found, raw, _skip_leads(found, raw))
    first = next((tags for at, _, tags in found if at == start), NO_TAGS)
    wished = utterance.wish == "have"
    needed = roles.get(Role.NEED)
    before = [token for token in raw if needed and token.start < needed]
    needs = wished or (needed is not None and len(before) <= _MOST_BEFORE_NEED)
    trouble = Role.TROUBLE in roles or Role.HAPPENS in roles or _keeps_out(raw)
    if not (trouble or needs or Role.TASK in first):
        return None
    news = (
        any_has(raw[1:2], Role.AUX) and raw[2:3] and raw[2].tags.get(Role.STAT) == "done"
    )  # `deploy is finished`
    asks = is_question(utterance) and not (utterance.asked or wished or (utterance.wish and needs))
    return Report(start, idle=asks or Role.CALM in roles or bool(news and not (trouble or needs)))


def _keeps_out(raw: list[Token]) -> bool:
    """Whether nobody can use something: `nobody in the Lisbon office can print`."""
    words = [token.word for token in raw[:_MOST_BEFORE_CAN]]
    return (words[0] == "nobody" or words[:2] == ["no", "one"]) and "can" in words


def is_question(utterance: Utterance) -> bool:
    """Whether it asks: `who broke prod??`; not a request behind a report: `the guide skips a part, could someone fix that?`."""
    body = utterance.body
    requested = any(  # `could someone fix that?`
        (token.has(Role.REQUEST) or (token.tags.get(Role.WISH) == "have" and Role.PRON in after.tags))
        and before.breaks(_BREAKS)
        and after.tags.get(Role.VERB) not in _TO_TICKETS
        for before, token, after in zip(body, body[1:], body[2:], strict=False)
    )
    if utterance.question and (utterance.asked or requested):
        return False
    begun = utterance.lead.has(Role.WH, Role.AUX, Role.MODAL, Role.HOWTO)
    whoever = Role.AUX in utterance.lead.tags and utterance.lead.word.endswith(_WHOEVER)
    asked = len(body) <= _SHORT_QUESTION or any(token.word == "?" for token in body)
    return utterance.question or whoever or (begun and asked)


def is_vital(raw: list[Token]) -> bool:
    """Whether production or its database is down, or nobody can reach it; staging alone does not count."""
    outs = (at for at, token in enumerate(raw) if token.word in _OUT)
    near = [raw[max(0, at - _MOST_BEFORE_OUT) : at] for at in outs]
    told = ([one.word for one in part] for part in ([raw] if _keeps_out(raw) else near))
    roles = [{role for word in words for role in REPORTS.words.get(word, NO_TAGS)} for words in told]
    return any(Role.OURS in named and Role.LESSER not in named for named in roles)


def is_trouble(raw: list[Token]) -> bool:
    return any(Role.TROUBLE in tags for _, _, tags in REPORTS.find(raw))


def names_nothing(told: list[Token]) -> bool:
    """Whether the report says of nothing known that it is in trouble: `it doesn't work`, `same problem here`."""
    words = [token for token in told if token.kind != Kind.MARK]
    trouble = [(at, end) for at, end, tags in REPORTS.find(told) if Role.TROUBLE in tags]
    return any(token.has(Role.PRON) or token.word in _NAMELESS for token in words) and all(
        token.has(Role.PRON, Role.GLUE, Role.AUX, Role.NEG, Role.WONDER)
        or token.word in _NAMELESS
        or any(at <= token.start < end for at, end in trouble)
        for token in words
    )


def _skip_leads(found: Found, raw: list[Token]) -> int:
    """Where the report begins: after `it looks like`, `customer Acme reports that`."""
    begin = start = raw[0].start
    for at, end, tags in found:
        lead = tags.get(Role.LEAD)
        if lead == "here":  # `…, and the problem is that …`
            start = begin = next((token.start for token in raw if token.start >= end), start)
            continue
        if not lead or (lead == "yes" and at != start):
            continue
        if lead == "that" and (start != begin or not _tells(found, raw, at, end)):
            continue
        if sum(start <= token.start < at for token in raw[: _MOST_BEFORE_THAT + 1]) <= _MOST_BEFORE_THAT:
            start = next((token.start for token in raw if token.start >= end), start)
    return start


def _skip_preamble(found: Found, raw: list[Token], start: int) -> int:
    """Where the sentence with the trouble begins, after others about the sender: `We have a demo tomorrow. Staging is down`."""
    trouble = next((at for at, _, tags in found if at >= start and not _TELLING.isdisjoint(tags)), start)
    before = [token for token in raw if token.start < trouble]
    end = next((at + 1 for at in reversed(range(len(before) - 1)) if before[at].breaks(".!?")), 0)
    return max(start, before[end].start) if any(one.word in _SENDER for one in before[:end]) else start


def _tells(found: Found, raw: list[Token], at: int, end: int) -> bool:
    """Whether `at` is a verb of telling: not `the reports screen`, `sales reports are …`, `reports crash`."""
    before = next((token for token in reversed(raw) if token.start < at), None)
    if any(start < at and Role.TROUBLE in tags for start, _, tags in found):
        return False
    if before and raw[0] is not before and has_in_report(before, Role.PART):
        return False  # `status page says`
    if sum(at <= token.start < end for token in raw) > 1:
        return True  # `reports that`
    after = next((token for token in raw if token.start >= end), None)
    if after is None or Role.AUX in after.tags or has_in_report(after, Role.PART):
        return False
    return not any(start == after.start and Role.TROUBLE in tags for start, _, tags in found)
