"""Measures the cost of queries."""

from random import Random

from store.ids import format_id
from store.protocol import TicketStore
from tests.tools.bench.corpus import questions, tickets
from tests.tools.bench.report import Report
from tests.tools.bench.timing import MICRO, Times, awaited

QUESTIONS = 4_000


async def reading(report: Report, store: TicketStore, count: int) -> None:
    asked = questions(QUESTIONS)
    found = await awaited(lambda at: store.view(*asked[at]), QUESTIONS)
    median, slow, slowest = (each * MICRO for each in (found.median, found.at(0.99), max(found.each)))
    report.add(
        f"view, {QUESTIONS:,} different questions: p50 · p99 · max",
        f"{median:.0f} µs · {slow:.0f} µs · {slowest:.0f} µs",
        "100 µs · 400 µs · 2,000 µs",
        reached=median <= 100 and slow <= 400 and slowest <= 2000,
    )
    random = Random(3)
    some = [format_id(random.randint(1, count)) for _ in range(QUESTIONS)]
    texts = [f"{made.new.title} {made.new.desc or ''}" for made in tickets(500, 7)]
    scopes = [scope for _, scope in asked]
    slowest_of: list[Times] = [
        await awaited(lambda at: store.get(some[at]), QUESTIONS),
        await awaited(lambda at: store.history(some[at]), QUESTIONS),
        await awaited(lambda at: store.similar(texts[at], scopes[at]), len(texts)),
    ]
    get, history, similar = (times.at(0.99) * MICRO for times in slowest_of)
    report.add(
        "get · history page · similar, p99",
        f"{get:.0f} µs · {history:.0f} µs · {similar / 1000:.1f} ms",
        "100 µs · 500 µs · 5 ms",
        reached=get <= 100 and history <= 500 and similar <= 5000,
    )
