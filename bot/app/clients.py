"""The client that calls Slack, and the logger for Bolt."""

import logging
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.health import Health
from bot.settings import Settings

log = logging.getLogger(__name__)


class MonitoredClient(AsyncWebClient):
    """The SDK's client. It tells `health` whether Slack answers (a refusal is an answer), and calls `count` with each call's
    method and error."""

    health: Health | None = None
    count: Callable[[str, str], None] = staticmethod(lambda *_: None)

    async def api_call(self, api_method: str, **parts: Any) -> Any:
        try:
            answer = await super().api_call(api_method, **parts)
        except SlackApiError as error:
            said = getattr(error.response, "data", None)  # None if the body was not JSON
            code = str(said.get("error") or "") if isinstance(said, dict) else ""
            self.count(api_method, code or "other")
            if code:
                self._answered()
            raise
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.count(api_method, "no_answer")
            if self.health:
                self.health.report("slack", f"Slack does not answer ({type(error).__name__}).")
            raise
        self.count(api_method, "")
        self._answered()
        return answer

    def _answered(self) -> None:
        if self.health:
            self.health.clear("slack")


def slack_client(settings: Settings) -> MonitoredClient:
    """A client without the SDK's own retries: after a connection reset they would post a message twice."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return MonitoredClient(token, base_url=settings.slack_api_url, retry_handlers=[], timeout=10)


def bolt_logger() -> logging.Logger:
    """The parent of Bolt's loggers. It lets only errors through, unless the log level is DEBUG: Bolt's warnings quote
    request bodies."""
    bolt = logging.getLogger("slack_bolt")
    bolt.setLevel(logging.NOTSET if logging.getLogger().level == logging.DEBUG else logging.ERROR)
    return bolt
