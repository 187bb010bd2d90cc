"""Benchmarks of the PostgreSQL store, compared with one bare INSERT and commit in the same run:

`python -m tests.tools.bench postgres [--tickets N …] [--messages N]`. Starts a server of its own.
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

from store.postgres import PostgresStore
from tests.store.postgres.server import Server
from tests.tools.bench.postgres.data import build
from tests.tools.bench.postgres.processes import measure_processes
from tests.tools.bench.postgres.reading import check_plans, measure_reading
from tests.tools.bench.postgres.trips import of_messages, of_one_ticket
from tests.tools.bench.postgres.writing import measure_writing
from tests.tools.bench.report import Report

SIZES = (100_000, 1_000_000)
TRIPS = 6  # round trips at most, for a message that makes a ticket
TIMEOUT = 60.0  # seconds: slow statements are measured, not cancelled


async def measure_size(server: Server, count: int) -> None:
    report = Report(f"The store on PostgreSQL: {count:,} tickets")
    database = f"tickets_{count}"
    server.execute(f"CREATE DATABASE {database}")
    url, began = server.url_of(database), time.perf_counter()
    await build(server, url, count)
    report.add("built by COPY", f"{time.perf_counter() - began:.0f} s")
    await check_plans(report, url)
    store = await PostgresStore.open(url, timeout=TIMEOUT)
    await measure_reading(report, store, count)
    await measure_writing(report, url, store, count)
    await store.close()
    server.execute(f"DROP DATABASE {database}")
    report.show()


async def measure_messages(server: Server, messages: int) -> None:
    report = Report("The store on PostgreSQL: messages")
    trips = await of_one_ticket(server)
    twin, change = trips.pop("its twin"), trips.pop("update")
    told = ", ".join(f"{name} {count}" for name, count in trips.items())
    total = sum(trips.values())
    report.add("round trips, a ticket", f"{total} ({told})", f"≤ {TRIPS}", reached=total <= TRIPS)
    report.add("round trips, the same delivered again", str(twin))
    report.add("round trips, a change", str(change))
    with tempfile.TemporaryDirectory() as folder:
        for kind, count in (await of_messages(server, Path(folder))).items():
            report.add(f"round trips of the whole bot: {kind}", f"{count:.1f}")
    store = await PostgresStore.open(server.url, timeout=TIMEOUT)
    await measure_processes(report, server.url, store, messages)
    await store.close()
    report.show()


async def measure(server: Server, sizes: list[int], messages: int) -> None:
    await measure_messages(server, messages)
    for count in sizes:
        await measure_size(server, count)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench postgres")
    parser.add_argument("--tickets", type=int, nargs="*", default=SIZES)
    parser.add_argument("--messages", type=int, default=1_000)
    chosen = parser.parse_args(arguments)
    # As the documentation of the store advises.
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    server = Server(buffers=f"{memory // 4 // 2**20}MB")
    try:
        asyncio.run(measure(server, list(chosen.tickets), chosen.messages))
    finally:
        server.close()
