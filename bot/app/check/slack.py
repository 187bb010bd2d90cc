"""Checks that Slack accepts the tokens, that the scopes are granted, and that the bot is in a channel."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.app.check.finding import Finding, finding_from_sentence
from bot.app.connecting import OutageError, TokenRefusedError, check_answer
from bot.delivery.refusals import LASTING_REFUSALS
from bot.settings import Settings

# The scopes in manifest.yml, and what the bot needs each for.
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

MAX_CLOCK_SKEW = 60  # seconds; from 300 on, Slack's requests over HTTP are rejected


async def check_slack(settings: Settings, now: Callable[[], float]) -> list[Finding]:
    if not settings.in_slack:
        return [Finding(True, "Slack", "no SLACK_BOT_TOKEN, so tickets starts the local workspace")]
    if faults := settings.faults():
        return [finding_from_sentence(False, "Slack", fault) for fault in faults]
    client = AsyncWebClient(
        settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None,
        base_url=settings.slack_api_url,
        retry_handlers=[],
        timeout=10,
    )
    headers: dict[str, str] = {}
    try:
        me = await check_answer(_auth_test(client, headers), "team_id", "user_id")
    except TokenRefusedError as error:
        return [
            Finding(
                False,
                "Slack",
                f"SLACK_BOT_TOKEN is refused ({error.code})",
                LASTING_REFUSALS.get(error.code, "copy it again from OAuth & Permissions"),
            )
        ]
    except OutageError as error:
        if error.code in LASTING_REFUSALS:
            return [
                Finding(
                    False, "Slack", f"Slack refuses everything ({error.code})", LASTING_REFUSALS[error.code]
                )
            ]
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
        *_check_clock(headers.get("date", ""), now()),
        *await _check_channels(client),
        *await _check_socket_mode(settings),
    ]


def _check_clock(date: str, now: float) -> list[Finding]:
    """`date` is the Date header of Slack's answer."""
    try:
        off = round(now - parsedate_to_datetime(date).timestamp())
    except ValueError:
        return []
    if abs(off) < MAX_CLOCK_SKEW:
        return []
    return [
        Finding(
            False,
            "Clock",
            f"this machine's is {abs(off)} seconds {'ahead of' if off > 0 else 'behind'} Slack's",
            "set it by NTP: what is signed more than five minutes ago, or ahead, is refused",
        )
    ]


async def _check_channels(client: AsyncWebClient) -> list[Finding]:
    """Whether the bot is in any channel. Errors are ignored: other checks report them."""
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


async def _auth_test(client: AsyncWebClient, headers: dict[str, str]) -> AsyncSlackResponse:
    answer = await client.auth_test()
    headers |= {name.lower(): str(value) for name, value in answer.headers.items()}
    return answer


async def _check_socket_mode(settings: Settings) -> list[Finding]:
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
