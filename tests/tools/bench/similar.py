"""What it costs to show similar tickets: new tickets by mention in the local Slack, each shown with earlier
ones like it.

`python -m tests.tools.bench similar`. Needs a machine that does nothing else.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.support.bot_harness import open_office
from tests.tools.bench.corpus import tickets
from tests.tools.bench.report import Report
from tests.tools.bench.store import build
from tests.tools.bench.timing import Times

GOAL = 5.0  # milliseconds
MILLI = 1e3


async def measure(count: int, mentions: int, directory: Path) -> None:
    folder = directory / "store"
    await build(folder / "tickets.json", count)
    async with open_office(folder) as office:
        store, looked_up = office.bot.core.store, []
        similar = store.similar

        async def timed(*asked: Any, **how: Any) -> Any:
            start = perf_counter()
            found = await similar(*asked, **how)
            looked_up.append(perf_counter() - start)
            return found

        store.similar = timed  # type: ignore[method-assign]  # during the measurement
        shown = 0
        for made in tickets(mentions, 7):
            ts = await office.said("engineer", "support", f"@tickets create {made.new.title}")
            shown += "Looks like" in office.thread("support", ts)[0]["text"]
    report = Report()
    times = Times(looked_up)
    median, slow = times.median * MILLI, times.at(0.99) * MILLI
    report.add(
        f"similar of a mention's ticket among {count:,}: p50 · p99",
        f"{median:.2f} ms · {slow:.2f} ms",
        f"≤ {GOAL:g} ms",
        reached=slow <= GOAL,
    )
    report.add("cards that show some", f"{shown} of {mentions}")
    report.show()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench similar")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--mentions", type=int, default=200)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(measure(chosen.tickets, chosen.mentions, Path(directory)))
