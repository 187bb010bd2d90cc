"""The bot refuses HTTP requests that are not Slack's, and leaves no trace of them anywhere."""

import asyncio
import gzip
import hashlib
import hmac
import io
import json
import logging
import time
from contextlib import suppress
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.listeners.incoming import http as over_http
from bot.listeners.incoming.schemas import DEEPEST
from store.errors import UnwritableError
from tests.support.bot_harness import open_office
from tests.surfaces.steps import ticket


@pytest.fixture
async def office(tmp_path):
    async with open_office(tmp_path, "http") as opened:
        yield opened


@pytest.fixture
def quick(monkeypatch):
    """Shortens timeouts to tenths of a second."""
    monkeypatch.setattr(over_http, "READ_TIMEOUT", 0.3)


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


@pytest.mark.parametrize("path", ["healthz", "readyz"])
async def test_who_watches_may_ask_for_the_head_alone(office, http, path):
    async with http.head(f"http://127.0.0.1:{office.bot.port}/{path}") as answer:
        assert (answer.status, await answer.text()) == (200, "")


async def test_a_bot_that_works_is_ready(office, http):
    async with http.get(f"http://127.0.0.1:{office.bot.port}/readyz") as answer:
        assert (answer.status, await answer.json()) == (
            200,
            {"ready": True, "reasons": [], "backlog": 0, "parked": 0},
        )


async def test_in_socket_mode_the_health_has_a_port_of_its_own_and_nothing_else_is_there(tmp_path, http):
    async with open_office(tmp_path, health_port=0, host="127.0.0.1") as office:
        address = f"http://127.0.0.1:{office.bot.health_port}"
        async with http.get(f"{address}/readyz") as answer:
            assert answer.status == 200
        async with http.post(f"{address}/slack/events", data=b"{}") as answer:
            assert answer.status == 404


async def test_a_wrong_signature_is_refused_and_its_body_not_logged(office, http, caplog):
    caplog.set_level(logging.INFO)
    headers = signed(office, b"something else") | FORM
    status, _ = await post(office, http, COMMAND, headers)
    assert status == 401
    assert await office.bot.core.store.get("T001") is None
    assert "stolen" not in caplog.text


@pytest.mark.parametrize("age", [-330, 330], ids=["stale", "from the future"])
async def test_a_timestamp_of_another_time_is_refused(office, http, age):
    status, _ = await post(office, http, COMMAND, signed(office, COMMAND, time.time() + age) | FORM)
    assert status == 401


@pytest.mark.parametrize(("age", "how"), [(-3600, "3600 seconds old"), (3600, "3600 seconds ahead")])
async def test_the_log_says_once_that_what_slack_signed_does_not_fit_the_clock(
    office, http, caplog, age, how
):
    headers = signed(office, COMMAND, time.time() + age) | FORM
    for _ in range(3):
        await post(office, http, COMMAND, headers)
    await post(office, http, b"text=another", headers)  # which Slack did not sign
    (line,) = [one.getMessage() for one in caplog.records if "by this machine's clock" in one.getMessage()]
    assert how in line.replace("3599", "3600")
    assert "set it by NTP" in line


@pytest.mark.parametrize("stamp", ["yesterday", "", "1e9", "-1", "²"])
async def test_a_timestamp_that_is_no_number_is_refused_and_is_no_server_error(office, http, stamp):
    headers = signed(office, COMMAND) | FORM | {"X-Slack-Request-Timestamp": stamp}
    assert (await post(office, http, COMMAND, headers))[0] == 401


async def test_no_signature_is_refused(office, http):
    assert (await post(office, http, COMMAND, FORM))[0] == 401


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Request-Timestamp": "9" * 4000},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": "v0="},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Signature": ""},
    ],
    ids=["a long time", "no ascii", "nothing", "another version", "empty"],
)
async def test_headers_that_slack_does_not_send_are_refused(office, http, headers):
    assert (await post(office, http, COMMAND, signed(office, COMMAND) | FORM | headers))[0] == 401


