"""The client that calls Slack, and the logger for Bolt."""

import logging
from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.app.monitoring.health import Health
from bot.delivery.web_api import OTHER
from bot.settings import Settings


def note_call(
    health: Health, count: Callable[[str, str], None] | None, method: str, outcome: str | Exception
) -> None:
    """Tell `health` whether Slack answers (a refusal is an answer), and `count` each call's method and error. For `outcome`
    see `WebApi`."""
    code = outcome if isinstance(outcome, str) else "no_answer"
    if count:
        count(method, code)
    if isinstance(outcome, Exception):
        health.report("slack", f"Slack does not answer ({type(outcome).__name__}).")
    elif outcome != OTHER:
        health.clear("slack")


def slack_client(settings: Settings) -> AsyncWebClient:
    """The SDK's client, without its own retries: its callers wait out outages themselves."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return AsyncWebClient(token, base_url=settings.slack_api_url, retry_handlers=[], timeout=10)


def bolt_logger() -> logging.Logger:
    """The parent of Bolt's loggers. It lets only errors through, unless the log level is DEBUG: Bolt's warnings quote
    request bodies."""
    bolt = logging.getLogger("slack_bolt")
    bolt.setLevel(logging.NOTSET if logging.getLogger().level == logging.DEBUG else logging.ERROR)
    return bolt
