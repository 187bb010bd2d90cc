"""The first calls to Slack: who the bot is, and its socket's address. Outages are waited out; refusals raise."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.monitoring.health import Health
from bot.delivery.refusals import LASTING_REFUSALS, TOKEN_REFUSALS, describe_outage
from bot.listeners.incoming.receiving import Receive
from bot.listeners.incoming.socket import SocketClient
from bot.settings import SettingsError

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0  # seconds
# Errors that pass; with them come the lasting ones that are not about the token.
_TEMPORARY = frozenset(
    {
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        *(LASTING_REFUSALS.keys() - TOKEN_REFUSALS),
    }
)


class OutageError(Exception):
    """Slack, or a proxy before it, gave no usable answer, or refuses everything for a reason other than the token. `code` is
    Slack's error code, or "".
    """

    def __init__(self, what: str, code: str = "") -> None:
        self.code = code
        super().__init__(what)


class TokenRefusedError(Exception):
    """Slack rejects the token; `code` is Slack's error code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot in its workspace. `url` is the workspace's, such as https://acme.slack.com/; `name` is the name that the
    bot is mentioned by.
    """

    team: str
    user: str
    url: str
    name: str = "tickets"


async def check_answer(call: Awaitable[Any], *wanted: str) -> dict[str, Any]:
    """Slack's answer, checked to have text under each of `wanted`. Raises `OutageError` and `TokenRefusedError`."""
    try:
        said: Any = (await call).data
    except SlackApiError as error:
        # If the body was not JSON, `error.response` is the HTTP client's response.
        said, status = getattr(error.response, "data", None), getattr(error.response, "status_code", 0)
        code = said.get("error") if isinstance(said, dict) else None
        if not isinstance(code, str):
            raise OutageError(f"no answer of Slack's, HTTP {status}") from None
        if code in _TEMPORARY or status >= 500:  # noqa: PLR2004  # a server error
            raise OutageError(code, code) from None
        raise TokenRefusedError(code) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise OutageError(type(error).__name__) from None
    except (AttributeError, TypeError, ValueError):  # raised by the SDK if the answer is not a JSON object
        raise OutageError("no answer of Slack's") from None
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in wanted):
        raise OutageError("no answer of Slack's")
    return said


async def wait_until_answered(
    ask: Callable[[], Awaitable[dict[str, Any]]],
    what: str,
    health: Health,
    sleep: Callable[[float], Awaitable[None]],
) -> dict[str, Any]:
    """The result of `ask`, retried until Slack answers. `what` is the problem's name in `health`. Raises
    `TokenRefusedError`."""
    pause = 0.5
    while True:
        try:
            answer = await ask()
        except OutageError as error:
            reason = (
                describe_outage(error.code)
                if error.code in LASTING_REFUSALS
                else f"Slack cannot be reached ({error}): check the network and SLACK_API_URL."
            )
            if what not in health.problems or health.problems[what].reason != reason:
                log.warning("%s", reason)
            health.report(what, reason)
            await sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        else:
            health.clear(what)
            return answer


async def find_identity(
    client: AsyncWebClient, health: Health, sleep: Callable[[float], Awaitable[None]]
) -> BotIdentity:
    """The identity of the token's bot. Raises `SettingsError` if Slack rejects the token, or this bot cannot use it."""
    try:
        me = await wait_until_answered(
            lambda: check_answer(client.auth_test(), "team_id", "user_id"), "slack", health, sleep
        )
    except TokenRefusedError as error:
        raise SettingsError(
            f"Slack does not accept SLACK_BOT_TOKEN ({error.code}): copy it again from OAuth & Permissions, or reinstall the app."
        ) from None
    if me.get("is_enterprise_install"):
        raise SettingsError(
            "SLACK_BOT_TOKEN is of an installation for a whole organisation: install the app in one workspace, and use the token of that."
        )
    return BotIdentity(
        me["team_id"],
        me["user_id"],
        str(me.get("url") or "https://slack.com/"),
        str(me.get("user") or "tickets"),
    )


async def request_socket_url(
    client: AsyncWebClient, token: str, health: Health, sleep: Callable[[float], Awaitable[None]]
) -> str:
    """The address of the bot's next socket, valid for one connection. Raises `TokenRefusedError`."""
    answer = await wait_until_answered(
        lambda: check_answer(client.apps_connections_open(app_token=token), "url"), "slack", health, sleep
    )
    return str(answer["url"])


async def open_socket(
    client: AsyncWebClient,
    token: str,
    receive: Receive,
    health: Health,
    sleep: Callable[[float], Awaitable[None]],
) -> SocketClient:
    """A client, not yet connected, that reconnects by itself. Raises `SettingsError` if Slack rejects the token; if it
    does so later, the client retries until the token is accepted again.
    """

    async def find() -> str:
        pause, refused = 1.0, False
        while True:
            try:
                address = await request_socket_url(client, token, health, sleep)
            except TokenRefusedError as error:
                reason = (
                    f"Slack does not take SLACK_APP_TOKEN any more ({error.code}): make one with connections:write under"
                    " Basic Information, and restart the bot with it."
                )
                log.log(logging.DEBUG if refused else logging.ERROR, "%s", reason)
                refused = True
                health.report("socket", reason, quiet=True)
                await sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                if refused:
                    log.warning("Slack takes SLACK_APP_TOKEN again")
                return address

    def connected(there: bool) -> None:  # noqa: FBT001  # its only argument
        if there:
            health.clear("socket")
        else:
            health.report("socket", "There is no socket to Slack.")

    connected(False)
    try:
        first = await request_socket_url(client, token, health, sleep)
    except TokenRefusedError as error:
        raise SettingsError(
            f"Slack does not accept SLACK_APP_TOKEN ({error.code}): make one with connections:write under Basic Information."
        ) from None
    sockets = SocketClient(token, client, receive, find, connected)
    sockets.wss_uri = first
    return sockets
