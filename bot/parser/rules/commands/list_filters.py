"""Whom and what days a list is asked for: `tickets by @ada`, `Ada's open tickets`, `closed yesterday`, `older than 7 days`.

What is understood is taken out of the tokens; what is not stays there, so that nothing is dropped.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.parser.rules.commands.days import read_days
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.roles import Role

MADE = frozenset(
    ["created", "opened", "reported", "filed", "raised", "logged", "submitted", "added", "made", "written"]
)
_MAKE = MADE | frozenset(
    ["create", "open", "report", "file", "raise", "log", "submit", "add", "make", "write"]
)
_STARTED = frozenset(["started", "taken", "owned", "claimed", "assigned", "handled", "picked"])
_BY = frozenset(("by", "from", "von", "de", "por", "par"))
_WORKS = ("working on", "works on", "on", "doing", "work on", "busy with", "looking at", "is on")
_LINKS = MADE | frozenset(
    [
        "that",
        "which",
        "were",
        "was",
        "are",
        "is",
        "have",
        "been",
        "has",
        "had",
        "got",
        "the",
        "of",
        "in",
        "over",
        "during",
        "within",
    ]
)
_SKIPPED = MADE | frozenset(
    ["in", "over", "within", "from", "on", "during", "the", "for", "new", "came", "come"]
)
_BETWEEN = frozenset(("currently", "now", "still", "right now"))
_ASKING = ("that", "which", " did", " has", " have")
_LONGEST_DAYS = 8  # tokens
_GENITIVE = re.compile("['’]s$", re.IGNORECASE)

Found = tuple[int, dict[str, Any]]  # how many tokens, and what they filter by


def extract(tokens: list[Token], source: str, today: date | None) -> tuple[dict[str, Any], list[Token]]:
    """The filters that `tokens` name, and the tokens that are left. Without `today` only dates are understood, not `yesterday`."""
    filters: dict[str, Any] = {}
    rest: list[Token] = []
    at = 0
    while at < len(tokens):
        found = next((found for read in _READERS if (found := read(tokens, at, source, today))), None)
        # `closed by Ada`: nobody reported it so
        closed = bool(rest) and rest[-1].tags.get(Role.STAT) == "done"
        if found and not filters.keys() & found[1].keys() and not (closed and "by" in found[1]):
            at += found[0]
            filters |= found[1]
            while rest and rest[-1].word in _LINKS and not rest[-1].has(Role.WH):
                rest.pop()  # `tickets that were created yesterday`
        else:
            rest.append(tokens[at])
            at += 1
    return filters, rest


def _word(tokens: list[Token], at: int) -> str:
    return tokens[at].word if at < len(tokens) else ""


def _person(tokens: list[Token], at: int, source: str, *, small: bool = False) -> tuple[int, str]:
    """How many tokens name a person at `at`, and the person as written; (0, "") where none does. `small`: a name may be
    written without its capital.
    """
    if at >= len(tokens):
        return 0, ""
    token = tokens[at]
    if token.kind == Kind.ENTITY and token.word.startswith("<@"):
        return 1, token.word.split("|")[0].rstrip(">") + ">"
    if token.word in ("me", "myself", "i"):
        return 1, "me"
    if token.word == "@" and at + 1 < len(tokens) and tokens[at + 1].start == token.end:
        return 2, _GENITIVE.sub("", source[token.start : tokens[at + 1].end])
    if not _is_name(token, source, small=small):
        return 0, ""
    two = at + 1 < len(tokens) and _is_name(tokens[at + 1], source, small=False)
    return 1 + two, _GENITIVE.sub("", source[token.start : tokens[at + two].end])


def _is_name(token: Token, source: str, *, small: bool) -> bool:
    """A word that means nothing else, with a capital unless `small`."""
    bare = _GENITIVE.sub("", source[token.start : token.end])
    letters = len(bare) > 1 and bare.replace("-", "").isalpha()
    return token.kind == Kind.WORD and letters and not token.tags and (small or bare[0].isupper())


def _reporter(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`by Ada`, `reported by @ada`, `what did Ada open`, `tickets that @ada has opened`"""
    begin = at + (tokens[at].word in ("did", "has", "have"))
    before = tokens[at - 1] if at else None
    told = before and (
        before.tags.get(Role.NOUN) == "many" or before.has(Role.ALL) or before.word.endswith(_ASKING)
    )
    if begin > at or told:
        length, name = _person(tokens, begin, source)
        after = begin + length
        after += _word(tokens, after) in ("has", "have", "had")
        if length and _word(tokens, after) in _MAKE:
            return after + 1 - at, {"mine": True} if name == "me" else {"by": name}
    begin = at + (tokens[at].word in MADE)
    by = _word(tokens, begin)
    length, name = _person(tokens, begin + 1, source, small=by == "by") if by in _BY else (0, "")
    if not length or _GENITIVE.search(source[tokens[begin].start : tokens[begin + length].end]):
        return None  # `from Bob's team`
    return begin + 1 + length - at, {"mine": True} if name == "me" else {"by": name}


