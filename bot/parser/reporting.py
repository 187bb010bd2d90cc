"""What is said to the bot without a command and yet asks for a ticket: `prod is down`, `need access to the VPN`."""

import re

from bot.parser.said import Said
from bot.parser.tokens import CODE, FORWARD, NO_TAGS, NUMBER, QUOTE, WORD, Tags, Token
from bot.parser.vocabulary import REPORTS

_ID = re.compile(r"\bT\d", re.IGNORECASE)
_FEWEST_WORDS = 2
_MOST_BEFORE_THAT = 8
_MOST_BEFORE_NEED = 6  # our new contractor in Berlin needs …
_OURS = frozenset("prod production live database db site website everything checkout payments payment server servers".split())


class Report:
    """`start` is where it begins in the source; `sure` that it is one, `needs` that it asks for something."""

    __slots__ = ("needs", "start", "sure")

    def __init__(self, start: int, *, sure: bool, needs: bool) -> None:
        self.start, self.sure, self.needs = start, sure, needs


def report(said: Said) -> Report | None:
    """What `said` reports, if it does."""
    begin = said.body[0].start
    raw = [token for token in said.raw if token.start >= begin]
    if sum(token.kind in (WORD, NUMBER, QUOTE) for token in raw) < _FEWEST_WORDS:
        return None
    found = REPORTS.find(raw)
    roles: dict[str, int] = {}
    for start, _, tags in found:
        for role in tags:
            roles.setdefault(role, start)
    start = _past_leads(found, raw, begin)
    first = next((tags for at, _, tags in found if at == start), NO_TAGS)
    needs = "need" in roles and sum(token.start < roles["need"] for token in raw) <= _MOST_BEFORE_NEED
    if not ("trouble" in roles or needs or "task" in first):
        return None
    certain = not said.names_ids and "calm" not in roles and (not said.question or said.asked or bool(said.wish and needs)) and not _quoted(said)
    return Report(start, sure=certain, needs=needs)


def vital(raw: list[Token]) -> bool:
    """Production or a database is down."""
    words = [token.word for token in raw]
    for index, word in enumerate(words):
        if word in ("down", "outage", "offline") and _OURS & set(words[max(0, index - 4) : index]):
            return True
    return False


def _past_leads(found: list[tuple[int, int, Tags]], raw: list[Token], begin: int) -> int:
    """Past `it looks like`, `customer Acme reports that`."""
    start = begin
    for at, end, tags in found:
        if "lead" not in tags:
            continue
        words = sum(start <= token.start < at for token in raw)
        if tags["lead"] == "yes" and words == 0 or tags["lead"] == "that" and words <= _MOST_BEFORE_THAT and start == begin:
            start = next((token.start for token in raw if token.start >= end), end)
    return start if any(token.start >= start for token in raw) else begin


def _quoted(said: Said) -> bool:
    if any(token.kind in (QUOTE, CODE) and _ID.search(token.word) for token in said.body):
        return True
    return any("said" in token.tags or token.kind == FORWARD for token in said.tokens) or said.body[0].kind == QUOTE
