"""A process that works like a bot: it claims deliveries, makes a ticket of each, takes a turn to answer, and finishes it.

    python -m tests.store.postgres.worker URL OWNER

Prints a line for each finished delivery. It is stopped from outside, in the middle of whatever it does.
"""

import asyncio
import json
import os
import sys
import time

from store.errors import StoreError
from store.models.deliveries import Posted, Turn
from store.models.tickets import MessageRef, MessageUsage
from store.postgres import PostgresStore
from tests.store.factories import TODAY, new_ticket, origin

LEASE = 1.0


async def take_turn(store: PostgresStore, channel: str) -> float:
    """The time of an answer, later than any earlier answer in that channel."""
    owner = str(os.getpid())
    turn = Turn(mine=False, number=0)
    while not turn.mine:
        await asyncio.sleep(0.01)
        turn = await store.take_turn(channel, owner, time.time(), time.time() + LEASE)
    at = max(time.time(), turn.number)
    await store.end_turn(channel, owner, at + 0.001)
    return at


async def work_on(store: PostgresStore, key: str, channel: str) -> None:
    written = await store.create(
        new_ticket(key), origin("U1", key, channel=channel, usage=MessageUsage(TODAY, "U1", "rules"))
    )
    ticket_id = written.record.ticket.id
    turn = await take_turn(store, channel)
    card = MessageRef(channel, f"{turn:.6f}")
    await store.finish(key, {"id": ticket_id, "turn": turn}, posted=Posted(((ticket_id, card),)))
    print(json.dumps([key, ticket_id, turn]), flush=True)  # noqa: T201  # the report to the test


async def open_patiently(url: str) -> PostgresStore:
    """Keep trying, as a service manager restarts a program that fails to start."""
    while True:
        try:
            return await PostgresStore.open(url)
        except StoreError:
            await asyncio.sleep(0.1)


async def main(url: str, owner: str) -> None:
    store = await open_patiently(url)
    while True:
        try:
            claimed = await store.claim(owner, time.time(), time.time() + LEASE, limit=5)
            for delivery in claimed:
                await store.renew(owner, [each.keys[0] for each in claimed], time.time() + LEASE)
                await work_on(store, delivery.keys[0], delivery.payload["channel"])
        except StoreError:
            continue  # the server is away; a claimed delivery is claimed again when its lease ends
        await asyncio.sleep(0 if claimed else 0.02)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
