"""Slack replaces a bot's socket several times a day. Nobody notices: nothing fails meanwhile, and what was stored is acknowledged."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.listeners.incoming import socket as sockets
from bot.local.fakeslack.delivery.socket import Socket, _disconnect
from tests.support.bot_harness import Office, open_office
from tests.surfaces.steps import ticket


@pytest.fixture
def impatient(monkeypatch):
    """The bot closes a replaced socket soon, whether or not Slack still uses it."""
    monkeypatch.setattr(sockets, "RETIRING", 0.2)


@pytest.fixture
async def office(tmp_path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        yield opened


class Held:
    """The store's `accept`, which waits until it is let go."""

    def __init__(self, office: Office, mocker) -> None:
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()
        store = office.bot.core.store
        accept = store.accept

        async def slowly(*given, **named):
            self.asked.set()
            await self.let_go.wait()
            return await accept(*given, **named)

        mocker.patch.object(store, "accept", side_effect=slowly)


def open_sockets(office: Office) -> list[Socket]:
    return [one for one in office.slack.platform.sockets._open if one.ready.is_set()]


async def announce(office: Office, *reasons: str) -> Socket:
    """Slack announces the end of the only socket, and the bot opens another. Returns the one that will end."""
    (old,) = open_sockets(office)
    for reason in reasons:
        await old.send(_disconnect(reason))
    await office.slack.until(lambda: [one for one in open_sockets(office) if one is not old])
    return old


def create(office: Office, title: str = "printer jam") -> asyncio.Task:
    return asyncio.create_task(office.slack.command("engineer", "support", "/ticket", f"create {title}"))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_what_is_being_stored_meanwhile_is_acknowledged(office, mocker, reason):
    held, command = Held(office, mocker), create(office)
    await held.asked.wait()
    await announce(office, reason)
    held.let_go.set()
    await command
    await office.idle()
    assert (await ticket(office, "T001")).title == "printer jam"


async def test_no_command_fails_while_sockets_are_replaced_again_and_again(office):
    for number in range(5):
        await asyncio.gather(
            office.slack.disconnect("warning"), create(office, f"printer {number} is jammed")
        )
    await office.idle()
    assert len(await office.bot.core.store.scan()) == 5


async def test_what_still_comes_over_the_old_socket_is_done(office, monkeypatch):
    monkeypatch.setattr(sockets, "RETIRING", 60.0)
    old = await announce(office, "warning")
    monkeypatch.setattr(office.slack.platform.sockets._chance, "choice", lambda _: old)
    await create(office)
    await office.idle()
    assert (await ticket(office, "T001")).title == "printer jam"


@pytest.mark.usefixtures("impatient")
async def test_the_old_socket_is_closed_in_the_end(office):
    old = await announce(office, "warning")
    await office.slack.until(lambda: old not in open_sockets(office))
    await create(office)
    assert len(open_sockets(office)) == 1


@pytest.mark.usefixtures("impatient")
async def test_announced_twice_it_is_replaced_once(office):
    old = await announce(office, "warning", "refresh_requested", "warning")
    await old.send(_disconnect("refresh_requested"))
    await office.slack.until(lambda: old not in open_sockets(office))
    assert len(office.slack.called("apps.connections.open")) == 2


@pytest.mark.parametrize("reason", ["too_many_websockets", "link_disabled"])
async def test_a_socket_that_slack_does_not_use_any_more_is_closed_first(office, reason):
    old = await announce(office, reason)
    assert open_sockets(office) != [old]
    assert len(open_sockets(office)) == 1


async def test_whoever_stops_the_bot_loses_no_acknowledgement(tmp_path, mocker):
    async with open_office(tmp_path) as office:
        held, command = Held(office, mocker), create(office)
        await held.asked.wait()
        stopped = asyncio.create_task(office.bot._stack.aclose())
        await asyncio.wait([stopped], timeout=0.05)
        held.let_go.set()
        await asyncio.gather(command, stopped)
    async with open_office(tmp_path) as again:
        await again.idle()
        assert (await ticket(again, "T001")).title == "printer jam"
