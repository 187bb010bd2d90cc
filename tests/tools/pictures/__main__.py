"""`python -m tests.tools.pictures`: takes every scene, light and dark, into this folder.

Needs Chromium and Playwright; the pictures in the README use the fonts Lato and Noto Color Emoji.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import settings as configured
from bot.app.local import LocalWorkspace, open_local
from tests.bot.local.browser import chromium
from tests.bot.local.browser.workspace_page import WorkspacePage
from tests.tools.pictures.story import NOW, TO_BE_A_TICKET, PictureTime, tell

FOLDER = Path(__file__).parent
SIZE = {"width": 1240, "height": 800}
SHARPNESS = 1.5


async def channel(workspace: WorkspacePage) -> None:
    """A thread with its card, next to the channel."""
    await workspace.channel.get_by_role("button", name="view thread").first.click()
    await workspace.thread.get_by_role("button", name="Undo").wait_for()
    await workspace.page.get_by_role("combobox", name="Message #support").focus()


async def listed(workspace: WorkspacePage) -> None:
    await workspace.say("/ticket view open")
    await workspace.channel.get_by_text("Only visible to you").wait_for()


async def form(workspace: WorkspacePage) -> None:
    said = workspace.channel.get_by_role("listitem").filter(has_text=TO_BE_A_TICKET)
    await said.hover()
    await said.get_by_role("button", name="Create ticket").click()
    await workspace.form.get_by_label("Title").wait_for()


async def home(workspace: WorkspacePage) -> None:
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await workspace.home.get_by_role("button", name="View T001").wait_for()


async def inside(workspace: WorkspacePage) -> None:
    """What the bot did with the message that begins the thread."""
    said = workspace.channel.get_by_role("listitem").filter(has_text="API timeout issues")
    await said.hover()
    await said.get_by_role("button", name="Inspect").click()
    panel = await workspace.inspector()
    await panel.get_by_text("Understood").wait_for()
    await workspace.page.get_by_role("combobox", name="Message #support").focus()


SCENES: dict[str, Callable[[WorkspacePage], Awaitable[None]]] = {
    "channel": channel,
    "list": listed,
    "form": form,
    "home": home,
    "inside": inside,
}


async def take(browser: Any, local: LocalWorkspace, name: str, colours: str) -> None:
    context = await browser.new_context(
        viewport=SIZE, device_scale_factor=SHARPNESS, color_scheme=colours, timezone_id="UTC", locale="en"
    )
    page = await context.new_page()
    await page.clock.set_fixed_time(datetime.fromtimestamp(NOW, UTC))
    workspace = WorkspacePage(page, local)
    await workspace.open()
    await SCENES[name](workspace)
    await page.mouse.move(2, 400)
    await page.evaluate("document.fonts.ready")
    path = FOLDER / f"{name}-{colours}.png"
    await page.screenshot(path=path, animations="disabled", caret="hide")
    sys.stdout.write(f"{path.name}\n")
    await context.close()


async def main() -> None:
    if why := chromium.missing():
        raise SystemExit(why)
    async with chromium.async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        for name in SCENES:
            for colours in ("light", "dark"):
                async with AsyncExitStack() as stack:
                    folder = stack.enter_context(tempfile.TemporaryDirectory())
                    settings = configured.load(None, local_port=0, store=f"{folder}/tickets.json")
                    clock = PictureTime()
                    local = await open_local(settings, stack, clock, team="Acme Consulting")
                    await tell(local, clock)
                    await take(browser, local, name, colours)
        await browser.close()


asyncio.run(main())
