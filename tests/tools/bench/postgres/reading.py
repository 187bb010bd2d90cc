"""How long queries take: a ticket, its history, lists, filtered pages, searches, and similar tickets."""

from random import Random

from store.ids import format_id
from store.models.filters import Filter, Scope
from store.models.tickets import Status
from store.postgres import PostgresStore
from tests.tools.bench.corpus import WORDS, questions, tickets
from tests.tools.bench.postgres.plans import LISTS, Explainer, is_selective, open_recording
from tests.tools.bench.report import Report
from tests.tools.bench.timing import Times, awaited

QUESTIONS, LIKE, EXPLAINED = 1_000, 200, 300
GOAL, SEARCH_GOAL = 0.005, 0.020  # seconds
_RARE = 1500  # words from this rank on are in fewer than one ticket in 500

Asked = list[tuple[Filter, Scope]]


def milliseconds(times: Times, *shares: float) -> str:
    return " · ".join(f"{times.at(share) * 1000:.1f}" for share in shares) + " ms"


def add(report: Report, name: str, times: Times, goal: float | None) -> None:
    wanted = f"p99 ≤ {goal * 1000:.0f} ms" if goal else ""
    reached = times.at(0.99) <= goal if goal else None
    report.add(f"{name}: median · p99", milliseconds(times, 0.5, 0.99), wanted, reached=reached)


async def measure_reading(report: Report, store: PostgresStore, count: int) -> None:
    random = Random(3)
    ids = [format_id(random.randint(1, count)) for _ in range(QUESTIONS)]
    asked = questions(5 * QUESTIONS)
    scopes = [scope for _, scope in asked]
    add(report, "get", await awaited(lambda at: store.get(ids[at]), QUESTIONS), GOAL)
    add(report, "history page", await awaited(lambda at: store.history(ids[at]), QUESTIONS), GOAL)
    opened = [(Filter(stat=(Status.OPEN, Status.PROG)), scope) for scope in scopes[:QUESTIONS]]
    add(report, "list of open ones", await _views(store, opened), GOAL)
    pages = [each for each in asked if not each[0].text]
    add(report, "filtered page", await _views(store, pages[:QUESTIONS]), GOAL)
    for name, some in _sorts(pages).items():
        add(report, f"· {name}", await _views(store, some[:QUESTIONS]), None)
    searched = [each for each in asked if each[0].text]
    rare = [(Filter(text=random.choice(WORDS[_RARE:])), scope) for scope in scopes[:QUESTIONS]]
    add(report, "search, a word of fewer than one ticket in 500", await _views(store, rare), SEARCH_GOAL)
    add(
        report,
        "search, any words as often as they are written",
        await _views(store, searched[:QUESTIONS]),
        SEARCH_GOAL,
    )
    texts = [made.new.title for made in tickets(LIKE, 7)]
    like = await awaited(lambda at: store.similar(texts[at], scopes[at]), LIKE)
    add(report, "similar", like, SEARCH_GOAL)


async def _views(store: PostgresStore, some: Asked) -> Times:
    return await awaited(lambda at: store.view(*some[at]), len(some))


def _sorts(pages: Asked) -> dict[str, Asked]:
    """Pages by kind of query, to see which are slow."""
    days = [each for each in pages if each[0].since is not None]
    people = [
        each for each in pages if each not in days and (each[0].by or each[0].started_by or each[0].involving)
    ]
    kinds = [each for each in pages if each not in days and each not in people]
    return {"by kind alone": kinds, "of a person": people, "of some days": days}


async def check_plans(report: Report, url: str) -> None:
    """Check that each list uses its index, and no query reads a large table completely."""
    store, database = await open_recording(url)
    explainer = Explainer(url)
    others = []
    for index, where, scope in LISTS:
        database.asked.clear()
        await store.view(where, scope)
        used = explainer.explain(*database.asked[0]).indexes
        others += [] if index in used else [f"{index}: {', '.join(sorted(used))}"]
    found = "; ".join(others) or "all"
    report.add(f"lists that use their index, of {len(LISTS)}", found, "all", reached=not others)
    database.asked.clear()
    for where, scope in questions(EXPLAINED):
        if is_selective(where):
            await store.view(where, scope)
    for made in tickets(LIKE // 10, 7):
        await store.similar(made.new.title, Scope())
    whole = [values for statement, values in database.asked if explainer.explain(statement, values).whole]
    report.add(
        f"questions that read a large table whole, of {len(database.asked)}",
        str(len(whole)),
        "0",
        reached=not whole,
    )
    explainer.close()
    await store.close()
