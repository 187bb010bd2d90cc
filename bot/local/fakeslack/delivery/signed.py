"""Delivery by signed HTTP to the app's request URL.

Source: docs.slack.dev, authentication/verifying-requests-from-slack.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.local.fakeslack.delivery.envelope import Attempt, Delivery, UndeliveredError


def sign(secret: str, timestamp: str, body: str) -> str:
    """The `x-slack-signature` of a request."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return f"v0={digest}"


def encode(delivery: Delivery) -> tuple[str, str]:
    """The body and its content type."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload), "application/json"
    fields = (
        delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    )
    return urlencode(fields), "application/x-www-form-urlencoded"


class SignedHttp:
    """`now` is the machine's time, not the workspace's, because the app compares it with its own."""

    timeout_reason = "http_timeout"

    def __init__(
        self, url: str, secret: str, now: Callable[[], float], session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        self.url, self._secret, self._now, self._session = url, secret, now, session

    async def carry(self, delivery: Delivery, attempt: Attempt) -> Any:
        body, content_type = encode(delivery)
        timestamp = str(int(self._now()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if attempt.retry:
            headers |= {"X-Slack-Retry-Num": str(attempt.retry), "X-Slack-Retry-Reason": attempt.reason}
        try:
            async with self._session().post(self.url, data=body.encode(), headers=headers) as response:
                answer = await response.text()
                if not response.ok:
                    raise UndeliveredError(
                        "http_error", final=response.headers.get("X-Slack-No-Retry") == "1"
                    )
                return _read(answer, response.content_type)
        except aiohttp.ClientError as error:
            raise UndeliveredError("connection_failed") from error


def _read(answer: str, content_type: str) -> Any:
    if not answer.strip():
        return None
    if content_type == "application/json":
        try:
            return json.loads(answer)
        except ValueError:
            return answer
    return answer
