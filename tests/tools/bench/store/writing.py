"""Measures the cost of a change: durable, with many waiting writers, in processor time, and during compaction."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from store.commands import apply, create
from store.file.disk.filesystem import Filesystem
from store.file.store import FileStore
from store.ids import format_id
from store.models.filters import Filter, Scope
from store.models.tickets import Origin, Status
from store.serialization.codec import encode_ticket
from tests.tools.bench.corpus import Made, tickets
from tests.tools.bench.report import Report
from tests.tools.bench.store.rivals import RawLog, Sqlite
from tests.tools.bench.timing import MICRO, Times, paired, processor

WRITES = 300
TOGETHER = 64
NEVER = 1 << 40  # bytes of journal that trigger a compaction

Doing = Callable[[int], Awaitable[Any]]


class Unsynced(Filesystem):
    """A disk that does not sync, since syncing time belongs to the system."""

    def sync(self, fd: int) -> None:
        pass


def creating(store: FileStore, made: list[Made]) -> Doing:
    return lambda at: store.create(made[at].new, made[at].origin)


def updating(store: FileStore, made: list[Made], first: int = 1) -> Doing:
    """What is asked for is there beforehand: to ask is the caller's work."""
    asked = []
    for at, each in enumerate(made):
        origin = replace(each.origin, idempotency_key=f"{each.origin.idempotency_key}:update")
        values = {"stat": ("prog", "open")[at % 2], "res": f"step {at}: {each.new.title}"}
        asked.append((format_id(first + at), values, origin))
    return lambda at: store.update(*asked[at])


async def in_turn(ours: Doing, theirs: Callable[[int], None]) -> tuple[Times, Times]:
    """Alternate between both, so that both see the disk in the same state."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for at in range(WRITES):
        start = perf_counter()
        theirs(at)
        between = perf_counter()
        await ours(at)
        times[0].append(perf_counter() - between)
        times[1].append(between - start)
    return Times(times[0]), Times(times[1])


def size_of(directory: Path) -> int:
    return sum(each.stat().st_size for each in directory.rglob("*") if each.is_file())


async def durable(report: Report, store: FileStore, directory: Path, count: int) -> None:
    """One writer who waits for each write, compared with a raw append of as many bytes, and then with SQLite."""
    sqlite = Sqlite(directory / "sqlite")
    rows = enumerate(tickets(count), 1)
    sqlite.load(
        (at, encode_ticket(apply(None, create(at, made.new, made.origin)).ticket)) for at, made in rows
    )
    raw = RawLog(directory / "raw")
    for kind, doing in (("create", creating), ("update", updating)):
        ours = [doing(store, list(tickets(WRITES, seed))) for seed in _seeds(kind)]
        before = size_of(directory / "large")
        for at in range(WRITES):
            await ours[0](at)
        line = b"x" * ((size_of(directory / "large") - before) // WRITES)
        our_times, their_times = await in_turn(ours[1], lambda _: raw.append(line))  # noqa: B023  # called before it changes
        add_ratio(report, f"durable {kind} ÷ raw append + fdatasync", our_times, their_times, 1.5)
        our_times, their_times = await in_turn(ours[2], _sqlite(sqlite, kind, count))
        add_ratio(report, f"durable {kind} ÷ SQLite WAL FULL", our_times, their_times, 1.1)
    raw.close()
    sqlite.close()


def _seeds(kind: str) -> range:
    return range(21, 24) if kind == "create" else range(31, 34)


def _sqlite(sqlite: Sqlite, kind: str, count: int) -> Callable[[int], None]:
    made = list(tickets(WRITES, 41))

    def creates(at: int) -> None:
        new, number = made[at].new, count + at + 1
        row = {"id": format_id(number), "title": new.title, "desc": new.desc, "cat": new.cat.value}
        sqlite.create(number, row | {"pri": new.pri.value, "stat": "open", "created": "2024-01-01"}, f"c{at}")

    def updates(at: int) -> None:
        res = f"step {at}: {made[at].new.title}"
        sqlite.update(format_id(at + 1), ("prog", "open")[at % 2], res, f"u{at}")

    return creates if kind == "create" else updates


def add_ratio(report: Report, name: str, ours: Times, theirs: Times, goal: float) -> None:
    ratio = paired(ours, theirs)
    shown = f"{ratio:.2f} ({ours.median * MICRO:.0f} µs, {theirs.median * MICRO:.0f} µs)"
    report.add(name, shown, f"≤ {goal}", reached=ratio <= goal)


async def together(report: Report, store: FileStore) -> None:
    async def write(ticket_id: str, times: int) -> None:
        for step in range(times):
            await store.update(ticket_id, {"res": f"{ticket_id} {step}"}, Origin("", "U1", 1.8e9))

    start = perf_counter()
    await write("T001", 200)
    alone = 200 / (perf_counter() - start)
    start = perf_counter()
    await asyncio.gather(*(write(format_id(number), 20) for number in range(1, TOGETHER + 1)))
    at_once = TOGETHER * 20 / (perf_counter() - start)
    shown = f"{at_once / alone:.1f} ({at_once:.0f} a second, {alone:.0f} alone)"
    report.add(f"{TOGETHER} waiting writers ÷ one", shown, "≥ 3", reached=at_once >= 3 * alone)


async def pauses(report: Report, path: Path, *, seconds: float, size: int) -> None:
    """The longest read and write, with and without repeated compaction."""
    longest: dict[str, tuple[float, float]] = {}
    for name, compact_at in (("without", NEVER), ("while", size)):
        store = await FileStore.open(path, compact_at=compact_at)
        reads, writes, end = [0.0], [0.0], perf_counter() + seconds

        async def write() -> None:
            at = 0
            while perf_counter() < end:  # noqa: B023  # awaited before it changes
                at += 1
                start = perf_counter()
                await store.update(format_id(at % 900 + 1), {"res": f"note {at}"}, Origin("", "U1", 1.8e9))  # noqa: B023  # as above
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
        longest[name] = (max(reads) * 1000, max(writes) * 1000)
        await store.close()
    (read_without, write_without), (read_while, write_while) = longest["without"], longest["while"]
    report.add(
        "longest pause of a read, of a write (compaction running)",
        f"{read_while:.1f} ms, {write_while:.1f} ms ({read_without:.1f}, {write_without:.1f} without)",
        "5 ms, 60 ms",
        reached=read_while <= 5 and write_while <= 60,
    )


async def growth(report: Report, small: Path, large: Path) -> None:
    """Compare a small with a large store, after a warm-up: the first writes after a start also pay for first use."""
    figures: dict[str, list[float]] = {"create": [], "update": []}
    for path in (small, large):
        store = await FileStore.open(path, files=Unsynced(), compact_at=NEVER)
        gc.collect()
        gc.freeze()  # as the bot does once it has started
        warming = creating(store, list(tickets(500, 51)))
        for at in range(500):
            await warming(at)
        figures["create"].append(await processor(creating(store, list(tickets(WRITES, 52))), WRITES))
        figures["update"].append(await processor(updating(store, list(tickets(WRITES, 53))), WRITES))
        await store.close()
    for kind, (few, many) in figures.items():
        report.add(
            f"growth of {kind}'s processor time, 1,000 → all",
            f"{many / few:.2f} ({few * MICRO:.0f} µs → {many * MICRO:.0f} µs)",
            "≤ 1.5",
            reached=many <= 1.5 * few,
        )
