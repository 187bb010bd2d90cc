"""Tickets and queries to measure with: the same in every run, with realistic word frequencies."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import Category, ImportedTicket, NewTicket, Origin, Priority, Status, Ticket

_SUBJECTS = """
    api login database deploy pipeline server build dns cache queue backup certificate invoice report export import search
    upload download email webhook cluster node disk memory network firewall proxy gateway token session password account
    dashboard billing payment customer readme runbook docs test release branch merge migration schema index query timeout
    latency error crash leak loop retry alert log metric trace
"""
_COMMON = """
    the a in on of to and is for with after when not we it at from this that by since fails slow broken down again please
    production staging some users all every new old cannot does shows before
"""
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo za bri cre dro flu gra ple tri sta"
SUBJECTS, COMMON, SYLLABLES = _SUBJECTS.split(), _COMMON.split(), _SYLLABLES.split()

DAY = 86_400
START = 1_700_000_000.0
SPAN = 730 * DAY


def vocabulary(size: int = 6000) -> tuple[list[str], list[float]]:
    """Words and their frequencies: the n-th most frequent is 1/n as frequent as the first."""
    random = Random(0)
    rare = {"".join(random.choice(SYLLABLES) for _ in range(random.randint(2, 4))) for _ in range(size)}
    words = [*COMMON, *SUBJECTS, *sorted(rare)]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


WORDS, WEIGHTS = vocabulary()


class Made(NamedTuple):
    """What is created, by whom, and what was changed since."""

    new: NewTicket
    origin: Origin
    changes: dict[str, Any]


def tickets(count: int, seed: int = 1) -> Iterator[Made]:
    """`count` tickets, four of five of them done."""
    random = Random(seed)
    categories, priorities = list(Category), list(Priority)
    for number in range(count):
        text = random.choices(WORDS, cum_weights=WEIGHTS, k=random.randint(8, 32))
        if number % 7 == 0:
            text.append(f"{random.getrandbits(28):07x}")
        title, desc = " ".join(text[:7])[:50].strip(), " ".join(text[5:])[:200].strip()
        at = START + number * SPAN / max(count, 1)
        channel = a_channel(random)
        made = Origin(
            f"{seed}:{number}",
            a_person(random),
            at,
            team="T0000001",
            channel=channel,
            message=f"{at:.6f}",
            thread=f"{at:.6f}",
            private=channel.startswith("G"),
            text=f"@tickets create {title}",
        )
        created = date(2023, 1, 1) + timedelta(days=number * 730 // max(count, 1))
        new = NewTicket(title, created, desc or None, random.choice(categories), random.choice(priorities))
        status = random.choices(list(Status), weights=[15, 5, 80])[0]
        changes: dict[str, Any] = {} if status is Status.OPEN else {"stat": status}
        if status is Status.DONE:
            changes["res"] = " ".join(random.choices(WORDS, cum_weights=WEIGHTS, k=5))[:100]
        yield Made(new, made, changes)


def imported(made: Made) -> ImportedTicket:
    values = {"desc": made.new.desc, "cat": made.new.cat, "pri": made.new.pri, "created": made.new.created}
    return ImportedTicket("", Ticket(id="T001", title=made.new.title, **values), made.origin)


def a_person(random: Random) -> str:
    return f"U{min(int(random.expovariate(0.02)), 400):07d}"


def a_channel(random: Random) -> str:
    """A channel; one ticket in ten is made in a private one."""
    return f"{'G' if random.random() < 0.1 else 'C'}{random.randint(0, 30):07d}"


def questions(count: int, seed: int = 5) -> list[tuple[Filter, Scope]]:
    """`count` different queries of every kind: status, priority, category, text, people, times, scope."""
    random = Random(seed)
    asked: dict[tuple[Filter, Scope], None] = {}
    while len(asked) < count:
        asked[_filter(random), _scope(random)] = None
    return list(asked)


def _filter(random: Random) -> Filter:
    some = random.choice
    parts: dict[str, Any] = {
        "stat": some([(), (Status.OPEN,), (Status.PROG,), (Status.DONE,), (Status.OPEN, Status.PROG)]),
        "pri": some([(), (), (Priority.HIGH,), (Priority.LOW,), (Priority.HIGH, Priority.MEDIUM)]),
        "cat": some([(), (), (Category.CODE,), (Category.INFRA,)]),
    }
    chance = random.random()
    if chance < 0.3:
        parts["text"] = some(SUBJECTS)
    elif chance < 0.45:
        parts["text"] = " ".join(random.choices(WORDS, cum_weights=WEIGHTS, k=2))
    elif chance < 0.55:
        parts["text"] = some(WORDS)[: random.randint(1, 4)]
    chance = random.random()
    if chance < 0.4:
        parts[some(["by", "started_by", "involving"])] = a_person(random)
    if random.random() < 0.25:
        parts["time"] = some(["created", "closed", "changed"])
        parts["since"] = START + random.random() * SPAN
        parts["until"] = some([None, parts["since"] + some([1, 7, 30, 365]) * DAY])
    return Filter(**parts)


def _scope(random: Random) -> Scope:
    chance = random.random()
    if chance < 0.2:
        return EVERYTHING
    if chance < 0.5:
        return Scope()
    channels = frozenset(a_channel(random).replace("C", "G") for _ in range(random.randint(1, 6)))
    return Scope(public=chance < 0.9, channels=channels, user_id=a_person(random))
