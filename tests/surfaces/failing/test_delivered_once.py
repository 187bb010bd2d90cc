"""Accepted once, done once: duplicates, retries, double deliveries, restarts in the middle, a store that
cannot be written.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.server import LocalSlack
from store import open_store
from store.errors import UnavailableError, UnwritableError
from store.models.deliveries import Delivery
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import NewTicket, Origin
from tests.support.bot_harness import Office, open_office
from tests.support.environment import needs_files
from tests.support.factories import TODAY

SAID = "<@U0TICKETS> create API timeout, urgent"


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as running:
        yield running


async def count(office: Office) -> int:
    return (await office.bot.core.store.view(Filter(), EVERYTHING)).count


def mention(ts: str, channel: str = "C0SUPPORT") -> dict:
    event = {"type": "app_mention", "user": "U0ENGINEER", "text": SAID, "ts": ts, "channel": channel}
    return {
        "type": "event_callback",
        "team_id": "T0LOCAL",
        "api_app_id": "A0TICKETS",
        "event_id": "Ev1",
        "event": event,
    }


def key(ts: str) -> str:
    return f"message:T0LOCAL:C0SUPPORT:{ts}"


async def test_what_is_delivered_again_is_not_done_again(office):
    await office.said("engineer", "support", "@tickets create API timeout")
    calls = len(office.slack.called("chat.postMessage"))
    for delivery in list(office.slack.deliveries):
        office.slack.repeat(delivery)
    await office.idle()
    assert await count(office) == 1
    assert len(office.slack.called("chat.postMessage")) == calls


async def test_a_command_that_is_delivered_again_is_given_the_answer_that_it_had(office):
    await office.said("engineer", "support", "@tickets create API timeout, urgent")
    await office.slack.command("engineer", "support", "/ticket", "view pri 1")
    await office.idle()
    (delivery,) = [one for one in office.slack.deliveries if one.kind == "slash_commands"]
    again = office.slack.repeat(delivery)
    await office.slack.until(lambda: again.done)
    assert "API timeout" in again.answer["text"]
    assert again.answer["text"] == office.slack.ephemerals("engineer")[-1]["text"]


@needs_files
async def test_what_was_accepted_before_a_crash_is_finished_at_the_next_start(slack, tmp_path):
    ts = await slack.say("engineer", "support", SAID, raw=True)
    store = await open_store(str(tmp_path / "tickets.json"))
    await store.accept(Delivery((key(ts),), 1.0, mention(ts)))
    await store.close()
    async with open_office(tmp_path, slack=slack) as office:
        await slack.until(lambda: slack.messages("support", ts)[1:])
        await office.bot.runner.idle()
        assert "T001" in office.thread("support", ts)[0]["text"]
        assert await office.bot.core.store.pending() == []


@needs_files
async def test_what_was_done_before_a_crash_is_answered_and_not_done_again(slack, tmp_path):
    ts = await slack.say("engineer", "support", SAID, raw=True)
    store = await open_store(str(tmp_path / "tickets.json"))
    await store.accept(Delivery((key(ts),), 1.0, mention(ts)))
    origin = Origin(key(ts), "U0ENGINEER", 1.0, "T0LOCAL", "C0SUPPORT", ts, ts, text=SAID)
    await store.create(NewTicket("API timeout", TODAY), origin)
    await store.close()
    async with open_office(tmp_path, slack=slack) as office:
        await slack.until(lambda: slack.messages("support", ts)[1:])
        await office.bot.runner.idle()
        assert await count(office) == 1
        assert len(office.thread("support", ts)) == 1


@needs_files
@pytest.mark.parametrize("refused", ["", "invalid_blocks", "msg_too_long"])
async def test_a_card_that_was_posted_before_a_crash_is_not_posted_again(slack, tmp_path, refused):
    """Also as text only, when Slack refused its blocks."""
    async with open_office(tmp_path, slack=slack, keep_slack=True) as office:
        if refused:
            slack.faults.fail("chat.postMessage", refused)
        ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
        (card,) = office.thread("support", ts)
    path = tmp_path / "tickets.json"
    assert json.loads(path.read_text(encoding="utf-8"))["tickets"]
    # Pretend that neither the ticket's card nor its delivery was recorded.
    shutil.rmtree(tmp_path / "tickets.json.journal")
    for file in tmp_path.glob("tickets.json*"):
        file.unlink()
    store = await open_store(str(path))
    await store.accept(Delivery((key(ts),), 1.0, mention(ts)))
    await store.close()
    async with open_office(tmp_path, slack=slack) as office:
        await slack.until(lambda: len(slack.called("conversations.replies")) >= 1)
        await office.bot.runner.idle()
        assert [message["ts"] for message in office.thread("support", ts)] == [card["ts"]]
        assert (await office.bot.core.store.get("T001")).card.ts == card["ts"]


async def test_a_card_that_was_posted_before_a_crash_shows_what_has_changed_since(slack, tmp_path, mocker):
    async with open_office(tmp_path, slack=slack, keep_slack=True) as office:
        store = office.bot.core.store
        mocker.patch.object(store, "finish", side_effect=UnavailableError("away"))
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await store.update("T001", {"title": "API gone"}, Origin("other", "U0COLLEAGUE", 1.0))
    async with open_office(tmp_path, slack=slack) as office:
        await office.retry()
        [card] = office.thread("support", ts)
        assert "API gone" in json.dumps(card["blocks"])


@needs_files
async def test_an_answer_whose_response_url_has_expired_reaches_the_person_directly(slack, tmp_path):
    body = {
        "command": "/ticket",
        "text": "view open",
        "user_id": "U0ENGINEER",
        "channel_id": "C0LOBBY",
        "team_id": "T0LOCAL",
        "trigger_id": "1.2.3",
        "response_url": f"{slack.address}/commands/expired",
    }
    store = await open_store(str(tmp_path / "tickets.json"))
    await store.accept(Delivery(("command:T0LOCAL:1.2.3",), 1.0, body))
    await store.close()
    async with open_office(tmp_path, slack=slack):
        await slack.until(lambda: slack.messages(slack.dm("engineer")))
        assert "No tickets" in slack.messages(slack.dm("engineer"))[0]["text"]


async def test_a_delivery_that_fails_every_time_is_parked_and_does_not_block_the_others(slack, tmp_path):
    good = await slack.say("engineer", "support", SAID, raw=True)
    bad = mention("1.1")
    del bad["event"]["channel"]
    async with open_office(tmp_path, slack=slack) as office:
        store = office.bot.core.store
        await store.accept(Delivery(("message:bad",), 0.5, bad))
        await store.accept(Delivery((key(good),), 1.0, mention(good)))
        for _ in range(3):
            await office.retry()
        assert "T001" in office.thread("support", good)[0]["text"]
        assert [one.delivery.keys for one in await store.parked()] == [("message:bad",)]
        assert await store.pending() == []


async def test_when_the_intake_cannot_be_written_slack_is_not_told_received_and_delivers_again(
    tmp_path, mocker
):
    clock = ManualClock()
    async with open_office(tmp_path, "http", slack=LocalSlack(clock)) as office:
        store = office.bot.core.store
        refuse = mocker.patch.object(store, "accept", side_effect=UnwritableError("the disk is full"))
        ts = await office.slack.say("engineer", "support", SAID, raw=True)
        await office.slack.until(lambda: all(len(one.outcomes) == 2 for one in office.slack.deliveries))
        assert await count(office) == 0
        mocker.stop(refuse)
        await clock.advance(61)
        await office.slack.until(lambda: office.slack.messages("support", ts)[1:])
        await office.idle()
        assert await count(office) == 1


@needs_files
async def test_a_ticket_is_three_durable_commits(office, tmp_path):
    """The delivery; the change with its key and the message's cost; the card and the end of the delivery."""
    await office.said("engineer", "support", "@tickets create API timeout, urgent")
    _, *changes = (tmp_path / "tickets.json.journal" / "000001").read_text().rstrip("\0").splitlines()
    temporary = (tmp_path / "tickets.json.deliveries").read_text().rstrip("\0").splitlines()
    deliveries = [line for line in temporary if '"state":' in line]  # of a duplicate only the keys are added
    assert len(changes) == 1
    assert '"usage"' in changes[0]
    assert ["pending" in deliveries[0], '"cards"' in deliveries[1], len(deliveries)] == [True, True, 2]


