"""Socket Mode: a frame that Slack does not send harms nobody, and a socket that cannot be had is asked for anew."""

import asyncio
import json
import logging

import pytest

from bot.app import slack as app
from bot.listeners.incoming import socket as sockets
from bot.settings import SettingsError
from tests.support.bot_harness import open_office, settings_for

FRAMES = [
    "",
    "hello",
    "[]",
    "{",
    "null",
    '"x"',
    "[" * 50_000,
    '{"a":' * 500 + "1" + "}" * 500,
    "{}",
    '{"type":7}',
    '{"type":"events_api","envelope_id":7,"payload":[]}',
    '{"type":"events_api","payload":{}}',
    '{"type":"hello","connection_info":5}',
]
MALFORMED = [
    [],
    None,
    "x",
    5,
    {"type": "event_callback"},
    {"type": "event_callback", "event": {"type": "message"}},
    {"type": "event_callback", "event": {"type": "message", "channel": "C1", "ts": "1.1", "text": 5}},
    {"type": "block_actions", "user": {"id": "U1"}, "actions": []},
    {"command": "/ticket"},
    {"type": "view_submission", "user": {"id": "U1"}, "view": None},
]


@pytest.fixture
async def office(tmp_path):
    async with open_office(tmp_path) as opened:
        yield opened


async def send(office, text: str) -> None:
    """From Slack, to the one socket that is open."""
    (open_,) = office.slack.platform.sockets._open
    await open_.web.send_str(text)


async def test_frames_that_slack_does_not_send_are_left_with_a_line_and_the_next_one_is_worked_on(
    office, caplog
):
    caplog.set_level(logging.WARNING)
    for frame in FRAMES:
        await send(office, frame)
    await office.said("engineer", "support", "@tickets create API timeout")
    assert await office.bot.core.store.get("T001") is not None
    assert "Traceback" not in caplog.text
    assert "Left alone a frame" in caplog.text


@pytest.mark.parametrize("payload", MALFORMED, ids=lambda one: repr(one)[:60])
async def test_an_envelope_that_cannot_be_read_is_acknowledged_so_that_it_is_not_sent_again(
    office, caplog, payload
):
    (open_,) = office.slack.platform.sockets._open
    waiting = open_.waiting["e-1"] = asyncio.get_running_loop().create_future()
    await send(office, json.dumps({"type": "events_api", "envelope_id": "e-1", "payload": payload}))
    assert await asyncio.wait_for(waiting, 5) is None
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type"])
async def test_a_refused_app_token_ends_the_start_in_one_sentence(tmp_path, slack, code):
    slack.faults.fail("apps.connections.open", code, times=None)
    with pytest.raises(SettingsError, match=rf"SLACK_APP_TOKEN \({code}\)"):
        async with app.Bot(settings_for(slack, "socket", tmp_path / "tickets.json")):
            pass


async def test_an_address_that_does_not_answer_is_tried_once_and_another_asked_for(
    tmp_path, slack, monkeypatch
):
    monkeypatch.setattr(sockets, "FIRST_PAUSE", 0.0)
    issued, given = slack.platform.sockets.issue_ticket, iter(["gone", "gone"])
    monkeypatch.setattr(slack.platform.sockets, "issue_ticket", lambda: next(given, None) or issued())
    async with app.Bot(settings_for(slack, "socket", tmp_path / "tickets.json")):
        await slack.until(lambda: slack.sockets)
    assert len(slack.called("apps.connections.open")) == 3


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sockets, "PING", 0.05)
    monkeypatch.setattr(sockets, "FIRST_PAUSE", 0.01)


async def until_ready(bot, *, ready: bool) -> None:
    async with asyncio.timeout(30):
        while (await bot._readiness())["ready"] is not ready:  # noqa: ASYNC110  # nobody tells of it: it is asked for
            await asyncio.sleep(0.05)


async def test_a_bot_whose_socket_broke_is_not_ready_until_it_has_another(impatient, office):
    await until_ready(office.bot, ready=True)
    office.slack.faults.down()
    await until_ready(office.bot, ready=False)
    office.slack.faults.up()
    await office.slack.until(lambda: office.slack.sockets, timeout=30)
    await until_ready(office.bot, ready=True)
