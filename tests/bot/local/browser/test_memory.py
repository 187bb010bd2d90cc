"""What was said in the local workspace is still there at the next start."""

import json
import stat
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot import settings as configured
from bot.app.local import memory_path, open_local
from bot.local.browser.memory import Memory
from bot.local.browser.projection import Marks
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import ENGINEER, SUPPORT


@asynccontextmanager
async def started(folder: Path):
    async with AsyncExitStack() as stack:
        settings = configured.load(None, local_port=0, store=str(folder / "tickets.json"))
        local = await open_local(settings, stack, memory=folder / "said.json")
        await local.slack.until(lambda: local.slack.sockets)
        yield local


async def test_a_restart_changes_neither_the_conversation_nor_what_can_be_done_with_it(tmp_path):
    async with started(tmp_path) as local:
        ts = await local.slack.say("engineer", "support", "@tickets create API timeout, urgent")
        await local.slack.until(lambda: local.slack.messages("support", ts)[1:])
        await local.slack.command("engineer", "support", "/ticket", "help")
        await local.bot.runner.idle()
        await local.slack.invite("tickets", "lobby")
        hub, dm = local.browser.hub, local.slack.dm("engineer")
        hub.marks.note(ENGINEER, SUPPORT, ts)
        before, told = local.slack.messages("support", ts), local.slack.ephemerals("engineer")
    async with started(tmp_path) as local:
        assert local.slack.messages("support", ts) == before
        assert local.slack.ephemerals("engineer") == told
        assert local.slack.dm("engineer") == dm
        assert "U0TICKETS" in local.slack.workspace.channel("lobby").members
        assert local.browser.hub.marks.of(ENGINEER) == {SUPPORT: ts}
        await local.slack.say("engineer", "support", "done: fixed", thread=ts)
        await local.slack.until(lambda: "Done" in local.slack.messages("support", ts)[1]["text"])


async def test_it_is_written_as_it_happens_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.local.browser.memory.PAUSE", 0.0)
    async with started(tmp_path) as local:
        kept = tmp_path / "said.json"
        await local.slack.say("engineer", "support", "hello")
        await local.slack.until(kept.exists)
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "left",
    ["", "{", "[]", '{"version":2}', '{"version":1}', '{"version":1,"channels":[{"odd":1}]}'],
)
async def test_a_file_that_cannot_be_read_is_left_aside_with_a_warning(tmp_path, left, caplog):
    path = tmp_path / "said.json"
    path.write_text(left)
    async with LocalSlack() as slack:
        Memory(path, slack, Marks()).recall()
        assert slack.messages("support") == []
    assert "cannot be read" in caplog.text


async def test_a_disk_that_is_full_is_a_warning_and_no_fault(tmp_path, caplog):
    async with LocalSlack() as slack:
        Memory(tmp_path / "said.json" / "under a file", slack, Marks()).keep()
        (tmp_path / "file").write_text("")
        Memory(tmp_path / "file" / "said.json", slack, Marks()).keep()
    assert "cannot be kept" in caplog.text


async def test_what_is_said_next_is_later_than_everything_before_even_if_the_clock_went_back(tmp_path):
    path = tmp_path / "said.json"
    ahead = "4000000000.000001"
    async with LocalSlack() as slack:
        await slack.say("engineer", "support", "from the future")
        said = slack.workspace.messages[SUPPORT]
        message = said.pop(next(iter(said))) | {"ts": ahead}
        said[ahead] = message
        Memory(path, slack, Marks()).keep()
    assert json.loads(path.read_text())["messages"][SUPPORT][0]["ts"] == ahead
    async with LocalSlack() as slack:
        Memory(path, slack, Marks()).recall()
        assert await slack.say("engineer", "support", "from now") > ahead


@pytest.mark.parametrize(
    ("store", "kept"),
    [
        ("data/tickets.json", "data/tickets.slack.json"),
        ("postgresql://host/tickets", "data/local.slack.json"),
    ],
)
def test_it_lies_beside_the_store(store, kept):
    assert memory_path(store) == Path(kept)
