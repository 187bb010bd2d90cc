"""Delivery by signed HTTP: what Slack's own verifier and Bolt say of it."""

import json
import time
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.local.fakeslack.delivery.signed import sign
from bot.local.fakeslack.errors import GestureError
from bot.local.fakeslack.server import LocalSlack
from tests.bot.local.fakeslack.samples import actions, button


@pytest.fixture
async def endpoint(slack):
    """A request URL: the requests that reach it, each as headers and body, and what it is to answer."""
    requests, answers = [], []

    async def serve(request):
        requests.append((request.headers, await request.text()))
        return answers.pop() if answers else web.Response()

    server = web.Application()
    server.router.add_post("/slack/events", serve)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield requests, answers
    slack.deliver_to(None)
    await runner.cleanup()


@pytest.fixture
def received(endpoint):
    return endpoint[0]


@pytest.fixture
def answering(endpoint):
    return endpoint[1].append


async def test_what_is_delivered_is_signed_as_slack_signs(slack, received):
    await slack.command("engineer", "support", "/ticket", "create café ☕")
    headers, body = received[0]
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, dict(headers))
    assert not SignatureVerifier("another secret").is_valid_request(body, dict(headers))


def test_the_signature_is_the_one_of_slacks_documentation():
    """docs.slack.dev, authentication/verifying-requests-from-slack."""
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == expected


async def test_an_event_is_json(slack, received):
    await slack.say("engineer", "support", "hello")
    await slack.until(lambda: received)
    headers, body = received[0]
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body)["event"]["text"] == "hello"


async def test_a_command_is_a_form(slack, received):
    await slack.command("engineer", "support", "/ticket", "create a & b")
    headers, body = received[0]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    fields = {name: values[0] for name, values in parse_qs(body).items()}
    assert (fields["command"], fields["text"]) == ("/ticket", "create a &amp; b")
    assert (fields["user_id"], fields["channel_id"], fields["channel_name"]) == (
        "U0ENGINEER",
        "C0SUPPORT",
        "support",
    )


async def test_an_interaction_is_json_in_a_form(slack, client, received):
    posted = await client.chat_postMessage(channel="C0SUPPORT", text="card", blocks=[actions(button())])
    await slack.until(lambda: received)
    await slack.press("engineer", "support", posted["ts"], "start")
    headers, body = received[-1]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert json.loads(parse_qs(body)["payload"][0])["type"] == "block_actions"


@pytest.mark.parametrize("age", [301, -301], ids=["too old", "of the future"])
async def test_bolt_refuses_a_stale_timestamp(slack, app, by_http, age):
    await by_http(app)
    slack.deliver_to(slack.platform.dispatcher.carrier.url, now=lambda: time.time() - age)
    with pytest.raises(GestureError, match="dispatch_failed"):
        await slack.command("engineer", "support", "/ticket")


async def test_bolt_refuses_another_secret(slack, app, by_http):
    await by_http(app)
    slack.signing_secret = "another secret"
    slack.deliver_to(slack.platform.dispatcher.carrier.url)
    with pytest.raises(GestureError, match="dispatch_failed"):
        await slack.command("engineer", "support", "/ticket")


@pytest.mark.parametrize("answer", ["{", "just words"])
async def test_an_answer_that_is_no_json_is_words(slack, answering, answer):
    answering(web.Response(text=answer, content_type="application/json"))
    assert (await slack.command("engineer", "support", "/ticket"))["text"] == answer


async def test_before_it_runs_nothing_is_delivered_by_http():
    slack = LocalSlack()
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    with pytest.raises(RuntimeError, match="start it first"):
        await slack.command("engineer", "support", "/ticket")
