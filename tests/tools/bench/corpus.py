"""Tickets to measure with: the same every time, with words as often as words are in such texts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from store.base import Deed, NewTicket
from store.ticket import Category, Priority

SUBJECTS = [
    "api",
    "login",
    "database",
    "deploy",
    "pipeline",
    "server",
    "build",
    "dns",
    "cache",
    "queue",
    "backup",
    "certificate",
    "invoice",
    "report",
    "export",
    "import",
    "search",
    "upload",
    "download",
    "email",
    "webhook",
    "cluster",
    "node",
    "disk",
    "memory",
    "network",
    "firewall",
    "proxy",
    "gateway",
    "token",
    "session",
    "password",
    "account",
    "dashboard",
    "billing",
    "payment",
    "customer",
    "readme",
    "runbook",
    "docs",
    "test",
    "release",
    "branch",
    "merge",
    "migration",
    "schema",
    "index",
    "query",
    "timeout",
    "latency",
    "error",
    "crash",
    "leak",
    "loop",
    "retry",
    "alert",
    "log",
    "metric",
    "trace",
]
COMMON = [
    "the",
    "a",
    "in",
    "on",
    "of",
    "to",
    "and",
    "is",
    "for",
    "with",
    "after",
    "when",
    "not",
    "we",
    "it",
    "at",
    "from",
    "this",
    "that",
    "by",
    "since",
    "fails",
    "slow",
    "broken",
    "down",
    "again",
    "please",
    "production",
    "staging",
    "some",
    "users",
    "all",
    "every",
    "new",
    "old",
    "cannot",
    "does",
    "shows",
    "after",
    "before",
]
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "za",
    "bri",
    "cre",
    "dro",
    "flu",
    "gra",
    "ple",
    "tri",
    "sta",
]

YEAR = 365 * 86_400
START = 1_700_000_000.0


def vocabulary(size: int = 6000) -> tuple[list[str], list[float]]:
    """Words, and how often each is: the n-th most frequent one n-th part as often as the first."""
    random = Random(0)
    rare = {"".join(random.choice(SYLLABLES) for _ in range(random.randint(2, 4))) for _ in range(size)}
    words = [*COMMON, *SUBJECTS, *sorted(rare)]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def tickets(count: int, seed: int = 1) -> Iterator[tuple[NewTicket, Deed, dict[str, Any]]]:
    """What is created, by which deed, and what of it was changed since: four of five are done."""
    random = Random(seed)
    words, weights = vocabulary()
    categories, priorities = list(Category), list(Priority)
    for number in range(count):
        text = random.choices(words, cum_weights=weights, k=random.randint(8, 32))
        if number % 7 == 0:
            text.append(f"{random.getrandbits(28):07x}")
        title = " ".join(text[:7])[:50].strip()
        desc = " ".join(text[5:])[:200].strip()
        at = START + number * (2 * YEAR / max(count, 1))
        stamp = f"{at:.6f}"
        private = random.random() < 0.1
        channel = f"{'G' if private else 'C'}{random.randint(0, 30):07d}"
        born = Deed(
            key=f"{channel}:{stamp}",
            who=f"U{min(int(random.expovariate(0.02)), 400):07d}",
            at=at,
            team="T0000001",
            channel=channel,
            message=stamp,
            thread=stamp,
            private=private,
            text=f"@tickets create {title}",
        )
        created = date(2023, 1, 1) + timedelta(days=number * 730 // max(count, 1))
        new = NewTicket(title, created, desc or None, random.choice(categories), random.choice(priorities))
        status = random.choices(["done", "open", "prog"], weights=[80, 15, 5])[0]
        after: dict[str, Any] = {} if status == "open" else {"stat": status}
        if status == "done":
            after["res"] = " ".join(random.choices(words, cum_weights=weights, k=5))[:100]
        yield new, born, after


def more_tickets(count: int, seed: int) -> list[tuple[NewTicket, Deed]]:
    """More tickets to create, with keys that are not used yet."""
    return [(new, replace(deed, key=f"{seed}:{deed.key}")) for new, deed, _ in tickets(count, seed)]
