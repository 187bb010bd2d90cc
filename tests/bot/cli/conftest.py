"""The command, run in this process; a store with tickets; a store that another process has open."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from bot.cli import logs, main

HOLDER = """
import asyncio, sys
from store import open_store

async def hold():
    store = await open_store("data/tickets.json")
    print("open", flush=True)
    sys.stdin.readline()
    await store.close()

asyncio.run(hold())
"""


@pytest.fixture(autouse=True)
def store_of_the_team(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store that `in_use` opens."""
    monkeypatch.setenv("TICKETS_STORE", "data/tickets.json")


@pytest.fixture
def tickets():
    """Runs the command, with its log."""
    runner = CliRunner()
    root, hook = logging.getLogger(), sys.excepthook
    handlers = list(root.handlers)
    loggers = [root, *(logging.getLogger(name) for name in ("bot", "store", "prompts", "psycopg"))]
    levels = [one.level for one in loggers]

    def run(*arguments: str, stdin: str | bytes | None = None):
        return runner.invoke(main, arguments, input=stdin)

    yield run
    root.handlers[:], sys.excepthook = handlers, hook
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)
    logs.clear_secrets()


@pytest.fixture
def kept(tickets):
    """Two tickets in the store."""
    tickets("ask", 'create "printer jam" cat other')
    tickets("ask", 'create "=cmd, \\"quoted\\"" cat code pri 1')


def ids(tickets) -> list[str]:
    """The ids of all tickets, as a list shows them."""
    return [one["id"] for one in json.loads(tickets("ask", "list all tickets").stdout)["data"]]


@contextmanager
def in_use() -> Iterator[None]:
    """Keeps the store open in another process."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "open\n"
        yield
        other.communicate("\n")
