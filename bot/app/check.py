"""`tickets check`: what is configured, what is missing and what answers, each with the next step."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.actions import Nothing
from bot.app.clocks import SystemClock
from bot.app.connecting import OutageError, TokenRefusedError, check_answer
from bot.app.core import count_tickets
from bot.app.parked import ask_readiness, operate_anywhere
from bot.app.parsing import model_of
from bot.delivery.refusals import LASTING
from bot.parser.llm.model import ModelError, Reason
from bot.parser.llm.redact import redact_url
from bot.parser.llm.validate import UnreadableError, accept
from bot.parser.message import Message, Reading
from bot.parser.rules import format_command as spell
from bot.parser.rules import read
from bot.settings import Settings, find_misspelt
from store import open_store
from store.protocol import LockedError, StoreError, UnwritableError

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
    "reactions:read": "see reactions that ask for something",
    "reactions:write": "mark the message that made a ticket",
    "users:read": "know guests and deactivated people",
}


CLOCK_MAY_BE_OFF = 60  # seconds: Slack's requests over HTTP are refused from 300 on


class Finding(NamedTuple):
    """`what` is a statement, `next_step` what to do about it; neither has a full stop."""

    fine: bool
    about: str
    what: str
    next_step: str = ""

    @property
    def sentence(self) -> str:
        if self.fine and self.next_step:
            return f"{self.about}: {self.what}. {self.next_step[0].upper()}{self.next_step[1:]}."
        return f"{self.about}: {self.what}{f': {self.next_step}' if self.next_step else ''}."


def _told(fine: bool, about: str, sentence: str) -> Finding:  # noqa: FBT001  # as in Finding
    """A sentence of another module, in which a colon stands before what to do."""
    what, _, next_step = sentence.removesuffix(".").partition(": ")
    return Finding(fine, about, what, next_step)


async def check_all(settings: Settings, now: Callable[[], float] = time.time) -> list[Finding]:
    """`now` is this machine's clock, in seconds since 1970: Slack's is told by its answers."""
    return [
        *[_told(False, "Settings", sentence) for sentence in find_misspelt()],
        *await _store(settings),
        *await _slack(settings, now),
        *await _model(settings),
        _admins(settings),
    ]


def _admins(settings: Settings) -> Finding:
    if settings.admins:
        return Finding(True, "Admins", ", ".join(sorted(settings.admins)))
    return Finding(
        True, "Admins", "none", "give Slack member ids in TICKETS_ADMINS to let somebody delete and export"
    )


async def _store(settings: Settings) -> list[Finding]:
    try:
        store = await open_store(settings.store)
    except LockedError:
        return await _running_bot(settings)
    except StoreError as error:
        return [_store_fault(error)]
    try:
        parked, pending = await store.parked(), await store.pending()
        every, left = await count_tickets(store)
    finally:
        await store.close()
    found = [
        Finding(
            True,
            "Store",
            f"{settings.store_location} can be read and written ({every} tickets, {left} not done)",
        )
    ]
    if pending:
        found.append(
            Finding(True, "Store", f"{len(pending)} accepted messages will be finished at the next start")
        )
    return found + [_parked(one.delivery.keys[0], one.reason) for one in parked]


def _parked(key: str, reason: str) -> Finding:
    return Finding(
        False, "Store", f"{key} ({reason}) failed every time and was parked", "see `tickets parked`"
    )


async def _running_bot(settings: Settings) -> list[Finding]:
    """What the bot says that has the store to itself."""
    found = [Finding(True, "Store", f"{settings.store_location} is in use by a running bot")]
    try:
        said = await ask_readiness(settings.store)
        parked = await operate_anywhere(settings.store, "list")
    except StoreError:  # the local workspace, or `tickets ask`
        return found
    found += [_told(False, "Running bot", str(reason)) for reason in said["reasons"]]
    if said["backlog"]:
        found.append(
            Finding(True, "Running bot", f"{said['backlog']} accepted messages are not finished yet")
        )
    return found + [_parked(row.key, row.reason) for row in parked]


def _store_fault(error: StoreError) -> Finding:
    """The store's errors say what to do behind a semicolon."""
    what, _, next_step = str(error).removesuffix(".").partition("; ")
    if isinstance(error, UnwritableError) and not next_step:
        next_step = "let whoever runs tickets write to its folder, or name another file in TICKETS_STORE"
    return Finding(False, "Store", what, next_step or "name another file in TICKETS_STORE")


async def _slack(settings: Settings, now: Callable[[], float]) -> list[Finding]:
    if not settings.in_slack:
        return [Finding(True, "Slack", "no SLACK_BOT_TOKEN, so tickets starts the local workspace")]
    if faults := settings.faults():
        return [_told(False, "Slack", fault) for fault in faults]
    client = AsyncWebClient(
        settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None,
        base_url=settings.slack_api_url,
        retry_handlers=[],
        timeout=10,
    )
    headers: dict[str, str] = {}
    try:
        me = await check_answer(_keeping_headers(client, headers), "team_id", "user_id")
    except TokenRefusedError as error:
        return [
            Finding(
                False,
                "Slack",
                f"SLACK_BOT_TOKEN is refused ({error.code})",
                LASTING.get(error.code, "copy it again from OAuth & Permissions"),
            )
        ]
    except OutageError as error:
        if error.code in LASTING:
            return [Finding(False, "Slack", f"Slack refuses everything ({error.code})", LASTING[error.code])]
        return [
            Finding(
                False,
                "Slack",
                f"{settings.slack_api_url} does not answer ({error})",
                "check SLACK_API_URL and the network",
            )
        ]
    found = [Finding(True, "Slack", f"connected to {me.get('team')} as {me.get('user')}")]
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")} - {""}
    if granted:
        found += [
            Finding(
                False,
                "Slack",
                f"the scope {scope} is missing, needed to {use}",
                "put the output of `tickets manifest` into the app's manifest and reinstall the app",
            )
            for scope, use in SCOPES.items()
            if scope not in granted
        ]
    return [
        *found,
        *_clock(headers.get("date", ""), now()),
        *await _channels(client),
        *await _sockets(settings),
    ]


