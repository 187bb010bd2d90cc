"""A busy workspace for ten minutes, with 50,000 tickets and a burst of 500 events: how soon is each
acknowledged, and what stays in memory?

83 events a second are far more than Slack sends to one app. Of 100 gestures, 5 create a ticket, 15 change
one, 10 ask for a list; the rest is talk. Each is sent at its time, however long the one before takes. The bot
runs as `tickets run` in a process of its own; the Slack that it calls is the local one, in this process.
"""

import asyncio
import random
import tempfile
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import aiohttp
import click

from bot.local.fakeslack.server import LocalSlack
from store import open_store
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import ImportedTicket, Origin
from tests.tools.attack._shared.busy import Call, Workspace, build_slack
from tests.tools.attack._shared.process import RunningBot, running
from tests.tools.attack._shared.signing import signed
from tests.tools.bench import corpus as store_corpus
from tests.tools.bench.timing import without_garbage_collection

RATE = 83.0  # events a second
COUNT = 49_800  # events: ten minutes
TICKETS = 50_000
BURST = 500
WARM = 0.1  # of the events; memory then is compared with memory at the end
ACKNOWLEDGED, SLOWEST = 0.1, 1.0  # seconds: for 99 of 100, and for the slowest
GROWTH = 1.1
CONNECTIONS = 50
GIVEN_UP = 60.0  # seconds after which an unanswered request counts as refused
END = 300.0  # seconds in which everything must be done


@dataclass
class Figures:
    """Times are in seconds, memory in bytes."""

    calm: list[float] = field(default_factory=list)
    burst: list[float] = field(default_factory=list)
    refused: int = 0
    made: int = 0  # tickets requested after the warm-up
    asked: int = 0  # tickets requested
    found: int = 0  # tickets added by the end
    parked: int = 0
    warm: int = 0
    end: int = 0
    a_ticket: float = 0.0
    errors: list[str] = field(default_factory=list)

    @property
    def allowed(self) -> float:
        return self.warm * GROWTH + self.made * self.a_ticket

    def broken(self) -> list[str]:
        """Broken promises that do not depend on the machine: losses and errors."""
        found = [f"the log: {line}" for line in self.errors[:10]]
        found += [f"{self.refused} requests were not answered with 200"] if self.refused else []
        found += [f"{self.parked} deliveries are parked"] if self.parked else []
        if self.asked != self.found:
            found.append(f"{self.asked} tickets were asked for, {self.found} were made")
        return found

    def slow(self) -> list[str]:
        """Broken promises about speed, which hold on a machine with two free cores."""
        every = sorted(self.calm + self.burst)
        found = []
        if percentile(every, 99) > ACKNOWLEDGED or every[-1] > SLOWEST:
            found.append("acknowledged too late")
        if self.end > self.allowed:
            found.append(f"{self.end / 2**20:.0f} MB at the end, {self.allowed / 2**20:.0f} are allowed")
        return found

    def lines(self) -> list[str]:
        told = [
            f"{name}: {len(times)} events, acknowledged in {1000 * percentile(times, 50):.0f} ms (half of them), "
            f"{1000 * percentile(times, 99):.0f} ms (99 of 100), {1000 * times[-1]:.0f} ms (the last)"
            for name, times in (("calm", sorted(self.calm)), ("burst", sorted(self.burst)))
            if times
        ]
        warm, end, allowed = (f"{size / 2**20:.1f} MB" for size in (self.warm, self.end, self.allowed))
        came = f"{self.made} tickets of {self.a_ticket:.0f} bytes came"
        return [*told, f"memory: {warm} warm, {end} at the end, {allowed} allowed ({came})"]


