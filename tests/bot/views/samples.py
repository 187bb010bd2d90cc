"""Tickets and outcomes to draw: the smallest, the usual, the largest, and malicious ones."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot import replies
from bot.actions import View
from bot.results import Outcome
from store.ids import format_id
from store.models.filters import Match
from store.models.tickets import Category, Change, Origin, Priority, Record, Status, Ticket

NOON = 1727172720.0  # 2024-09-24 10:12 UTC
LINK = "https://tickets.slack.com/archives/C0OPS/p1727172720000100"
NAMES = {"U0ADA": "Ada", "U0BO": "Bo"}

HOSTILE = {
    "channel": "<!channel> <!here> <!everyone> <!subteam^S1|x>",
    "mention": "<@U1> <@U1|bo> <#C1|ops>",
    "link": "<https://evil.example|bank>",
    "formatting": "*bold* _it_ ~gone~ `code` ```block``` _*~mix~*_",
    "entities": "&amp; &lt;!channel&gt; &#60; a && b < c > d",
    "overrides": "\u202egnp.exe\u202c \u2066iso\u2069 \u200b\u200e\u200f",
    "long": "word " * 800,
    "unbroken": "x" * 4000,
    "emoji": "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪" * 40,
    "newlines": "one\ntwo\r\n\n> three\n• four\u2028five",
    "shortcodes": ":tada: :wave::skin-tone-3: a:b:c :+1:",
    "urls": "https://evil.example/a_b_c www.evil.example mailto:bo@evil.example bo@evil.example",
    "controls": "a\x00b\x07c\x1b[31m\x7f\ud800z",
    "date": "<!date^1^{date}|now> <!date^1^{date}^https://evil.example|x>",
    "blank": "\u200b \u2800\u3164",
    "quotes": '"\\" {} %s %d {0} \\u003c!channel\\u003e',
}


def ticket(**fields: Any) -> Ticket:
    given = {
        "id": "T043",
        "title": "API timeout issues in production",
        "cat": Category.INFRA,
        "pri": Priority.MEDIUM,
        "stat": Status.OPEN,
        "created": date(2024, 9, 24),
    }
    return Ticket.model_construct(**(given | {"desc": None, "res": None} | fields))


def origin(who: str = "U0ADA", at: float = NOON, **fields: Any) -> Origin:
    return Origin("k", who, at, **({"channel": "C0OPS", "message": "1.1"} | fields))


def record(
    *, version: int = 12, started_by: str = "", deleted: bool = False, who: str = "U0ADA", **fields: Any
) -> Record:
    return Record(
        ticket(**fields), origin(who), version, NOON, "C0OPS", started_by=started_by, deleted=deleted
    )


def change(kind: Any = "updated", version: int = 12, **given: Any) -> Change:
    """A change. `given` holds its before and after, and fields of its origin."""
    before, after = given.pop("before", {}), given.pop("after", {})
    metadata = given.pop("metadata", {})
    undone = {name: given.pop(name, None) for name in ("undoes", "undone_by")}
    made = Change(given.pop("id", "T043"), version, kind, origin(**given), before, after, **undone)
    return replace(made, metadata_after=metadata)


SMALLEST = record(title="x", cat=Category.OTHER, version=1)
USUAL = record(stat=Status.PROG, res="investigating load balancer", started_by="U0BO")
LARGEST = record(
    id="T9ZZZZ",
    title="W" * 50,
    desc="d " * 100,
    res="r" * 100,
    pri=Priority.HIGH,
    stat=Status.PROG,
    started_by="U0BO",
    version=10**15,
)
DONE = record(stat=Status.DONE, res="fixed load balancer configuration", started_by="U0BO")
WITHDRAWN = record(deleted=True)
TICKETS = {"smallest": SMALLEST, "usual": USUAL, "largest": LARGEST, "done": DONE, "withdrawn": WITHDRAWN}

ALIKE = tuple(
    Match(record(id=name, title=title, stat=stat), score)
    for name, title, stat, score in (
        ("T012", "API times out", Status.OPEN, 0.9),
        ("T020", "Timeouts in production", Status.PROG, 0.7),
        ("T031", "Old API timeout", Status.DONE, 0.5),
    )
)


def hostile(text: str) -> Record:
    return record(title=text, desc=text, res=text, who=text, started_by=text)


def listed(number: int, *, page: int = 1, query: View | None = None, title: str = "Ticket") -> Outcome:
    """One page of a list of `number` tickets."""
    query = query or View(stat=Status.OPEN)
    here = range(10 * page - 9, min(number, 10 * page) + 1)
    records = tuple(
        record(id=format_id(one), title=f"{title} {one}"[:50], pri=Priority(1 + one % 3), version=one)
        for one in here
    )
    pages = max(1, -(-number // 10))
    reply = replies.listed([one.ticket for one in records], number, page, pages, query)
    return Outcome(
        reply, records=records, query=query, page=page, pages=pages, count=number, asked_at=NOON + 9 * 86_400
    )


def history_of(number: int, *, page: int = 1, text: str = "T043 in progress, looking at the LB") -> Outcome:
    here = range(min(number, 10 * page), 10 * page - 10, -1)
    entries = tuple(
        change(
            version=one,
            before={"stat": "open"},
            after={"stat": "prog", "res": f"note {one}"},
            text=text,
        )
        for one in here
        if one > 0
    )
    rows = [{"n": one.version, "kind": one.kind} | dict(one.after) for one in entries]
    pages = max(1, -(-number // 10))
    return Outcome(
        replies.many("history", number, rows), history=entries, page=page, pages=pages, count=number
    )
