"""Formats values as text, escapes what people typed, and knows Slack's limits for text."""

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
# (limit in seconds, unit in seconds, name of the unit): an age below the limit is given in that unit.
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
# Our own limits. Longer texts are cut, so that they fit even if every character has to be escaped.
NAME_LIMIT = 80
SUMMARY_LIMIT = 500

DOT = " · "
NBSP = "\u00a0"  # keeps an emoji and its word, or a number and its unit, on one line

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

# Control characters, lone surrogates, invisible characters, and those that change the direction of the text around them.
# The joiners U+200C and U+200D are kept: some scripts and emoji need them.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(rf"[^\S{NBSP}]+")
# Characters that mrkdwn would read as formatting, and lookalikes without a meaning.
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_OUTER_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_SHORTCODE = re.compile(r":(?=[\w+'-]+:)")
_URL = re.compile(r"https?://[^\s<>|]+")


def clean(text: str) -> str:
    """`text` in one line, without invisible characters and those that change the direction of text."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def clean_lines(text: str) -> str:
    """Like `clean`, but keeps the line breaks and drops empty lines."""
    return "\n".join(line for each in text.splitlines() if (line := clean(each)))


def escape(text: str) -> str:
    """Escape the three characters that Slack requires, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_mrkdwn(text: str) -> str:
    """What a person typed, for use in mrkdwn: it reads as typed, but does not format, link, mention or notify."""
    text = _OUTER_UNDERSCORE.sub("ˍ", clean(text).translate(_LOOKALIKES))
    return escape(_SHORTCODE.sub("꞉", text))


def code(text: str) -> str:
    """`text` as code in mrkdwn."""
    return f"`{escape(clean(text).replace('`', 'ˋ'))}`"


def link(url: str, label: str) -> str:
    """A link in mrkdwn; only `label`, which is mrkdwn already, if `url` is not usable."""
    return f"<{url.replace('&', '&amp;')}|{label}>" if is_url(url) else label


def is_url(url: str) -> bool:
    return _URL.fullmatch(url) is not None


def lines(parts: Iterable[str], limit: int = MESSAGE_TEXT) -> str:
    """Join the non-empty parts up to `limit` characters. Cuts between lines only, never inside an entity or a date."""
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
    """A date and time in mrkdwn, which Slack shows in the reader's time zone."""
    return f"<!date^{int(at)}^{{date_short_pretty}} at {{time}}|{format_utc(at)}>"


def age(at: float, now: float) -> str:
    """The time since `at` in its largest unit: `5 min`, `3 h`, `9 days`, `5 weeks`, `7 months`, `2 years`; "" if less than a
    minute.
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
    """A person's name as plain text. Not a mention, because Slack notifies everybody whom a message mentions."""
    return cut(clean(names.get(user, "")), NAME_LIMIT) or cut(clean(user), NAME_LIMIT) or "somebody"


def title(ticket: Ticket) -> str:
    return cut(clean(ticket.title), TITLE_LIMIT) or "(no title)"


def desc(ticket: Ticket) -> str:
    """The description, with its line breaks."""
    return cut_lines(clean_lines(ticket.desc or ""), DESC_LIMIT)


def note(ticket: Ticket) -> str:
    """The note, with its line breaks."""
    return cut_lines(clean_lines(ticket.res or ""), RES_LIMIT)


def priority(value: Priority, *, marked: bool = True) -> str:
    mark, word = PRIORITIES[value]
    return f"{mark}{NBSP}{word}" if marked else word


def status(value: Status, *, marked: bool = True) -> str:
    mark, word = STATUSES[value]
    return f"{mark}{NBSP}{word}" if marked else word


def state(ticket: Ticket, *, marked: bool = True, worker: str = "") -> str:
    """Priority, status, the `worker` on it, and category, in this order everywhere. Done tickets get no mark for their
    priority: they are no longer urgent.
    """
    return dotted(
        priority(ticket.pri, marked=marked and ticket.stat is not Status.DONE),
        status(ticket.stat, marked=marked),
        worker,
        CATEGORIES[ticket.cat],
    )


def value(field: str, given: Any) -> str:
    """A field's JSON value as text; "nothing" for None."""
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
    """A command as the reader would type it: `prefix` is `/ticket`, `@tickets`, or "" in a direct message."""
    return f"{prefix} {text}" if prefix else text
