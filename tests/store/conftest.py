from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from store import open_store
from store.protocol import TicketStore
from tests.store.postgres.server import Server, serve_a_test
from tests.store.reference.memory_store import MemoryStore


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A real server for all tests; each test begins with empty tables."""
    yield from serve_a_test()


async def in_memory(_request: pytest.FixtureRequest, _directory: Path) -> TicketStore:
    return MemoryStore()


async def in_a_file(_request: pytest.FixtureRequest, directory: Path) -> TicketStore:
    (directory / "data").mkdir(mode=0o700)
    return await open_store(str(directory / "data" / "tickets.json"))


async def on_postgres(request: pytest.FixtureRequest, _directory: Path) -> TicketStore:
    server = request.getfixturevalue("postgres_server")
    server.empty()
    return await open_store(server.url)


STORES: dict[str, Callable[[pytest.FixtureRequest, Path], Awaitable[TicketStore]]] = {
    "memory": in_memory,
    "file": in_a_file,
    "postgres": on_postgres,
}


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TicketStore]:
    """An empty store of each kind: the same tests run on all."""
    store = await STORES[request.param](request, tmp_path)
    yield store
    await store.close()