UNREADABLE = [
    (b"[]", JSON),
    (b"null", JSON),
    (b'"x"', JSON),
    (b"1", JSON),
    (b'{"team":1}', JSON),
    (b'{"type":"event_callback"}', JSON),
    (b'{"type":"event_callback","event":[]}', JSON),
    (b'{"type":"event_callback","event":{"type":"message"}}', JSON),
    (b'{"type":"event_callback","event":{"type":"message","channel":{},"ts":"1.1"}}', JSON),
    (b'{"type":"event_callback","event":{"type":"app_home_opened"}}', JSON),
    (b'{"type":"event_callback","event":{"type":"message","channel":"C1","ts":"1.1","text":7}}', JSON),
    (
        b'{"type":"event_callback","authorizations":5,"event":{"type":"message","channel":"C1","ts":"1.1"}}',
        JSON,
    ),
    (b"[" * 100_000, JSON),
    (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, JSON),
    (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), JSON),
    (b'{"a":NaN}', JSON),
    (b'{"a":"\\ud800"}', JSON),
    (b"{", FORM),
    (b"payload=[]", FORM),
    (b"payload=null", FORM),
    (b"payload=", FORM),
    (b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D", FORM),
    (b"payload=%7B%22type%22%3A%22view_submission%22%2C%22view%22%3A5%7D", FORM),
    (
        b"payload=%7B%22type%22%3A%22view_submission%22%2C%22trigger_id%22%3A%221%22%2C%22user%22%3A%7B%22id%22%3A%22U%22%7D%2C%22view%22%3A%7B%22id%22%3A%22V%22%7D%7D",
        FORM,
    ),
    (b"command=%2Fticket", FORM),
    (b"command=%2Fticket&user_id=&channel_id=C1", FORM),
    (b"text=%ff%fe", FORM),
    (b"&".join(b"a%d=1" % number for number in range(500)), FORM),
]


@pytest.mark.parametrize(("body", "kind"), UNREADABLE, ids=[repr(body[:40]) for body, _ in UNREADABLE])
async def test_what_is_not_of_slacks_shape_is_4xx_signed_or_not(office, http, caplog, body, kind):
    caplog.set_level(logging.DEBUG)
    assert (await post(office, http, body, kind))[0] == 401
    status, _ = await post(office, http, body, signed(office, body) | kind)
    assert status == 400
    assert "Traceback" not in caplog.text


async def test_a_ticket_can_be_made_of_a_message_without_text(office, http):
    chosen = {
        "type": "message_action",
        "callback_id": "create_ticket",
        "trigger_id": "1",
        "team": {"id": "T0LOCAL"},
        "user": {"id": "U0ENGINEER"},
        "channel": {"id": "C0SUPPORT"},
        "message": {"ts": "1.1", "text": None, "attachments": [{"title": "CPU above 95%"}]},
    }
    body = urlencode({"payload": json.dumps(chosen)}).encode()
    assert (await post(office, http, body, signed(office, body) | FORM))[0] == 200
    await office.slack.until(lambda: office.slack.called("views.open"))


async def test_a_message_without_text_is_acknowledged(office, http):
    event = {"type": "message", "channel": "C0SUPPORT", "ts": "1.1", "user": "U0ENGINEER", "text": None}
    body = json.dumps(
        {"type": "event_callback", "team_id": "T0LOCAL", "event_id": "Ev1", "event": event}
    ).encode()
    assert (await post(office, http, body, signed(office, body) | JSON))[0] == 200


@pytest.mark.parametrize("name", ["channel_archive", "user_change", "tokens_revoked", "never_heard_of"])
async def test_an_event_that_asks_for_nothing_is_acknowledged_and_not_kept(office, http, name, mocker):
    accept = mocker.spy(office.bot.core.store, "accept")
    body = json.dumps({"type": "event_callback", "team_id": "T0LOCAL", "event": {"type": name}}).encode()
    assert (await post(office, http, body, signed(office, body) | JSON))[0] == 200
    assert accept.call_count == 0


