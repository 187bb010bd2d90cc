"""What can go wrong with the Web API, when a test asks for it, seen from the SDK."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from tests.bot.local.fakeslack.conftest import refusal


def post(client, text="hello"):
    return client.chat_postMessage(channel="C0SUPPORT", text=text)


async def test_a_rate_limit_says_how_long_and_does_nothing(slack, client):
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as refused:
        await post(client)
    response = refused.value.response
    assert (response.status_code, response["error"], response.headers["Retry-After"]) == (
        429,
        "ratelimited",
        "7",
    )
    assert slack.messages("support") == []
    await post(client)
    assert len(slack.messages("support")) == 1


async def test_a_rate_limit_happens_as_often_as_asked(slack, client):
    slack.faults.rate_limit("chat.postMessage", times=2)
    assert [await refusal(post(client)) for _ in range(2)] == ["ratelimited"] * 2
    await post(client)


async def test_the_sdk_comes_back_after_a_rate_limit(slack):
    slack.faults.rate_limit("chat.postMessage", retry_after=0)
    handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
    await post(AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=handlers))
    assert [call.status for call in slack.called("chat.postMessage")] == [429, 200]


async def test_any_error_of_slacks_can_be_had(slack, client):
    slack.faults.fail("chat.postMessage", "is_archived")
    assert await refusal(post(client)) == "is_archived"
    assert slack.messages("support") == []


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_error_is_no_json(slack, client, status):
    slack.faults.fail("chat.postMessage", status)
    with pytest.raises(SlackApiError) as refused:
        await post(client)
    assert refused.value.response.status_code == status
    assert slack.messages("support") == []


async def test_a_fault_strikes_no_other_method(slack, client):
    slack.faults.fail("chat.postMessage", "internal_error")
    await client.auth_test()
    assert await refusal(post(client)) == "internal_error"


async def test_a_fault_of_every_method_strikes_the_next_one(slack, client):
    slack.faults.fail()
    assert await refusal(client.auth_test()) == "internal_error"
    await client.auth_test()


async def test_faults_of_one_method_come_in_the_order_they_were_asked_for(slack, client):
    slack.faults.rate_limit("auth.test")
    slack.faults.fail("auth.test", "internal_error")
    assert [await refusal(client.auth_test()), await refusal(client.auth_test())] == [
        "ratelimited",
        "internal_error",
    ]


async def test_a_fault_can_last_until_it_is_cleared(slack, client):
    slack.faults.fail("auth.test", "internal_error", times=None)
    assert [await refusal(client.auth_test()) for _ in range(3)] == ["internal_error"] * 3
    slack.faults.clear()
    await client.auth_test()


async def test_a_reset_after_the_work_leaves_the_caller_in_doubt(slack, client):
    slack.faults.reset_after("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await post(client)
    assert [message["text"] for message in slack.messages("support")] == ["hello"]
    assert [(call.status, call.answer) for call in slack.called("chat.postMessage")] == [(0, {})]


async def test_a_reset_before_the_work_undoes_nothing(slack, client):
    slack.faults.reset_before("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await post(client)
    assert slack.messages("support") == []


async def test_a_client_that_retries_after_a_reset_says_it_twice(slack):
    slack.faults.reset_after("chat.postMessage")
    handlers = [AsyncConnectionErrorRetryHandler(max_retry_count=1)]
    await post(AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=handlers))
    assert [message["text"] for message in slack.messages("support")] == ["hello", "hello"]


async def test_a_slow_call_takes_its_time_on_the_clock(slack, clock, client):
    slack.faults.slow("auth.test", 10)
    arrived = asyncio.Event()
    slack.watch(lambda happening: arrived.set() if happening.kind == "calling" else None)
    calling = asyncio.create_task(client.auth_test())
    await arrived.wait()
    await clock.advance(9)
    assert not slack.calls
    await clock.advance(1)
    assert (await calling)["ok"]


async def test_a_slow_call_can_wait_for_a_word(slack, client):
    release = asyncio.Event()
    slack.faults.slow("auth.test", release)
    calling = asyncio.create_task(client.auth_test())
    await client.users_info(user="U0ENGINEER")
    assert not slack.called("auth.test")
    release.set()
    assert (await calling)["ok"]


async def test_a_call_can_be_slow_and_then_fail(slack, client):
    release = asyncio.Event()
    release.set()
    slack.faults.slow("auth.test", release)
    slack.faults.fail("auth.test", "internal_error")
    assert await refusal(client.auth_test()) == "internal_error"


async def test_down_is_every_call_until_up(slack, client):
    slack.faults.down()
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await client.auth_test()
        assert refused.value.response.status_code == 503
    slack.faults.up()
    await client.auth_test()


async def test_down_can_be_broken_connections(slack, client):
    slack.faults.down("resets")
    with pytest.raises(aiohttp.ClientError):
        await client.auth_test()


async def test_down_drops_the_sockets_and_lets_none_in(slack, socket, http):
    slack.faults.down()
    await slack.until(lambda: slack.sockets == 0)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(slack.url.replace("http", "ws").replace("api/", "link/?ticket=any"))
    assert refused.value.status == 503


async def test_a_message_a_second_a_channel_where_it_is_asked_for(slack, clock, client):
    slack.settings.pace = True
    await post(client, "one")
    with pytest.raises(SlackApiError) as refused:
        await post(client, "two")
    response = refused.value.response
    assert (response.status_code, response["error"], response.headers["Retry-After"]) == (
        429,
        "ratelimited",
        "1",
    )
    await client.chat_postMessage(channel="C0PRIVATE", text="another channel")
    await clock.advance(1)
    await post(client, "two")
    assert [message["text"] for message in slack.messages("support")] == ["one", "two"]


async def test_without_asking_nothing_is_paced(slack, client):
    for _ in range(3):
        await post(client)
    assert len(slack.messages("support")) == 3


async def test_response_urls_have_faults_too(slack, http, socket):
    asking = asyncio.create_task(slack.command("engineer", "support", "/ticket"))
    url = (await socket.next())["response_url"]
    await asking
    slack.faults.rate_limit("response_url", retry_after=2)
    async with http.post(url, json={"text": "late"}) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "2")
    assert slack.ephemerals("engineer") == []
