"""Filters of a list by person and day: `tickets by @ada`, `Ada's open tickets`, `closed yesterday`, `older than 7 days`.

What is understood is taken out of the tokens. The rest stays, so that nothing is lost.
"""

import re
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from bot.parser.rules.commands.filters.days import read_days
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.lexicon import load_word_set, load_word_sets
from bot.parser.rules.language.roles import Role

MADE, _STARTED, _WORKS, _ASKING = load_word_sets("made started works asking")
_BUSY, _BY, _BETWEEN, _MINE = load_word_sets("busy by still mine")
_MAKE = load_word_set("make") | MADE
_LINKS = load_word_set("links") | MADE  # between the tickets and their filter
_SKIPPED = load_word_set("skipped") | MADE  # between the tickets and the days
_UP, _TO_BY = frozenset(("up",)), frozenset(("to", "by"))
_BEING = frozenset(("is", "am", "'s", "what is", "what's"))
_HAVING = _ASKING | {"had", "got"}
_DID = ("did", "has", "have")
# Not people: `sorted by age`, `most open tickets`.
_ORDERS = frozenset(("age", "date", "customer", "creation", "been")) | load_word_set("ranking")
_OF_PEOPLE = frozenset((Role.NOVEL, Role.NAMED))  # roles of words that may be names: `engineer`
_LONGEST_DAYS = 8  # tokens
_GENITIVE = re.compile("['’]s$", re.IGNORECASE)

Found = tuple[int, dict[str, Any]]  # the index after the filter, and the filter
Extracted = tuple[dict[str, Any], list[Token]]


class _Pattern(NamedTuple):
    """Consecutive words, each from one set; None stands for a person. Sets whose indices are in `optional` may be missing.
    `small`: the person's name needs no capital."""

    filters: str
    words: tuple[frozenset[str] | None, ...]
    optional: frozenset[int] = frozenset()
    small: bool = False


_PATTERNS = (
    _Pattern("started_by", (_STARTED, _UP, _TO_BY, None), frozenset((1,)), small=True),
    _Pattern("started_by", (_BEING, None, _BETWEEN, _WORKS), frozenset((2,)), small=True),
    _Pattern("started_by", (None, _BEING, _BETWEEN, _WORKS), frozenset((2,)), small=True),
    _Pattern("started_by", (None, _BETWEEN, _WORKS), frozenset((1,))),
    _Pattern("started_by", (_BUSY, None)),
    _Pattern("started_by", (frozenset(("está", "esta", "sta")), None, _BUSY)),
    _Pattern("started_by", (None, frozenset(("esta", "sta")), _BUSY), frozenset((1,))),
    _Pattern("started_by", (load_word_set("has"), None, load_word_set("got"), load_word_set("going"))),
    _Pattern("by", (_ASKING, None, _MAKE), small=True),
    _Pattern("by", (None, _HAVING, _MAKE), frozenset((1,))),  # `tickets Ada opened`
    _Pattern("started_by", (None, _STARTED)),  # `tickets I started`
    _Pattern("started_by", (_BEING, None, _STARTED)),  # `what am I assigned to`
    _Pattern("by", (MADE, frozenset(("by",)), None), frozenset((0,)), small=True),
    _Pattern("by", (MADE, _BY, None), frozenset((0,))),
    _Pattern("by", (MADE, frozenset(("door",)), None)),
    _Pattern("by", (load_word_set("made_first"), None)),  # `abrió Ada`
)


def extract_filters(tokens: list[Token], source: str, today: date | None) -> Extracted:
    """The filters in `tokens`, and the remaining tokens. Without `today`, `yesterday` is not understood."""
    filters, rest = _extract(tokens, source, today)
    if filters and filters.keys() <= {"since", "until"}:  # `welche Tickets hat Ada letzte Woche gemeldet`
        more, rest = _extract(rest, source, today, filters)
        filters |= more
    return filters, rest


def _extract(tokens: list[Token], source: str, today: date | None, known: Collection[str] = ()) -> Extracted:
    filters: dict[str, Any] = {}
    rest: list[Token] = []
    at = 0
    while at < len(tokens):
        end, named = _read(tokens, at, source, today)
        # `closed by Ada` is not about who reported the ticket
        closed = "by" in named and bool(rest) and rest[-1].tags.get(Role.STAT) == "done"
        if named and named.keys().isdisjoint((*filters, *known)) and not closed:
            at = end
            filters |= named
            while rest and rest[-1].word in _LINKS and not rest[-1].has(Role.WH):
                rest.pop()  # `tickets that were created yesterday`
        else:
            rest.append(tokens[at])
            at += 1
    return filters, rest


def _read(tokens: list[Token], at: int, source: str, today: date | None) -> Found:
    """The filter that begins at `at`; empty if none does."""
    if tokens[at].word in _MINE:
        return at + 1, {"started_by": "me"}
    if listed := tokens[at].tags.get(Role.LISTED):
        return at + 1, {"stale": True} if listed == "stale" else {"stat": [listed]}
    if tokens[at].word == "from" and (days := _days(tokens, at, today))[1]:
        return days  # `from October` names no person
    if tokens[at].word == "i" and _closed(tokens, at, at + 1):
        return at + 1, {"mine": True}
    for pattern in _PATTERNS:
        first = pattern.words[0]
        other = first is not None and 0 not in pattern.optional and tokens[at].word not in first
        if other or (first is None and at and Role.ARTICLE in tokens[at - 1].tags):
            continue  # `das WLAN erstellt`: no person
        end, name = _matched(pattern, tokens, at, source)
        if name:
            mine = pattern.filters == "by" and name == "me"
            return end, {"mine": True} if mine else {pattern.filters: name}
    dated = not (at and Role.ABOUT in tokens[at - 1].tags and tokens[at].word[0].isdigit())
    days = _days(tokens, at, today) if dated else (at, {})  # `tickets about 3.11.`
    return days if days[1] else _owner(tokens, at, source) or days  # `today's tickets` belong to no person


