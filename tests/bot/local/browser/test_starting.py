"""`tickets local`, from its first line to its end."""

import asyncio
import os
import re
import signal
import sys
import webbrowser

import pytest

from bot import settings as configured
from bot.app import local as app


async def started_once(start):
    """In the place of waiting for a signal."""
    await start()


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """The addresses that a browser was sent to."""
    addresses: list[str] = []

    class Seat:
        name = "some-browser"

        def open(self, address: str) -> bool:
            addresses.append(address)
            return True

    monkeypatch.setattr(webbrowser, "get", Seat)
    monkeypatch.setattr(app, "run_until_stopped", started_once)
    return addresses


def somebody_sits_here(monkeypatch, *, here: bool) -> None:
    monkeypatch.setattr(sys, "stdin", _Input(here))


class _Input:
    def __init__(self, here: bool) -> None:
        self._here = here
        self.buffer = self

    def isatty(self) -> bool:
        return self._here

    def readline(self) -> bytes:
        return b""


async def test_it_says_where_the_page_is_and_opens_it_for_whoever_sits_here(opened, monkeypatch, capsys):
    somebody_sits_here(monkeypatch, here=True)
    await app.try_locally(configured.load(None, local_port=0))
    told = capsys.readouterr().out
    (address,) = opened
    assert address.partition("?")[0] in told
    assert address not in told  # the key of a command line, which others can read, is another one
    assert f"{os.sep}data{os.sep}local.json" in told


async def test_where_nobody_sits_it_opens_nothing(opened, monkeypatch):
    somebody_sits_here(monkeypatch, here=False)
    await app.try_locally(configured.load(None, local_port=0))
    assert opened == []


async def test_the_sample_says_that_it_is_one(opened, monkeypatch, capsys):
    somebody_sits_here(monkeypatch, here=False)
    await app.try_locally(configured.load(None, local_port=0), sample=True)
    assert "data/demo.json, which begin again at each start" in capsys.readouterr().out


@pytest.mark.parametrize("browser", ["none", "w3m"])
async def test_without_a_browser_the_address_is_printed_and_nothing_opened(
    opened, monkeypatch, capsys, browser
):
    def get():
        if browser == "none":
            raise webbrowser.Error("no browser")
        return webbrowser.GenericBrowser("w3m")

    monkeypatch.setattr(webbrowser, "get", get)
    somebody_sits_here(monkeypatch, here=True)
    await app.try_locally(configured.load(None, local_port=0))
    assert opened == []
    assert "?key=" in capsys.readouterr().out


async def test_what_happened_before_a_restart_is_not_taken_for_a_repetition(tmp_path):
    from contextlib import AsyncExitStack  # noqa: PLC0415  # only here

    settings = configured.load(None, local_port=0, store=str(tmp_path / "tickets.json"))
    for number in (1, 2):
        async with AsyncExitStack() as stack:
            local = await app.open_local(settings, stack)
            await local.slack.until(lambda slack=local.slack: slack.sockets)
            await local.slack.command("engineer", "support", "/ticket", "create API timeout, urgent")
            ts = await local.slack.say("engineer", "support", "@tickets create login bug")
            await local.slack.until(lambda slack=local.slack, ts=ts: slack.messages("support", ts)[1:])
            await local.bot.runner.idle()
            assert await local.bot.core.store.get(f"T00{2 * number}") is not None


async def test_the_command_serves_the_page_until_it_is_stopped(http):
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "local", "--demo", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    told = ""
    while "Ctrl-C" not in told:
        line = await asyncio.wait_for(program.stdout.readline(), 30)
        assert line, told
        told += line.decode()
    address = re.search(r"http://127\.0\.0\.1:\d+/\S+", told)
    assert address is not None
    async with http.get(address[0], allow_redirects=False) as answer:
        assert answer.status == 303
    program.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(program.wait(), 20) == 0
