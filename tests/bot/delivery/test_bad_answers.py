"""What is no answer of Slack's is waited out, over connections that are kept and made anew when they break."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.errors import LateError, MissingScopeError, RefusedError
from bot.delivery.response_url import is_slack_url
from bot.delivery.sender import Sender
from bot.views.notices import notice
from tests.bot.delivery.conftest import said

HTML = b"<html>bad gateway</html>"


@pytest.mark.parametrize("status", [200, 400, 404, 429, 502])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (HTML, "application/json"),
        (HTML, "text/html"),
        (HTML, "text/plain"),
        (b'{"ok":true,"ts":"1', "application/json"),
        (b"", "application/json"),
        (b"", "text/html"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'"ok"', "application/json"),
        (b"true", "application/json"),
        (b'\xff\xfe{"ok": true}', "application/json"),
        (b"\xff\xff", "application/json; charset=utf-8"),
        (b'{"ok":false}', "application/json"),
    ],
)
async def test_an_answer_that_is_not_slacks_is_waited_out(slack, sender, status, body, content_type):
    slack.faults.garble("chat.postMessage", body, 2, status=status, content_type=content_type)
    await sender.post("C0SUPPORT", "", notice("once"), key="message:1")
    assert said(slack) == ["once"]


@pytest.mark.parametrize("body", [HTML, b'{"ok":true}', b'{"ok":true,"channel":"C0SUPPORT"}'])
async def test_a_message_that_arrived_and_whose_answer_was_none_is_found_and_not_sent_again(
    slack, sender, body
):
    slack.faults.garble("chat.postMessage", body, after=True)
    place = await sender.post("C0SUPPORT", "", notice("once"), key="message:1")
    assert [message["ts"] for message in slack.messages("support")] == [place.ts]


async def test_a_message_of_a_long_thread_is_found_again(slack, sender):
    ts = await slack.say("engineer", "support", "hello")
    for number in range(1200):
        slack.workspace.post("C0SUPPORT", slack.workspace.user("engineer"), f"reply {number}", thread_ts=ts)
    slack.faults.reset_after("chat.postMessage")
    await sender.post("C0SUPPORT", ts, notice("once"), key="message:1")
    assert len([one for one in slack.messages("support", ts) if one["text"] == "once"]) == 1


async def test_an_ephemeral_message_whose_answer_was_lost_is_sent_again(slack, sender):
    """Slack cannot be asked whether it was shown: rather twice than not at all."""
    slack.faults.reset_after("chat.postEphemeral")
    await sender.post_ephemeral("C0SUPPORT", "U0ENGINEER", "", notice("hello"))
    assert [one["text"] for one in slack.ephemerals("engineer")] == ["hello", "hello"]


async def test_a_payload_that_is_no_json_is_our_own_fault_and_not_an_outage(sender):
    with pytest.raises(TypeError):
        await sender.call("chat.postMessage", channel="C0SUPPORT", text=object())


async def test_a_missing_scope_is_named(slack, sender):
    slack.settings.scopes = frozenset({"users:read"})
    with pytest.raises(MissingScopeError, match="chat:write"):
        await sender.post("C0SUPPORT", "", notice("hello"))


# forms that Slack takes


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
@pytest.mark.parametrize("way", ["post", "ephemeral", "update"])
async def test_blocks_that_are_refused_go_out_as_text_alone(slack, sender, way, code):
    method = {"post": "chat.postMessage", "ephemeral": "chat.postEphemeral", "update": "chat.update"}[way]
    if way == "update":
        place = await sender.post("C0SUPPORT", "", notice("before"))
    slack.faults.fail(method, code)
    if way == "post":
        await sender.post("C0SUPPORT", "", notice("hello"), key="message:1")
    elif way == "ephemeral":
        await sender.post_ephemeral("C0SUPPORT", "U0ENGINEER", "", notice("hello"))
    else:
        await sender.update(place, notice("hello"))
    call = slack.called(method)[-1]
    assert call.ok
    assert (call.args["text"], call.args["blocks"]) == ("hello", [])


async def test_a_message_that_is_too_long_is_cut(slack, sender):
    slack.faults.fail("chat.postMessage", "msg_too_long")
    await sender.post("C0SUPPORT", "", notice("hello"))
    assert said(slack) == ["hello"]


async def test_what_no_other_form_helps_against_is_refused(slack, sender):
    slack.faults.fail("chat.postMessage", "invalid_blocks", times=2)
    with pytest.raises(RefusedError):
        await sender.post("C0SUPPORT", "", notice("hello"))


# pace and bounds


async def test_after_a_retry_the_pace_of_a_message_a_second_holds(slack, sender, time):
    slack.faults.rate_limit("chat.postMessage", retry_after=5)
    for word in ("one", "two"):
        await sender.post("C0SUPPORT", "", notice(word))
    assert time.slept == [5.0, 1.0]


async def test_nothing_is_kept_of_channels_where_nothing_happens(slack, sender, time):
    for number in range(1000):
        slack.workspace.channels[f"C{number}"] = slack.workspace.channel("support")
        async with sender._pacing.turn(f"C{number}"), sender._pacing.posting(f"C{number}"):
            time.now += 1
    assert len(sender._pacing) == 0
    assert not sender._pacing._turns._mine


# connections


async def test_all_calls_go_over_one_connection(slack, sender):
    opened = set()
    slack.watch(lambda change: opened.update(map(id, slack._runner.server.connections)))
    for number in range(20):
        await sender.call("users.info", user="U0ENGINEER")
        await sender.post(f"U0{'ENGINEER' if number % 2 else 'ADMIN'}", "", notice("hello"))
        secret = slack.platform.response_urls.issue("C0SUPPORT", "U0ENGINEER")
        assert await sender.respond(f"{slack.address}/respond/{secret}", notice("hello"))
        await sender.upload_file("U0ENGINEER", "tickets.csv", "T001")
    assert len(opened) == 1


async def test_a_session_that_breaks_is_replaced(slack, sender):
    await sender.call("users.info", user="U0ENGINEER")
    await sender._session.get().close()
    await sender.call("users.info", user="U0ENGINEER")
    before = sender._session.get()
    slack.faults.reset_before("users.info", times=12)
    await sender.call("users.info", user="U0ENGINEER")
    assert before.closed
    assert not sender._session.get().closed


async def test_a_session_is_closed_at_the_end(slack):
    client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
    sender = Sender(client, now=lambda: 0.0, jitter=lambda: 1.0)
    await sender.call("users.info", user="U0ENGINEER")
    session = sender._session.get()
    await sender.close()
    assert session.closed


# in time, or not at all


async def test_what_comes_too_late_for_a_form_is_late_and_nothing_else(slack, sender, monkeypatch):
    monkeypatch.setattr("bot.delivery.sender.TRIGGER_LIFETIME", 0.05)
    slack.faults.slow("views.open", asyncio.Event())
    with pytest.raises(LateError):
        await sender.call_at_once("views.open", trigger_id="1.2.x", view={})


async def test_an_expired_trigger_is_late(slack, sender):
    slack.faults.fail("views.open", "expired_trigger_id")
    with pytest.raises(LateError):
        await sender.call_at_once("views.open", trigger_id="1.2.x", view={})


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/respond/1",
        "http://hooks.slack.com/respond/1",
        "https://hooks.slack.com.evil.example/1",
        "https://hooks.slack.com@evil.example/1",
        "https://user:pass@hooks.slack.com/1",
        "https://hooks.slack.com:8443/1",
        "http://127.0.0.1:1/respond/1",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
async def test_a_response_url_that_is_not_slacks_is_not_used(sender, url):
    assert not await sender.respond(url, notice("hello"))


def test_slacks_own_addresses_are_used():
    api = "https://slack.com/api/"
    assert all(
        is_slack_url(url, api)
        for url in ("https://hooks.slack.com/a/1", "https://hooks.slack-gov.com/a/1", "https://slack.com/x")
    )
    assert is_slack_url("http://127.0.0.1:8080/respond/1", "http://127.0.0.1:8080/api/")
