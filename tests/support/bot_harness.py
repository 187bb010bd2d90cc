"""A local Slack with the bot in it, over Socket Mode or signed HTTP, for end-to-end tests."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from bot import settings as configured
from bot.app.clocks import Clocks
from bot.app.slack import Bot
from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.messages import Json
from tests.support.environment import ON_POSTGRES

Mode = Literal["socket", "http"]
MODES: tuple[Mode, ...] = get_args(Mode)
LATER = 3600.0  # seconds; longer than any retry waits


class HeldTime:
    """The bot's clock, which stands still until a test moves it."""

    def __init__(self) -> None:
        self._clock = ManualClock()
        self.now = self.monotonic = self._clock.time
        self.sleep, self.advance = self._clock.sleep, self._clock.advance
        self._moving = asyncio.Lock()  # a short step under way would end where it was to end, before the skip

    async def skip(self, seconds: float) -> None:
        """Move the clock in one step, as on a machine that was suspended. A periodic task is then woken once, and not
        at each of the thousands of times at which it would have been due.
        """
        async with self._moving:
            self._clock._now += seconds
            await self._clock.advance(0)

    async def until_done(self, work: Coroutine[Any, Any, Any]) -> None:
        """Move the clock for as long as `work` takes."""
        task = asyncio.create_task(work)
        while not task.done():
            async with self._moving:
                await self.advance(0.1)
        await task


@dataclass
class Office:
    slack: LocalSlack
    bot: Bot

    async def said(self, user: str, channel: str, text: str, thread: str | None = None) -> str:
        """Say `text` and return the message's ts once the bot is done with it."""
        ts = await self.slack.say(user, channel, text, thread=thread)
        await self.idle()
        return ts

    async def idle(self) -> None:
        """Wait until every delivery is acknowledged and handled, and every Home is up to date."""
        await self.slack.until(lambda: all(one.done for one in self.slack.deliveries))
        await self.bot.runner.idle()
        await self.bot.services.homes.idle()

    async def retry(self) -> None:
        """Retry what failed, as if the waiting time had passed."""
        await self.bot.replayer.finish_earlier(self.bot.clocks.now() + LATER)
        await self.bot.runner.idle()

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The replies in a message's thread."""
        return self.slack.messages(channel, ts)[1:]


def settings_for(slack: LocalSlack, mode: Mode, store: Path | str, **given: Any) -> configured.Settings:
    connection: dict[str, Any] = (
        {"SLACK_APP_TOKEN": slack.app_token}
        if mode == "socket"
        else {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": 0, "host": "127.0.0.1"}
    )
    return configured.load(
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_API_URL=slack.url,
        **connection,
        **{"store": str(store), "admins": "U0ADMIN", **given},
    )


def _store_of(folder: Path) -> Path | str:
    """A file in the folder, or a database for the folder alone."""
    if not ON_POSTGRES:
        return folder / "tickets.json"
    from tests.store.postgres.server import shared_server  # noqa: PLC0415  # most tests need no PostgreSQL

    return shared_server().database_of(folder)


@asynccontextmanager
async def open_office(
    folder: Path,
    mode: Mode = "socket",
    *,
    slack: LocalSlack | None = None,
    clocks: Clocks | None = None,
    **given: Any,
) -> AsyncIterator[Office]:
    """Open a local Slack with the bot. `given` are the bot's settings. `keep_slack` leaves the local Slack
    running.

    The messages of a channel do not wait for one another, unless the bot's own `pace` says so.
    """
    pace, keep_slack = given.pop("pace", 0.0), given.pop("keep_slack", False)
    store = given.pop("store", None) or _store_of(folder)
    slack = slack or LocalSlack()
    if not slack.address:
        await slack.start()
    try:
        async with Bot(settings_for(slack, mode, store, **given), clocks, pace=pace) as bot:
            if mode == "http":
                slack.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
            else:
                slack.deliver_to(None)
                await slack.until(lambda: slack.sockets)
            yield Office(slack, bot)
    finally:
        if not keep_slack:
            await slack.stop()
