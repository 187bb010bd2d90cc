"""How long a change takes, compared with one bare INSERT and commit in the same run."""

import json
import time
from collections.abc import Awaitable, Callable
from random import Random

from psycopg import AsyncConnection

from store.ids import format_id
from store.models.tickets import Origin, Record
from store.postgres import PostgresStore
from tests.tools.bench.corpus import START, tickets
from tests.tools.bench.postgres.reading import milliseconds
from tests.tools.bench.report import Report
from tests.tools.bench.timing import Times, paired

WRITES = 300
GOAL = 2.0  # times the bare INSERT
ROUTER, OTHERS = "update of a ticket as it was just read, which the bot does", "update that reads it first"


async def measure_writing(report: Report, url: str, store: PostgresStore, count: int) -> None:
    bare = await AsyncConnection.connect(url, autocommit=True)
    await bare.execute("CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
    new = list(tickets(WRITES, 9))
    texts = [json.dumps(made.new._asdict(), default=str) for made in new]
    numbers = Random(4).sample(range(1, count + 1), 2 * WRITES)
    ids = [format_id(number) for number in numbers]
    known = [await store.get(each) for each in ids[WRITES:]]

    def update(ticket_id: str, at: int, record: Record | None = None) -> Awaitable[object]:
        return store.update(
            ticket_id, {"res": f"note {at}"}, Origin(f"{ticket_id} {at}", "U1", START), record
        )

    acts: dict[str, Callable[[int], Awaitable[object]]] = {
        "create": lambda at: store.create(new[at].new, new[at].origin),
        ROUTER: lambda at: update(ids[WRITES + at], at, known[at]),
        OTHERS: lambda at: update(ids[at], at),
    }
    floor: list[float] = []
    ours: dict[str, list[float]] = {name: [] for name in acts}
    # In turns, because the time of a disk's sync varies.
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
        report.add(f"{name} ÷ floor, median", f"{ratio:.2f}", f"≤ {GOAL:.0f}", reached=ratio <= GOAL)
