"""What is written to the log: no secret in any form, as text and as JSON."""

import json
import logging
import sys
from urllib.parse import quote

import pytest

from bot import settings as configured
from bot.actions import View
from bot.cli import logs
from bot.cli.logs import JsonFormatter, TextFormatter, mask_secrets
from store.errors import StoreError

CANARY = "c4n4ry/+s3cret"


@pytest.fixture(autouse=True)
def known():
    settings = configured.load(
        SLACK_BOT_TOKEN=f"xoxb-{CANARY}",
        SLACK_SIGNING_SECRET=CANARY,
        OPENAI_BASE_URL=f"https://me:{quote(CANARY, safe='')}@model.example/v1?key={quote(CANARY, safe='')}",
        store=f"postgresql://me:{quote(CANARY, safe='')}@db.example/tickets",
    )
    logs.register_secrets(settings.secrets())
    yield
    logs.clear_secrets()


@pytest.mark.parametrize(
    "text",
    [
        CANARY,
        quote(CANARY, safe=""),
        f"POST https://me:{quote(CANARY, safe='')}@model.example/v1?key={quote(CANARY, safe='')} 200",
        f"Authorization: Bearer {CANARY}",
    ],
)
def test_a_secret_of_the_settings_is_masked_in_every_form(text):
    assert "c4n4ry" not in mask_secrets(text)


def test_a_databases_user_without_a_password_is_no_secret():
    logs.clear_secrets()
    logs.register_secrets(configured.load(store="postgresql://tickets@db.example/tickets").secrets())
    assert mask_secrets("tickets starts") == "tickets starts"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("token xoxb-1-canary-2 is old", "token *** is old"),
        ("xapp-1-canary", "***"),
        ("sk-proj-canary1234", "***"),
        ("Authorization: Bearer canary", "Authorization: Bearer ***"),
        ("proxy-authorization: Basic canary==", "proxy-authorization: Basic ***"),
        ("X-Slack-Signature: v0=abcdef0123456789abcdef", "X-Slack-Signature: v0=***"),
        ("{'token': 'canary', 'type': 'x'}", "{'token': '***', 'type': 'x'}"),
        ('{"token":"canary","type":"x"}', '{"token":"***","type":"x"}'),
        ("{'x-slack-signature': ['canary'], 'a': 1}", "{'x-slack-signature': ['***'], 'a': 1}"),
        ("(b'authorization', b'canary')", "(b'authorization', b'***')"),
        ("token=canary&team_id=T1", "token=***&team_id=T1"),
        ("https://me:canary@host/path", "https://***@host/path"),
        ("wss://wss.slack.com/link/?ticket=canary&app=1", "wss://wss.slack.com/link/?***"),
        ("postgresql://me:canary@db/tickets", "postgresql://***@db/tickets"),
        ("https://hooks.slack.com/commands/T1/1/canary", "https://hooks.slack.com/***"),
        ("http://127.0.0.1:3210/respond/canary", "http://127.0.0.1:3210/respond/***"),
        ("copy it from Basic Information.", "copy it from Basic Information."),
        ("nothing secret: T001, U0ENGINEER, 12 ms", "nothing secret: T001, U0ENGINEER, 12 ms"),
        ("https://slack.com/api/chat.postMessage", "https://slack.com/api/chat.postMessage"),
    ],
)
def test_what_looks_like_a_secret_is_masked_and_the_rest_left(text, left):
    assert mask_secrets(text) == left


def record(text: str, *values: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("bot.x", logging.INFO, "x.py", 1, text, values, None)
    made.created = 1_795_952_768.5
    for name, value in more.items():
        setattr(made, name, value)
    return made


def broken():
    try:
        int(f"https://me:{CANARY}@x")
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_values_and_tracebacks_are_masked_too(formatter):
    told = formatter.format(record("got %s", CANARY, exc_info=broken(), event={"who": CANARY, "ms": 3}))
    assert "c4n4ry" not in told
    assert "ValueError" in told


class QuotesError(Exception):
    """Somebody else's."""


def failing(said):
    try:
        try:
            View.model_validate({"action": "VIEW", "text": [said]})
        except ValueError as error:
            raise QuotesError(said) from error
    except QuotesError as first:
        return ExceptionGroup(said, [first, StoreError("the disk is full"), KeyError(said)])


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_what_an_error_quotes_is_left_out_of_tracebacks_unless_everything_is_logged(formatter, caplog):
    """What somebody wrote may stand in it. Its class, where it was raised and what it came from tell enough."""
    error = failing("walrus")
    told = formatter.format(record("E-1", exc_info=(type(error), error, None)))
    assert "walrus" not in told
    for part in ("ExceptionGroup", "QuotesError", "ValidationError", "KeyError", "in failing"):
        assert part in told
    assert "StoreError: the disk is full" in told
    caplog.set_level(logging.DEBUG)
    assert formatter.format(record("E-1", exc_info=(type(error), error, None))).count("walrus") >= 3


def test_json_is_one_object_a_line_with_the_events_fields():
    usual = {"time": "2026-11-29T11:46:08.500Z", "level": "INFO", "logger": "bot.x"}
    told = JsonFormatter().format(record("a=%s", "b\nc"))
    assert told.count("\n") == 0
    assert json.loads(told) == usual | {"message": "a=b\nc"}
    told = JsonFormatter().format(record("surface=slash ms=3", event={"surface": "slash", "ms": 3}))
    assert json.loads(told) == usual | {"message": "event", "surface": "slash", "ms": 3}


def test_text_has_the_time_with_its_zone():
    told = TextFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s").format(record("hello"))
    assert told == "2026-11-29T11:46:08.500Z INFO bot.x: hello"


def test_tickets_log_chooses_the_form_for_every_command(tickets, monkeypatch, mocker):
    monkeypatch.setenv("TICKETS_LOG", "json")
    mocker.patch("bot.cli._ask", side_effect=KeyError("x"))
    first, *_ = tickets("ask", "view open").stderr.splitlines()
    assert json.loads(first)["level"] == "ERROR"


@pytest.mark.parametrize(
    ("verbosity", "ours", "theirs"),
    [
        (0, logging.WARNING, logging.WARNING),
        (1, logging.INFO, logging.WARNING),
        (2, logging.DEBUG, logging.DEBUG),
    ],
)
def test_the_bot_says_more_than_its_libraries(tickets, verbosity, ours, theirs):
    logs.configure(verbosity)
    assert logging.getLogger("bot.listeners").getEffectiveLevel() == ours
    assert logging.getLogger("aiohttp").getEffectiveLevel() == theirs


@pytest.mark.parametrize(("verbosity", "shown"), [(0, False), (1, False), (2, True)])
def test_each_lost_connection_to_a_database_is_logged_only_with_everything(tickets, verbosity, shown):
    logs.configure(verbosity)
    assert logging.getLogger("psycopg.pool").isEnabledFor(logging.WARNING) is shown
