"""A day of Slack at its worst: is every answer given once and in order, or visibly parked?

Somebody says a message every 43 simulated seconds, so that the full count takes 24 hours. Meanwhile calls are
refused, rate-limited, cut off, answered by something other than Slack, or left hanging; sockets are closed in
every possible way; and the bot is restarted.
"""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from unittest import mock

import click

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.platform import Settings
from bot.local.fakeslack.server import LocalSlack
from tests.support.bot_harness import Mode, open_office
from tests.tools.attack._shared.world import SharedClock
from tests.tools.attack.outgoing_faults.day import Day

COUNT = 2000


@contextmanager
def impatient() -> Iterator[None]:
    """Shortens what waits in real time."""
    with (
        mock.patch("bot.delivery.session.TIMEOUT", 0.3),
        mock.patch("bot.app.slack.SHUTDOWN_TIMEOUT", 0.05),
    ):
        yield


@asynccontextmanager
async def passing_time(clock: ManualClock) -> AsyncIterator[None]:
    """The simulated time goes on by itself, as it does not otherwise."""

    async def pass_on() -> None:
        while True:
            await asyncio.sleep(0.05)
            await clock.advance(0.5)

    passing = asyncio.create_task(pass_on())
    try:
        yield
    finally:
        passing.cancel()


async def attack(count: int, seed: int) -> list[str]:
    """Broken promises, one line each."""
    clock = ManualClock()
    slack = LocalSlack(clock, settings=Settings(pace=True), seed=seed)
    day = Day(random.Random(seed), slack, clock)  # not used for a secret
    with tempfile.TemporaryDirectory() as folder, impatient():
        left, done = count, False
        while not done:
            day.by_sockets = day.chance.random() < 0.5
            mode: Mode = "socket" if day.by_sockets else "http"
            async with AsyncExitStack() as stack:
                opening = open_office(
                    Path(folder), mode, slack=slack, clocks=SharedClock(clock), pace=1.0, keep_slack=True
                )
                async with passing_time(clock):  # on a busy machine a start may have to try again
                    office = await stack.enter_async_context(opening)
                left = await day.go_on(office, left)
                if not left:
                    await day.finish(office)
                    found = await day.broken(office)
                    done = True
            slack.faults.clear()  # so that it can start
        await slack.stop()
    accepted = sum(said.accepted for said in day.said)
    click.echo(f"  {len(day.said)} said, {accepted} accepted, {len(found)} broken promises")
    return found


def main(count: int, seed: int) -> int:
    found = asyncio.run(attack(count, seed))
    for line in found[:50]:
        click.echo(f"  {line}")
    return 1 if found else 0
