"""`tickets check` names what is configured, what is missing and what answers, with the remedy for each."""

import pytest

from bot import settings as configured
from bot.app.check import SCOPES, check_all
from bot.local.server import LocalSlack
from store import open_store
from store.models import Delivery
from tests.bot_harness import open_office, settings_for
from tests.model_server import fails, running_model_server, says


@pytest.fixture
async def slack():
    async with LocalSlack() as running:
        yield running


async def found(settings, *, fine: bool) -> str:
    return "\n".join(finding.what for finding in await check_all(settings) if finding.fine is fine)


async def test_a_bot_with_all_that_it_needs_has_nothing_to_mend(slack, tmp_path):
    slack.settings.scopes = frozenset(SCOPES)
    settings = settings_for(slack, "socket", tmp_path / "tickets.json")
    assert await found(settings, fine=False) == ""
    assert "Socket Mode is ready" in await found(settings, fine=True)
    assert "Admins: U0ADMIN" in await found(settings, fine=True)


async def test_a_missing_scope_is_named_with_what_it_is_for(slack, tmp_path):
    slack.settings.scopes = frozenset(SCOPES) - {"reactions:write"}
    settings = settings_for(slack, "socket", tmp_path / "tickets.json")
    assert "reactions:write is missing, needed to mark the message" in await found(settings, fine=False)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "SLACK_BOT_TOKEN is refused (invalid_auth)"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "SLACK_APP_TOKEN is refused"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "does not answer"),
    ],
)
async def test_what_slack_refuses_is_named_without_its_value(slack, tmp_path, name, value, said):
    given = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.url,
    }
    settings = configured.load(store=str(tmp_path / "tickets.json"), **{**given, name: value})
    told = await found(settings, fine=False)
    assert said in told
    assert "xoxb-" not in told
    assert "xapp-" not in told


async def test_over_http_it_says_where_slacks_requests_go(slack, tmp_path):
    settings = settings_for(slack, "http", tmp_path / "tickets.json")
    assert "/slack/events" in await found(settings, fine=True)


async def test_a_store_in_use_is_no_fault(tmp_path):
    async with open_office(tmp_path) as office:
        settings = settings_for(office.slack, "socket", tmp_path / "tickets.json")
        assert "in use by a running bot" in await found(settings, fine=True)


@pytest.fixture
def nonsense(tmp_path):
    path = tmp_path / "tickets.json"
    path.write_text("nonsense", encoding="utf-8")
    return path


async def test_a_store_that_cannot_be_read_is_a_fault(nonsense):
    assert "Store: " in await found(configured.load(store=str(nonsense)), fine=False)


async def test_what_was_parked_is_named_with_its_reason(tmp_path):
    store = await open_store(str(tmp_path / "tickets.json"))
    await store.accept(Delivery(("message:1",), 1.0, {}))
    await store.accept(Delivery(("message:2",), 1.0, {}))
    await store.fail("message:1", "E-123 KeyError", park=True)
    await store.close()
    settings = configured.load(store=str(tmp_path / "tickets.json"))
    assert "message:1 (E-123 KeyError)" in await found(settings, fine=False)
    assert "1 accepted messages will be finished" in await found(settings, fine=True)


async def test_a_model_that_answers_is_told_with_its_price_and_one_that_does_not_with_the_remedy(tmp_path):
    async with running_model_server() as model:
        settings = configured.load(
            store=str(tmp_path / "t.json"), OPENAI_BASE_URL=model.url, OPENAI_API_KEY="sk-secret"
        )
        model.does(says("create code: login page is slow"))
        assert "answers, 100 tokens" in await found(settings, fine=True)
        model.does(fails(401))
        told = await found(settings, fine=False)
        assert "gave no usable answer" in told
        assert "sk-secret" not in told
