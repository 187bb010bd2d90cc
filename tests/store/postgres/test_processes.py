"""Several processes on one database handle each delivery once, even if some are killed in the middle."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from store.errors import StoreError
from store.models.deliveries import Delivery
from store.models.filters import EVERYTHING, Filter
from store.postgres import PostgresStore
from tests.store.factories import NOW, count_tickets

ROOT = Path(__file__).parents[3]
DELIVERIES, PROCESSES = 150, 3


async def start(url: str, number: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.store.postgres.worker", url, f"p{number}",
        cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


async def accept(store: PostgresStore, number: int) -> bool:
    """Accept it as Slack delivers it: repeatedly, until it is acknowledged."""
    delivery = Delivery((f"E{number}", f"m:{number}"), NOW + number, {"channel": f"C{number % 3}"})
    while True:
        try:
            return (await store.accept(delivery)).new
        except StoreError:
            await asyncio.sleep(0.1)


async def until_nothing_is_pending(store: PostgresStore) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 60:
        with contextlib.suppress(StoreError):
            if not await store.pending():
                return
        await asyncio.sleep(0.1)
    raise AssertionError("it never came to an end")


@pytest.mark.timeout(120)
async def test_processes_that_are_killed_and_a_server_that_crashes_lose_nothing_and_double_nothing(
    postgres_server,
):
    postgres_server.empty()
    stores = [await PostgresStore.open(postgres_server.url) for _ in range(2)]
    processes = [await start(postgres_server.url, number) for number in range(PROCESSES)]

    async def disturb() -> None:
        for number in range(4):
            await asyncio.sleep(0.7)
            victim = processes[number % PROCESSES]
            with contextlib.suppress(ProcessLookupError):
                victim.send_signal(signal.SIGKILL)
            await victim.wait()
            if number == 1:
                await asyncio.to_thread(postgres_server.restart, "immediate")
            if number == 2:
                await asyncio.to_thread(postgres_server.restart, "fast")
            processes[number % PROCESSES] = await start(postgres_server.url, PROCESSES + number)

    async def deliver(store: PostgresStore) -> int:
        """Each process is given every message, as two sockets are after a reconnection."""
        new = 0
        for number in range(DELIVERIES):
            new += await accept(store, number)
            await asyncio.sleep(0.015)
        return new

    try:
        *new, _ = await asyncio.gather(*map(deliver, stores), disturb())
        assert sum(new) <= DELIVERIES  # an answer can be lost with the server; what it said is checked below
        await until_nothing_is_pending(stores[0])
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    records = (await stores[0].view(Filter(), EVERYTHING, size=DELIVERIES + 10)).records
    titles = Counter(record.ticket.title for record in records)
    assert titles == {f"E{number}": 1 for number in range(DELIVERIES)}
    assert (await stores[0].usage(1))[0].messages == DELIVERIES
    assert await count_tickets(stores[0]) == DELIVERIES
    for number in range(DELIVERIES):
        again = await stores[1].accept(Delivery((f"m:{number}",), NOW, {}))
        assert (again.new, again.state) == (False, "done")
    # A turn that nobody used, because its process died, is the only gap; no two answers have the same one.
    turns = [(record.card.channel, record.card.ts) for record in records]
    assert len(set(turns)) == DELIVERIES
    for store in stores:
        await store.close()


async def test_of_two_that_reach_two_processes_at_the_same_moment_one_waits_for_the_other(postgres_server):
    postgres_server.empty()
    stores = [await PostgresStore.open(postgres_server.url) for _ in range(2)]
    try:
        for thread in range(40):
            accepted = await asyncio.gather(
                *(
                    store.accept(Delivery((f"{thread} {name}",), NOW, {}, f"C1 {thread}"), name, NOW + 60)
                    for store, name in zip(stores, "ab", strict=True)
                )
            )
            assert sorted(each.waits for each in accepted) == [False, True]
    finally:
        for store in stores:
            await store.close()
