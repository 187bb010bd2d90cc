"""The figures of the store on PostgreSQL, beside the floor of one bare INSERT and commit in the same run:
`python -m tests.tools.bench postgres [--tickets N] [--messages N]`. It starts a server of its own.
"""

import argparse
import asyncio
import itertools
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from random import Random

import psycopg
from psycopg import AsyncConnection
from psycopg.sql import SQL

from store.ids import format_id
from store.models.deliveries import Delivery, Posted
from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import MessageRef, Origin, Status
from store.postgres import PostgresStore, queries
from tests.bot_harness import open_office
from tests.store.postgres.server import Server
from tests.tools.bench.report import Report
from tests.tools.bench.store_corpus import START, WORDS, imported, questions, tickets
from tests.tools.bench.timing import Times, awaited, paired

ROOT = Path(__file__).parents[3]
AT_ONCE = 10_000
IMPORTED = 100_000  # more of them are copies of these, made by the server
WRITES, QUESTIONS, LIKE = 300, 1_000, 100
MENTIONS = 20
GOAL, SEARCH_GOAL = 0.005, 0.020
_MORE = """
    INSERT INTO tickets SELECT number + {shift}, version, ticket, origin, reported_by, created_at + 1,
        changed_at + 1, closed_at + 1, started_by, stat, pri, cat, channel, private, deleted, origin_channel,
        origin_thread, card_channel, card_ts, card_thread, card_root, words FROM tickets WHERE number <= {base};
    INSERT INTO changes (number, version, commit, user_id, undoes, undone_by, change)
        SELECT number + {shift}, version, gen_random_uuid(), user_id, undoes, undone_by, change FROM changes
        WHERE number <= {base};"""


async def build(server: Server, count: int) -> None:
    """`count` tickets; past `IMPORTED` the same ones again and again, which have the same words as often."""
    store = await PostgresStore.open(server.url)
    first = min(count, IMPORTED)
    made = list(tickets(first))
    for at in range(0, first, AT_ONCE):
        some = made[at : at + AT_ONCE]
        await store.import_tickets([imported(each) for each in some], Origin("", "U1", START))
        numbers = range(at + 1, at + len(some) + 1)
        changes = {format_id(number): each.changes for number, each in zip(numbers, some, strict=True)}
        for part in range(0, len(some), 500):
            values = dict(list(changes.items())[part : part + 500])
            await store.bulk_update(
                {key: each for key, each in values.items() if each}, Origin("", "U1", START)
            )
    await store.close()
    times = count // first
    for more in range(1, times):
        server.execute(_MORE.format(shift=more * first, base=first), "tickets")
    if times > 1:
        for table in ("counts", "terms"):
            server.execute(f"UPDATE {table} SET count = count * {times}", "tickets")
        server.execute(f"UPDATE counters SET value = {first * times} WHERE name = 'tickets'", "tickets")
    server.execute("VACUUM ANALYZE", "tickets")


def milliseconds(times: Times, *shares: float) -> str:
    return " · ".join(f"{times.at(share) * 1000:.1f}" for share in shares) + " ms"


async def writing(report: Report, server: Server, store: PostgresStore, count: int) -> None:
    bare = await AsyncConnection.connect(server.url, autocommit=True)
    await bare.execute("CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
    new = list(tickets(WRITES, 9))
    texts = [json.dumps(made.new._asdict(), default=str) for made in new]
    random = Random(4)
    ids = [format_id(random.randint(1, count)) for _ in range(WRITES)]
    floor: list[float] = []
    ours: dict[str, list[float]] = {"create": [], "update": []}
    acts: dict[str, Callable[[int], Awaitable[object]]] = {
        "create": lambda at: store.create(new[at].new, new[at].origin),
        "update": lambda at: store.update(ids[at], {"res": f"note {at}"}, Origin(f"u{at}", "U1", START)),
    }
    # One after the other, because a disk's sync takes now this long and now that.
    for at in range(WRITES):
        began = time.perf_counter()
        await bare.execute("INSERT INTO floor (text) VALUES (%s)", [texts[at]])
        floor.append(time.perf_counter() - began)
        for name, act in acts.items():
            began = time.perf_counter()
            await act(at)
            ours[name].append(time.perf_counter() - began)
    await bare.close()
    report.add("floor: one bare INSERT and commit, median", milliseconds(Times(floor), 0.5))
    for name, times in ours.items():
        ratio = paired(Times(times), Times(floor))
        report.add(f"{name} ÷ floor, median", f"{ratio:.2f}", "≤ 2", reached=ratio <= 2)


class CountingProxy:
    """Stands between a client and the server's socket, and counts how often the client writes after it was answered."""

    def __init__(self, server: Server) -> None:
        self.trips = 0
        self._server = str(server.directory / ".s.PGSQL.5432")
        self.directory = server.directory / "proxy"

    async def start(self) -> asyncio.Server:
        self.directory.mkdir(exist_ok=True)
        (self.directory / ".s.PGSQL.5432").unlink(missing_ok=True)
        return await asyncio.start_unix_server(self._serve, self.directory / ".s.PGSQL.5432")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_unix_connection(self._server)
        answered = True

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, asked: bool) -> None:
            nonlocal answered
            while data := await source.read(1 << 16):
                self.trips += asked and answered
                answered = not asked
                target.write(data)
            target.close()

        await asyncio.gather(copy(reader, questions, asked=True), copy(answers, writer, asked=False))


