"""A local workspace with the bot in it, and a page on it in a real browser.

After each test its page must have no error on the console and no request to another machine.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot import settings as configured
from bot.app.local import LocalWorkspace, open_local
from tests.bot.local.browser import chromium
from tests.bot.local.browser.workspace_page import Watched, WorkspacePage

PATIENCE = 20_000  # milliseconds to wait for the page: it is quick, but the machine may be busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run everything here in one event loop, so that one browser serves all tests."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def local(tmp_path) -> AsyncIterator[LocalWorkspace]:
    async with AsyncExitStack() as stack:
        settings = configured.load(None, local_port=0, store=str(tmp_path / "tickets.json"))
        opened = await open_local(settings, stack)
        await opened.slack.until(lambda: opened.slack.sockets)
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chrome() -> AsyncIterator[Any]:
    if why := chromium.missing():
        pytest.skip(why)
    async with chromium.async_playwright() as playwright:
        chromium.expect.set_options(timeout=PATIENCE)
        browser = await chromium.launch(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def workspace(chrome, local: LocalWorkspace) -> AsyncIterator[WorkspacePage]:
    context = await chrome.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    watched = Watched(page)
    workspace = WorkspacePage(page, local, watched)
    await workspace.open()
    yield workspace
    await context.close()
    assert watched.wrong == []
    assert watched.elsewhere == []
