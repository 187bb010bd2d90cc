"""A process that writes to the store at argv[1] until it is killed, and says what was acknowledged.

`python -m tests.store.file.busy PATH NAME`
"""

import asyncio
import sys
import time

from store.file.store import FileStore
from store.models import Delivery, Origin
from tests.store.factories import new_ticket


async def write(store: FileStore, name: str) -> None:
    """One after another: a delivery, a ticket of it, three changes, and again."""
    number = 0
    while True:
        number += 1
        title = f"{name}-{number}"
        now = time.time()
        await store.accept(Delivery((title,), now, {"title": title}))
        written = await store.create(new_ticket(title, desc="x" * 150), Origin(title, name, now))
        ticket_id = written.record.ticket.id
        print(f"created {ticket_id} {title}", flush=True)  # noqa: T201  # what is acknowledged
        for step in range(3):
            await store.update(ticket_id, {"res": f"step {step}"}, Origin(f"{title}-{step}", name, now))
            print(f"updated {ticket_id} {step}", flush=True)  # noqa: T201  # as above
        await store.finish(title, {"id": ticket_id})
        print(f"finished {ticket_id} {title}", flush=True)  # noqa: T201  # as above


async def main(path: str, name: str) -> None:
    store = await FileStore.open(path, compact_at=30_000, segment_size=50_000)
    await asyncio.gather(*(write(store, f"{name}-{writer}") for writer in range(4)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
