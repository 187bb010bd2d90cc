"""The store's figures, each with its goal: `python -m tests.tools.bench store`. Needs a machine that does
nothing else.
"""

import argparse
import ast
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import click

from bot.__main__ import GARBAGE_THRESHOLD
from store.file.store import FileStore
from store.ids import format_id
from store.models.tickets import Origin
from tests.tools.bench.corpus import START, imported, tickets
from tests.tools.bench.report import Report
from tests.tools.bench.store.reading import reading
from tests.tools.bench.store.writing import NEVER, Unsynced, durable, growth, pauses, together

ROOT = Path(__file__).parents[4]
AT_ONCE = 1_000
CHANGES = 4  # per ticket: one creation and three changes


async def build(path: Path, count: int) -> None:
    """Create a store of `count` tickets with four changes each."""
    path.parent.mkdir(mode=0o700)
    store = await FileStore.open(path, files=Unsynced(), compact_at=NEVER)
    made = list(tickets(count))
    for first in range(0, count, AT_ONCE):
        some = made[first : first + AT_ONCE]
        await store.import_tickets([imported(each) for each in some], Origin("", "U1", START))
        numbers = range(first + 1, first + len(some) + 1)
        for step in range(CHANGES - 1):
            values = {format_id(number): {"res": f"step {step} of {number}"} for number in numbers}
            if step == CHANGES - 2:
                values = {key: each.changes or values[key] for key, each in zip(values, some, strict=True)}
            at = some[-1].origin.timestamp + step
            await store.bulk_update(values, Origin("", some[step].origin.user_id, at))
    await store.close()


def opening(report: Report, path: Path, count: int, goal: float) -> None:
    command = [sys.executable, "-m", "tests.tools.bench.store_opening", str(path)]
    runs = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(3)]
    seconds, held = min(each["seconds"] for each in runs), max(each["megabytes"] for each in runs)
    if goal > 1:
        report.add("memory over an empty interpreter", f"{held:.0f} MB", "≤ 220 MB", reached=held <= 220)
    name = f"open {count:,} tickets, {count * CHANGES:,} changes"
    report.add(name, f"{seconds:.2f} s", f"≤ {goal} s", reached=seconds <= goal)


def modules() -> Iterator[tuple[str, str]]:
    """The store's modules except PostgreSQL's: dotted name and source."""
    for path in sorted((ROOT / "store").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "postgres" not in parts:
            yield ".".join(parts).removesuffix(".__init__"), path.read_text()


def shape(report: Report) -> None:
    texts = dict(modules())
    lines = sum(text.count("\n") for text in texts.values())
    pairs = {(name, other) for name, text in texts.items() for other in _imports(text) if other in texts}
    inside = Counter(_package(name) for name, other in pairs if _package(name) == _package(other))
    [(package, imports)] = inside.most_common(1)
    report.add(
        "lines of store/*.py, PostgreSQL aside · largest package's internal imports",
        f"{lines:,} · {imports} ({package})",
        "≤ 3,300 · ≤ 40",
        reached=lines <= 3300 and imports <= 40,
    )


def _package(module: str) -> str:
    return module.rpartition(".")[0] or module


def _imports(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


async def measure(count: int, directory: Path, seconds: float) -> None:
    report = Report()
    gc.set_threshold(GARBAGE_THRESHOLD)  # as in the bot
    small, middle, large = (directory / name / "tickets.json" for name in ("small", "middle", "large"))
    for path, size in ((small, max(count // 100, 10)), (middle, max(count // 10, 10)), (large, count)):
        with stage(f"a store of {size:,} tickets"):
            await build(path, size)
    with stage("opening"):
        opening(report, large, count, 4)
        opening(report, middle, max(count // 10, 10), 0.5)
    store = await FileStore.open(large)
    gc.collect()
    gc.freeze()  # keeps the benchmark's own objects out of later garbage collections
    with stage("reading"):
        await reading(report, store, count)
    with stage("writing"):
        await durable(report, store, directory, count)
        await together(report, store)
    await store.close()
    with stage("processor time"):
        await growth(report, small, large)
    with stage("pauses"):
        await pauses(report, large, seconds=seconds, size=200_000)
    shape(report)
    report.show()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Print what is being done, and how long it took."""
    start = perf_counter()
    yield
    click.echo(f"{name}: {perf_counter() - start:.0f} s", err=True)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench store")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=15, help="how long pauses are looked for, twice")
    parser.add_argument("--directory", help="on the disk to measure; a temporary one by default")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=chosen.directory) as directory:
        asyncio.run(measure(chosen.tickets, Path(directory), chosen.seconds))
