"""The cost of a delivery with one, two and four processes on one database. Two cores cannot show more."""

import asyncio
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Iterable
from pathlib import Path

from store.models.deliveries import Delivery
from store.postgres import PostgresStore
from tests.tools.bench.corpus import START
from tests.tools.bench.report import Report

ROOT = Path(__file__).parents[4]
AT_ONCE = 20


async def measure_processes(report: Report, url: str, store: PostgresStore, messages: int) -> None:
    """Turn each delivery into a ticket, answer it in its turn, and finish it."""
    for count in (1, 2, 4):
        keys = [f"{count}.{number}" for number in range(messages)]
        await _gather(
            store.accept(Delivery((key,), START, {"channel": f"C{at % 20}"})) for at, key in enumerate(keys)
        )
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.store.postgres.worker", url, f"{count}.{number}",
                cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            for number in range(count)
        ]  # fmt: skip
        while await store.pending():  # noqa: ASYNC110  # nothing else can tell
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


async def _gather(acts: Iterable[Awaitable[object]]) -> None:
    """Run a few at a time."""
    some: list[Awaitable[object]] = []
    for act in acts:
        some.append(act)
        if len(some) == AT_ONCE:
            await asyncio.gather(*some)
            some.clear()
    await asyncio.gather(*some)
