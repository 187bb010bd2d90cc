"""The bot in the local workspace: the same bot over the same Socket Mode, with a Slack of its own on loopback."""

import asyncio
import sys
from contextlib import AsyncExitStack

import click
from pydantic import SecretStr

from bot.app.slack import Bot, run_until_stopped
from bot.local.people import ADMIN
from bot.local.server import LocalSlack
from bot.local.terminal import converse
from bot.settings import Settings, SettingsError


async def try_locally(settings: Settings) -> None:
    async with AsyncExitStack() as stack:

        async def start() -> None:
            slack = await open_local(settings, stack)
            click.echo(
                f"The local workspace is at {slack.address}. Your tickets are kept in {settings.store}. Ctrl-C stops it."
            )
            if sys.stdin.isatty():
                talk = asyncio.create_task(converse(slack))
                stack.callback(talk.cancel)

        await run_until_stopped(start)


async def open_local(settings: Settings, stack: AsyncExitStack) -> LocalSlack:
    """A local Slack with the bot in it, for as long as `stack` is open."""
    slack = LocalSlack()
    try:
        await slack.start(port=settings.local_port)
    except OSError as error:
        raise SettingsError(
            f"Port {settings.local_port} cannot be used ({error.strerror}): set TICKETS_LOCAL_PORT, or give tickets local --port, another one."
        ) from None
    stack.push_async_callback(slack.stop)
    inside = settings.model_copy(
        update={
            "slack_bot_token": SecretStr(slack.bot_token),
            "slack_app_token": SecretStr(slack.app_token),
            "slack_api_url": slack.url,
            "admins": settings.admins | {ADMIN},
        }
    )
    await stack.enter_async_context(Bot(inside))
    return slack
