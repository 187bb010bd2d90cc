"""Who may load the page and connect to it."""

import json
import re

import aiohttp
import pytest

from bot.local.browser import Browser
from bot.local.browser.files import FOLDER
from bot.local.browser.session import OLD_KEY
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import SUPPORT
from tests.bot.local.browser.page_client import connect, key, origin

SCRIPTS = sorted(FOLDER.rglob("*.js"))


@pytest.mark.parametrize("path", ["", "home", f"archives/{SUPPORT}", f"archives/{SUPPORT}/p1700000000000100"])
async def test_every_place_in_the_workspace_is_the_page(local, http, path):
    async with http.get(local.address + path, headers=key(local)) as answer:
        assert answer.status == 200
        text = await answer.text()
    assert f'content="{local.browser.guard.token}"' in text
    assert "{{" not in text


async def test_the_page_may_run_its_own_scripts_only_and_stand_in_no_frame(local, http):
    for path in (
        "",
        "page/main.js",
        "page/messages/list.js",
        "page/page.css",
        "page/ticket.svg",
        "favicon.ico",
    ):
        async with http.get(local.address + path, headers=key(local)) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy


def test_the_page_has_no_script_or_style_of_its_own_within_it():
    text = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", text)
    assert re.findall(r"(?:src|href)=\"(?!/page/|#)", text) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup_or_fetches_anything(script):
    text = script.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text
    )
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|https?://(?!www\.w3\.org/2000/svg)[\w.]", text)


async def test_links_in_slacks_answers_lead_to_the_page(local):
    ts = await local.slack.say("engineer", "support", "hello")
    sender = local.bot.services.sender
    assert (await sender.call("auth.test"))["url"] == local.address
    link = (await sender.call("chat.getPermalink", channel=SUPPORT, message_ts=ts))["permalink"]
    assert link == f"{local.address}archives/{SUPPORT}/p{ts.replace('.', '')}"


@pytest.mark.parametrize(
    "path",
    ["page/index.html", "page/nothing.js", "page/..%2f..%2fserver.py", "page/%2e%2e/server.py", "else"],
)
async def test_nothing_but_the_pages_files_is_served(local, http, path):
    from yarl import URL  # noqa: PLC0415  # so that the path is sent as it is written

    async with http.get(URL(local.address + path, encoded=True), headers=key(local)) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["", "live", "page/main.js", "archives/C1"])
async def test_another_host_name_leads_nowhere(local, http, path):
    async with http.get(local.address + path, headers={"Host": "rebound.example:80", **key(local)}) as answer:
        assert answer.status == 403
        assert local.browser.guard.token not in await answer.text()


@pytest.mark.parametrize("given", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
async def test_a_page_from_elsewhere_cannot_connect(local, http, given):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(
            f"{local.slack.address}/live", headers=key(local) | ({"Origin": given} if given else {})
        )
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "said", ['{"token":"guessed"}', "no json", '{"token":"a","more":1}', "[]", '{"token":"ü"}']
)
async def test_whoever_does_not_know_the_token_is_told_nothing(local, http, said):
    async with http.ws_connect(f"{local.slack.address}/live", headers=origin(local)) as socket:
        await socket.send_str(said)
        message = await socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == OLD_KEY


async def test_bytes_instead_of_a_greeting_are_no_greeting(local, http):
    async with http.ws_connect(f"{local.slack.address}/live", headers=origin(local)) as socket:
        await socket.send_bytes(b"\x00")
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize(
    "path",
    [
        "",
        "home",
        f"archives/{SUPPORT}",
        "page/main.js",
        "page/page.css",
        "favicon.ico",
        "?key=guessed",
        "?key=",
    ],
)
@pytest.mark.parametrize("cookie", ["", "guessed", "ü"])
async def test_nothing_is_served_to_whoever_has_not_got_the_key(local, http, path, cookie):
    headers = {"Cookie": f"tickets-{local.slack.port}={cookie}"} if cookie else {}
    async with http.get(local.address + path, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers
        assert "it has the key" in await answer.text()


async def test_the_printed_address_lets_a_browser_in_and_leaves_no_key_in_the_address(local, http):
    async with http.get(local.entry_url, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    async with http.get(local.address, headers={"Cookie": cookie.partition(";")[0]}) as answer:
        assert answer.status == 200


async def test_who_has_no_key_is_told_where_it_is(local, http):
    async with http.get(local.address) as answer:
        assert answer.status == 403
        told = await answer.text()
    assert "was started again" in told
    assert "printed in the terminal" in told


async def test_the_key_that_a_browser_is_opened_with_lets_in_once(local, http):
    address = f"{local.address}?key={local.browser.guard.issue_one_time_key()}"
    for status in (303, 403):
        async with http.get(address, allow_redirects=False) as answer:
            assert answer.status == status


async def test_a_page_of_an_earlier_start_is_told_to_load_again(local, http):
    headers = {"Origin": local.slack.address, "Cookie": f"tickets-{local.slack.port}=earlier"}
    async with http.ws_connect(f"{local.slack.address}/live", headers=headers) as socket:
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == OLD_KEY


async def test_a_response_url_cannot_be_guessed_from_an_earlier_one(local):
    urls = local.slack.platform.response_urls
    assert len({urls.issue(SUPPORT, "U0ENGINEER") for _ in range(50)}) == 50
    fresh = LocalSlack().platform.response_urls
    assert urls.issue(SUPPORT, "U0ENGINEER") != fresh.issue(SUPPORT, "U0ENGINEER")


async def test_the_token_is_another_one_at_each_start():
    assert Browser(_offer()).guard.token != Browser(_offer()).guard.token


async def test_a_page_that_comes_before_the_workspace_is_open_is_asked_to_wait(http):
    browser = Browser(_offer())
    async with LocalSlack(routes=browser.routes()) as slack:
        browser.notice(_noticed())
        browser.read_until(0)
        browser.close()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(f"{slack.address}/live", headers={"Origin": slack.address})
    assert refused.value.status == 503


async def test_what_is_no_request_is_passed_over_and_the_next_one_answered(local, http):
    async with connect(http, local) as client:
        await client.pushed("state")
        for odd in ("no json", "[]", {"id": 1, "do": "rm"}, {"id": -1, "do": "home"}, {"do": "home"}):
            await client.send(odd)
        await client.socket.send_bytes(json.dumps({"id": 5, "do": "home"}).encode())
        assert await client.ask("home")
        assert [frame for frame in client.told if frame.get("re") not in (None, 1)] == []


def _offer():
    from bot.app.local import build_offer  # noqa: PLC0415  # only here

    return build_offer()


def _noticed():
    from bot.local.browser import Noticed  # noqa: PLC0415  # only here

    return Noticed("C1", "1.0", "", {}, "rules", 0, "", "", "{}")
