"""Four bot processes on one PostgreSQL, killed and suspended, while the server is restarted: is everything done once, and
in order?

Two use Socket Mode and two HTTP. Mentions, thread replies, commands and button presses go to any of them,
many to two or three at once. Processes are killed with -9, or suspended for longer than their leases last. The server is
restarted cleanly and by a crash.
`count` is the number of deliveries acknowledged. A run of 20,000 needs a machine that does nothing else.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from pathlib import Path
from unittest import mock

import click

from bot.local.fakeslack.platform import Settings
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import BOT_USER, Channel, sample_channels, sample_users
from store.errors import StoreError
from store.models.filters import EVERYTHING, Filter
from store.postgres import PostgresStore
from tests.store.postgres.server import MissingError, Server
from tests.tools.attack._shared.processes import QUICK, START, USUAL, BotProcess, Spread, free_port
from tests.tools.attack.many_processes.day import Day

COUNT = 20_000

PROCESSES = 4
CHANNELS = 300  # at most: each channel takes a message a second
IN_HAND = 240  # unanswered messages at a time: those of a killed process wait for half a minute
DOUBLED = 0.4  # share of deliveries that go to several processes at once
SUSPENDED = {QUICK: 10.0, USUAL: 35.0}  # seconds that a process stands still; its leases last 8 or 30
FAILURES = 4  # one in so many suspends a process; the others kill one
QUIET = 240.0  # seconds within which everything must be answered at the end


@dataclass
class Trouble:
    """Failures, one after the other. `times` times a process is killed or, every fourth time, suspended for `asleep` seconds; in
    between, the server is restarted."""

    day: Day
    processes: list[BotProcess]
    server: Server
    count: int
    times: int
    asleep: float
    restarts: int = 0
    suspensions: int = 0

    def plan(self) -> list[tuple[int, Callable[[], Awaitable[None]]]]:
        """After how many deliveries each failure happens."""
        failures: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (self.count * at // (self.times + 1), self._suspend if at % FAILURES == 0 else self._kill)
            for at in range(1, self.times + 1)
        ]
        fast, crash = (partial(self._restart, mode) for mode in ("fast", "immediate"))
        return sorted([*failures, (self.count // 3, fast), (self.count * 2 // 3, crash)], key=itemgetter(0))

    async def _suspend(self) -> None:
        await self.day.chance.choice(self.processes).suspend(self.asleep)
        self.day.woken = time.monotonic()
        self.suspensions += 1

    async def _kill(self) -> None:
        await self.day.chance.choice(self.processes).restart()

    async def _restart(self, mode: str) -> None:
        await asyncio.to_thread(self.server.restart, mode)
        self.restarts += 1


async def talk(day: Day, spread: Spread, trouble: Trouble, count: int) -> None:
    """Talk until `count` deliveries are acknowledged and all failures have happened."""
    plan, going_wrong = trouble.plan(), asyncio.create_task(asyncio.sleep(0))
    at_once = min(IN_HAND, count // 8)
    while spread.acknowledged < count or plan or not going_wrong.done():
        if plan and spread.acknowledged >= plan[0][0] and going_wrong.done():
            going_wrong = asyncio.ensure_future(plan.pop(0)[1]())
        if day.said - len(day.answered) < at_once:
            await day.say()
        await asyncio.sleep(0.005)


async def until_all_is_answered(day: Day, store: PostgresStore) -> None:
    end = time.monotonic() + QUIET
    while time.monotonic() < end:
        with suppress(StoreError):
            insisted = all(one.done for one in day.slack.deliveries if one.kind == "events_api")
            answered = len(day.answered) == day.said and not day.gestures
            if insisted and answered and not await store.pending():
                return
        await asyncio.sleep(0.5)


async def until_started(slack: LocalSlack, processes: list[BotProcess]) -> None:
    sockets = sum(not each.port for each in processes)
    await slack.until(lambda: slack.sockets >= sockets, timeout=START)
    for each in processes:
        if each.port:
            await slack.until(lambda: len(slack.called("auth.test")) >= len(processes), timeout=START)


def open_slack(seed: int, channels: int) -> LocalSlack:
    rooms = [
        Channel(f"C0ROOM{number:03d}", f"room-{number}", "public", ["U0ENGINEER", BOT_USER])
        for number in range(channels)
    ]
    return LocalSlack(
        settings=Settings(pace=True), users=sample_users(), channels=[*sample_channels(), *rooms], seed=seed
    )


async def attack(count: int, seed: int, server: Server, folder: Path) -> list[str]:
    """Broken promises, one line each."""
    chance, began = random.Random(seed), time.monotonic()
    channels = max(8, min(CHANNELS, count // 20))
    command = USUAL if count >= 1000 else QUICK
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(open_slack(seed, channels))
        day = Day(slack, chance, [f"C0ROOM{number:03d}" for number in range(channels)])
        stack.callback(slack.watch(day.watch))
        processes = [
            BotProcess(slack, server.url, folder / f"{number}.log", free_port() if number % 2 else 0, command)
            for number in range(PROCESSES)
        ]
        for each in processes:
            stack.push_async_callback(each.kill)
            await each.start()
        await until_started(slack, processes)
        spread = Spread(slack, processes, chance, DOUBLED, day.acknowledged)
        stack.push_async_callback(spread.close)
        slack.platform.dispatcher.carrier = spread
        store = await PostgresStore.open(server.url)
        stack.push_async_callback(store.close)
        trouble = Trouble(day, processes, server, count, max(4, count // 400), SUSPENDED[command])
        await talk(day, spread, trouble, count)
        for each in processes:
            if each.ended():
                await each.start()
        await until_all_is_answered(day, store)
        found = await day.broken(store)
        tickets = (await store.view(Filter(), EVERYTHING, size=1)).count
        click.echo(
            f"  {spread.acknowledged} deliveries of {day.said} messages and commands and {day.presses} presses in {channels} channels, {tickets} tickets,"
            f" {sum(map(len, day.posted.values()))} answers, {trouble.times - trouble.suspensions} processes killed, {trouble.suspensions} suspended,"
            f" the server restarted {trouble.restarts} times, {time.monotonic() - began:.0f} s, {len(found)} broken promises"
        )
        return found


def main(count: int, seed: int) -> int:
    try:
        server = Server()
    except MissingError as error:
        click.echo(f"  not tried: {error}")
        return 1
    # As Slack does, for as long as it takes, but sooner.
    with mock.patch("bot.local.fakeslack.delivery.dispatcher.RETRY_AFTER", (0.0, *[1.0] * 120)):
        try:
            with tempfile.TemporaryDirectory() as folder:
                found = asyncio.run(attack(count, seed, server, Path(folder)))
                if found:
                    _show_logs(Path(folder))
        finally:
            server.close()
    for line in found[:50]:
        click.echo(f"  {line}")
    return 1 if found else 0


def _show_logs(folder: Path) -> None:
    """Print the last lines of each process's log."""
    for log in sorted(folder.glob("*.log")):
        click.echo(f"  {log.name}:")
        for line in log.read_text(errors="replace").splitlines()[-400:]:
            click.echo(f"    {line[:300]}")