async def test_a_button_that_no_listener_knows_is_not_found(office, http):
    pressed = {
        "type": "block_actions",
        "trigger_id": "1",
        "team": {"id": "T0LOCAL"},
        "user": {"id": "U0ENGINEER"},
        "actions": [{"action_id": "somebody.elses"}],
    }
    body = urlencode({"payload": json.dumps(pressed)}).encode()
    assert (await post(office, http, body, signed(office, body) | FORM))[0] == 404


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
async def test_a_compressed_body_is_refused_and_never_inflated(office, http, encoding):
    body = gzip.compress(b"x" * 1_000_000)
    headers = signed(office, body) | FORM | {"Content-Encoding": encoding}
    assert (await post(office, http, body, headers))[0] == 415


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_a_megabyte_is_refused(office, http, chunked):
    body = b"text=" + b"a" * over_http.MAX_BODY

    async def parts():
        for at in range(0, len(body), 65_536):
            yield body[at : at + 65_536]

    try:
        status, _ = await post(
            office, http, parts() if chunked else io.BytesIO(body), signed(office, body) | FORM
        )
    except aiohttp.ClientConnectionError:  # the server closed it before everything was sent
        status = 413
    assert status == 413
    assert await office.bot.core.store.get("T001") is None


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/slack/events"), ("POST", "/"), ("GET", "/else"), ("POST", "/healthz")]
)
async def test_there_is_nothing_else(office, http, method, path):
    async with http.request(method, f"http://127.0.0.1:{office.bot.port}{path}") as answer:
        assert answer.status == 404


async def connect(office):
    return await asyncio.open_connection("127.0.0.1", office.bot.port)


