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
    ("created", "opened", "reported", "filed", "raised", "logged", "submitted", "added", "made", "written")
)
_MAKE = frozenset(("create", "open", "report", "file", "raise", "log", "submit", "add", "make", "write"))
_STARTED = frozenset(("started", "taken", "owned", "claimed", "assigned", "handled", "picked"))
_BY = frozenset(("by", "from", "von", "de", "por", "par"))
_BEFORE_NAME = frozenset(("to", "up", "by"))
_ME = frozenset(("me", "myself", "i", "i'm"))
_WORKS = ("working on", "works on", "on", "doing", "work on", "busy with", "looking at", "is on")
_LINKS = frozenset(("that", "which", "were", "was", "are", "is", "have", "been", "has", "had", "got", "the", "of", "in", "over", "during", "within"))  # fmt: skip
_SKIPPED = frozenset(("in", "over", "within", "from", "on", "during", "the", "for", "new", "came", "come"))
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
            while rest and rest[-1].word in _LINKS | MADE and at <= len(tokens) and not rest[-1].has(Role.WH):
                rest.pop()  # `tickets that were created yesterday`
        else:
            rest.append(tokens[at])
            at += 1
    return filters, rest


def _person(tokens: list[Token], at: int, source: str, *, small: bool = False) -> tuple[int, str]:
    """How many tokens name a person at `at`, and the person as written; (0, "") where none does. `small`: a name may be
    written without its capital.
    """
    token = tokens[at] if at < len(tokens) else None
    if token is None:
        return 0, ""
    if token.kind == Kind.ENTITY and token.word.startswith("<@"):
        return 1, token.word.split("|")[0].rstrip(">") + ">"
    if token.word in _ME:
        return 1, "me"
    if token.word == "@" and at + 1 < len(tokens) and tokens[at + 1].start == token.end:
        return 2, _without_s(source[token.start : tokens[at + 1].end])
    if not _is_name(token, source, small=small):
        return 0, ""
    two = at + 1 < len(tokens) and _is_name(tokens[at + 1], source, small=False)
    return 1 + two, _without_s(source[token.start : tokens[at + two].end])


def _without_s(name: str) -> str:
    return _GENITIVE.sub("", name)


def _is_name(token: Token, source: str, *, small: bool) -> bool:
    """A word that means nothing else, with a capital unless `small`."""
    bare = _without_s(source[token.start : token.end])
    letters = len(bare) > 1 and bare.replace("-", "").isalpha()
    return token.kind == Kind.WORD and letters and not token.tags and (small or bare[0].isupper())


def _reporter(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`by Ada`, `reported by @ada`"""
    if tokens[at].word in ("did", "has", "have"):
        length, name = _person(tokens, at + 1, source)
        after = at + 1 + length
        if length and after < len(tokens) and tokens[after].word in MADE | _MAKE:
            return length + 2, {"mine": True} if name == "me" else {"by": name}
    told = at > 0 and (
        tokens[at - 1].tags.get(Role.NOUN) == "many"
        or tokens[at - 1].has(Role.ALL)
        or tokens[at - 1].word.endswith(_ASKING)
    )
    length, name = _person(tokens, at, source) if told else (0, "")
    after = at + length
    after += after < len(tokens) and tokens[after].word in ("has", "have", "had")
    if length and after < len(tokens) and tokens[after].word in MADE | _MAKE:
        return after + 1 - at, {"mine": True} if name == "me" else {
            "by": name
        }  # `tickets that @ada has opened`
    begin = at + (tokens[at].word in MADE)
    if begin >= len(tokens) or tokens[begin].word not in _BY:
        return None
    length, name = _person(tokens, begin + 1, source, small=tokens[begin].word == "by")
    if not length:
        return None
    return begin + 1 + length - at, {"mine": True} if name == "me" else {"by": name}


def _worker(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`started by Ada`, `assigned to me`, `Ada is working on`, `am I working on`"""
    token = tokens[at]
    if token.word in ("assigned to me", "i'm working on", "i am working on", "i work on", "i'm on"):
        return 1, {"started_by": "me"}
    if token.word in _STARTED or token.word.endswith((" by", " to")):
        begin = at + 1
        while begin < len(tokens) and tokens[begin].word in _BEFORE_NAME:
            begin += 1
        length, name = _person(tokens, begin, source, small=True)
        named = length and tokens[begin - 1].word.endswith(("by", "to"))
        return (begin + length - at, {"started_by": name}) if named else None
    begin = at + (token.word in ("is", "am", "'s"))
    length, name = _person(tokens, begin, source, small=True)
    known = begin > at or not name[:1].islower() or (at > 0 and tokens[at - 1].has(Role.WH))
    begin += length
    if begin < len(tokens) and tokens[begin].word in ("is", "am") and length:
        begin, known = begin + 1, True
    while begin < len(tokens) and tokens[begin].word in ("currently", "now", "still", "right now"):
        begin += 1
    if length and known and begin < len(tokens) and tokens[begin].word in _WORKS and tokens[at].word != "who":
        return begin + 1 - at, {"started_by": name}
    return None


def _owner(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`Ada's open tickets`, `@ada's tickets`"""
    token = tokens[at]
    written = source[token.start : token.end]
    length, name = _person(tokens, at, source, small=bool(_GENITIVE.search(written)))
    if not length or name == "me":
        return None
    after = at + length
    owns = bool(_GENITIVE.search(source[token.start : tokens[after - 1].end]))
    if not owns and after + 1 < len(tokens) and tokens[after].word == "'" and tokens[after + 1].word == "s":
        owns, after = True, after + 2
    ahead = tokens[after : after + 4]
    return (
        (after - at, {"by": name})
        if owns and any(other.tags.get(Role.NOUN) == "many" for other in ahead)
        else None
    )


def _days(tokens: list[Token], at: int, _source: str, today: date | None) -> Found | None:
    """`created today`, `in the last 3 days`, `from last week`"""
    words = [word for token in tokens[at : at + _LONGEST_DAYS] for word in token.word.split(" ")]
    skipped = next((count for count, word in enumerate(words) if word not in _SKIPPED | MADE), len(words))
    found = read_days(" ".join(words[skipped:]), today)
    length = _tokens_of(tokens, at, skipped + found[0]) if found else 0
    if not (found and length):
        return None
    since, until = found[1]
    return length, ({"since": since} if since else {}) | ({"until": until} if until else {})


def _tokens_of(tokens: list[Token], at: int, words: int) -> int:
    """How many tokens from `at` on are exactly so many words; 0 if a token holds more."""
    length = 0
    while words > 0 and at + length < len(tokens):
        words -= len(tokens[at + length].word.split(" "))
        length += 1
    return length if words == 0 else 0


def _stale(tokens: list[Token], at: int, _source: str, _today: date | None) -> Found | None:
    return (1, {"stale": True}) if tokens[at].word in ("stale", "abandoned", "forgotten") else None


_READERS: tuple[Callable[[list[Token], int, str, date | None], Found | None], ...] = (
    _worker,
    _reporter,
    _owner,
    _days,
    _stale,
)
