"""A process that writes to the store at argv[1] until it is killed, and says what was acknowledged: `python -m tests.store.busy`."""

import asyncio
import sys
import time

from store.base import Deed
from store.tiny import TinyStore
from tests.store.people import new


async def write(store: TinyStore, name: str) -> None:
    """One after another: a ticket, three changes of it, and again."""
    number = 0
    while True:
        number += 1
        title = f"{name}-{number}"
        written = await store.create(new(title, desc="x" * 150), Deed(f"{title}", name, time.time()))
        ticket_id = written.record.ticket.id
        print(f"created {ticket_id} {title}", flush=True)  # noqa: T201  # what is acknowledged
        for step in range(3):
            await store.update(ticket_id, {"res": f"step {step}"}, Deed(f"{title}-{step}", name, time.time()))
            print(f"updated {ticket_id} {step}", flush=True)  # noqa: T201  # as above


async def main(path: str, name: str) -> None:
    store = await TinyStore.open(path, fold_at=30_000)
    await asyncio.gather(*(write(store, f"{name}-{writer}") for writer in range(4)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