@pytest.mark.parametrize(
    "sent", [b"", b"POST /slack/events HT", b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-A: "]
)
async def test_headers_that_take_too_long_end_the_connection(quick, office, sent):
    reader, writer = await connect(office)
    writer.write(sent)
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_a_body_that_takes_too_long_is_refused(quick, office):
    reader, writer = await connect(office)
    headers = signed(office, b"text=a") | FORM | {"Content-Length": "6", "Host": "x"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"POST /slack/events HTTP/1.1\r\n{lines}\r\nte".encode())
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_half_open_connections_keep_nobody_out(monkeypatch, office, http):
    monkeypatch.setattr(over_http, "MAX_CONNECTIONS", 20)
    held = [await connect(office) for _ in range(60)]
    for _, writer in held:
        writer.write(b"POST /slack/events HTTP/1.1\r\n")
    status, _ = await post(office, http, COMMAND, signed(office, COMMAND) | FORM)
    assert status == 200
    (server,) = [runner.server for runner in office.bot._ports.runners]
    assert len(server.open) <= 20
    for _, writer in held:
        writer.close()


async def test_when_all_are_busy_one_more_is_closed_at_once(monkeypatch, office):
    monkeypatch.setattr(over_http, "MAX_CONNECTIONS", 2)
    headers = signed(office, b"text=a") | FORM | {"Content-Length": "6", "Host": "x"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    held = [await connect(office) for _ in range(2)]
    for _, writer in held:
        writer.write(f"POST /slack/events HTTP/1.1\r\n{lines}\r\nte".encode())
    (server,) = [runner.server for runner in office.bot._ports.runners]
    async with asyncio.timeout(5):
        while sum(one.busy for one in server.open.values()) < 2:  # noqa: ASYNC110  # nothing signals it
            await asyncio.sleep(0.01)
    reader, writer = await connect(office)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    for _, one in [*held, (reader, writer)]:
        one.close()


UNSIGNED = [COMMAND, b"command=stolen", b'{"token":"stolen"}', b"stolen" * 1000]


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
@pytest.mark.parametrize("body", UNSIGNED, ids=[repr(one[:20]) for one in UNSIGNED])
async def test_nothing_of_an_unsigned_body_is_in_any_log(tmp_path, http, caplog, level, body):
    caplog.set_level(level)  # before Bolt creates its loggers, which copy the root's level
    async with open_office(tmp_path, "http") as office:
        for headers in ({}, signed(office, b"else"), signed(office, body, time.time() - 999)):
            await post(office, http, body, headers | FORM)
        reader, writer = await connect(office)
        writer.write(body + b"\r\n\r\n")  # not even HTTP
        await reader.read()
        writer.close()
    assert "stolen" not in caplog.text


async def test_a_store_that_cannot_be_written_is_5xx_so_that_slack_sends_it_again(office, http, mocker):
    mocker.patch.object(office.bot.core.store, "accept", side_effect=UnwritableError("full"))
    said = {"type": "app_mention", "channel": "C0SUPPORT", "ts": "1.1", "user": "U0ENGINEER", "text": "hi"}
    body = json.dumps(
        {"type": "event_callback", "team_id": "T0LOCAL", "event_id": "Ev1", "event": said}
    ).encode()
    assert (await post(office, http, body, signed(office, body) | JSON))[0] == 500
    status, told = await post(office, http, COMMAND, signed(office, COMMAND) | FORM)  # Slack sends none again
    assert (status, "nothing was done" in told) == (200, True)
    async with http.get(f"http://127.0.0.1:{office.bot.port}/readyz") as answer:
        assert answer.status == 503
        assert "full" in await answer.text()
    mocker.stopall()
    async with http.get(f"http://127.0.0.1:{office.bot.port}/readyz") as answer:
        assert answer.status == 200


async def test_a_command_may_name_its_workspace_by_the_id_alone(office, http):
    body = COMMAND.replace(b"team_id=", b"team=")
    assert (await post(office, http, body, signed(office, body) | FORM))[0] == 200
    await office.bot.runner.idle()
    assert await office.bot.core.store.get("T001") is not None


async def test_slacks_look_at_the_certificate_asks_for_nothing(office, http):
    body = b"ssl_check=1&token=x"
    assert (await post(office, http, body, signed(office, body) | FORM))[0] == 200
    assert (await post(office, http, body, FORM))[0] == 401
    assert await office.bot.core.store.pending() == []


async def test_two_commands_without_a_trigger_are_two(office, http):
    for title in ("login", "printer"):
        body = COMMAND.replace(b"1.2.3", b"").replace(b"stolen", title.encode())
        assert (await post(office, http, body, signed(office, body) | FORM))[0] == 200
    await office.bot.runner.idle()
    assert await office.bot.core.store.get("T002") is not None


async def test_a_bot_about_to_stop_asks_slack_to_try_again(office, http):
    office.bot._ports.endpoints.receive = None
    async with http.post(
        f"http://127.0.0.1:{office.bot.port}/slack/events",
        data=COMMAND,
        headers=signed(office, COMMAND) | FORM,
    ) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")


async def test_a_command_that_arrives_while_the_bot_stops_is_done_because_slack_sends_it_only_once(tmp_path):
    async with open_office(tmp_path, "http") as office:
        reader, writer = await connect(office)
        headers = signed(office, COMMAND) | FORM | {"Content-Length": str(len(COMMAND)), "Host": "x"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"POST /slack/events HTTP/1.1\r\n{lines}\r\n".encode())
        (server,) = [runner.server for runner in office.bot._ports.runners]
        async with asyncio.timeout(5):
            while not any(one.busy for one in server.open.values()):  # noqa: ASYNC110  # it sets no event
                await asyncio.sleep(0)
        stopping = asyncio.create_task(office.bot.__aexit__())
        with suppress(ConnectionError):
            while True:
                _, other = await connect(office)
                other.close()
        writer.write(COMMAND)
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 200")
        writer.close()
        await stopping
    async with open_office(tmp_path) as office:
        assert await ticket(office, "T001") is not None


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
