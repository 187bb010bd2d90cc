"""An empty `TICKETS_REASONING=` sends no `reasoning_effort`; any other empty setting counts as not set."""

from contextlib import AsyncExitStack

import pytest

from bot.app.clocks import SystemClock
from bot.app.parsing import build_parser
from bot.parser.message import Message
from bot.settings import load
from tests.support.model_server import running_model_server, says


@pytest.fixture
def env_file(tmp_path):
    return tmp_path / ".env"


@pytest.mark.parametrize(
    ("environment", "file", "reasoning"),
    [
        (None, None, "none"),
        ("", None, ""),
        (None, "", ""),
        ("low", "", "low"),
        ("", "low", ""),
        (None, "low", "low"),
    ],
)
def test_where_it_is_given_it_is_taken_and_the_environment_wins(
    monkeypatch, env_file, environment, file, reasoning
):
    if environment is not None:
        monkeypatch.setenv("TICKETS_REASONING", environment)
    if file is not None:
        env_file.write_text(f"TICKETS_REASONING={file}\n", encoding="utf-8")
    assert load(env_file).reasoning == reasoning


def test_other_settings_that_are_empty_keep_their_defaults(monkeypatch, env_file):
    for name in ("TICKETS_MODEL", "TICKETS_ADMINS", "OPENAI_API_KEY", "TICKETS_DEADLINE"):
        monkeypatch.setenv(name, "")
    env_file.write_text("TICKETS_TIMEZONE=\nTICKETS_REASONING=\n", encoding="utf-8")
    settings = load(env_file)
    assert (settings.model, settings.timezone, settings.deadline) == ("gpt-6-luna", "UTC", 8.0)
    assert (settings.openai_api_key, settings.admins, settings.reasoning) == (None, frozenset(), "")


@pytest.mark.parametrize(("reasoning", "sent"), [("", None), ("low", "low")])
async def test_empty_it_is_not_sent(reasoning, sent):
    async with running_model_server() as server, AsyncExitStack() as stack:
        server.does(says("none"))
        settings = load(None, OPENAI_BASE_URL=server.url, reasoning=reasoning)
        parser = build_parser(settings, None, SystemClock(), stack)
        await parser.parse(Message("that thing there, hm"))
        assert server.requests[0].get("reasoning_effort") == sent