def _worker(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`started by Ada`, `assigned to me`, `Ada is working on`, `am I working on`"""
    token = tokens[at]
    if token.word in ("assigned to me", "i'm working on", "i am working on", "i work on", "i'm on"):
        return 1, {"started_by": "me"}
    if token.word == "i" and at + 1 < len(tokens) and tokens[at + 1].word in _STARTED:
        return 2, {"started_by": "me"}  # `tickets I started`
    if token.word in _STARTED or token.word.endswith((" by", " to")):
        begin = at + 1
        while _word(tokens, begin) in ("to", "up", "by"):
            begin += 1
        length, name = _person(tokens, begin, source, small=True)
        named = length and tokens[begin - 1].word.endswith(("by", "to"))
        return (begin + length - at, {"started_by": name}) if named else None
    begin = at + (token.word in ("is", "am", "'s"))
    length, name = _person(tokens, begin, source, small=True)
    known = begin > at or not name[:1].islower() or (at > 0 and tokens[at - 1].has(Role.WH))
    begin += length
    if length and _word(tokens, begin) in ("is", "am"):
        begin, known = begin + 1, True
    while _word(tokens, begin) in _BETWEEN:
        begin += 1
    works = length and known and token.word != "who" and _word(tokens, begin) in _WORKS
    return (begin + 1 - at, {"started_by": name}) if works else None


def _owner(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`Ada's open tickets`, `@ada's tickets`"""
    token = tokens[at]
    genitive = bool(_GENITIVE.search(source[token.start : token.end]))
    length, name = _person(tokens, at, source, small=genitive)
    after = at + length
    owns = bool(length) and bool(_GENITIVE.search(source[token.start : tokens[after - 1].end]))
    if not owns and _word(tokens, after) == "'" and _word(tokens, after + 1) == "s":
        owns, after = True, after + 2
    many = any(other.tags.get(Role.NOUN) == "many" for other in tokens[after : after + 4])
    return (after - at, {"by": name}) if length and owns and many and name != "me" else None


def _days(tokens: list[Token], at: int, _source: str, today: date | None) -> Found | None:
    """`created today`, `in the last 3 days`, `from last week`, `diese Woche`"""
    ahead = [token.tags.get(Role.WHEN) or token.word for token in tokens[at : at + _LONGEST_DAYS]]
    words = " ".join(ahead).split(" ")
    skipped = next((count for count, word in enumerate(words) if word not in _SKIPPED), len(words))
    found = read_days(" ".join(words[skipped:]), today)
    if not found:
        return None
    length, left = 0, skipped + found[0]  # words that are still to be taken
    while left > 0:
        left -= ahead[length].count(" ") + 1
        length += 1
    since, until = found[1]
    named = ({"since": since} if since else {}) | ({"until": until} if until else {})
    return None if left else (length, named)


def _stale(tokens: list[Token], at: int, _source: str, _today: date | None) -> Found | None:
    return (1, {"stale": True}) if tokens[at].word in ("stale", "abandoned", "forgotten") else None


_READERS: tuple[Callable[[list[Token], int, str, date | None], Found | None], ...] = (
    _worker,
    _reporter,
    _owner,
    _days,
    _stale,
)
