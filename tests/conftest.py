"""What every test may rely on: no settings of the machine's owner, and no real model or workspace by accident."""

import gc
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

import tests.profiles  # noqa: F401  # registers them
from store import open_store
from store.protocol import TicketStore
from tests.environment import forget_settings

settings.load_profile("small")  # an option `--hypothesis-profile` is read after this

_homes = count()
_GARBAGE_THRESHOLD = 20_000  # new objects between two searches for garbage; Python's own is 700


def pytest_collection_finish() -> None:
    """All modules and tests are there until the end: to search them for garbage would take a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD)


@pytest.fixture(scope="session")
def empty_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`next` of it is a folder in which there is nothing: the same one for as long as nobody writes to it."""

    def folders() -> Iterator[Path]:
        while True:
            # By a number of our own: to find a free one pytest would look through all that there are.
            folder = tmp_path_factory.mktemp(f"home-{next(_homes)}", numbered=False)
            while next(folder.iterdir(), None) is None:
                yield folder

    return folders()


@pytest.fixture(autouse=True)
def nobody_elses_settings(monkeypatch: pytest.MonkeyPatch, empty_folders: Iterator[Path]) -> None:
    """The environment without the bot's settings, in a folder without a `.env`."""
    forget_settings(monkeypatch)
    monkeypatch.chdir(next(empty_folders))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TicketStore]:
    """An empty one, in a file."""
    opened = await open_store(str(tmp_path / "tickets.json"))
    yield opened
    await opened.close()
