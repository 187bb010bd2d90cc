"""A bot that runs goes on whatever its background work raises, and says at its start what it is."""

import asyncio
import logging

import aiohttp
import pytest

from bot.app import clients
from bot.app.monitoring.health import CHECK_INTERVAL
from bot.delivery.refusals import LASTING_REFUSALS
from bot.listeners.runner import RETRY
from bot.views import controls
from store.errors import UnwritableError
from store.models.deliveries import Delivery
from tests.support.bot_harness import HeldTime, open_office


@pytest.fixture
async def office(tmp_path):
    async with open_office(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_start_says_the_version_the_store_its_tickets_and_the_way_to_slack(tmp_path, mode):
    async with open_office(tmp_path, mode) as office:
        await office.said("engineer", "support", "@tickets create API timeout, urgent")
        await office.said("engineer", "support", "@tickets create login bug")
        await office.said("engineer", "support", "@tickets close T001, fixed")
        told = await office.bot.describe("0.1.0")
        way = f"serving HTTP on port {office.bot.port}" if mode == "http" else "connected by Socket Mode"
    assert told == f"tickets 0.1.0 is running: {tmp_path / 'tickets.json'} (2 tickets, 1 not done), {way}."


async def test_the_work_on_what_was_accepted_earlier_survives_what_it_raises(tmp_path, mocker, caplog):
    held = HeldTime()
    async with open_office(tmp_path, clocks=held) as office:
        store = office.bot.core.store
        for number in (1, 2):
            await store.accept(Delivery((f"message:{number}",), held.now(), {"type": "nothing of ours"}))
        fail = mocker.patch.object(store, "fail", side_effect=UnwritableError("full"))
        await held.advance(RETRY)
        await office.slack.until(lambda: fail.call_count)
        mocker.stopall()
        assert office.bot.background.ended == {}
        assert "Finishing message:1 failed; the rest goes on" in caplog.text
        assert "Finishing message:2 failed; the rest goes on" in caplog.text
        async with asyncio.timeout(10):
            while len(await store.parked()) < 2:
                await held.advance(RETRY)


async def test_a_card_that_cannot_be_drawn_keeps_neither_its_mark_nor_the_next_change_from_being_shown(
    office, mocker, caplog
):
    ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
    draw = mocker.patch.object(office.bot.services.cards, "_draw", side_effect=KeyError("x"))
    await office.said("engineer", "support", "in progress", thread=ts)
    assert "Drawing the card of T001 failed; the rest goes on" in caplog.text
    assert office.slack.reactions("support", ts).keys() == {"eyes"}
    mocker.stop(draw)
    await office.said("engineer", "support", "done: fixed", thread=ts)
    card = office.slack.messages("support", ts)[1]
    assert "Done" in str(card["blocks"])


async def test_a_home_that_cannot_be_drawn_is_drawn_at_the_next_change(office, mocker, caplog):
    slack = office.slack
    await slack.open_home("engineer")
    await slack.until(lambda: slack.home("engineer"))
    draw = mocker.patch.object(office.bot.services.homes, "_draw", side_effect=KeyError("x"))
    await office.said("engineer", "support", "@tickets create API timeout, urgent")
    assert "Redrawing the Home of U0ENGINEER failed; the rest goes on" in caplog.text
    mocker.stop(draw)
    await office.said("engineer", "support", "@tickets create login bug")
    assert "login bug" in str(slack.home("engineer"))


async def test_slack_away_and_back_is_seen_by_its_calls(office):
    slack, health = office.slack, office.bot.health
    slack.faults.reset_before("views.publish")
    seen = []
    problem = health.report

    def watched(what, reason):
        seen.append((what, reason))
        problem(what, reason)

    health.report = watched
    await slack.open_home("engineer")
    await slack.until(lambda: slack.home("engineer"))
    assert seen == [("slack", "Slack does not answer (ServerDisconnectedError).")]
    await office.idle()
    assert health.problems == {}


async def test_a_refused_press_of_a_button_is_an_answer_of_slacks(office):
    slack = office.slack
    ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
    card = slack.messages("support", ts)[1]
    slack.faults.fail("views.open", "expired_trigger_id")
    await slack.press("engineer", "support", card["ts"], controls.EDIT)
    await office.idle()
    assert office.bot.health.problems == {}


async def readyz(office):
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{office.bot.health_port}/readyz") as answer,
    ):
        return answer.status, await answer.json()


