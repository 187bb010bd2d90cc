"""Calls to a local Slack with a clock of its own: fixtures for code that talks to Slack without Bolt."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.sender import Sender
from bot.local.fakeslack.server import LocalSlack


class Time:
    """A clock that moves only by `sleep`, and records the time slept."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as running:
        yield running


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def sender(slack: LocalSlack, time: Time) -> AsyncIterator[Sender]:
    client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
    sender = Sender(client, now=time.clock, jitter=lambda: 1.0, sleep=time.sleep)
    yield sender
    await sender.close()
