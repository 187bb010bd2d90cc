"""What is said to the bot without a command and yet asks for a ticket: `prod is down`, `need access to the VPN`."""

from bot.parser.tokens import BAD, FORWARD, ID, NO_TAGS, QUOTE, Token
from bot.parser.vocabulary import REPORTS

_FEWEST_WORDS = 2
_MOST_BEFORE_THAT = 8
_OURS = frozenset("prod production live database db site website everything checkout payments payment server servers".split())


class Report:
    """`start` is where it begins in the source; `sure` that it is one; `urgent` that something vital is down."""

    __slots__ = ("start", "sure", "urgent")

    def __init__(self, start: int, *, sure: bool, urgent: bool) -> None:
        self.start, self.sure, self.urgent = start, sure, urgent


def report(raw: list[Token], tokens: list[Token], *, question: bool, asked: bool) -> Report | None:
    """What `tokens` report, if they do. `raw` are the same tokens before the vocabulary joined them."""
    if not tokens or sum(token.kind not in ("mark", "line", "picture") for token in raw) < _FEWEST_WORDS:
        return None
    begin = tokens[0].start
    raw = [token for token in raw if token.start >= begin]
    found = REPORTS.find(raw)
    roles: dict[str, int] = {}
    for start, _, tags in found:
        for role in tags:
            roles.setdefault(role, start)
    if not roles.keys() & {"trouble", "need", "task"}:
        return None
    start = _past_leads(found, raw, begin)
    first = _first(found, start)
    trouble, need = "trouble" in roles, "need" in roles and _early(raw, roles["need"])
    task = "task" in first
    if not (trouble or need or task):
        return None
    ids = any(token.kind in (ID, BAD) for token in raw)
    sure = not ids and "calm" not in roles and (not question or asked) and not _spoken(tokens)
    if not (trouble or need) and task and asked is False and first.get("task") is None:
        sure = False
    return Report(start, sure=sure, urgent=vital(raw))


def vital(raw: list[Token]) -> bool:
    """Production or a database is down."""
    words = [token.word for token in raw]
    for index, word in enumerate(words):
        if word in ("down", "outage", "offline") and _OURS & set(words[max(0, index - 4) : index]):
            return True
    return False


def _past_leads(found: list[tuple[int, int, dict[str, str]]] | list, raw: list[Token], begin: int) -> int:  # type: ignore[type-arg]
    """Past `it looks like`, `customer Acme reports that`."""
    start = begin
    for at, end, tags in found:
        if "lead" not in tags:
            continue
        words = sum(start <= token.start < at for token in raw)
        if tags["lead"] == "yes" and words == 0 or tags["lead"] == "that" and words <= _MOST_BEFORE_THAT and start == begin:
            start = next((token.start for token in raw if token.start >= end), end)
    return start if any(token.start >= start for token in raw) else begin


def _first(found: list, start: int) -> dict[str, str]:  # type: ignore[type-arg]
    return next((dict(tags) for at, _, tags in found if at == start), {})


def _early(raw: list[Token], at: int) -> bool:
    return sum(token.start < at for token in raw) <= 6  # noqa: PLR2004  # `our new contractor in Berlin needs …`


def _spoken(tokens: list[Token]) -> bool:
    return any("said" in token.tags or token.kind == FORWARD for token in tokens) or (len(tokens) == 1 and tokens[0].kind == QUOTE)


NONE = NO_TAGS
