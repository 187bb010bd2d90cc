"""One call of Slack's Web API, retried until Slack has answered."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.errors import LastingRefusalError, LateError, UnreadableAnswerError
from bot.delivery.outage import LastingOutage
from bot.delivery.retry import backoff, raise_if_final, read_failure, wait_after
from bot.delivery.session import HttpSession

log = logging.getLogger(__name__)

# Only the methods that write accept JSON: https://docs.slack.dev/apis/web-api/#post-bodies
_TAKES_JSON = ("chat.", "views.", "reactions.", "conversations.open", "files.completeUploadExternal")
_NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError)
# What the SDK raises when it reads an unexpected answer: text, a list, bytes that are not UTF-8.
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Options:
    """How a call is made.

    `wants`: fields that the answer must have. `check` is called after a failed attempt, to see whether the call was carried
    out all the same; if it returns anything but None, that is the answer. Each attempt runs inside `around()`. `on_wait` is
    called if a lasting outage must be waited for. `within`: seconds after which the call is useless.
    """

    wants: tuple[str, ...] = ()
    check: Callable[[], Awaitable[dict[str, Any] | None]] | None = None
    around: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    on_wait: Callable[[], Awaitable[None]] | None = None
    within: float | None = None


DEFAULT_OPTIONS = Options()


class WebApi:
    """`sleep`, `now` (seconds since 1970) and `chance` (0 to 1) are passed in."""

    def __init__(
        self,
        client: AsyncWebClient,
        session: HttpSession,
        outage: LastingOutage,
        *,
        now: Callable[[], float],
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.client, self.session, self.outage = client, session, outage
        self._now, self._chance, self._sleep = now, chance, sleep

    async def call(
        self, method: str, options: Options = DEFAULT_OPTIONS, payload: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Slack's answer. Raises `RefusedError` if Slack refuses this call; with `within`, also `LateError`."""
        given = payload or {}
        if options.within is None:
            return await self.outage.run(
                lambda: self._call_until_answered(method, options, given), options.on_wait
            )
        try:
            async with asyncio.timeout(options.within):
                return await self._call_until_answered(method, options, given)
        except TimeoutError:
            raise LateError(f"{method}: not within {options.within:g} s") from None
        except LastingRefusalError as error:
            self.outage.begin(error.code)
            raise LateError(f"{method}: {error.code}") from None

    async def call_once(
        self, method: str, payload: dict[str, Any], wants: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """One attempt. Raises any of `bot.delivery.errors`, and `aiohttp.ClientError`, `TimeoutError`, `OSError`."""
        try:
            return await self._call_sdk(method, Options(wants=wants), payload)
        except SlackApiError as error:
            failure = read_failure(error)
            raise_if_final(method, failure)
            raise UnreadableAnswerError(method, failure.code or f"HTTP {failure.status}") from None

    async def _call_until_answered(
        self, method: str, options: Options, payload: dict[str, Any]
    ) -> dict[str, Any]:
        attempt = 0
        while True:
            try:
                async with options.around():
                    return await self._call_sdk(method, options, payload)
            except SlackApiError as error:
                wait = self._wait_after(method, error, attempt)
            except UnreadableAnswerError as error:
                wait = backoff(attempt, self._chance())
                log.warning("%s; trying again in %.1f s", error, wait)
            except _NO_ANSWER as error:
                await self.session.note_failure()
                wait = backoff(attempt, self._chance())
                log.warning(
                    "Slack did not answer %s (%s); trying again in %.1f s", method, type(error).__name__, wait
                )
            attempt += 1
            await self._sleep(wait)
            if options.check and (found := await options.check()) is not None:
                return found

    async def _call_sdk(self, method: str, options: Options, payload: dict[str, Any]) -> dict[str, Any]:
        self.client.session = self.session.get()
        try:
            if method.startswith(_TAKES_JSON):
                answer = await self.client.api_call(method, json=payload)
            else:
                answer = await self.client.api_call(method, http_verb="GET", params=payload)
        except _UNREADABLE as error:
            json.dumps(payload)  # raises if the fault is in our own payload
            raise UnreadableAnswerError(method, type(error).__name__) from None
        self.session.note_success()
        said = answer.data
        if not isinstance(said, dict) or any(name not in said for name in options.wants):
            raise UnreadableAnswerError(method, f"without {', '.join(options.wants) or 'an object'}")
        return said

    def _wait_after(self, method: str, error: SlackApiError, attempt: int) -> float:
        """Seconds until the next attempt. Raises final errors."""
        failure = read_failure(error)
        try:
            raise_if_final(method, failure)
        except UnreadableAnswerError as unreadable:
            wait = backoff(attempt, self._chance())
            log.warning("%s; trying again in %.1f s", unreadable, wait)
            return wait
        wait = wait_after(failure, attempt, self._now(), self._chance())
        log.warning(
            "Slack is busy (%s: %s); trying again in %.1f s", method, failure.code or failure.status, wait
        )
        return wait
