"""What a person does and sees on the page, by the names that a screen reader would use."""

from typing import Any
from urllib.parse import urlsplit

from bot.app.local import LocalWorkspace


class Watched:
    """Errors on a page, and its requests to other machines."""

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


class WorkspacePage:
    def __init__(self, page: Any, local: LocalWorkspace, watched: Watched | None = None) -> None:
        self.page, self.local = page, local
        self.watched = watched or Watched(page)

    async def open(self, path: str = "") -> None:
        await self.page.goto(f"{self.local.address}{path}?key={self.local.browser.guard.key}")
        await self.page.get_by_role("navigation", name="Channels").get_by_text("support").wait_for()

    @property
    def channel(self) -> Any:
        """The messages in the middle of the page."""
        return self.page.get_by_role("log", name="Messages")

    @property
    def thread(self) -> Any:
        return self.page.get_by_role("log", name="Thread")

    @property
    def form(self) -> Any:
        return self.page.get_by_role("dialog")

    @property
    def home(self) -> Any:
        return self.page.get_by_role("region", name="App Home")

    async def say(self, text: str) -> None:
        """Type `text` into the channel and press Enter."""
        field = self.page.get_by_role("combobox", name="Message")
        await field.fill(text)
        await field.press("Enter")

    async def reply(self, text: str) -> None:
        field = self.page.get_by_role("combobox", name="Reply")
        await field.fill(text)
        await field.press("Enter")

    async def open_thread(self) -> None:
        """Open the newest thread, by keyboard: while reactions and replies arrive, its row is redrawn, and a
        click that was pressed on the old row is lost.
        """
        await self.channel.get_by_role("button", name="view thread").last.dispatch_event("click")
        await self.thread.wait_for()

    async def go(self, channel: str) -> None:
        await self.page.get_by_role("navigation").get_by_role("link", name=channel).click()

    async def be(self, name: str) -> None:
        switch = self.page.get_by_role("combobox", name="You are")
        option = switch.locator("option", has_text=name)
        await switch.select_option(value=await option.get_attribute("value"))
        await self.page.get_by_role("combobox", name=f"You are {name}").wait_for()

    async def choose(self, menu: Any, name: str) -> None:
        """Choose `name`, without its leading emoji, from a Block Kit menu."""
        option = menu.locator("option").filter(has_text=name)
        await menu.select_option(value=await option.first.get_attribute("value"))

    async def inspector(self) -> Any:
        """Open the inspector and return its panel."""
        panel = self.page.get_by_role("complementary", name="Inspector")
        if not await panel.is_visible():
            await self.page.get_by_role("button", name="Inspector", exact=True).first.click()
        await panel.wait_for()
        return panel

    async def outages(self, what: str, state: str) -> None:
        panel = await self.inspector()
        await panel.get_by_role("group", name=what).get_by_text(state, exact=True).click()
        await (
            panel.get_by_role("group", name=what)
            .get_by_role("radio", name=state, checked=True)
            .wait_for(state="attached")
        )
