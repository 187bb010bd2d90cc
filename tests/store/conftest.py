from collections.abc import AsyncIterator, Callable

import pytest

from store.base import TicketStore
from store.opening import open_store
from store.tiny import TinyStore
from tests.store.disks import SLOW, RamDisk


async def in_memory(_directory) -> TicketStore:
    return await TinyStore.open("/desk/tickets.json", files=RamDisk())


async def in_a_file(directory) -> TicketStore:
    return await open_store(str(directory / "desk" / "tickets.json"))


async def on_a_slow_disk(_directory) -> TicketStore:
    return await TinyStore.open("/desk/tickets.json", files=RamDisk(), quick=SLOW)


BACKENDS: dict[str, Callable] = {"memory": in_memory, "file": in_a_file, "slow": on_a_slow_disk}


@pytest.fixture(params=BACKENDS)
async def store(request, tmp_path) -> AsyncIterator[TicketStore]:
    """An empty store of every kind: one suite over all."""
    store = await BACKENDS[request.param](tmp_path)
    yield store
    await store.close()
