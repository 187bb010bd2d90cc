"""What a change costs: durably, in processor time, for many who wait, and while the journal is folded away."""

import asyncio
import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from store.base import Deed, Filter, Scope
from store.files import Disk
from store.ticket import Status, id_of
from store.tiny import TinyStore
from tests.tools.bench.corpus import more_tickets
from tests.tools.bench.report import Report
from tests.tools.bench.rivals import RawLog, Sqlite, Stock
from tests.tools.bench.timing import MICRO, Times, awaited, paired, processor, timed

WRITES = 300
TOGETHER = 64

Doing = Callable[[int], Any]


async def pairs(ours: Doing, theirs: Doing) -> tuple[Times, Times]:
    """Each in turn with the other: the disk is in the same mood for both."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for number in range(WRITES):
        for at, do in enumerate((theirs, ours)):
            start = perf_counter()
            if (done := do(number)) is not None:
                await done
            times[at].append(perf_counter() - start)
    return Times(times[1]), Times(times[0])


async def writing(report: Report, store: TinyStore, directory: Path, rows: dict[str, dict[str, Any]]) -> None:
    """One who waits for each write: paired with the raw append, and then with SQLite, which leaves other things in the caches."""
    raw, sqlite, last = RawLog(directory / "raw"), Sqlite(directory / "sqlite"), len(rows)
    sqlite.load((int(number), row) for number, row in rows.items())
    lines = {"create": b"x" * 1250 + b"\n", "update": b"x" * 450 + b"\n"}  # as long as the store's own

    def our(kind: str, seed: int) -> Doing:
        news = more_tickets(WRITES, seed)

        def create(number: int) -> Any:
            return store.create(*news[number])

        def update(number: int) -> Any:
            changes = {"stat": ("prog", "open")[number % 2], "res": f"step {number}"}
            return store.update(id_of(number + 1 + seed * WRITES), changes, news[number][1])

        return create if kind == "create" else update

    def their(kind: str) -> Doing:
        def create(number: int) -> None:
            new, at = news[number][0], last + number + 1
            row = {"id": id_of(at), "title": new.title, "desc": new.desc, "cat": new.cat.value}
            row |= {"pri": new.pri.value, "stat": "open", "created": "2024-01-01"}
            sqlite.create(at, row, f"c{number}")

        def update(number: int) -> None:
            sqlite.update(id_of(number + 1), ("prog", "open")[number % 2], f"step {number}", f"u{number}")

        news = more_tickets(WRITES, 20)
        return create if kind == "create" else update

    for seed, kind in enumerate(("create", "update"), 21):
        ours, theirs = await pairs(our(kind, seed), lambda _: raw.append(lines[kind]))  # noqa: B023  # called at once
        goal = 1.15 if theirs.median >= 1e-3 else 1.35
        ratio = paired(ours, theirs)
        shown = f"{ratio:.2f} ({ours.median * MICRO:.0f} µs, {theirs.median * MICRO:.0f} µs)"
        report.add(f"durable {kind} ÷ raw append + fdatasync", shown, f"≤ {goal}", reached=ratio <= goal)

    def delta(number: int) -> None:
        store._storage.apply({"tickets": {str(number + 1): {"stat": ("done", "open")[number % 2]}}})

    ours, theirs = await pairs(delta, lambda _: raw.append(b"x" * 45 + b"\n"))
    ratio, goal = paired(ours, theirs), 1.15 if theirs.median >= 1e-3 else 1.35
    shown = f"{ratio:.2f} ({ours.median * MICRO:.0f} µs, {theirs.median * MICRO:.0f} µs)"
    report.add("delta alone, indexed ÷ raw append + fdatasync", shown, f"≤ {goal}", reached=ratio <= goal)
    for seed, kind in enumerate(("create", "update"), 23):
        ours, theirs = await pairs(our(kind, seed), their(kind))
        ratio = paired(ours, theirs)
        shown = f"{ratio:.2f} ({ours.median * MICRO:.0f} µs, {theirs.median * MICRO:.0f} µs)"
        report.add(f"durable {kind} ÷ SQLite FULL", shown, "≤ 1", reached=ratio <= 1)
    raw.close()
    sqlite.close()


async def together(report: Report, store: TinyStore) -> None:
    by = Deed("", "U1", 1.8e9)

    async def write(name: str, times: int) -> None:
        for number in range(times):
            await store.update(name, {"res": f"{name} {number}"}, by)

    start = perf_counter()
    await write("T001", 200)
    alone = 200 / (perf_counter() - start)
    start = perf_counter()
    await asyncio.gather(*(write(id_of(number), 20) for number in range(1, TOGETHER + 1)))
    all_at_once = TOGETHER * 20 / (perf_counter() - start)
    goal = 15 if alone < 1000 else 3
    ratio = all_at_once / alone
    shown = f"{ratio:.1f} ({all_at_once:.0f} a second, {alone:.0f} alone)"
    report.add(f"{TOGETHER} waiting writers ÷ one", shown, f"≥ {goal}", reached=ratio >= goal)


class Unsynced(Disk):
    """A disk that does not sync: the processor time of that is the system's and not the store's."""

    def sync(self, fd: int) -> None:
        pass


async def processor_time(report: Report, small: Path, large: Path) -> None:
    """Once it runs: the first writes after a start also pay for what is touched for the first time."""
    warming = more_tickets(2000, 6)
    news = more_tickets(2 * WRITES, 3)
    figures: dict[Path, dict[str, float]] = {}
    for path in (small, large):
        store = await TinyStore.open(path, files=Unsynced(), fold_at=1 << 40)
        gc.collect()
        gc.freeze()  # as the bot does once it has started

        def create(number: int) -> Any:
            return store.create(*news[number])  # noqa: B023  # called before it changes

        def update(number: int) -> Any:
            new, deed = news[number]
            changes = {"stat": "prog" if number % 2 else "done", "res": f"note {number}, {new.title[:30]}"}
            return store.update(id_of(number + 1), changes, replace(deed, key=f"{deed.key}:u"))  # noqa: B023  # as above

        for new, deed in warming:
            made = await store.create(new, deed)
            await store.update(
                made.record.ticket.id, {"res": f"{new.title[:30]} done"}, replace(deed, key="")
            )
        found = figures[path] = {}
        found["create"] = await processor(create, WRITES)
        found["update"] = await processor(update, WRITES)
        start = process_time()
        await asyncio.gather(*(update(WRITES + number) for number in range(WRITES)))
        found["update, 300 at once"] = (process_time() - start) / WRITES
        start = process_time()
        for number in range(WRITES):  # without the log, the model and the promises of base.py
            stat = "prog" if number % 2 else "done"
            store._storage.apply({"tickets": {str(number + 1): {"stat": stat}}})
        found["delta alone, indexed"] = (process_time() - start) / WRITES
        await store.close()
    for name, many in figures[large].items():
        few = figures[small][name]
        shown = f"{many * MICRO:.0f} µs ({few * MICRO:.0f} with 1,000 tickets)"
        report.add(f"processor time a {name}", shown, "≤ 20 µs", reached=many <= 20e-6)
        report.add("  growth from 1,000 tickets", f"{many / few:.2f}", "≤ 1.5", reached=many / few <= 1.5)


async def stock_writing(report: Report, store: TinyStore, directory: Path) -> None:
    row = {"id": "T0ZZ", "title": "x", "cat": "other", "pri": 2, "stat": "open", "created": "2024-01-01"}
    stock = Stock(directory / "stock.json")
    stock.update(1, "open")
    theirs = timed(lambda _: stock.create(row), 3)
    stock.close()
    cached = Stock(directory / "stock.json", cached=True)
    cached.update(1, "open")
    not_durable = timed(lambda _: cached.create(row), 20)
    cached.close()
    news = more_tickets(50, 4)
    found = await awaited(lambda at: store.create(*news[at]), len(news))
    times = theirs.median / found.median
    report.add("create: times faster than stock TinyDB", f"{times:,.0f}", "≥ 100", reached=times >= 100)
    times = not_durable.median / found.median
    report.add("  than with CachingMiddleware, which is not durable", f"{times:,.1f}")


async def folding(report: Report, path: Path) -> None:
    """The longest that a write and a read take while folding, beyond the longest without it."""
    longest: dict[str, tuple[float, float]] = {}
    for name, fold_at in (("without", 1 << 40), ("while", 200_000)):
        store = await TinyStore.open(path, fold_at=fold_at)
        writes, reads, end = [0.0], [0.0], perf_counter() + 6
        by = Deed("", "U1", 1.8e9)

        async def write() -> None:
            number = 0
            while perf_counter() < end:  # noqa: B023  # awaited before it changes
                start = perf_counter()
                number += 1
                await store.update(id_of(number % 900 + 1), {"res": f"note {number}"}, by)  # noqa: B023  # as above
                writes.append(perf_counter() - start)  # noqa: B023  # as above

        async def read() -> None:
            while perf_counter() < end:  # noqa: B023  # as above
                start = perf_counter()
                await store.view(Filter(stat=(Status.OPEN,)), Scope())  # noqa: B023  # as above
                reads.append(perf_counter() - start)  # noqa: B023  # as above
                await asyncio.sleep(0.0005)

        gc.collect()
        gc.freeze()
        await asyncio.gather(write(), read())
        longest[name] = (max(writes), max(reads))
        await store.close()
    write_pause, read_pause = (longest["while"][at] - longest["without"][at] for at in (0, 1))
    for name, pause, goal in (("write", write_pause, 50), ("read", read_pause, 1)):
        at = name == "read"
        shown = f"{pause * 1000:.1f} ms ({longest['while'][at] * 1000:.1f}; {longest['without'][at] * 1000:.1f} without)"
        report.add(
            f"longest pause of a {name} for folding", shown, f"≤ {goal} ms", reached=pause * 1000 <= goal
        )
