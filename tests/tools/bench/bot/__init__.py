"""The bot compared with a bare Bolt app that posts and reacts, in the same run: `python -m tests.tools.bench
bot`.

Each is a process of its own; the local Slack and the people are in this one. Needs a machine that does
nothing else.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.tools.bench.bot.load import App, Measured, make_certificate, running
from tests.tools.bench.report import Report

FULL = 100_000  # messages, after which memory is measured
ROUNDS = 4  # in each of which every app is measured
STEADY = 83.0  # messages a second: five million tickets in the working hours of a year
LONGEST_STEADY = 500  # messages at that rate
MOST_EVERYTHING = 1000  # messages with all seven events that each causes
MOST_CALLS = 2  # calls for a new ticket, once people and channels are known
PLAIN_GOAL, TLS_GOAL = 1.5, 0.9  # as multiples of the bare app's processor time


class Run(NamedTuple):
    loaded: Measured
    steady: Measured
    before: float  # megabytes
    after: float


async def measure(apps: Sequence[App], count: int) -> list[Run]:
    """One run of each app. They take turns, because a machine's speed changes within minutes."""
    before = [app.megabytes for app in apps]
    loaded: list[list[Measured]] = [[] for _ in apps]
    steady: list[list[Measured]] = [[] for _ in apps]
    for _ in range(ROUNDS):
        for app, under_load, at_pace in zip(apps, loaded, steady, strict=True):
            under_load.append(await app.together(count // ROUNDS))
            at_pace.append(await app.steady(min(count, LONGEST_STEADY) // ROUNDS, STEADY))
    after = [app.megabytes for app in apps]
    return [
        Run(Measured.of(each), Measured.of(other), *memory)
        for each, other, *memory in zip(loaded, steady, before, after, strict=True)
    ]


def held(store: Path) -> float:
    """Megabytes that a process needs for the store alone."""
    command = [sys.executable, "-m", "tests.tools.bench.store_opening", str(store)]
    return float(json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["megabytes"])


def milliseconds(measured: Measured) -> str:
    return f"{1000 * measured.answers.median:.1f} / {1000 * measured.answers.at(0.99):.1f}"


def table() -> Table:
    columns = ("", "app", "messages/s", "processor ms", f"at {STEADY:.0f}/s", "card ms p50 / p99", "calls")
    return Table(*columns, title="A new ticket: under load, and at a steady pace")


def add(rows: Table, name: str, app: str, run: Run) -> None:
    calls = sum(run.steady.calls.values())
    figures = (f"{run.loaded.rate:.0f}", f"{run.loaded.processor:.2f}", f"{run.steady.processor:.2f}")
    rows.add_row(name, app, *figures, milliseconds(run.steady), f"{calls:.2f}")


def judge(report: Report, name: str, ours: Run, bare: Run, *, tls: bool) -> None:
    goal = TLS_GOAL if tls else PLAIN_GOAL
    for how, mine, theirs in (
        ("under load", ours.loaded, bare.loaded),
        (f"at {STEADY:.0f}/s", ours.steady, bare.steady),
    ):
        ratio = mine.processor / theirs.processor
        report.add(f"{name}: processor, {how}", f"{ratio:.2f} × bare", f"≤ {goal}", reached=ratio <= goal)
    if tls:
        mine, theirs = ours.steady.answers, bare.steady.answers
        for share in (0.5, 0.99):
            ratio = mine.at(share) / theirs.at(share)
            report.add(f"{name}: card, p{share * 100:.0f}", f"{ratio:.2f} × bare", "< 1", reached=ratio < 1)
    calls = sum(ours.steady.calls.values())
    report.add(f"{name}: calls of Slack", f"{calls:.2f}", f"≤ {MOST_CALLS}", reached=calls <= MOST_CALLS)


async def compare(count: int, modes: list[str], ways: list[bool]) -> None:
    rows, report = table(), Report("The bot beside the bare app")
    for mode, tls in product(modes, ways):
        name = f"{'Socket Mode' if mode == 'socket' else 'HTTP'}{', TLS' if tls else ''}"
        with tempfile.TemporaryDirectory() as path:
            folder = Path(path)
            certificate = make_certificate(folder) if tls else None
            async with (
                running("bare", mode, folder, certificate) as theirs,
                running("bot", mode, folder, certificate) as its,
            ):
                bare, ours = await measure([theirs, its], count)
            tickets = held(folder / "bot.json")
            (folder / "all").mkdir(mode=0o700)
            some = min(count, MOST_EVERYTHING)
            async with running("bot", mode, folder / "all", certificate, mentions_alone=False) as its:
                (everything,) = await measure([its], some)
        add(rows, name, "bot", ours)
        add(rows, "", "bot, all events", everything)
        add(rows, "", "bare", bare)
        judge(report, name, ours, bare, tls=tls)
        grown = f"{ours.before:.0f} MB, {ours.after:.0f} after {count:,} messages"
        report.add(f"{name}: memory", f"{grown}; a process with their tickets alone {tickets:.0f} MB")
    console = Console(width=130)
    console.print(rows)
    report.show()
    console.print(f"{count:,} messages each; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


async def profile(path: str, mode: str, count: int, rate: float, *, everything: bool) -> None:
    """Write a cProfile of the bot to `path`, for pstats."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(
            "bot", mode, Path(folder), None, mentions_alone=not everything, profile=path
        ) as app:
            await (app.steady(count, rate) if rate else app.together(count))


def main(rest: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench bot", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help=f"messages; the full measure is {FULL:,}")
    parser.add_argument("--mode", choices=["socket", "http"], action="append", help="both if not given")
    parser.add_argument("--tls", choices=["yes", "no"], action="append", help="both if not given")
    parser.add_argument("--profile", metavar="FILE", help="write the bot's profile there and measure nothing")
    parser.add_argument(
        "--rate", type=float, default=0.0, help="messages a second for --profile; 0: all at once"
    )
    parser.add_argument(
        "--everything", action="store_true", help="--profile with all events, not mentions alone"
    )
    given = parser.parse_args(rest)
    modes = given.mode or ["socket", "http"]
    if given.profile:
        asyncio.run(profile(given.profile, modes[0], given.count, given.rate, everything=given.everything))
        return
    ways = [way == "yes" for way in given.tls or ["no", "yes"]]
    asyncio.run(compare(given.count, modes, ways))
