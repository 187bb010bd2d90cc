"""What an answer costs: one ticket, lists, text, and what is alike."""

import random
from pathlib import Path
from typing import Any

from store.base import Filter, Scope
from store.ticket import Priority, Status, id_of
from store.tiny import TinyStore
from tests.tools.bench.corpus import SUBJECTS, more_tickets
from tests.tools.bench.report import Report
from tests.tools.bench.rivals import Sqlite, Stock
from tests.tools.bench.timing import MICRO, awaited, timed

READS = 3000


async def reading(report: Report, store: TinyStore, directory: Path, rows: dict[str, dict[str, Any]]) -> None:
    chance = random.Random(5)
    last = len(rows)
    some = [chance.randint(1, last) for _ in range(READS)]
    questions = [chance.choice(SUBJECTS) for _ in range(READS)]
    pairs = [(chance.choice(list(Status)), chance.choice(list(Priority))) for _ in range(READS)]
    states = [chance.choice([Status.OPEN, Status.PROG]) for _ in range(READS)]
    scope = Scope()
    latest, any_of_all = [id_of(last - number % 500) for number in some], [id_of(number) for number in some]
    filtered = [Filter(stat=(stat,), pri=(pri,)) for stat, pri in pairs]
    by_priority = [Filter(stat=(stat,)) for stat in states]
    texts = [Filter(text=question) for question in questions]
    ours = {
        "get, one of the latest 500": lambda at: store.get(latest[at]),
        "get, any of all": lambda at: store.get(any_of_all[at]),
        "filtered list of 10": lambda at: store.view(filtered[at], scope),
        "list by priority": lambda at: store.view(by_priority[at], scope),
        "text search": lambda at: store.view(texts[at], scope),
    }
    sqlite, stock = Sqlite(directory / "sqlite-reading"), Stock(directory / "stock.json")
    sqlite.load((int(number), row) for number, row in rows.items())
    theirs = {
        "get, one of the latest 500": lambda at: sqlite.get(latest[at]),
        "get, any of all": lambda at: sqlite.get(any_of_all[at]),
        "filtered list of 10": lambda at: sqlite.filtered(pairs[at][0].value, pairs[at][1].value),
        "list by priority": lambda at: sqlite.by_priority(states[at].value),
        "text search": lambda at: sqlite.text(questions[at]),
    }
    stocks = {
        "get, any of all": lambda at: stock.get(some[at]),
        "filtered list of 10": lambda at: stock.filtered(pairs[at][0].value, pairs[at][1].value),
        "text search": lambda at: stock.text(questions[at]),
    }
    goals = {"get, one of the latest 500": (3, 0.4, 0), "get, any of all": (3, 0.4, 50_000)}
    goals |= {"filtered list of 10": (20, 0.8, 10_000)}
    goals |= {"list by priority": (25, 0.1, 0), "text search": (40, 0.4, 20_000)}
    for name, (most, against, faster) in goals.items():
        found = await awaited(ours[name], READS)
        median, slow = found.median * MICRO, found.at(0.99) * MICRO
        report.add(name, f"{median:.1f} µs", f"≤ {most} µs", reached=median <= most)
        report.add("  p99 ÷ p50", f"{slow / median:.1f}", "≤ 10", reached=slow <= 10 * median)
        ratio = found.median / timed(theirs[name], 300).median
        report.add("  ÷ SQLite", f"{ratio:.3f}", f"≤ {against}", reached=ratio <= against)
        if name in stocks:
            times = timed(stocks[name], 3).median / found.median
            report.add(
                "  times faster than stock TinyDB", f"{times:,.0f}", f"≥ {faster:,}", reached=times >= faster
            )
    alike = [f"{new.title} {new.desc or ''}" for new, _ in more_tickets(300, 7)]
    found = await awaited(lambda at: store.similar(alike[at], scope), len(alike))
    slow = found.at(0.99)
    report.add(
        "similar tickets",
        f"{found.median * 1e3:.1f} ms, p99 {slow * 1e3:.1f} ms",
        "p99 ≤ 5 ms",
        reached=slow <= 5e-3,
    )
    sqlite.close()
    stock.close()
