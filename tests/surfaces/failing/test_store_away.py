"""A store that does not answer: one clear sentence for the person, and nothing acknowledged that is not kept."""

import asyncio
import time
from contextlib import suppress

import pytest

from bot.app.check.store import check_store
from bot.listeners.incoming.refusing import COMES_AGAIN, NOTHING_DONE, UNCERTAIN
from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.errors import GestureError
from bot.local.fakeslack.server import LocalSlack
from bot.views import controls
from store.errors import StoreError, UnavailableError
from store.models.deliveries import Delivery
from store.models.filters import EVERYTHING, Filter
from tests.store.postgres.server import serve_a_test
from tests.support.bot_harness import open_office

SAID = {NOTHING_DONE, UNCERTAIN}
_FULL = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TRIGGER refuse BEFORE UPDATE OF lease_until ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse()
"""
_NEARLY_FULL = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON deliveries FOR EACH ROW WHEN (length(NEW.payload) > 200) EXECUTE FUNCTION refuse()
"""


@pytest.fixture(scope="module")
def server():
    yield from serve_a_test()


@pytest.fixture
async def office(server, tmp_path):
    server.empty()
    async with open_office(tmp_path, "http", slack=LocalSlack(ManualClock()), store=server.url) as opened:
        yield opened


@pytest.fixture
async def away(server, office):
    """The server is down until the test says otherwise."""
    await office.said("engineer", "support", "@tickets create API timeout")
    await asyncio.to_thread(server.stop, "immediate")
    yield lambda: asyncio.to_thread(server.start)
    if not server.is_running():
        await asyncio.to_thread(server.start)


async def titles(office):
    return [
        one.ticket.title for one in (await office.bot.core.store.view(Filter(), EVERYTHING, size=50)).records
    ]


async def is_back(office):
    with suppress(StoreError):
        return bool(await titles(office))
    return False


async def test_a_command_is_refused_in_a_sentence_within_five_seconds(office, away):
    began = time.monotonic()
    answer = await office.slack.command("engineer", "support", "/ticket", "create printer jam")
    assert time.monotonic() - began < 3.5  # Slack waits for three, were the machine idle
    assert answer["text"] in SAID
    await away()
    assert await titles(office) == ["API timeout"]
    await office.slack.command("engineer", "support", "/ticket", "create printer jam")
    await office.idle()
    assert sorted(await titles(office)) == ["API timeout", "printer jam"]


async def test_a_message_is_not_acknowledged_its_writer_is_told_once_and_slacks_next_delivery_makes_the_ticket(
    office, away, caplog
):
    slack = office.slack
    ts = await slack.say("engineer", "support", "@tickets create printer jam")
    mine = [one for one in slack.deliveries if (one.payload.get("event") or {}).get("ts") == ts]
    async with asyncio.timeout(60):
        while not all(len(one.outcomes) > 1 for one in mine):  # noqa: ASYNC110  # the clock stands still
            await asyncio.sleep(0.05)
    assert not any(one.done for one in mine)
    assert [one["text"] for one in slack.ephemerals("engineer")] == [COMES_AGAIN]
    (taken,) = [one.getMessage() for one in caplog.records if "could not be taken" in one.getMessage()]
    assert taken.startswith("A request could not be taken: The")
    assert not any(one.exc_info for one in caplog.records)
    await away()
    async with asyncio.timeout(60):
        while not await is_back(office):  # noqa: ASYNC110  # it is the database that comes back
            await asyncio.sleep(0.05)
        await slack.platform.clock.advance(60)  # when Slack delivers it for the third time
        while not all(one.done for one in mine):  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.05)
    await office.idle()
    assert sorted(await titles(office)) == ["API timeout", "printer jam"]
    assert len(slack.messages("support", ts)) == 2


async def test_a_form_stays_open_and_says_why(office, away, server):
    await away()
    await office.slack.shortcut("engineer", controls.NEW_SHORTCUT)
    await office.idle()
    await asyncio.to_thread(server.stop, "immediate")
    answer = await office.slack.submit("engineer", values={"title": "printer jam"})
    assert set(answer.values()) <= SAID
    assert office.slack.modal("engineer") is not None


async def test_a_press_is_not_acknowledged_and_the_person_is_told(office, away):
    card = office.slack.called("chat.postMessage")[-1].answer["message"]
    with pytest.raises(GestureError):
        await office.slack.press("engineer", "support", card["ts"], controls.START)
    await office.slack.until(lambda: office.slack.ephemerals("engineer"))
    assert office.slack.ephemerals("engineer")[0]["text"] in SAID


async def test_a_probe_that_could_not_be_finished_is_dropped_and_not_set_aside(office):
    await office.bot.core.store.accept(Delivery(("probe:1.0",), 1.0, {"probe": "0"}))
    for _ in range(4):
        await office.retry()
    assert await office.bot.core.store.pending() == []
    assert await office.bot.core.store.parked() == []


async def test_what_was_in_hand_when_it_went_away_is_one_line_of_the_log_and_comes_again(
    office, caplog, mocker
):
    away = UnavailableError("The database does not answer.")
    mocker.patch.object(office.bot.core.store, "create", side_effect=away)
    await office.said("engineer", "support", "@tickets create printer jam")
    (line,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert str(away) in line.getMessage()
    assert not line.exc_info
    mocker.stopall()
    await office.retry()
    await office.idle()
    assert await titles(office) == ["printer jam"]


async def test_a_database_without_room_says_so_in_a_sentence_and_all_goes_on_once_there_is_some(
    office, server, caplog
):
    await asyncio.to_thread(server.execute, _FULL, "tickets")
    try:
        ts = await office.said("engineer", "support", "@tickets create printer jam")
        lines = [one for one in caplog.records if one.levelname == "ERROR"]
    finally:
        await asyncio.to_thread(server.execute, "DROP FUNCTION refuse() CASCADE", "tickets")
    assert [one.name for one in lines if "E-" in one.getMessage()] == ["bot.listeners.runner"] * 2
    assert all("The database has no room on its disk; make room there." in one.getMessage() for one in lines)
    assert not any(one.exc_info for one in lines)
    (told,) = office.slack.ephemerals("engineer")
    assert "cannot be written at the moment. What you asked for is kept" in told["text"]
    await office.retry()
    await office.idle()
    assert await titles(office) == ["printer jam"]
    assert len(office.thread("support", ts)) == 1


async def test_a_database_with_room_for_a_little_but_no_message_is_not_ready(office, server):
    await asyncio.to_thread(server.execute, _NEARLY_FULL, "tickets")
    try:
        answer = await office.slack.command("engineer", "support", "/ticket", "create printer jam")
        found = await office.bot._readiness()
        (fault,) = await check_store(office.bot.settings, 1.0)
    finally:
        await asyncio.to_thread(server.execute, "DROP FUNCTION refuse() CASCADE", "tickets")
    assert answer["text"] == NOTHING_DONE
    assert found["reasons"] == ["The store cannot be written: The database has no room on its disk: make room there."]  # fmt: skip
    assert (fault.fine, fault.what, fault.next_step) == (False, "The database has no room on its disk", "make room there")  # fmt: skip
    assert (await office.bot._readiness())["ready"]
    assert all(one.fine for one in await check_store(office.bot.settings, 2.0))
