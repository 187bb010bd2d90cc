"""A local workspace with the bot in it, and a page on it in a real browser.

Every page is held to two things when its test is over: no error on its console, no request beyond this machine.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from bot import settings as configured
from bot.app.local import Local, open_local
from tests.browser import chromium
from tests.browser.desk import Desk


@pytest.fixture
async def local(tmp_path) -> AsyncIterator[Local]:
    async with AsyncExitStack() as stack:
        settings = configured.load(None, local_port=0, store=str(tmp_path / "tickets.json"))
        opened = await open_local(settings, stack)
        await opened.slack.until(lambda: opened.slack.sockets)
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="function")
async def chrome() -> AsyncIterator[Any]:
    if why := chromium.missing():
        pytest.skip(why)
    from playwright.async_api import async_playwright  # noqa: PLC0415  # not everybody has it

    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        yield browser
        await browser.close()


class Watched:
    """What went wrong on a page, and where it called."""

    def __init__(self, page: Any) -> None:
        self.wrong: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self._called(request.url))
        page.on("websocket", lambda socket: self._called(socket.url))

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _called(self, url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            self.elsewhere.append(url)


@pytest.fixture
async def desk(chrome, local: Local) -> AsyncIterator[Desk]:
    context = await chrome.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    watched = Watched(page)
    desk = Desk(page, local)
    await desk.open()
    yield desk
    await context.close()
    assert watched.wrong == []
    assert watched.elsewhere == []
