"""Socket Mode's rules, seen from a bare socket, and what Bolt makes of a socket that breaks."""

import asyncio

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.local.fakeslack.errors import GestureError
from tests.bot.local.fakeslack.conftest import refusal


async def ticket(slack):
    answer = await AsyncWebClient(slack.app_token, base_url=slack.url).apps_connections_open(
        app_token=slack.app_token
    )
    return answer["url"]


async def test_a_socket_is_greeted(slack, http):
    async with http.ws_connect(await ticket(slack)) as web:
        hello = await web.receive_json(timeout=5)
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0TICKETS"}


async def test_an_event_comes_in_an_envelope_that_takes_no_answer(slack, socket):
    await slack.say("engineer", "support", "hello")
    frame = await socket.frame()
    await socket.acknowledge(frame)
    assert frame["type"] == "events_api"
    assert not frame["accepts_response_payload"]
    assert (frame["retry_attempt"], frame["retry_reason"]) == (0, "")
    assert frame["payload"]["event"]["text"] == "hello"
    await slack.until(lambda: slack.deliveries[0].outcomes == ["ok"])


async def test_the_acknowledgement_of_a_command_can_carry_its_answer(slack, socket):
    asking = asyncio.create_task(slack.command("engineer", "support", "/ticket", "help"))
    frame = await socket.frame()
    assert (frame["type"], frame["accepts_response_payload"]) == ("slash_commands", True)
    await socket.acknowledge(frame, {"text": "here is help"})
    assert (await asking)["text"] == "here is help"


async def test_each_payload_goes_to_one_socket_and_all_get_some(slack, open_socket):
    sockets = [await open_socket() for _ in range(3)]
    received = {number: [] for number in range(3)}

    async def read(number):
        while True:
            received[number].append((await sockets[number].next())["event"]["text"])

    readers = [asyncio.create_task(read(number)) for number in range(3)]
    said = [f"line {number}" for number in range(20)]
    for line in said:
        await slack.say("engineer", "support", line)
    await slack.until(lambda: len(slack.deliveries) == 20 and all(one.done for one in slack.deliveries))
    for reader in readers:
        reader.cancel()
    assert sorted(line for lines in received.values() for line in lines) == sorted(said)
    assert all(received.values())


async def test_ten_sockets_are_the_most(slack, open_socket, http):
    ten = [await open_socket() for _ in range(10)]
    eleventh = await http.ws_connect(await ticket(slack))
    frame = await eleventh.receive_json(timeout=5)
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
    assert (await eleventh.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    assert slack.sockets == len(ten) == 10


@pytest.mark.parametrize("tampered", [False, True], ids=["used before", "never issued"])
async def test_a_socket_url_is_good_for_one_connection(slack, http, tampered):
    url = await ticket(slack)
    async with http.ws_connect(url):
        pass
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(url + ("x" if tampered else ""))
    assert refused.value.status == 401


async def test_only_the_app_token_opens_sockets(slack, client):
    assert await refusal(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"


async def test_pings_are_answered(slack, http):
    async with http.ws_connect(await ticket(slack), autoping=False) as web:
        await web.receive_json(timeout=5)
        await web.ping(b"are you there")
        pong = await web.receive(timeout=5)
    assert (pong.type, bytes(pong.data)) == (aiohttp.WSMsgType.PONG, b"are you there")


async def test_a_silenced_socket_may_leave_pings_unanswered(slack, http):
    slack.faults.silence(pongs=False)
    async with http.ws_connect(await ticket(slack), autoping=False) as web:
        await web.receive_json(timeout=5)
        await web.ping(b"are you there")
        with pytest.raises(TimeoutError):
            await web.receive(timeout=0.05)
        slack.faults.speak()
        await web.ping(b"and now")
        assert bytes((await web.receive(timeout=5)).data) == b"and now"


async def test_silence_delivers_nothing_until_it_ends(slack, socket):
    slack.faults.silence()
    await slack.say("engineer", "support", "hello")
    with pytest.raises(TimeoutError):
        await socket.web.receive(timeout=0.05)
    slack.faults.speak()
    assert (await socket.next())["event"]["text"] == "hello"


async def test_what_fell_into_the_silence_is_repeated(slack, clock, socket):
    slack.faults.silence()
    await slack.say("engineer", "support", "hello")
    await clock.advance(3)
    await slack.until(lambda: slack.deliveries[0].outcomes == ["timeout"])
    slack.faults.speak()
    frame = await socket.frame()
    assert (frame["retry_attempt"], frame["retry_reason"]) == (1, "timeout")


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_disconnect_is_announced_and_then_done(slack, socket, reason):
    await slack.disconnect(reason)
    assert (await socket.frame())["reason"] == reason
    assert (await socket.web.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    await slack.until(lambda: slack.sockets == 0)


async def test_a_warning_leaves_the_socket_open(slack, socket):
    await slack.disconnect("warning")
    assert (await socket.frame())["reason"] == "warning"
    await slack.say("engineer", "support", "still there?")
    assert (await socket.next())["event"]["text"] == "still there?"


async def test_without_a_socket_a_gesture_fails_and_an_event_is_kept_for_a_retry(slack, clock, open_socket):
    with pytest.raises(GestureError, match="dispatch_failed"):
        await slack.command("engineer", "support", "/ticket")
    await slack.say("engineer", "support", "anybody?")
    await slack.until(lambda: slack.deliveries[1].outcomes == ["connection_failed"] * 2)
    socket = await open_socket()
    await clock.advance(60)
    frame = await socket.frame()
    assert (frame["retry_attempt"], frame["retry_reason"]) == (2, "connection_failed")


async def test_a_socket_that_drops_before_it_acknowledged_is_no_delivery(slack, open_socket):
    first = await open_socket()
    await slack.say("engineer", "support", "hello")
    await first.frame()
    second = await open_socket()
    await first.web.close()
    frame = await second.frame()
    assert frame["payload"]["event"]["text"] == "hello"
    assert (frame["retry_attempt"], frame["retry_reason"]) == (1, "connection_failed")


@pytest.mark.parametrize(
    "garbage", ["", "{", "[]", '"text"', "{}", '{"envelope_id":"unknown"}', '{"envelope_id":[]}']
)
async def test_frames_that_mean_nothing_are_passed_over(slack, socket, garbage):
    await socket.web.send_str(garbage)
    await slack.say("engineer", "support", "hello")
    assert (await socket.next())["event"]["text"] == "hello"


@pytest.mark.parametrize("how", ["drop", "refresh"])
async def test_bolt_comes_back_after_its_socket_ended(slack, app, by_sockets, how):
    heard = []

    @app.event("message")
    async def said(event):
        heard.append(event["text"])

    await by_sockets(app)
    opened = len(slack.called("apps.connections.open"))
    if how == "drop":
        slack.drop_sockets()
    else:
        await slack.disconnect("refresh_requested")
    await slack.until(lambda: len(slack.called("apps.connections.open")) > opened and slack.sockets == 1)
    await slack.say("engineer", "support", "welcome back")
    await slack.until(lambda: heard == ["welcome back"])


async def test_bolt_comes_back_when_slack_does(slack, app, by_sockets, caplog):
    @app.event("message")
    async def said(): ...

    await by_sockets(app)
    slack.faults.down()
    await slack.until(lambda: slack.sockets == 0)
    await slack.until(lambda: any(call.status == 503 for call in slack.called("apps.connections.open")))
    slack.faults.up()
    await slack.until(lambda: slack.sockets == 1)