def percentile(times: list[float], share: int) -> float:
    """`times` must be sorted."""
    return times[max(0, len(times) * share // 100 - 1)]


async def furnish(folder: Path, tickets: int, seed: int) -> None:
    """Fill a store with `tickets` tickets, four of five of them done."""
    taken: list[ImportedTicket] = []
    for made in store_corpus.tickets(tickets, seed):
        one = store_corpus.imported(made)
        taken.append(one._replace(ticket=one.ticket.model_copy(update=made.changes)))
    store = await open_store(str(folder / "tickets.json"))
    try:
        await store.import_tickets(taken, Origin("furnished", "U0ADMIN", time.time()))
    finally:
        await store.close()


async def count_tickets(folder: Path) -> int:
    store = await open_store(str(folder / "tickets.json"))
    try:
        return (await store.view(Filter(), EVERYTHING, size=1)).count
    finally:
        await store.close()


class Load:
    def __init__(
        self, bot: RunningBot, slack: LocalSlack, http: aiohttp.ClientSession, figures: Figures
    ) -> None:
        self._bot, self._http, self._figures = bot, http, figures
        self._secret = slack.signing_secret

    async def run(self, workspace: Workspace, count: int) -> None:
        """Send half of the events, the burst, and the other half."""
        waiting: list[Call] = []
        sent, burst = 0, min(BURST, count // 10)
        begun, warm = time.monotonic(), False
        async with asyncio.TaskGroup() as group:
            while sent < count:
                if sent == count // 2 and burst:
                    for call in _some(workspace, burst):
                        group.create_task(self._send(call, time.monotonic(), self._figures.burst))
                    burst = 0
                due = begun + sent / RATE
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                waiting = waiting or workspace.next()
                group.create_task(self._send(waiting.pop(0), due, self._figures.calm))
                sent += 1
                if not warm and sent >= count * WARM:
                    warm = True
                    self._figures.warm = self._bot.memory()
                    self._figures.made = -workspace.created
            for call in waiting:
                group.create_task(self._send(call, time.monotonic(), self._figures.calm))
        self._figures.made += workspace.created

    async def _send(self, call: Call, due: float, times: list[float]) -> None:
        headers = signed(self._secret, call.body) | {"Content-Type": call.kind}
        try:
            async with self._http.post(
                f"{self._bot.url}/slack/events", data=call.body, headers=headers
            ) as answer:
                await answer.read()
                self._figures.refused += answer.status != HTTPStatus.OK
        except (aiohttp.ClientError, TimeoutError):
            self._figures.refused += 1
        times.append(time.monotonic() - due)

    async def finished(self) -> None:
        """Wait until everything accepted is done."""
        async with asyncio.timeout(END):
            while (found := await self._bot.readiness(self._http)) is None or found["backlog"]:  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.2)
        self._figures.parked = found["parked"]


def _some(workspace: Workspace, count: int) -> list[Call]:
    calls: list[Call] = []
    while len(calls) < count:
        calls += workspace.next()
    return calls


async def measure(count: int, seed: int) -> Figures:
    """Measure `count` events on at most as many tickets."""
    tickets, figures = min(TICKETS, count), Figures()
    with tempfile.TemporaryDirectory() as name:
        empty, folder = (Path(tempfile.mkdtemp(dir=name)) for _ in range(2))
        await furnish(folder, tickets, seed)
        connector, patience = aiohttp.TCPConnector(limit=CONNECTIONS), aiohttp.ClientTimeout(total=GIVEN_UP)
        async with (
            build_slack(seed) as slack,
            aiohttp.ClientSession(connector=connector, timeout=patience) as http,
        ):
            async with running(empty, slack, http) as bot:
                alone = bot.memory()
            async with running(folder, slack, http) as bot:
                figures.a_ticket = max(0.0, (bot.memory() - alone) / tickets)
                load = Load(bot, slack, http, figures)
                workspace = Workspace(slack, random.Random(seed), tickets)
                with without_garbage_collection():
                    await load.run(workspace, count)
                    await load.finished()
                figures.end = bot.memory()
            figures.errors = bot.errors()
        figures.asked = workspace.created
        figures.found = await count_tickets(folder) - tickets
    return figures


def main(count: int, seed: int) -> int:
    figures = asyncio.run(measure(count, seed))
    wrong = figures.broken() + figures.slow()
    for line in (*figures.lines(), *wrong):
        click.echo(f"  {line}")
    return int(bool(wrong))
