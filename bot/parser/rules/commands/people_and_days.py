"""Whom and what days a list is asked for: `tickets by @ada`, `Ada's open tickets`, `closed yesterday`, `older than 7 days`.

What is understood is taken out of the tokens; what is not stays there, so that nothing is dropped.
"""

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bot.parser.rules.language.lexer import ENTITY, WORD, Token

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
_UNITS = {
    "day": 1,
    "days": 1,
    "week": 7,
    "weeks": 7,
    "month": 30,
    "months": 30,
    "tag": 1,
    "tage": 1,
    "wochen": 7,
}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_ONES = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
}
_SKIPPED = frozenset(("in", "over", "within", "from", "on", "during", "the", "for", "new", "came", "come"))
_LONGEST_DAYS = 8  # tokens
_MOST_DAYS = 4000

Span = tuple[date | None, date | None]
Found = tuple[int, dict[str, Any]]  # how many tokens, and what they filter by


def extract(tokens: list[Token], source: str, today: date | None) -> tuple[dict[str, Any], list[Token]]:
    """The filters that `tokens` name, and the tokens that are left. Without `today` only dates are understood, not `yesterday`."""
    filters: dict[str, Any] = {}
    rest: list[Token] = []
    at = 0
    while at < len(tokens):
        found = next((found for read in _READERS if (found := read(tokens, at, source, today))), None)
        closed = bool(rest) and rest[-1].tags.get("stat") == "done"  # `closed by Ada`: nobody reported it so
        if found and not filters.keys() & found[1].keys() and not (closed and "by" in found[1]):
            at += found[0]
            filters |= found[1]
            while rest and rest[-1].word in _LINKS | MADE and at <= len(tokens) and not rest[-1].has("wh"):
                rest.pop()  # `tickets that were created yesterday`
        else:
            rest.append(tokens[at])
            at += 1
    return filters, rest


def _person(tokens: list[Token], at: int, source: str) -> tuple[int, str]:
    """How many tokens name a person at `at`, and the person as written; (0, "") where none does."""
    if at >= len(tokens):
        return 0, ""
    token = tokens[at]
    if token.kind == ENTITY and token.word.startswith("<@"):
        return 1, token.word.split("|")[0].rstrip(">") + ">"
    if token.word == "@" and at + 1 < len(tokens) and tokens[at + 1].start == token.end:
        return 2, source[token.start : tokens[at + 1].end].removesuffix("'s")
    if token.word in _ME:
        return 1, "me"
    if not _is_name(token, source):
        return 0, ""
    if at + 1 < len(tokens) and _is_name(tokens[at + 1], source):
        return 2, source[token.start : tokens[at + 1].end].removesuffix("'s").removesuffix("’s")
    return 1, source[token.start : token.end].removesuffix("'s").removesuffix("’s")


def _is_name(token: Token, source: str) -> bool:
    """A capitalised word that means nothing else."""
    written = source[token.start : token.end]
    bare = written.removesuffix("'s").removesuffix("’s")
    return (
        token.kind == WORD
        and bare[:1].isupper()
        and bare.replace("-", "").isalpha()
        and not token.tags
        and len(bare) > 1
    )


