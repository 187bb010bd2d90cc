"""An event that is not acknowledged comes again: at once, after one minute, after five."""

import asyncio

import pytest
from aiohttp import web

from bot.local.fakeslack.errors import GestureError


async def test_an_event_is_tried_four_times_in_all(slack, clock, socket):
    await slack.say("engineer", "support", "hello")
    seen = []
    for pause in (3, 60 + 3, 300 + 3):
        frame = await socket.frame()
        seen.append((frame["retry_attempt"], frame["retry_reason"], frame["payload"]["event_id"]))
        tried = len(seen)
        await clock.advance(3)
        await slack.until(lambda tried=tried: len(slack.deliveries[0].outcomes) == tried)
        await clock.advance(pause - 3)
    frame = await socket.frame()
    seen.append((frame["retry_attempt"], frame["retry_reason"], frame["payload"]["event_id"]))
    await clock.advance(3)
    await slack.until(lambda: len(slack.deliveries[0].outcomes) == 4)
    await clock.advance(3600)
    assert [attempt for attempt, _, _ in seen] == [0, 1, 2, 3]
    assert [reason for _, reason, _ in seen] == ["", "timeout", "timeout", "timeout"]
    assert len({event for _, _, event in seen}) == 1
    assert slack.deliveries[0].outcomes == ["timeout"] * 4


async def test_the_second_retry_waits_for_its_minute(slack, clock, socket):
    await slack.say("engineer", "support", "hello")
    for tried in (1, 2):
        await socket.frame()
        await clock.advance(3)
        await slack.until(lambda tried=tried: len(slack.deliveries[0].outcomes) == tried)
    await clock.advance(59)
    with pytest.raises(TimeoutError):
        await socket.web.receive(timeout=0.05)
    await clock.advance(1)
    assert (await socket.frame())["retry_attempt"] == 2


async def test_an_acknowledged_event_does_not_come_again(slack, clock, socket):
    await slack.say("engineer", "support", "hello")
    await socket.next()
    await slack.until(lambda: slack.deliveries[0].done)
    await clock.advance(3600)
    with pytest.raises(TimeoutError):
        await socket.web.receive(timeout=0.05)


async def test_an_acknowledgement_after_the_deadline_is_none(slack, clock, socket):
    await slack.say("engineer", "support", "hello")
    late = await socket.frame()
    await clock.advance(3)
    await slack.until(lambda: slack.deliveries[0].outcomes == ["timeout"])
    again = await socket.frame()
    await socket.acknowledge(late)
    assert not slack.deliveries[0].done
    await socket.acknowledge(again)
    await slack.until(lambda: slack.deliveries[0].outcomes == ["timeout", "ok"])


async def test_slack_can_repeat_what_was_acknowledged(slack, socket):
    await slack.say("engineer", "support", "hello")
    first = await socket.next()
    await slack.until(lambda: slack.deliveries[0].done)
    slack.repeat(slack.deliveries[0])
    again = await socket.frame()
    assert again["payload"] == first
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")


async def test_a_command_has_three_seconds_and_no_second_chance(slack, clock, socket):
    asking = asyncio.create_task(slack.command("engineer", "support", "/ticket"))
    await socket.frame()
    await clock.advance(2.9)
    assert not asking.done()
    await clock.advance(0.1)
    with pytest.raises(GestureError) as failed:
        await asking
    assert failed.value.code == "operation_timeout"
    await clock.advance(3600)
    with pytest.raises(TimeoutError):
        await socket.web.receive(timeout=0.05)


async def test_a_gesture_ends_although_nobody_moves_the_clock(slack, socket):
    slack.patience = 0.05
    with pytest.raises(GestureError, match="operation_timeout"):
        await slack.command("engineer", "support", "/ticket")


@pytest.fixture
async def endpoint(slack):
    """A request URL that answers as told; what it received."""
    received, answers = [], []

    async def serve(request):
        received.append((dict(request.headers), await request.text()))
        return answers.pop(0) if answers else web.Response()

    server = web.Application()
    server.router.add_post("/slack/events", serve)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield received, answers
    slack.deliver_to(None)
    await runner.cleanup()


async def test_http_retries_say_which_they_are_and_why(slack, clock, endpoint):
    received, answers = endpoint
    answers += [web.Response(status=500), web.Response(status=404)]
    await slack.say("engineer", "support", "hello")
    await slack.until(lambda: slack.deliveries[0].outcomes == ["http_error"] * 2)
    await clock.advance(60)
    await slack.until(lambda: slack.deliveries[0].done)
    numbers = [headers.get("X-Slack-Retry-Num") for headers, _ in received]
    reasons = [headers.get("X-Slack-Retry-Reason") for headers, _ in received]
    assert (numbers, reasons) == ([None, "1", "2"], [None, "http_error", "http_error"])
    assert len({body for _, body in received}) == 1


async def test_an_app_can_ask_for_no_retry(slack, clock, endpoint):
    received, answers = endpoint
    answers.append(web.Response(status=500, headers={"X-Slack-No-Retry": "1"}))
    await slack.say("engineer", "support", "hello")
    await slack.until(lambda: slack.deliveries[0].outcomes == ["http_error"])
    await clock.advance(3600)
    assert len(received) == 1


async def test_http_has_three_seconds_too(slack, clock, endpoint):
    _, answers = endpoint
    arrived, release = asyncio.Event(), asyncio.Event()

    class Late(web.Response):
        async def prepare(self, request):
            arrived.set()
            await release.wait()
            return await super().prepare(request)

    answers.append(Late())
    await slack.say("engineer", "support", "hello")
    await arrived.wait()
    await clock.advance(3)
    await slack.until(lambda: slack.deliveries[0].outcomes[:1] == ["http_timeout"])
    release.set()


async def test_an_app_that_is_not_there_is_a_failed_connection(slack):
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    await slack.say("engineer", "support", "hello")
    await slack.until(lambda: slack.deliveries[0].outcomes == ["connection_failed"] * 2)
    with pytest.raises(GestureError, match="dispatch_failed"):
        await slack.command("engineer", "support", "/ticket")