async def round_trips(report: Report, server: Server) -> None:
    """How often a message that makes a ticket waits for the server: accepted, created, finished."""
    proxy, made = CountingProxy(server), next(tickets(1, 11))
    async with await proxy.start():
        store = await PostgresStore.open(f"postgresql://tickets@/tickets?host={proxy.directory}")
        counts = [proxy.trips]
        await store.accept(Delivery(("one",), START, {}), "p", START + 60)
        counts.append(proxy.trips)
        written = await store.create(made.new, made.origin)
        counts.append(proxy.trips)
        card = (written.record.ticket.id, MessageRef("C1", "1.1"))
        await store.finish("one", {}, posted=Posted((card,)))
        counts.append(proxy.trips)
        await store.close()
    steps = [later - earlier for earlier, later in itertools.pairwise(counts)]
    found = f"{sum(steps)} (accept {steps[0]}, create {steps[1]}, finish {steps[2]})"
    report.add("round trips, a message that makes a ticket", found, "≤ 6", reached=sum(steps) <= 6)


async def whole_bot(report: Report, server: Server) -> None:
    """How often a whole bot waits for the server for one mention that makes a ticket, and what it does in a second of rest."""
    proxy = CountingProxy(server)
    with tempfile.TemporaryDirectory() as folder:
        async with await proxy.start():
            url = f"postgresql://tickets@/tickets?host={proxy.directory}"
            async with open_office(Path(folder), "http", store=url) as office:
                await office.said("engineer", "support", "@tickets create the first, unlike all that follow")
                before, began = proxy.trips, time.monotonic()
                await asyncio.sleep(5)
                resting = (proxy.trips - before) / (time.monotonic() - began)
                before, began = proxy.trips, time.monotonic()
                for number in range(MENTIONS):
                    await office.said("engineer", "support", f"@tickets create n{number}x")
                beside = resting * (time.monotonic() - began)
    each = (proxy.trips - before - beside) / MENTIONS
    report.add("round trips, a mention to the whole bot (delivered twice)", f"{each:.1f}")
    report.add("round trips of a bot at rest, a second", f"{resting:.1f}")


def is_search(where: Filter) -> bool:
    return bool(where.text)


async def reading(report: Report, store: PostgresStore, count: int) -> None:
    random = Random(3)
    ids = [format_id(random.randint(1, count)) for _ in range(QUESTIONS)]
    asked = questions(4 * QUESTIONS)
    kinds: dict[str, tuple[float, list[tuple[Filter, Scope]]]] = {
        "list of open ones": (
            GOAL,
            [(Filter(stat=(Status.OPEN, Status.PROG)), scope) for _, scope in asked[:QUESTIONS]],
        ),
        "filtered page": (GOAL, [each for each in asked if not is_search(each[0])][:QUESTIONS]),
        "search, any words as often as they are written": (
            SEARCH_GOAL,
            [each for each in asked if is_search(each[0])][:QUESTIONS],
        ),
        "search, a word of fewer than one ticket in 500": (
            SEARCH_GOAL,
            [(Filter(text=random.choice(WORDS[1500:])), scope) for _, scope in asked[:QUESTIONS]],
        ),
    }
    got = await awaited(lambda at: store.get(ids[at]), QUESTIONS)
    add(report, "get", got, GOAL)
    add(report, "history page", await awaited(lambda at: store.history(ids[at]), QUESTIONS), GOAL)
    for name, (goal, some) in kinds.items():
        add(report, name, await awaited(lambda at, some=some: store.view(*some[at]), len(some)), goal)
    texts = [made.new.title for made in tickets(LIKE, 7)]
    add(report, "similar", await awaited(lambda at: store.similar(texts[at], asked[at][1]), LIKE), None)


