"""Guarantees for every test: no settings of the machine's owner, and no real model or workspace by accident."""

import gc
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

import tests.support.profiles  # noqa: F401  # registers the profiles
from store import open_store
from store.protocol import TicketStore
from tests.support.coverage_hooks import (
    pytest_fixture_setup,
    pytest_make_collect_report,
    pytest_pycollect_makeitem,
    pytest_runtest_call,
    pytest_runtest_protocol,
    pytest_runtest_teardown,
    pytest_sessionstart,
)
from tests.support.environment import forget_settings

__all__ = [
    "pytest_fixture_setup",
    "pytest_make_collect_report",
    "pytest_pycollect_makeitem",
    "pytest_runtest_call",
    "pytest_runtest_protocol",
    "pytest_runtest_teardown",
    "pytest_sessionstart",
]

settings.load_profile("small")  # `--hypothesis-profile` is read later and overrides this

_homes = count()
_GARBAGE_THRESHOLD = 20_000  # new objects between two garbage collections; Python's default is 700


def pytest_collection() -> None:
    """Collect no garbage while tests are collected: there is next to none, and scanning them again and again
    takes a tenth of that time.
    """
    gc.disable()


def pytest_collection_finish() -> None:
    """Exclude modules and tests from garbage collection: they live until the end, and scanning them takes a
    tenth of the run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD)
    gc.enable()


@pytest.fixture(scope="session")
def empty_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An iterator whose `next` is an empty folder: the same one until somebody writes to it."""

    def folders() -> Iterator[Path]:
        while True:
            # Numbered here, since pytest would list all existing folders to find a free number.
            folder = tmp_path_factory.mktemp(f"home-{next(_homes)}", numbered=False)
            while next(folder.iterdir(), None) is None:
                yield folder

    return folders()


@pytest.fixture(autouse=True)
def nobody_elses_settings(monkeypatch: pytest.MonkeyPatch, empty_folders: Iterator[Path]) -> None:
    """Run without the bot's settings in the environment, in a folder without a `.env`."""
    forget_settings(monkeypatch)
    monkeypatch.chdir(next(empty_folders))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TicketStore]:
    """An empty file store."""
    opened = await open_store(str(tmp_path / "tickets.json"))
    yield opened
    await opened.close()
