"""The first words with Slack: an outage of any kind is waited out, a refusal is one sentence."""

import asyncio

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.connecting import TokenRefusedError, find_identity, request_socket_url
from bot.app.monitoring.health import Health
from bot.settings import SettingsError
from tests.support.slack_calls import Time

ME = {"ok": True, "team_id": "T1", "user_id": "UBOT", "url": "https://acme.slack.com/"}


@pytest.fixture
async def scripted():
    """A Slack that gives the next of `answers` (status, content type, body) each time, the last one for ever."""
    answers: list[tuple[int, str, str]] = []

    async def answer(_request: web.Request) -> web.Response:
        status, kind, body = answers.pop(0) if len(answers) > 1 else answers[0]
        return web.Response(status=status, content_type=kind, text=body)

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield answers, AsyncWebClient("xoxb-1", base_url=url, retry_handlers=[], timeout=5)
    await runner.cleanup()


OUTAGES = [
    (200, "text/html", "<html>Sign in to the guest network</html>"),
    (200, "text/html", ""),
    (200, "text/plain", "ok"),
    (200, "application/json", "<html>bad</html>"),
    (200, "application/json", '{"ok":true,"te'),
    (200, "application/json", "[]"),
    (200, "application/json", "null"),
    (200, "application/json", '{"ok":true}'),
    (200, "application/json", '{"ok":true,"team_id":5,"user_id":[]}'),
    (200, "application/json", '{"ok":false,"error":"internal_error"}'),
    (200, "application/json", '{"ok":false,"error":"team_added_to_org"}'),
    (200, "application/json", '{"ok":false,"error":"org_login_required"}'),
    (200, "application/json", '{"ok":false,"error":"access_limited"}'),
    (200, "application/json", '{"ok":false,"error":7}'),
    (403, "text/html", "<html>blocked</html>"),
    (407, "text/plain", "proxy"),
    (429, "application/json", '{"ok":false,"error":"ratelimited"}'),
    (500, "application/json", '{"ok":false,"error":"invalid_auth"}'),
    (502, "application/json", "<html>bad gateway</html>"),
    (503, "text/html", "<html>down</html>"),
]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda one: f"{one[0]} {one[1][-4:]} {one[2][:24]}")
async def test_whatever_is_no_answer_of_slacks_is_waited_out(scripted, outage):
    answers, client = scripted
    answers += [outage, outage, (200, "application/json", '{"ok":true,"team_id":"T1","user_id":"UBOT"}')]
    time = Time()
    me = await find_identity(client, Health(time.clock), time.sleep)
    assert (me.team, me.user) == ("T1", "UBOT")
    assert time.slept == [0.5, 1.0]


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked", "missing_scope"])
async def test_a_refused_bot_token_is_one_sentence_that_names_it(scripted, code):
    answers, client = scripted
    answers.append((200, "application/json", f'{{"ok":false,"error":"{code}"}}'))
    with pytest.raises(SettingsError, match=rf"SLACK_BOT_TOKEN \({code}\)"):
        await find_identity(client, Health(Time().clock), Time().sleep)


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type", "missing_scope", "no_permission"])
async def test_a_refused_app_token_is_a_refusal_and_no_outage(scripted, code):
    answers, client = scripted
    answers.append((200, "application/json", f'{{"ok":false,"error":"{code}"}}'))
    with pytest.raises(TokenRefusedError, match=code):
        await request_socket_url(client, "xapp-1", Health(Time().clock), Time().sleep)


async def test_an_installation_for_a_whole_organisation_is_refused(scripted):
    answers, client = scripted
    said = '{"ok":true,"team_id":"E1","user_id":"UBOT","is_enterprise_install":true}'
    answers.append((200, "application/json", said))
    with pytest.raises(SettingsError, match="whole organisation"):
        await find_identity(client, Health(Time().clock), Time().sleep)


async def test_where_nobody_answers_the_health_says_so_until_somebody_does(scripted):
    answers, client = scripted
    answers += [OUTAGES[0], (200, "application/json", '{"ok":true,"url":"wss://x"}')]
    health, time, seen = Health(Time().clock), Time(), []

    async def sleep(seconds: float) -> None:
        seen.append(list(health.problems))
        await time.sleep(seconds)

    assert await request_socket_url(client, "xapp-1", health, sleep) == "wss://x"
    assert seen == [["slack"]]
    assert health.problems == {}


async def test_a_refusal_that_is_not_the_tokens_is_waited_out_with_its_remedy(scripted):
    answers, client = scripted
    refused = (200, "application/json", '{"ok":false,"error":"ekm_access_denied"}')
    answers += [refused, (200, "application/json", '{"ok":true,"team_id":"T1","user_id":"UBOT"}')]
    health, time, seen = Health(Time().clock), Time(), []

    async def sleep(seconds: float) -> None:
        seen.append(health.problems["slack"].reason)
        await time.sleep(seconds)

    await find_identity(client, health, sleep)
    assert "its admins can give them back" in seen[0]


async def test_waiting_can_be_broken_off(scripted):
    answers, client = scripted
    answers.append(OUTAGES[0])
    asking = asyncio.create_task(find_identity(client, Health(Time().clock), Time().sleep))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