def add(report: Report, name: str, times: Times, goal: float | None) -> None:
    slow = times.at(0.99)
    wanted = f"p99 ≤ {goal * 1000:.0f} ms" if goal else ""
    report.add(
        f"{name}: median · p99",
        milliseconds(times, 0.5, 0.99),
        wanted,
        reached=slow <= goal if goal else None,
    )


def plans(report: Report, server: Server) -> None:
    """Each kind of question uses its index, and reads no table whole."""
    someone = Scope(channels=frozenset({"G0000001", "G0000002"}), user_id="U0000007")
    cases: dict[str, tuple[Filter, Scope]] = {
        "Backward using tickets_pkey": (Filter(stat=(Status.DONE,)), someone),
        "tickets_in_order": (Filter(), someone),
        "tickets_by_status": (Filter(stat=(Status.OPEN,)), EVERYTHING),
        "tickets_private_by_channel": (Filter(stat=(Status.OPEN,)), someone),
        "tickets_by_reporter": (Filter(by="U0000007"), someone),
        "tickets_by_starter": (Filter(started_by="U0000007", stat=(Status.PROG,)), someone),
        "tickets_by_channel": (Filter(), Scope(public=False, channels=frozenset({"C0000001"}))),
        "tickets_by_creation": (Filter(since=START, until=START + 86_400), someone),
        "tickets_by_words": (Filter(text=WORDS[-1]), someone),
        "Scan using tickets_pkey": (Filter(ids=("T001", "T002")), someone),
    }
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SET plan_cache_mode = force_custom_plan")
        for index, (where, scope) in cases.items():
            statement, values = queries.view(where, scope)
            rows = connection.execute(
                SQL("EXPLAIN ") + statement, {**values, "size": 10, "start": 0}
            ).fetchall()
            plan = "\n".join(row[0] for row in rows)
            if index not in plan or "Seq Scan on tickets" in plan:
                raise AssertionError(f"{where} does not use {index}:\n{plan}")
    report.add("plans that use their index", f"{len(cases)} of {len(cases)}", "all", reached=True)


async def together(report: Report, server: Server, store: PostgresStore, messages: int) -> None:
    """1, 2 and 4 processes that make a ticket of each delivery."""
    for count in (1, 2, 4):
        keys = [f"{count}.{number}" for number in range(messages)]
        await gathered(
            store.accept(Delivery((key,), START, {"channel": f"C{at % 20}"})) for at, key in enumerate(keys)
        )
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.store.postgres.worker", server.url, f"{count}.{number}",
                cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            for number in range(count)
        ]  # fmt: skip
        while await store.pending():  # noqa: ASYNC110  # nobody else can tell
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - began
        for process in processes:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        report.add(
            f"{count} processes, {messages:,} deliveries: each",
            f"{used / messages * 1000:.1f} ms of processor time, {seconds / messages * 1000:.1f} ms",
        )


async def gathered(acts: Iterable[Awaitable[object]]) -> None:
    """A few at a time."""
    some: list[Awaitable[object]] = []
    for act in acts:
        some.append(act)
        if len(some) == 20:
            await asyncio.gather(*some)
            some.clear()
    await asyncio.gather(*some)


async def measure(server: Server, count: int, messages: int) -> None:
    report = Report()
    await build(server, count)
    plans(report, server)
    store = await PostgresStore.open(server.url, timeout=60)
    await reading(report, store, count)
    await writing(report, server, store, count)
    await round_trips(report, server)
    await whole_bot(report, server)
    await together(report, server, store, messages)
    await store.close()
    report.show()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench postgres")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=1_000)
    chosen = parser.parse_args(arguments)
    server = Server(buffers="512MB")
    try:
        asyncio.run(measure(server, chosen.tickets, chosen.messages))
    finally:
        server.close()
