"""The command, run in this process, and a store that another process has open."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from bot.cli import main

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


@pytest.fixture
def tickets():
    """Runs the command."""
    runner = CliRunner()

    def run(*arguments: str, stdin: str | bytes | None = None):
        return runner.invoke(main, arguments, input=stdin)

    return run


@contextmanager
def in_use() -> Iterator[None]:
    """While another process has the store open."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "open\n"
        yield
        other.communicate("\n")
