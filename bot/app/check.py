"""`tickets check`: what is configured, what is missing and what answers, each with its remedy."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.clocks import RealTime
from bot.app.parsing import parser_of
from bot.parser.message import Message
from bot.settings import Settings
from store import open_store
from store.address import shown_address
from store.protocol import LockedError, StoreError

# What manifest.yml asks for, and what the bot could not do without it.
SCOPES = {
    "app_mentions:read": "hear @tickets",
    "channels:history": "hear replies in a ticket's thread",
    "channels:read": "know which channels are public",
    "chat:write": "answer",
    "commands": "offer /ticket and its shortcuts",
    "files:write": "hand an admin's export over",
    "groups:history": "hear replies in private channels",
    "groups:read": "know which channels are private",
    "im:history": "hear direct messages",
    "im:read": "know direct messages",
    "im:write": "write to somebody directly",
    "mpim:history": "hear replies in group messages",
    "mpim:read": "know group messages",
    "reactions:write": "mark the message that made a ticket",
    "users:read": "know guests and deactivated people",
}


class Finding(NamedTuple):
    fine: bool
    what: str


async def check_all(settings: Settings) -> list[Finding]:
    return [
        *await _store(settings),
        *await _slack(settings),
        *await _model(settings),
        Finding(True, _admins(settings)),
    ]


def _admins(settings: Settings) -> str:
    if settings.admins:
        return f"Admins: {', '.join(sorted(settings.admins))}."
    return "Admins: none. Give their Slack user ids in TICKETS_ADMINS to let somebody delete and export."


async def _store(settings: Settings) -> list[Finding]:
    try:
        store = await open_store(settings.store)
    except LockedError:
        return [Finding(True, f"Store: {shown_address(settings.store)} is in use by a running bot.")]
    except StoreError as error:
        return [Finding(False, f"Store: {error}")]
    try:
        parked, pending = await store.parked(), await store.pending()
    finally:
        await store.close()
    found = [Finding(True, f"Store: {shown_address(settings.store)} can be read and written.")]
    if pending:
        found.append(
            Finding(True, f"Store: {len(pending)} accepted messages will be finished at the next start.")
        )
    found += [
        Finding(
            False,
            f"Store: a delivery failed every time and was parked: {one.delivery.keys[0]} ({one.reason}).",
        )
        for one in parked
    ]
    return found


async def _slack(settings: Settings) -> list[Finding]:
    if faults := settings.faults():
        return [Finding(False, f"Slack: {fault}") for fault in faults]
    if settings.slack_bot_token is None:
        return [Finding(True, "Slack: no SLACK_BOT_TOKEN, so tickets starts the local workspace.")]
    client = AsyncWebClient(
        settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        retry_handlers=[],
        timeout=10,
    )
    try:
        me = await client.auth_test()
    except SlackApiError as error:
        return [
            Finding(
                False,
                f"Slack: SLACK_BOT_TOKEN is refused ({error.response.get('error')}): copy it again from OAuth & Permissions.",
            )
        ]
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [
            Finding(
                False,
                f"Slack: {settings.slack_api_url} does not answer ({type(error).__name__}): check SLACK_API_URL and the network.",
            )
        ]
    found = [Finding(True, f"Slack: connected to {me.get('team')} as {me.get('user')}.")]
    granted = {scope.strip() for scope in str(me.headers.get("x-oauth-scopes", "")).split(",")} - {""}
    if granted:
        found += [
            Finding(
                False,
                f"Slack: the scope {scope} is missing, needed to {use}: create the app from manifest.yml and reinstall it.",
            )
            for scope, use in SCOPES.items()
            if scope not in granted
        ]
    return found + await _sockets(settings)


async def _sockets(settings: Settings) -> list[Finding]:
    if settings.slack_app_token is None:
        return [
            Finding(
                True,
                f"Slack: no SLACK_APP_TOKEN, so Slack's requests are served on port {settings.port} at /slack/events.",
            )
        ]
    client = AsyncWebClient(base_url=settings.slack_api_url, retry_handlers=[], timeout=10)
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except SlackApiError as error:
        return [
            Finding(
                False,
                f"Slack: SLACK_APP_TOKEN is refused ({error.response.get('error')}): make one with connections:write under Basic Information.",
            )
        ]
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [Finding(False, f"Slack: Socket Mode does not answer ({type(error).__name__}).")]
    return [Finding(True, "Slack: Socket Mode is ready.")]


async def _model(settings: Settings) -> list[Finding]:
    if not settings.has_model:
        return [
            Finding(
                True, "Model: none. Clear commands work; set OPENAI_API_KEY or OPENAI_BASE_URL for the rest."
            )
        ]
    async with AsyncExitStack() as stack:
        parser = parser_of(settings.model_copy(update={"parser": "llm"}), None, RealTime(), stack)
        begun = time.monotonic()
        parsed = await asyncio.wait_for(parser.parse(Message("please note that the login page is slow")), 130)
    where = settings.openai_base_url or "OpenAI"
    if parsed.via == "llm":
        return [
            Finding(
                True,
                f"Model: {settings.model} at {where} answers, {parsed.tokens} tokens in {time.monotonic() - begun:.1f} s.",
            )
        ]
    return [
        Finding(
            False,
            f"Model: {settings.model} at {where} gave no usable answer: check OPENAI_API_KEY, OPENAI_BASE_URL and TICKETS_MODEL; clear commands work without it.",
        )
    ]
