"""The store's figures, as ratios measured in one run: `python -m tests.tools.bench store [--tickets N] [--directory D]`."""

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from store.base import Deed, Import, Place
from store.ticket import Ticket, id_of
from store.tiny import TinyStore
from tests.tools.bench.corpus import START, tickets
from tests.tools.bench.reading import reading
from tests.tools.bench.report import Report
from tests.tools.bench.writing import folding, processor_time, stock_writing, together, writing


async def build(path: Path, count: int) -> None:
    store = await TinyStore.open(path, fold_at=1 << 40)
    made = []
    for number, (new, deed, after) in enumerate(tickets(count), 1):
        values = {"desc": new.desc, "cat": new.cat, "pri": new.pri, "created": new.created, **after}
        ticket = Ticket(id=id_of(number), title=new.title, **values)
        made.append(Import(ticket.id, ticket, deed))
    await store.take_in(made, Deed("", "U1", START))
    cards = [
        store.show_card(each.id, Place(each.born.channel, each.born.message, each.born.thread))
        for each in made
    ]
    await asyncio.gather(*cards)
    await store.close()


def rows_of(path: Path) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["tickets"]
    return rows


def opening(report: Report, path: Path) -> None:
    data = path.read_bytes()
    gc.collect()
    start = perf_counter()
    json.loads(data)
    parsing = perf_counter() - start
    image = Path(f"{path}.image")
    report.add("size of the file", f"{len(data) / 1e6:.0f} MB")
    report.add("  of the image beside it", f"{image.stat().st_size / 1e6:.0f} MB")
    for name, imaged in (("after a clean close", True), ("from the file alone", False)):
        found = []
        for _ in range(3):
            if not imaged:
                image.unlink()  # closing it makes another one
            command = [sys.executable, "-m", "tests.tools.bench.opened", str(path)]
            found.append(
                json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            )
        seconds = min(each["seconds"] for each in found)
        held = max(each["megabytes"] for each in found)
        report.add(f"open {name}, text index included", f"{seconds:.2f} s", "≤ 1.2 s", reached=seconds <= 1.2)
        report.add(
            "  ÷ json.loads of the file", f"{seconds / parsing:.2f}", "≤ 3", reached=seconds <= 3 * parsing
        )
        report.add("  memory", f"{held:.0f} MB", "≤ 130 MB", reached=held <= 130)


async def measure(count: int, directory: Path) -> None:
    report = Report()
    small, large = directory / "small" / "tickets.json", directory / "large" / "tickets.json"
    await build(small, 1000)
    await build(large, count)
    rows = rows_of(large)
    (directory / "stock.json").write_text(json.dumps({"tickets": rows}))
    opening(report, large)
    store = await TinyStore.open(large)
    gc.collect()
    gc.freeze()  # what is here to measure with is not to be looked through while it is measured
    await reading(report, store, directory, rows)
    await writing(report, store, directory, rows)
    await together(report, store)
    await stock_writing(report, store, directory)
    await store.close()
    await processor_time(report, small, large)
    await folding(report, large)
    report.show()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench store")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--directory", help="on the disk to measure; a temporary one by default")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=chosen.directory) as directory:
        asyncio.run(measure(chosen.tickets, Path(directory)))
