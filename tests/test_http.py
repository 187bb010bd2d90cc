"""What comes to the bot over HTTP and is not Slack's is turned away, without a trace of it anywhere."""

import hashlib
import hmac
import json
import logging
import time
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.bot_harness import open_office


@pytest.fixture
async def office(tmp_path):
    async with open_office(tmp_path, "http") as opened:
        yield opened


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


def signed(office, body: bytes, at: float | None = None):
    stamp = str(int(time.time() if at is None else at))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(office.slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


COMMAND = urlencode(
    {
        "command": "/ticket",
        "text": "create stolen",
        "user_id": "U0ENGINEER",
        "channel_id": "C0SUPPORT",
        "team_id": "T0LOCAL",
        "trigger_id": "1.2.3",
        "response_url": "http://127.0.0.1:1/none",
    }
).encode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def post(office, http, body: bytes, headers):
    async with http.post(
        f"http://127.0.0.1:{office.bot.port}/slack/events", data=body, headers=headers
    ) as answer:
        return answer.status, await answer.text()


async def test_the_health_check_answers(office, http):
    async with http.get(f"http://127.0.0.1:{office.bot.port}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_a_wrong_signature_is_refused_and_its_body_not_logged(office, http, caplog):
    caplog.set_level(logging.INFO)
    headers = signed(office, b"something else") | FORM
    status, _ = await post(office, http, COMMAND, headers)
    assert status == 401
    assert await office.bot.core.store.get("T001") is None
    assert "stolen" not in caplog.text


@pytest.mark.parametrize("age", [-301, 301], ids=["stale", "from the future"])
async def test_a_timestamp_of_another_time_is_refused(office, http, age):
    status, _ = await post(office, http, COMMAND, signed(office, COMMAND, time.time() + age) | FORM)
    assert status == 401


@pytest.mark.parametrize("stamp", ["yesterday", "", "1e9", "-1", "²"])
async def test_a_timestamp_that_is_no_number_is_refused_and_is_no_server_error(office, http, stamp):
    headers = signed(office, COMMAND) | FORM | {"X-Slack-Request-Timestamp": stamp}
    assert (await post(office, http, COMMAND, headers))[0] == 401


async def test_no_signature_is_refused(office, http):
    assert (await post(office, http, COMMAND, FORM))[0] == 401


async def test_malformed_json_is_refused_and_is_no_server_error(office, http):
    body = b'{"type": "event_callback", '
    status, _ = await post(office, http, body, signed(office, body) | {"Content-Type": "application/json"})
    assert status == 400


async def test_invalid_utf_8_is_refused_and_is_no_server_error(office, http):
    body = b"text=\xff\xfe"
    status, _ = await post(office, http, body, signed(office, body) | FORM)
    assert status == 400


async def test_slacks_url_verification_is_answered(office, http):
    body = json.dumps({"type": "url_verification", "challenge": "c", "token": "t"}).encode()
    headers = signed(office, body) | {"Content-Type": "application/json"}
    assert await post(office, http, body, headers) == (200, '{"challenge": "c"}')


async def test_a_replayed_signed_request_creates_one_ticket(office, http):
    headers = signed(office, COMMAND) | FORM
    for _ in range(3):
        status, _ = await post(office, http, COMMAND, headers)
        assert status == 200
    await office.bot.runner.idle()
    store = office.bot.core.store
    assert await store.get("T001") is not None
    assert await store.get("T002") is None
