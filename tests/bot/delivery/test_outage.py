"""While Slack refuses everything, what is to be said waits in its order, and is said once when that ends."""

import asyncio

import pytest

from bot.delivery.errors import LateError
from bot.delivery.sender import PROBE_INTERVAL
from bot.views.notices import notice
from tests.bot.delivery.conftest import said

LASTING = ["invalid_auth", "token_revoked", "account_inactive", "org_login_required", "ekm_access_denied"]


@pytest.mark.parametrize("code", LASTING)
async def test_messages_wait_and_come_in_their_order(slack, sender, time, code):
    slack.faults.fail("chat.postMessage", code, times=12)
    words = ["one", "two", "three", "four"]
    await asyncio.gather(*(sender.post("C0SUPPORT", "", notice(word), key=word) for word in words))
    assert said(slack) == words
    pauses = [pause for pause in time.slept if pause != 1.0]
    assert pauses == sorted(pauses)
    assert max(pauses) == 300.0


async def test_only_one_call_tries_while_the_others_wait(slack, sender, time):
    slack.faults.fail("*", "token_revoked", times=6)
    await asyncio.gather(*(sender.call("users.info", user="U0ENGINEER") for _ in range(50)))
    refused = [call for call in slack.calls if not call.ok]
    assert len(slack.calls) == 50 + len(refused)
    assert len(refused) == 6


async def test_the_operator_is_told_once_with_a_remedy_and_when_it_is_over(slack, sender, caplog):
    told = []
    sender.outage._on_change = told.append
    slack.faults.fail("users.info", "token_revoked", times=5)
    await sender.call("users.info", user="U0ENGINEER")
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    assert "SLACK_BOT_TOKEN was revoked" in told[0]
    assert told[1:] == [""]
    assert sender.outage.code == ""


async def test_whoever_waits_can_say_so(slack, sender):
    slack.faults.fail("chat.postMessage", "token_revoked", times=3)
    held = []

    async def say() -> None:
        held.append("held")

    await sender.post("C0SUPPORT", "", notice("hello"), on_wait=say)
    assert held == ["held"]


async def test_a_refusal_of_one_call_shows_that_slack_is_back(slack, sender):
    sender.outage.begin("token_revoked")
    slack.faults.fail("users.info", "user_not_found")
    with pytest.raises(Exception, match="user_not_found"):
        await sender.call("users.info", user="U0ENGINEER")
    assert not sender.outage.code


async def test_somebody_who_stops_waiting_lets_the_next_one_try(slack, sender):
    sender.outage.begin("token_revoked")
    held = asyncio.Event()
    slack.faults.slow("users.info", held)
    first = asyncio.create_task(sender.call("users.info", user="U0ENGINEER"))
    second = asyncio.create_task(sender.call("users.info", user="U0ADMIN"))
    await slack.until(lambda: not slack.faults._planned)
    first.cancel()
    assert (await second)["user"]["id"] == "U0ADMIN"


async def test_a_refusal_that_nobody_waits_for_is_noticed_and_its_end_as_well(slack, sender, time):
    slack.faults.fail("*", "org_login_required", times=4)
    with pytest.raises(LateError, match="org_login_required"):
        await sender.call_at_once("views.open", trigger_id="1", view={})
    assert sender.outage.code == "org_login_required"
    looking = asyncio.create_task(sender.probe_outages())
    await slack.until(lambda: not sender.outage.code)
    looking.cancel()
    assert [call.method for call in slack.calls] == ["views.open"] + 4 * ["auth.test"]
    assert time.slept[:5] == [PROBE_INTERVAL, 0.5, 1.0, 2.0, 4.0]


async def test_what_is_only_nice_to_have_says_nothing_of_the_rest(slack, sender):
    slack.faults.fail("assistant.threads.setStatus", "not_allowed_token_type")
    await sender.call_best_effort("assistant.threads.setStatus", status="Thinking")
    assert not sender.outage.code


async def test_whoever_waits_tries_and_nobody_else(slack, sender):
    slack.faults.fail("chat.postMessage", "ekm_access_denied", times=4)
    looking = asyncio.create_task(sender.probe_outages())
    await sender.post("C0SUPPORT", "", notice("hello"))
    looking.cancel()
    assert {call.method for call in slack.calls} == {"chat.postMessage"}