@pytest.mark.parametrize("code", sorted(LASTING_REFUSALS))
async def test_a_refusal_of_everything_is_said_once_shows_in_readyz_and_ends_by_itself(
    tmp_path, caplog, code
):
    """For ten minutes nothing is answered; what was asked for is done when Slack takes calls again."""
    held = HeldTime()
    async with open_office(tmp_path, clocks=held, health_port=0, host="127.0.0.1") as office:
        slack = office.slack
        slack.faults.fail("*", code, times=None)
        ts = await slack.say("engineer", "support", "@tickets create API timeout, urgent")
        await slack.until(lambda: office.bot.health.problems)
        for _ in range(120):
            await held.advance(CHECK_INTERVAL)
        status, said = await readyz(office)
        assert (status, said["ready"], said["backlog"], said["parked"]) == (503, False, 1, 0)
        assert said["reasons"] == [
            f"Slack refuses everything ({code}): {LASTING_REFUSALS[code]}. What was accepted is kept and done when this ends."
        ]
        slack.faults.clear()
        async with asyncio.timeout(10):
            while office.bot.health.problems or not slack.messages("support", ts)[1:]:
                await held.advance(CHECK_INTERVAL)
        assert (await readyz(office))[0] == 200
        assert "API timeout" in slack.messages("support", ts)[1]["text"]
        said = [record.getMessage() for record in caplog.records if code in record.getMessage()]
        assert len(said) == 2, said
        assert said[1] == f"Slack takes calls again; before, it said {code}"


async def test_a_revoked_app_token_is_logged_once_with_what_helps_and_once_more_when_it_is_taken_again(
    tmp_path, caplog
):
    held = HeldTime()
    async with open_office(tmp_path, clocks=held) as office:
        slack = office.slack
        slack.faults.fail("apps.connections.open", "token_revoked", times=None)
        slack.platform.sockets.drop()
        await slack.until(
            lambda: any("(token_revoked)" in each.reason for each in office.bot.health.problems.values())
        )
        for _ in range(60):
            await held.advance(1)
        slack.faults.clear()
        async with asyncio.timeout(10):
            while office.bot.health.problems:
                await held.advance(1)
    said = [each.getMessage() for each in caplog.records if "SLACK_APP_TOKEN" in each.getMessage()]
    refused, taken = said
    assert refused == (
        "Slack does not take SLACK_APP_TOKEN any more (token_revoked): make one with connections:write under Basic Information,"
        " and restart the bot with it."
    )
    assert taken == "Slack takes SLACK_APP_TOKEN again"


@pytest.mark.parametrize(
    "event", [{"type": "tokens_revoked", "tokens": {"bot": ["U0TICKETS"]}}, {"type": "app_uninstalled"}]
)
async def test_an_app_that_was_removed_is_not_ready_before_it_is_used_again(tmp_path, event):
    """Slack says so by an event; nobody has to ask for anything to find out, nor to find that it is back."""
    held = HeldTime()
    async with open_office(tmp_path, clocks=held) as office:
        health = office.bot.health
        office.slack.faults.fail("auth.test", "token_revoked", times=3)
        await office.bot.services.directory.observe(event)
        assert "install it again" in health.problems["refusal"].reason
        async with asyncio.timeout(10):
            while health.problems:
                await held.advance(CHECK_INTERVAL)
        assert len([call for call in office.slack.calls if call.method == "auth.test"]) > 3


async def test_slack_that_is_away_is_asked_now_and_then_by_an_idle_bot(tmp_path):
    held = HeldTime()
    async with open_office(tmp_path, clocks=held) as office:
        health = office.bot.health
        office.slack.faults.reset_before("chat.postMessage")
        await office.bot.services.sender.call_best_effort("chat.postMessage", channel="C0SUPPORT", text="x")
        assert list(health.problems) == ["slack"]
        async with asyncio.timeout(10):
            while health.problems:
                await held.advance(CHECK_INTERVAL)


@pytest.mark.parametrize(("root", "bolt"), [(logging.INFO, logging.ERROR), (logging.DEBUG, logging.NOTSET)])
def test_bolts_warnings_which_quote_bodies_are_logged_with_everything_or_not_at_all(caplog, root, bolt):
    caplog.set_level(root)
    assert clients.bolt_logger().level == bolt


async def test_a_stop_leaves_nothing_running(tmp_path):
    before = asyncio.all_tasks()
    async with open_office(tmp_path) as office:
        await office.said("engineer", "support", "@tickets create API timeout, urgent")
    left = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert not [task for task in left if "bot" in str(task.get_coro())]
