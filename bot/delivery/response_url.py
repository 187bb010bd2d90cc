"""Answers by `response_url`: only the person sees them, no token is needed, five within 30 minutes."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.delivery.retry import backoff
from bot.delivery.session import HttpSession
from bot.delivery.simplify import simplify
from bot.views.rendered import Rendered

log = logging.getLogger(__name__)

MAX_TRIES = 3  # attempts if there is no answer
_OK: Final = 200
_SLACKS_HOSTS = (".slack.com", ".slack-gov.com")


class ResponseUrls:
    """`api_url` is the address of Slack's API; `chance` returns a number from 0 to 1."""

    def __init__(
        self,
        session: HttpSession,
        api_url: str,
        sleep: Callable[[float], Awaitable[None]],
        chance: Callable[[], float],
    ) -> None:
        self._session, self._api_url, self._sleep, self._chance = session, api_url, sleep, chance

    async def respond(self, url: str, rendered: Rendered, *, replace: bool = False) -> bool:
        """False if the URL is used up, expired, unreachable or not one of Slack's."""
        if not url:
            return False
        if not is_slack_url(url, self._api_url):
            log.warning("A response_url that leads elsewhere than to Slack is not used")
            return False
        form: Rendered | None = rendered
        while form:
            payload: dict[str, Any] = {
                "response_type": "ephemeral",
                "text": form.text,
                "blocks": form.blocks,
                "unfurl_links": False,
                "unfurl_media": False,
            }
            code = await self._post(url, payload | ({"replace_original": True} if replace else {}))
            if not code:
                return True
            form = simplify(form, code)
        return False

    async def _post(self, url: str, payload: dict[str, Any]) -> str:
        """Slack's error code, or "" on success."""
        for attempt in range(MAX_TRIES):
            try:
                async with self._session.get().post(url, json=payload) as answer:
                    body = await answer.read()
                    if answer.status == _OK and not _is_page(body):
                        return _read_code(body)
                    if _OK < answer.status < 500:  # noqa: PLR2004  # 5xx is worth another attempt
                        return _read_code(body) or f"HTTP {answer.status}"
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                log.info("A response_url was not answered: %s", type(error).__name__)
            if attempt < MAX_TRIES - 1:
                await self._sleep(backoff(attempt, self._chance()))
        return "no answer"


def _is_page(body: bytes) -> bool:
    """Whether a proxy or a network's login page answered, and not Slack."""
    return body.lstrip().startswith(b"<")


def _read_code(body: bytes) -> str:
    """The error in the body, which is JSON or plain text; "" if it says `ok`, which Slack does in both forms."""
    try:
        said = json.loads(body)
    except ValueError:
        plain = body.decode(errors="replace").strip()[:80]
        return "" if plain == "ok" else plain
    return str(said.get("error") or "") if isinstance(said, dict) else ""


def is_slack_url(url: str, api_url: str) -> bool:
    """Whether the URL leads to one of Slack's hosts, or to the host of `api_url`."""
    api = urlsplit(api_url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc:
        return False
    if (parts.scheme, host, port) == (api.scheme, api.hostname, api.port):
        return True
    return parts.scheme == "https" and port in (None, 443) and host.endswith(_SLACKS_HOSTS)
