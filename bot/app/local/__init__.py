"""The bot in the local workspace: the real bot, over Socket Mode, with a fake Slack on loopback."""

import asyncio
import errno
import os
import sys
import webbrowser
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click
from pydantic import SecretStr

from bot.actions import write_action
from bot.app.clocks import SystemClock
from bot.app.local import demo
from bot.app.slack import Bot
from bot.app.stopping import run_until_stopped
from bot.listeners.registration import COMMANDS
from bot.listeners.services import RequestContext
from bot.local.browser import Browser, Noticed, Offer
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import ADMIN, sample_users
from bot.pipeline import Answer
from bot.settings import Settings, SettingsError
from bot.views import controls
from bot.views.help import EXAMPLES

TEAM = "Local workspace"
REPLIES = ("in progress, looking at it", "done: fixed", "pri 1", "reopen", "history")
FIRST = (
    "@tickets the VPN drops every 20 minutes, can somebody look at it?",
    "@tickets create API timeout in production, urgent",
    "/ticket view open",
)
TEXT_BROWSERS = ("www-browser", "links", "elinks", "lynx", "w3m")


@dataclass(frozen=True, slots=True)
class LocalWorkspace:
    """`address` is the page's URL; `entry_url` is the same with the key that gives access."""

    slack: LocalSlack
    bot: Bot
    browser: Browser

    @property
    def address(self) -> str:
        return f"{self.slack.address}/"

    @property
    def entry_url(self) -> str:
        return f"{self.address}?key={self.browser.guard.key}"


async def try_locally(settings: Settings, *, sample: bool = False) -> None:
    """Run until stopped. `sample`: in a workspace with sample tickets, in a store of their own."""
    async with AsyncExitStack() as stack:

        async def start() -> None:
            if sample:
                click.echo("Preparing the sample tickets …")
                local = await open_demo(settings, stack)
            else:
                local = await open_local(settings, stack, memory=memory_path(settings.store))
            about = (
                f"Sample tickets are in {demo.STORE}, which begin again at each start"
                if sample
                else f"Your tickets are kept in {local.bot.settings.store_location}"
            )
            click.echo(f"The local workspace is at {local.entry_url}")
            click.echo(f"{about}. Ctrl-C stops it.")
            if sys.stdin.isatty():
                _open_browser(f"{local.address}?key={local.browser.guard.issue_one_time_key()}")

        await run_until_stopped(start)


def _open_browser(address: str) -> None:
    """Open the page in the user's browser, unless that is a text browser."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        if getattr(browser, "name", "") not in TEXT_BROWSERS:
            browser.open(address)


async def open_local(
    settings: Settings,
    stack: AsyncExitStack,
    clock: demo.MovableTime | None = None,
    *,
    memory: Path | None = None,
    note: str = "",
    team: str = TEAM,
) -> LocalWorkspace:
    """Start a local Slack with its page and the bot, for as long as `stack` is open. Its messages are kept in the file
    `memory`, if given.
    """
    clock = clock or demo.MovableTime()
    browser = Browser(build_offer(note))
    people = [replace(one, display_name=one.real_name) for one in sample_users()]
    slack = LocalSlack(_SlackClock(clock), users=people, routes=browser.routes())
    # The store remembers earlier runs: a timestamp used before would be taken for a repeated message.
    slack.platform.ids.begin(clock.now())
    slack.workspace.team["name"] = team
    try:
        await slack.start(port=settings.local_port)
    except OSError as error:
        raise SettingsError(
            f"Port {settings.local_port} cannot be used ({os.strerror(error.errno or errno.EIO)}): set TICKETS_LOCAL_PORT, or give tickets local --port, another one."
        ) from None
    stack.push_async_callback(slack.stop)
    slack.workspace.team["url"] = f"{slack.address}/"
    browser.attach(slack)
    stack.callback(browser.close)
    if memory:
        keeping = asyncio.create_task(browser.remember(memory).follow())
        stack.push_async_callback(_cancel, keeping)
    inside = settings.model_copy(
        update={
            "slack_bot_token": SecretStr(slack.bot_token),
            "slack_app_token": SecretStr(slack.app_token),
            "slack_api_url": slack.url,
            "admins": settings.admins | {ADMIN},
        }
    )
    # The local Slack does not have Slack's limit of one message per second in a channel.
    bot = Bot(
        inside,
        clock,
        pace=0.0,
        on_answer=lambda ctx, answer: browser.notice(describe_answer(ctx, answer)),
        wrap=browser.model.wrap,
    )
    await stack.enter_async_context(bot)
    local = LocalWorkspace(slack, bot, browser)
    browser.offer_samples(lambda: _load_samples(local, clock))
    return local


async def _load_samples(local: LocalWorkspace, clock: demo.MovableTime) -> None:
    """Play the sample messages into this workspace."""
    clock.go_back(demo.BEGINS)
    local.slack.platform.ids.turn_back(clock.now())
    try:
        await demo.play(local.slack, local.bot, clock)
    finally:
        clock.go_back(0)
    local.browser.read_until(clock.now() - demo.UNREAD_PERIOD)


async def open_demo(settings: Settings, stack: AsyncExitStack) -> LocalWorkspace:
    """Like `open_local`, with the sample tickets in a new store of their own."""
    store = await demo.empty_store(settings.store)
    clock = demo.MovableTime()
    clock.go_back(demo.BEGINS)
    local = await open_local(
        settings.model_copy(update={"store": store}), stack, clock, note=demo.NOTE, team=demo.TEAM
    )
    await _load_samples(local, clock)
    return local


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def memory_path(store: str) -> Path:
    """The file for the workspace's messages: beside the store, or in `data` if the store is a database."""
    return Path("data/local.slack.json") if "://" in store else Path(store).with_suffix(".slack.json")


def build_offer(note: str = "") -> Offer:
    """What the page suggests: the bot's command, its shortcuts, and examples, as Slack would take them from the manifest."""
    (command,) = COMMANDS
    return Offer(
        command=command,
        about="Create, find, change and close tickets",
        examples=tuple((does, one) for does, words in EXAMPLES for one in words),
        replies=REPLIES,
        first=FIRST,
        global_shortcut=("New ticket", controls.NEW_SHORTCUT),
        message_shortcut=("Create ticket", controls.MESSAGE_SHORTCUT),
        note=note,
    )


def describe_answer(ctx: RequestContext, answer: Answer) -> Noticed:
    """What the bot made of a message, as plain data for the page's inspector."""
    parsed, outcome = answer.parsed, answer.outcome
    key = ctx.origin.idempotency_key
    return Noticed(
        channel=ctx.origin.channel,
        ts=ctx.origin.message,
        trigger=key.rpartition(":")[2] if key.startswith("command:") else "",
        action=write_action(parsed.action),
        via=parsed.via,
        tokens=parsed.tokens,
        model=parsed.model,
        command=parsed.command,
        reply=outcome.reply.json,
    )


class _SlackClock:
    """Adapts the bot's clock to the interface of the local Slack's."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock

    def time(self) -> float:
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
