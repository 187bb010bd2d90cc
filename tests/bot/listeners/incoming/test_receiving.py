"""Whose a payload is, and where its answer may go."""

import logging
from urllib.parse import urlsplit

import pytest
from slack_bolt.response import BoltResponse

from bot.listeners.incoming.identity import is_for_team
from bot.listeners.incoming.receiving import Receiver
from bot.listeners.registration import EVENTS

OURS, THEIRS, ORG = "T0OURS", "T0THEIRS", "E0ORG"


def event(**parts):
    said = {"type": "message", "channel": "C1", "ts": "1.1", "user": "U1", "text": "hello"}
    return {"type": "event_callback", "event": said, **parts}


def command(**parts):
    return {"command": "/ticket", "user_id": "U1", "channel_id": "C1", "trigger_id": "1", **parts}


def pressed(**parts):
    return {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "1",
        "actions": [{"action_id": "a"}],
        **parts,
    }


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        (event(team_id=OURS), True),
        (event(team_id=THEIRS), False),
        (event(), False),
        # Slack Connect: the partner's workspace in team_id, ours among those that it is sent for.
        (event(team_id=THEIRS, context_team_id=OURS, authorizations=[{"team_id": OURS}]), True),
        (event(team_id=THEIRS, authorizations=[{"team_id": OURS}]), True),
        (event(team_id=THEIRS, context_team_id=OURS), True),
        (event(team_id=OURS, context_team_id=THEIRS, authorizations=[{"team_id": THEIRS}]), False),
        (event(team_id=OURS, authorizations=[]), True),
        (event(team_id=OURS, authorizations=None), True),
        # Enterprise Grid: a workspace of the organisation.
        (
            event(team_id=OURS, enterprise_id=ORG, authorizations=[{"team_id": OURS, "enterprise_id": ORG}]),
            True,
        ),
        (event(team_id=ORG, authorizations=[{"team_id": None, "enterprise_id": ORG}]), False),
        (command(team_id=OURS), True),
        (command(team_id=OURS, enterprise_id=ORG), True),
        (command(team_id=THEIRS), False),
        (command(), False),
        (pressed(team={"id": OURS}), True),
        (pressed(team={"id": OURS, "enterprise_id": ORG}), True),
        (pressed(team={"id": THEIRS}), False),
        (pressed(team=None), False),
        (
            {
                "type": "view_submission",
                "team": {"id": THEIRS},
                "view": {"id": "V", "app_installed_team_id": OURS},
            },
            True,
        ),
        ({"type": "view_submission", "team": {"id": THEIRS}, "view": {"id": "V"}}, False),
    ],
)
def test_a_payload_is_for_the_workspace_that_slack_sends_it_for(body, ours):
    assert is_for_team(body, OURS) is ours


class Bolt:
    """What is handed on."""

    def __init__(self) -> None:
        self.bodies = []

    async def async_dispatch(self, request):
        self.bodies.append(request.body)
        return BoltResponse(status=200, body="")


@pytest.fixture
def bolt():
    return Bolt()


@pytest.fixture
def observed():
    return []


@pytest.fixture
def receiver(bolt, observed):
    async def observe(event):
        observed.append(event["type"])

    return Receiver(bolt, OURS, "http://127.0.0.1:3210/api/", EVENTS, bot="U0BOT", observe=observe)


SAID = {"type": "message", "user": "U1", "text": "<@U0BOT> view open", "channel": "C1", "ts": "1.1"}
REACTED = {
    "type": "reaction_added",
    "user": "U1",
    "reaction": "eyes",
    "item": {"type": "message", "channel": "C1", "ts": "1.1"},
}


@pytest.mark.parametrize(
    ("told", "worked_on"),
    [
        (SAID, True),
        (SAID | {"type": "app_mention"}, True),
        (SAID | {"text": "hello"}, False),
        (SAID | {"text": "hello", "thread_ts": "1.0"}, True),
        (SAID | {"text": "hello", "channel_type": "im"}, True),
        (SAID | {"user": "U0BOT"}, False),
        (SAID | {"bot_id": "B1"}, False),
        (SAID | {"subtype": "message_deleted"}, False),
        (REACTED, True),
        (REACTED | {"type": "reaction_removed"}, True),
        (REACTED | {"user": "U0BOT"}, False),
        (REACTED | {"reaction": "tada"}, False),
    ],
)
async def test_what_comes_back_of_the_bots_own_and_asks_for_nothing_is_noted_and_no_listener_sees_it(
    receiver, bolt, observed, told, worked_on
):
    assert (await receiver.receive(event(event=told, team_id=OURS))).status == 200
    assert bool(bolt.bodies) is worked_on
    assert observed == [told["type"]]


@pytest.mark.parametrize(
    "body", [event(team_id=THEIRS), command(team_id=THEIRS), pressed(team={"id": THEIRS})]
)
async def test_what_is_for_another_workspace_is_left_alone_with_one_line(receiver, bolt, caplog, body):
    caplog.set_level(logging.INFO)
    assert (await receiver.receive(body)).status == 200
    assert bolt.bodies == []
    assert len(caplog.records) == 1
    assert "another workspace" in caplog.text
    assert "hello" not in caplog.text


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("https://hooks.slack.com/commands/T1/1/x", True),
        ("https://hooks.slack.com:443/commands/T1/1/x", True),
        ("https://hooks.slack-gov.com/commands/T1/1/x", True),
        ("http://127.0.0.1:3210/respond/x", True),
        ("http://127.0.0.1:3211/respond/x", False),
        ("https://127.0.0.1:3210/respond/x", False),
        ("http://hooks.slack.com/commands/x", False),
        ("https://hooks.slack.com:8443/commands/x", False),
        ("https://hooks.slack.com@evil.example/x", False),
        ("https://me@hooks.slack.com/x", False),
        ("https://slack.com.evil.example/x", False),
        ("https://evilslack.com/x", False),
        ("https://[::1/x", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("gopher://hooks.slack.com/x", False),
        ("", False),
    ],
)
async def test_an_answer_goes_to_slacks_hosts_or_the_configured_ones_and_nowhere_else(
    receiver, bolt, caplog, url, used
):
    await receiver.receive(command(team_id=OURS, response_url=url))
    (body,) = bolt.bodies
    assert bool(body.get("response_url")) is used
    host = urlsplit(url).hostname if "[" not in url else None
    assert host is None or host not in caplog.text


async def test_an_interaction_of_a_kind_that_nobody_listens_to_is_not_found(receiver, bolt):
    for kind in ("block_suggestion", "view_closed", "dialog_submission", "workflow_step_edit"):
        assert (await receiver.receive({"type": kind, "team": {"id": OURS}})).status == 404
    assert bolt.bodies == []


async def test_an_address_is_verified_with_its_challenge(receiver):
    answer = await receiver.receive({"type": "url_verification", "challenge": "c", "token": "t"})
    assert (answer.status, answer.body) == (200, '{"challenge": "c"}')
