"""Whoever waits for a write may be cancelled, such as when the bot stops: the store is closed whole all the same."""

import asyncio

from store import open_store
from store.models.deliveries import Delivery


async def test_what_was_on_its_way_when_its_task_was_cancelled_is_there_after_a_close(tmp_path):
    path = str(tmp_path / "tickets.json")
    store = await open_store(path)
    store._rows.writer.patient = False  # as with a disk that is slow
    writing = asyncio.create_task(store.accept(Delivery(("message:1",), 1.0, {})))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await store.close()
    again = await open_store(path)
    assert [one.keys for one in await again.pending()] == [("message:1",)]
    await again.close()
