"""A workspace with sample tickets: plays the messages of `samples.py` to the real bot, at the times given there."""

import time
from contextlib import suppress
from pathlib import Path

from bot.app.clocks import SystemClock
from bot.app.local.samples import BEGINS_DAYS_AGO, steps
from bot.app.slack import Bot
from bot.local.fakeslack.server import LocalSlack
from bot.settings import SettingsError
from store import open_store
from store.errors import DamagedError

STORE = "data/demo.json"
TEAM = "Sample Consulting"
NOTE = "Sample tickets: everything here is made up. It begins again at each start and is kept in data/demo.json, apart from your own."
BEGINS = BEGINS_DAYS_AGO * 86_400.0  # seconds before now at which the samples begin
UNREAD_PERIOD = 86_400.0  # seconds; older messages count as read by everybody


class MovableTime(SystemClock):
    """The system clock, set back while the samples are played."""

    def __init__(self) -> None:
        self._behind = 0.0

    def now(self) -> float:
        return time.time() - self._behind

    def go_back(self, seconds: float) -> None:
        """Set the clock to `seconds` before the present."""
        self._behind = seconds


async def empty_store(configured: str) -> str:
    """Delete the sample store's files and return its path. Raises `SettingsError` if the user's own store has that path,
    and `LockedError` if another process has it open.
    """
    if _is_sample(configured):
        raise SettingsError(
            f"TICKETS_STORE is {STORE}, which --demo replaces: set it to another file, or leave out --demo."
        )
    if _existing_files():
        with suppress(DamagedError):
            await (await open_store(STORE)).close()  # raises if it is open elsewhere
    for file in _existing_files():
        file.unlink()
    return STORE


def _is_sample(configured: str) -> bool:
    return "://" not in configured and Path(configured).resolve() == Path(STORE).resolve()


def _existing_files() -> list[Path]:
    """The sample store's files that exist."""
    path = Path(STORE)
    return [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]


async def play(slack: LocalSlack, bot: Bot, clock: MovableTime) -> None:
    """Send every message at its time, then return to the present."""
    threads: dict[str, str] = {}
    await slack.until(lambda: slack.sockets)
    for step in steps():
        clock.go_back(step.seconds_ago)
        if step.text.startswith("/"):
            command, _, words = step.text.partition(" ")
            await slack.command(step.who, step.where, command, words)
            await _idle(slack, bot)
            threads[step.ticket] = slack.messages(step.where)[-1]["ts"]
        else:
            thread = threads.get(step.ticket)
            ts = await slack.say(step.who, step.where, step.text, thread=thread)
            threads.setdefault(step.ticket, ts)
            await _idle(slack, bot)
    clock.go_back(0)


async def _idle(slack: LocalSlack, bot: Bot) -> None:
    await slack.until(lambda: all(one.done for one in slack.deliveries), timeout=60)
    await bot.runner.idle()