def _clock(date: str, now: float) -> list[Finding]:
    """`date` is the HTTP header of Slack's answer."""
    try:
        off = round(now - parsedate_to_datetime(date).timestamp())
    except ValueError:
        return []
    if abs(off) < CLOCK_MAY_BE_OFF:
        return []
    return [
        Finding(
            False,
            "Clock",
            f"this machine's is {abs(off)} seconds {'ahead of' if off > 0 else 'behind'} Slack's",
            "set it by NTP: what is signed more than five minutes ago, or ahead, is refused",
        )
    ]


async def _channels(client: AsyncWebClient) -> list[Finding]:
    """What keeps this from being asked is found elsewhere."""
    try:
        answer = await check_answer(
            client.users_conversations(types="public_channel,private_channel", exclude_archived=True, limit=1)
        )
    except (TokenRefusedError, OutageError):
        return []
    if answer.get("channels") or (answer.get("response_metadata") or {}).get("next_cursor"):
        return []
    return [
        Finding(True, "Slack", "the bot is in no channel", "write /invite @tickets where it is to answer")
    ]


async def _keeping_headers(client: AsyncWebClient, headers: dict[str, str]) -> AsyncSlackResponse:
    answer = await client.auth_test()
    headers |= {name.lower(): str(value) for name, value in answer.headers.items()}
    return answer


async def _sockets(settings: Settings) -> list[Finding]:
    if settings.slack_app_token is None:
        return [
            Finding(
                True,
                "Slack",
                f"no SLACK_APP_TOKEN, so Slack's requests are served on port {settings.port} at /slack/events",
            )
        ]
    client = AsyncWebClient(base_url=settings.slack_api_url, retry_handlers=[], timeout=10)
    token = settings.slack_app_token.get_secret_value()
    try:
        await check_answer(client.apps_connections_open(app_token=token), "url")
    except TokenRefusedError as error:
        return [
            Finding(
                False,
                "Slack",
                f"SLACK_APP_TOKEN is refused ({error.code})",
                "switch Socket Mode on, and make a token with connections:write under Basic Information",
            )
        ]
    except OutageError as error:
        return [Finding(False, "Slack", f"Socket Mode does not answer ({error})", "check the network")]
    return [Finding(True, "Slack", "Socket Mode is ready")]


# What keeps the model from answering, and the remedy.
_REMEDIES: dict[Reason, str] = {
    "denied": "does not accept the key: check OPENAI_API_KEY",
    "quota": "has no credit left for this key: see to the account's billing and limits",
    "busy": "answers that there are too many requests: wait, or raise the account's rate limit",
    "unknown model": "does not know this model: check TICKETS_MODEL",
    "no such path": "serves no chat completions at this address: check OPENAI_BASE_URL, which mostly ends in /v1",
    "unreachable": "cannot be reached: check OPENAI_BASE_URL and the network, and that the server runs",
    "loading": "is still loading the model: try again in a minute",
    "down": "fails with an error of its own: look at the server, or try again later",
    "late": "did not answer in time: try again, or give it longer with TICKETS_DEADLINE",
    "rejected": "does not accept the request, with or without schemas and reasoning: see whether it serves chat completions",
    "refused": "will not answer a harmless message: check TICKETS_MODEL",
    "cut": "needs more than the answer's 150 tokens, as models do that think first: choose another in TICKETS_MODEL",
    "nonsense": "answers, but with no command: choose another model in TICKETS_MODEL",
    "resting": "is left alone for a while: try again in a minute",
}
_NO_SCHEMAS = "the server refuses JSON schemas, so an answer may have any form"


async def _model(settings: Settings) -> list[Finding]:
    if not settings.has_model:
        return [
            Finding(
                True,
                "Model",
                "none; clear commands work",
                "set OPENAI_API_KEY or OPENAI_BASE_URL for the rest",
            )
        ]
    model = model_of(settings, SystemClock())
    what = f"{settings.model} at {redact_url(settings.openai_base_url or 'OpenAI')}"
    message = Message("please note that the login page is slow")
    begun = time.monotonic()
    try:
        answer = await model.ask(message)
        accept(answer.text, message, Reading(Nothing(), sure=False), read, spell)
    except ModelError as error:
        return [_no_answer(what, error.reason)]
    except UnreadableError:
        return [_no_answer(what, "nonsense", "" if model.takes_schemas else f" ({_NO_SCHEMAS})")]
    finally:
        await model.close()
    found = [
        Finding(True, "Model", f"{what} answers, {answer.tokens} tokens in {time.monotonic() - begun:.1f} s")
    ]
    if not model.takes_schemas:
        found.append(Finding(True, "Model", f"{_NO_SCHEMAS}; what is no command is not used"))
    return found


def _no_answer(what: str, reason: Reason, why: str = "") -> Finding:
    trouble, _, next_step = _REMEDIES[reason].partition(": ")
    return Finding(False, "Model", f"{what} {trouble}{why}", f"{next_step}; clear commands work without it")