async def test_a_burst_of_deliveries_twice_each_and_out_of_order_makes_each_ticket_once(office):
    spoken = [f"@tickets create ticket about printer number {number}" for number in range(20)]
    await asyncio.gather(*(office.slack.say("engineer", "support", text) for text in spoken))
    for delivery in list(office.slack.deliveries)[::-1]:
        office.slack.repeat(delivery)
    await office.idle()
    assert await count(office) == 20


async def test_sigterm_finishes_what_is_in_hand(slack, tmp_path):
    slack.faults.slow("users.info", held := asyncio.Event())
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.url,
        "TICKETS_STORE": str(tmp_path / "tickets.json"),
    }
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        env=environment,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert b"running" in await bot.stdout.readline()
    ts = await slack.say("engineer", "support", SAID, raw=True)
    await slack.until(
        lambda: any(call.method == "users.info" for call in slack.calls) or slack.deliveries[0].done
    )
    bot.send_signal(signal.SIGTERM)
    await slack.until(lambda: slack.sockets == 0)
    held.set()
    told, log = await asyncio.wait_for(bot.communicate(), 15)
    assert bot.returncode == 0, log.decode()
    assert b"Stopping: what is in hand is finished first" in log
    assert told.splitlines()[-1] == b"The bot has stopped."
    assert "T001" in slack.messages("support", ts)[1]["text"]


async def test_the_first_message_after_a_start_is_not_lost_while_slack_does_not_answer(slack, tmp_path):
    async with open_office(tmp_path, "http", slack=slack) as office:
        slack.faults.fail("auth.test", 503, times=None)
        ts = await office.said("engineer", "support", "@tickets create printer jam on floor 2")
        assert "T001" in office.thread("support", ts)[0]["text"]
