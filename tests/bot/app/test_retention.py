"""TICKETS_KEEP_DONE: the history of tickets that were done before goes, at the start and every day; the tickets stay."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.app.check import check_all
from bot.app.retention import DAY, keep_trimming
from bot.settings import load
from store import open_store
from store.models.tickets import NewTicket, Origin, Status
from tests.store.factories import TODAY
from tests.support.bot_harness import HeldTime, open_office


@pytest.fixture
def held() -> HeldTime:
    return HeldTime()


@pytest.fixture
async def path(tmp_path, held):
    """T001 was done a year ago and a half, T002 a year ago but for half a day; T003 is open."""
    path = tmp_path / "tickets.json"
    store = await open_store(str(path))
    for number, days in enumerate((500, 364.5, 500), 1):
        at = held.now() - days * DAY
        origin = Origin(f"made:{number}", "U0ENGINEER", at, channel="C0SUPPORT", text="create it")
        await store.create(NewTicket(f"ticket {number}", TODAY), origin)
        if number < 3:
            await store.update(f"T00{number}", {"stat": Status.DONE}, Origin("", "U0ENGINEER", at))
    await store.close()
    return path


async def until_logged(caplog, text: str, times: int = 1) -> None:
    async with asyncio.timeout(10):
        while caplog.text.count(text) < times:  # noqa: ASYNC110  # nobody tells of it: it is looked for
            await asyncio.sleep(0.01)


async def kinds(store, ticket_id: str) -> list[str]:
    return [change.kind for change in (await store.history(ticket_id))[0]]


async def test_it_goes_at_the_start_and_the_log_says_so(tmp_path, path, held, caplog):
    caplog.set_level(logging.INFO)
    async with open_office(tmp_path, clocks=held, keep_done="365d") as office:
        store = office.bot.core.store
        await until_logged(caplog, "Removed the history of 1 tickets")
        assert await kinds(store, "T001") == ["trimmed"]
        assert await kinds(store, "T002") == ["closed", "created"]
        assert office.bot.background.ended == {}


async def test_a_day_later_what_has_become_old_by_then_goes_too(path, held, caplog):
    caplog.set_level(logging.INFO)
    store = await open_store(str(path))
    trimming = asyncio.create_task(keep_trimming(store, timedelta(days=365), held))
    await until_logged(caplog, "Removed the history")
    await held.advance(DAY)
    await until_logged(caplog, "Removed the history", 2)
    assert await kinds(store, "T002") == ["trimmed"]
    assert await kinds(store, "T003") == ["created"]
    trimming.cancel()
    await asyncio.gather(trimming, return_exceptions=True)
    await store.close()


async def test_what_people_see_of_it_is_the_ticket_and_that_its_history_was_removed(
    tmp_path, path, held, caplog
):
    caplog.set_level(logging.INFO)
    async with open_office(tmp_path, clocks=held, keep_done="365d") as office:
        await until_logged(caplog, "Removed the history")
        ts = await office.said("engineer", "support", "@tickets history T001")
        (answer,) = office.thread("support", ts)
        assert "Older history was removed on" in answer["text"]
        assert "(kept 365 days)" in answer["text"]


async def test_without_the_setting_nothing_is_removed(tmp_path, path, held):
    async with open_office(tmp_path, clocks=held) as office:
        assert await kinds(office.bot.core.store, "T001") == ["closed", "created"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"keep_done": "9999d"}, ["History: kept 9999 days after a ticket is done."]),
        (
            {"keep_done": "365d"},
            ["History: kept 365 days after a ticket is done; that of 1 ticket is removed at the next start."],
        ),
    ],
)
async def test_the_check_says_how_long_history_is_kept_and_what_is_due(path, held, given, told):
    settings = load(store=str(path), **given)
    found = [finding.sentence for finding in await check_all(settings, held.now)]
    assert [sentence for sentence in found if sentence.startswith("History")] == told


def test_days_are_days():
    assert load(keep_done="365d").keep_done == timedelta(days=365)
