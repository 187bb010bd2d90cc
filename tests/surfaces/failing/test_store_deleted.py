"""The store's files are deleted while the bot runs: nothing is acknowledged that would be lost when it ends."""

import shutil

import pytest

from bot.listeners.incoming.refusing import NOTHING_DONE
from tests.support.bot_harness import open_office
from tests.surfaces.steps import command, ticket


@pytest.fixture
async def office(tmp_path):
    async with open_office(tmp_path, "http", store=tmp_path / "data" / "tickets.json") as opened:
        yield opened


async def reasons(office):
    return "\n".join((await office.bot._readiness())["reasons"])


async def test_a_deleted_folder_is_noticed_by_the_next_command(office, tmp_path):
    shutil.rmtree(tmp_path / "data")
    answer = await command(office, "create printer jam")
    assert answer["text"] == NOTHING_DONE
    assert await ticket(office, "T001") is None
    assert "was deleted while the store was open): stop the program, and bring back a backup" in await reasons(office)  # fmt: skip


async def test_without_its_lock_which_another_process_may_have_taken_nothing_is_written(office, tmp_path):
    (tmp_path / "data" / "tickets.json.lock").unlink()
    answer = await command(office, "create printer jam")
    assert answer["text"] == NOTHING_DONE
    assert "another process may write the store, too): start the program again" in await reasons(office)


async def test_what_was_accepted_waits_when_the_journal_is_gone(office, tmp_path):
    (tmp_path / "data" / "tickets.json.journal" / "000001").unlink()
    await command(office, "create printer jam")
    (told,) = office.slack.ephemerals("engineer")
    assert "cannot be written at the moment. What you asked for is kept" in told["text"]
    assert await ticket(office, "T001") is None