def find_closer(tokens: list[Token], source: str) -> str:
    """Who closed the tickets that are asked for, `what did Ada close`, which cannot be a filter; "" if that is not asked."""
    for at in range(1, len(tokens)):
        before = tokens[at - 1]
        asked = before.word.endswith(_DID) or Role.WH in before.tags or before.is_many
        length, name = _person(tokens, at, source) if asked else (0, "")
        end = at + length
        others = (one for one in tokens[end + 1 :] if not one.has(Role.ALL, Role.POLITE, Role.NOUN))
        if length and _closed(tokens, at, end) and all(one.kind == Kind.MARK for one in others):
            return name
    return ""


def _closed(tokens: list[Token], at: int, end: int) -> bool:
    """Whether the person at `at` closed something: `tickets I closed`, `what did I close`."""
    after, asked = tokens[end : end + 1], at > 0 and tokens[at - 1].word.endswith("did")
    return bool(after) and (after[0].tags.get(Role.STAT) == "done" or (asked and after[0].verb == "close"))


def _matched(pattern: _Pattern, tokens: list[Token], at: int, source: str) -> tuple[int, str]:
    """Where `pattern`, matched at `at`, ends, and the person in it; "" if it does not match."""
    person = ""
    for index, words in enumerate(pattern.words):
        if words is None:
            length, person = _person(tokens, at, source, small=pattern.small)
            at += length
            if not length or _GENITIVE.search(source[tokens[at - 1].start : tokens[at - 1].end]):
                return at, ""  # `from Bob's team`
        elif at < len(tokens) and tokens[at].word in words:
            at += 1
        elif index not in pattern.optional:
            return at, ""
    led = at < len(tokens) and tokens[at].word in _BY | {"by"} and pattern.words[-1] is not None
    return at, "" if led else person  # `about the VPN reported by Ada`


def _person(tokens: list[Token], at: int, source: str, *, small: bool = False) -> tuple[int, str]:
    """How many tokens at `at` name a person, and the name as written; (0, "") for none. `small`: without a capital, too."""
    if at >= len(tokens):
        return 0, ""
    token = tokens[at]
    if token.kind == Kind.ENTITY and token.word.startswith("<@"):
        return 1, token.word.split("|")[0].rstrip(">") + ">"
    if token.word in ("me", "myself", "i"):
        return 1, "me"
    if token.word == "@" and at + 1 < len(tokens) and tokens[at + 1].start == token.end:
        two = at + 2 < len(tokens) and _is_name(tokens[at + 2], source, small=False)
        return 2 + two, _GENITIVE.sub("", source[token.start : tokens[at + 1 + two].end])
    if not _is_name(token, source, small=small):
        return 0, ""
    two = at + 1 < len(tokens) and _is_name(tokens[at + 1], source, small=False)
    return 1 + two, _GENITIVE.sub("", source[token.start : tokens[at + two].end])


def _is_name(token: Token, source: str, *, small: bool) -> bool:
    """Whether the token is a word without another meaning, and capitalised unless `small`."""
    if token.kind != Kind.WORD or not token.tags.roles <= _OF_PEOPLE or token.word in _ORDERS:
        return False
    bare = _GENITIVE.sub("", source[token.start : token.end])
    return len(bare) > 1 and bare.replace("-", "").isalpha() and (small or bare[0].isupper())


def _owner(tokens: list[Token], at: int, source: str) -> Found | None:
    """The person in a genitive before tickets: `Ada's open tickets`, `@ada's tickets`."""
    genitive = bool(_GENITIVE.search(source[tokens[at].start : tokens[at].end]))
    length, name = _person(tokens, at, source, small=genitive)
    end = at + length
    owns = bool(length and _GENITIVE.search(source[tokens[at].start : tokens[end - 1].end]))
    if not owns and [token.word for token in tokens[end : end + 2]] == ["'", "s"]:
        owns, end = True, end + 2  # after a mention
    many = any(other.is_many for other in tokens[end : end + 4])
    return (end, {"by": name}) if length and owns and many and name != "me" else None


def _days(tokens: list[Token], at: int, today: date | None) -> Found:
    """The days named at `at`: `created today`, `in the last 3 days`, `from last week`, `diese Woche`."""
    ahead = [token.tags.get(Role.WHEN) or token.word for token in tokens[at : at + _LONGEST_DAYS]]
    words = " ".join(ahead).split(" ")
    skipped = next((count for count, word in enumerate(words) if word not in _SKIPPED), len(words))
    found = read_days(" ".join(words[skipped:]), today)
    left = skipped + found[0] if found else 0  # number of words still to be taken
    while left > 0:
        left -= tokens[at].tags.get(Role.WHEN, tokens[at].word).count(" ") + 1
        at += 1
    if left or not found:
        return at, {}
    return at, {name: day for name, day in zip(("since", "until"), found[1], strict=True) if day}
