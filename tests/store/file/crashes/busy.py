"""Processes that write to a store until they are killed, and report what was acknowledged.

`python -m tests.store.file.crashes.busy` reads lines `STORE NAME PIPE`. For each it forks a process, which has
everything imported already and reports into the named pipe. It prints the process's id, and an empty line
once the process is gone.
"""

import asyncio
import os
import sys
import time

from store.file.store import FileStore
from store.models.deliveries import Delivery
from store.models.tickets import Origin
from tests.store.factories import new_ticket


async def write(store: FileStore, name: str) -> None:
    """Repeat, in order: a delivery, its ticket, three changes."""
    number = 0
    while True:
        number += 1
        title = f"{name}-{number}"
        now = time.time()
        await store.accept(Delivery((title,), now, {"title": title}))
        written = await store.create(new_ticket(title, desc="x" * 150), Origin(title, name, now))
        ticket_id = written.record.ticket.id
        print(f"created {ticket_id} {title}", flush=True)  # noqa: T201  # acknowledged
        for step in range(3):
            await store.update(ticket_id, {"res": f"step {step}"}, Origin(f"{title}-{step}", name, now))
            print(f"updated {ticket_id} {step}", flush=True)  # noqa: T201  # as above
        await store.finish(title, {"id": ticket_id})
        print(f"finished {ticket_id} {title}", flush=True)  # noqa: T201  # as above


async def main(path: str, name: str) -> None:
    store = await FileStore.open(path, compact_at=30_000, segment_size=50_000)
    await asyncio.gather(*(write(store, f"{name}-{writer}") for writer in range(4)))


def serve() -> None:
    for line in sys.stdin:
        path, name, pipe = line.split()
        child = os.fork()
        if not child:
            os.dup2(os.open(pipe, os.O_WRONLY), sys.stdout.fileno())
            asyncio.run(main(path, name))
        print(child, flush=True)  # noqa: T201  # for the caller
        os.waitpid(child, 0)
        print(flush=True)  # noqa: T201  # as above


if __name__ == "__main__":
    serve()
