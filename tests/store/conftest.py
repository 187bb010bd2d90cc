from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from store import open_store
from store.protocol import TicketStore
from tests.store.memory_store import MemoryStore


async def in_memory(_directory: Path) -> TicketStore:
    return MemoryStore()


async def in_a_file(directory: Path) -> TicketStore:
    (directory / "data").mkdir(mode=0o700)
    return await open_store(str(directory / "data" / "tickets.json"))


STORES: dict[str, Callable[[Path], Awaitable[TicketStore]]] = {"memory": in_memory, "file": in_a_file}


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TicketStore]:
    """An empty store of every kind: one suite over all."""
    store = await STORES[request.param](tmp_path)
    yield store
    await store.close()
