"""Words, escaping and Slack's limits: the one place that knows them."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from store.models.tickets import (
    DESC_LIMIT,
    RES_LIMIT,
    TITLE_LIMIT,
    Category,
    Priority,
    Status,
    Ticket,
    cut,
    cut_lines,
)

# Slack's limits, in characters or items.
MESSAGE_TEXT = 4000
BUTTON_TEXT = 75
OPTION_TEXT = 75
VIEW_TITLE = 24

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
# Below how many seconds an age is told in which unit, and that unit in seconds.
_AGES = (
    (_HOUR, _MINUTE, "min"),
    (_DAY, _HOUR, "h"),
    (21 * _DAY, _DAY, "day"),
    (70 * _DAY, 7 * _DAY, "week"),
    (730 * _DAY, 30 * _DAY, "month"),
    (float("inf"), 365 * _DAY, "year"),
)
_PLURALS = frozenset({"day", "week", "month", "year"})

NO_NAMES: Mapping[str, str] = MappingProxyType({})
# Ours: what is longer is cut, so that it fits even where every character has to be escaped.
NAME_LIMIT = 80
TOLD = 500

DOT = " · "
NBSP = "\u00a0"  # between what must not be torn apart at the end of a line: a mark and its word, a number and its unit

PRIORITIES = {Priority.HIGH: ("🔴", "High"), Priority.MEDIUM: ("🟠", "Medium"), Priority.LOW: ("⚪", "Low")}
STATUSES = {Status.OPEN: ("🎫", "Open"), Status.PROG: ("👀", "In progress"), Status.DONE: ("✅", "Done")}
CATEGORIES = {
    Category.CODE: "Code",
    Category.INFRA: "Infra",
    Category.DOC: "Docs",
    Category.OTHER: "Other",
}
FIELDS = {
    "title": "Title",
    "desc": "Description",
    "cat": "Category",
    "pri": "Priority",
    "stat": "Status",
    "res": "Note",
}

# Control characters, lone surrogates, what is not seen, and what turns the direction of the text around it.
# The joiners U+200C and U+200D stay: scripts and emoji are written with them.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(rf"[^\S{NBSP}]+")
# What mrkdwn would read as formatting becomes a character that looks the same and means nothing.
_LOOKS_LIKE = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_OUTER_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_SHORTCODE = re.compile(r":(?=[\w+'-]+:)")
_URL = re.compile(r"https?://[^\s<>|]+")


def clean(text: str) -> str:
    """`text` in one line, without what cannot be seen or turns the direction of the text around it."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


def clean_lines(text: str) -> str:
    """The same line by line, without those that say nothing."""
    return "\n".join(line for each in text.splitlines() if (line := clean(each)))


def escape(text: str) -> str:
    """As Slack asks for it: these three characters and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_mrkdwn(text: str) -> str:
    """What a person typed, for mrkdwn: it is read as it was typed, and neither formats, links, mentions nor alerts."""
    text = _OUTER_UNDERSCORE.sub("ˍ", clean(text).translate(_LOOKS_LIKE))
    return escape(_SHORTCODE.sub("꞉", text))


def code(text: str) -> str:
    """`text` as code in mrkdwn."""
    return f"`{escape(clean(text).replace('`', 'ˋ'))}`"


def link(url: str, label: str) -> str:
    """A link in mrkdwn; just the label, which is mrkdwn already, when there is no usable URL."""
    return f"<{url.replace('&', '&amp;')}|{label}>" if is_url(url) else label


def is_url(url: str) -> bool:
    return _URL.fullmatch(url) is not None


def lines(parts: Iterable[str], limit: int = MESSAGE_TEXT) -> str:
    """The lines that there are, cut at a whole line: an entity or a date is never cut through."""
    kept: list[str] = []
    room = limit
    for part in parts:
        if not part:
            continue
        if len(part) + 2 > room:
            kept.append("…")
            break
        kept.append(part)
        room -= len(part) + 1
    return "\n".join(kept)


def dotted(*parts: str) -> str:
    return DOT.join(part for part in parts if part)


def format_utc(at: float) -> str:
    """2024-09-24 10:12 UTC"""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def when(at: float) -> str:
    """A date and time in mrkdwn, shown in the reader's own time zone."""
    return f"<!date^{int(at)}^{{date_short_pretty}} at {{time}}|{format_utc(at)}>"


def age(at: float, now: float) -> str:
    """How long ago `at` was, in its largest unit: `5 min`, `3 h`, `9 days`, `5 weeks`, `7 months`, `2 years`; "" for
    less than a minute.
    """
    seconds = max(0.0, now - at)
    if seconds < _MINUTE:
        return ""
    unit, word = next((unit, word) for limit, unit, word in _AGES if seconds < limit)
    number = int(seconds // unit)
    return f"{number}{NBSP}{word}{'s' if word in _PLURALS and number != 1 else ''}"


def ago(at: float, now: float) -> str:
    """`5 min ago`; `just now`."""
    passed = age(at, now)
    return f"{passed} ago" if passed else "just now"


def person(user: str, names: Mapping[str, str]) -> str:
    """A person's name as plain text. Slack notifies whoever a message mentions, so nobody is mentioned."""
    return cut(clean(names.get(user, "")), NAME_LIMIT) or cut(clean(user), NAME_LIMIT) or "somebody"


def title(ticket: Ticket) -> str:
    return cut(clean(ticket.title), TITLE_LIMIT) or "(no title)"


def desc(ticket: Ticket) -> str:
    """In its lines."""
    return cut_lines(clean_lines(ticket.desc or ""), DESC_LIMIT)


def note(ticket: Ticket) -> str:
    """In its lines."""
    return cut_lines(clean_lines(ticket.res or ""), RES_LIMIT)


def priority(value: Priority, *, marked: bool = True) -> str:
    mark, word = PRIORITIES[value]
    return f"{mark}{NBSP}{word}" if marked else word


def status(value: Status, *, marked: bool = True) -> str:
    mark, word = STATUSES[value]
    return f"{mark}{NBSP}{word}" if marked else word


def state(ticket: Ticket, *, marked: bool = True, worker: str = "") -> str:
    """Priority, status with the `worker` who is on it, and category, in this order everywhere. What is done is not
    urgent any more.
    """
    return dotted(
        priority(ticket.pri, marked=marked and ticket.stat is not Status.DONE),
        status(ticket.stat, marked=marked),
        worker,
        CATEGORIES[ticket.cat],
    )


def value(field: str, given: Any) -> str:
    """A field's JSON value in words; "nothing" for None."""
    match field:
        case _ if given is None:
            return "nothing"
        case "pri":
            return PRIORITIES[Priority(given)][1]
        case "stat":
            return STATUSES[Status(given)][1]
        case "cat":
            return CATEGORIES[Category(given)]
    return clean(str(given)) or "nothing"


def count(number: int, word: str = "ticket", *, more: bool = False) -> str:
    """`1 ticket`, `12 tickets`; `1,000+ tickets` where there are `more` than were counted."""
    return f"{number:,} {word}" if number == 1 and not more else f"{at_least(number, more=more)} {word}s"


def at_least(number: int, *, more: bool) -> str:
    return f"{number:,}+" if more else f"{number:,}"


def command(prefix: str, text: str) -> str:
    """A command as it is typed where it is shown: `prefix` is `/ticket`, `@tickets`, or "" in a direct message."""
    return f"{prefix} {text}" if prefix else text