def _reporter(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`by Ada`, `reported by @ada`"""
    if tokens[at].word in ("did", "has", "have"):
        length, name = _person(tokens, at + 1, source)
        after = at + 1 + length
        if length and after < len(tokens) and tokens[after].word in MADE | _MAKE:
            return length + 2, {"mine": True} if name == "me" else {"by": name}
    begin = at + (tokens[at].word in MADE)
    if begin >= len(tokens) or tokens[begin].word not in _BY:
        return None
    length, name = _person(tokens, begin + 1, source)
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
        length, name = _person(tokens, begin, source)
        return (begin + length - at, {"started_by": name}) if length and begin > at else None
    begin = at + (token.word in ("is", "am", "'s"))
    length, name = _person(tokens, begin, source)
    begin += length
    if begin < len(tokens) and tokens[begin].word in ("is", "am") and length:
        begin += 1
    while begin < len(tokens) and tokens[begin].word in ("currently", "now", "still", "right now"):
        begin += 1
    if length and begin < len(tokens) and tokens[begin].word in _WORKS and tokens[at].word != "who":
        return begin + 1 - at, {"started_by": name}
    return None


def _owner(tokens: list[Token], at: int, source: str, _today: date | None) -> Found | None:
    """`Ada's open tickets`, `@ada's tickets`"""
    token = tokens[at]
    written = source[token.start : token.end]
    length, name = _person(tokens, at, source)
    if not length or name == "me":
        return None
    after = at + length
    owns = written.endswith(("'s", "’s")) or source[tokens[after - 1].start : tokens[after - 1].end].endswith(
        ("'s", "’s")
    )
    if not owns and after + 1 < len(tokens) and tokens[after].word == "'" and tokens[after + 1].word == "s":
        owns, after = True, after + 2
    ahead = tokens[after : after + 4]
    return (
        (after - at, {"by": name})
        if owns and any(other.tags.get("noun") == "many" for other in ahead)
        else None
    )


def _days(tokens: list[Token], at: int, _source: str, today: date | None) -> Found | None:
    """`today`, `since monday`, `last week`, `in the last 3 days`, `older than 2 weeks`, `before 2024-05-01`"""
    words = [word for token in tokens[at : at + _LONGEST_DAYS] for word in token.word.split(" ")]
    skipped = next((count for count, word in enumerate(words) if word not in _SKIPPED | MADE), len(words))
    for count, (since, until) in _spans(words[skipped:], today):
        length = _tokens_of(tokens, at, skipped + count)
        if length:
            named = {"since": since} if since else {}
            return length, named | ({"until": until} if until else {})
    return None


def _tokens_of(tokens: list[Token], at: int, words: int) -> int:
    """How many tokens from `at` on are exactly so many words; 0 if a token holds more."""
    length = 0
    while words > 0 and at + length < len(tokens):
        words -= len(tokens[at + length].word.split(" "))
        length += 1
    return length if words == 0 else 0


def _spans(words: list[str], today: date | None) -> list[tuple[int, Span]]:
    """How many of `words` name days, and which: from, to; at most one."""
    if not words:
        return []
    first = words[0]
    if first in ("since", "after", "seit", "desde", "depuis") and (found := _day(words[1:], today)):
        return [(1 + found[0], (found[1], None))]
    if first in ("before", "until", "till") and (found := _day(words[1:], today)):
        return [(1 + found[0], (None, found[1] - timedelta(days=first == "before")))]
    if (found := _day(words, today)) and words[: found[0]][-1] not in ("week", "month", "year"):
        return [(found[0], (found[1], found[1]))]
    if today is None:
        return []
    if words[:2] in (
        ["older", "than"],
        ["more", "than"],
        ["younger", "than"],
        ["newer", "than"],
        ["less", "than"],
    ):
        days = _length(words[2:])
        if days:
            old = words[4:5] == ["old"]
            edge = today - timedelta(days=days)
            return [(4 + old, (None, edge) if first in ("older", "more") else (edge, None))]
    if first in ("last", "past", "letzte", "letzten") and (days := _length(words[1:])):
        return [(3, (today - timedelta(days=days), None))]
    return _calendar(words, today)


def _calendar(words: list[str], today: date) -> list[tuple[int, Span]]:
    """`this week`, `last month`"""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    earlier = month - timedelta(days=1)
    spans: dict[tuple[str, str], Span] = {
        ("this", "week"): (monday, None),
        ("last", "week"): (monday - timedelta(days=7), monday - timedelta(days=1)),
        ("past", "week"): (today - timedelta(days=7), None),
        ("this", "month"): (month, None),
        ("last", "month"): (earlier.replace(day=1), earlier),
        ("past", "month"): (today - timedelta(days=30), None),
        ("this", "year"): (today.replace(month=1, day=1), None),
        ("last", "year"): (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        ("diese", "woche"): (monday, None),
        ("letzte", "woche"): (monday - timedelta(days=7), monday - timedelta(days=1)),
    }
    span = spans.get((words[0].removesuffix("'s"), words[1].removesuffix("'s"))) if len(words) > 1 else None
    return [(2, span)] if span else []


def _day(words: list[str], today: date | None) -> tuple[int, date] | None:
    """A day that `words` begin with, and how many of them it takes."""
    first = words[0].removesuffix("'s") if words else ""
    try:
        return 1, date.fromisoformat(first)
    except ValueError:
        pass
    if today is None or not first:
        return None
    if first in ("today", "heute", "hoy"):
        return 1, today
    if first in ("yesterday", "gestern", "ayer", "hier"):
        return 1, today - timedelta(days=1)
    skipped = first in ("last", "this")
    name = words[skipped] if len(words) > skipped else ""
    if name in _WEEKDAYS:
        back = (today.weekday() - _WEEKDAYS[name]) % 7 or (7 if first == "last" else 0)
        return 1 + skipped, today - timedelta(days=back)
    if skipped and (spans := _calendar(words, today)) and (since := spans[0][1][0]):
        return 2, since
    return None


def _length(words: list[str]) -> int:
    """`7 days`, `two weeks`: in days; 0 where there is none."""
    if len(words) < 2 or words[1] not in _UNITS:  # a number and its unit
        return 0
    number = int(words[0]) if words[0].isdecimal() and len(words[0]) < 5 else _ONES.get(words[0], 0)
    return min(number * _UNITS[words[1]], _MOST_DAYS)


def _stale(tokens: list[Token], at: int, _source: str, _today: date | None) -> Found | None:
    return (1, {"stale": True}) if tokens[at].word in ("stale", "abandoned", "forgotten") else None


_READERS: tuple[Callable[[list[Token], int, str, date | None], Found | None], ...] = (
    _worker,
    _reporter,
    _owner,
    _days,
    _stale,
)
