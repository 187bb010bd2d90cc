"""One call of Slack's Web API, retried until Slack has answered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.errors import LastingRefusalError, LateError, UnreadableAnswerError
from bot.delivery.outage import LastingOutage
from bot.delivery.retry import FailedCallError, backoff, raise_if_final, wait_after
from bot.delivery.session import HttpSession
from store.serialization.codec import decode, encode

log = logging.getLogger(__name__)

# Only the methods that write accept JSON: https://docs.slack.dev/apis/web-api/#post-bodies
_TAKES_JSON = ("chat.", "views.", "reactions.", "conversations.open", "files.completeUploadExternal")
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError)
_OK: Final = 200


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
OTHER = "other"  # the outcome of a call whose answer is not Slack's
OnCall = Callable[[str, str | Exception], None]


class WebApi:
    """`client` gives the token, the address and the proxy. The calls are made here: the SDK's way costs twice the processor
    time. `sleep`, `now` (seconds since 1970) and `chance` (0 to 1) are passed in. `on_call` is called after each attempt
    with the method and the outcome: "" on success, else Slack's error code, `OTHER`, or the error if there was no answer.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        session: HttpSession,
        outage: LastingOutage,
        *,
        now: Callable[[], float],
        chance: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        on_call: OnCall,
    ) -> None:
        self._client, self._session, self._outage = client, session, outage
        self._now, self._chance, self._sleep, self._on_call = now, chance, sleep, on_call
        self._headers = {**client.headers, "Authorization": f"Bearer {client.token}"}

    async def call(
        self, method: str, options: Options = DEFAULT_OPTIONS, payload: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Slack's answer. Raises `RefusedError` if Slack refuses this call; with `within`, also `LateError`."""
        given = payload or {}
        if options.within is None:
            return await self._outage.run(
                lambda: self._call_until_answered(method, options, given), options.on_wait
            )
        try:
            async with asyncio.timeout(options.within):
                return await self._call_until_answered(method, options, given)
        except TimeoutError:
            raise LateError(f"{method}: not within {options.within:g} s") from None
        except LastingRefusalError as error:
            self._outage.begin(error.code)
            raise LateError(f"{method}: {error.code}") from None

    async def call_once(
        self, method: str, payload: dict[str, Any], wants: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """One attempt. Raises any of `bot.delivery.errors`, and `aiohttp.ClientError`, `TimeoutError`, `OSError`."""
        try:
            return await self._attempt(method, wants, payload)
        except FailedCallError as failure:
            raise UnreadableAnswerError(method, str(failure)) from None

    async def _call_until_answered(
        self, method: str, options: Options, payload: dict[str, Any]
    ) -> dict[str, Any]:
        attempt = 0
        while True:
            try:
                async with options.around():
                    return await self._attempt(method, options.wants, payload)
            except FailedCallError as failure:
                wait = wait_after(failure, attempt, self._now(), self._chance())
                log.warning("Slack is busy (%s: %s); trying again in %.1f s", method, failure, wait)
            except UnreadableAnswerError as error:
                wait = backoff(attempt, self._chance())
                log.warning("%s; trying again in %.1f s", error, wait)
            except _NO_ANSWER as error:
                await self._session.note_failure()
                wait = backoff(attempt, self._chance())
                log.warning(
                    "Slack did not answer %s (%s); trying again in %.1f s", method, type(error).__name__, wait
                )
            attempt += 1
            await self._sleep(wait)
            if options.check and (found := await options.check()) is not None:
                return found

    async def _attempt(self, method: str, wants: tuple[str, ...], payload: dict[str, Any]) -> dict[str, Any]:
        """Slack's answer to one attempt. Raises `FailedCallError` if another may succeed, any of `bot.delivery.errors`, and
        `_NO_ANSWER`; `TypeError` if `payload` cannot be JSON."""
        verb, how = "GET", dict[str, Any](params=payload, headers=self._headers)
        if method.startswith(_TAKES_JSON):
            verb, how = "POST", {"data": encode(payload), "headers": self._headers | _JSON}
        address, proxy = f"{self._client.base_url}{method}", self._client.proxy
        try:
            async with self._session.get().request(verb, address, proxy=proxy, **how) as answer:
                body = _read_object(await answer.read())
        except _NO_ANSWER as error:
            self._on_call(method, error)
            raise
        if answer.status != _OK or not body.get("ok"):
            failure = FailedCallError(answer.status, answer.headers, body)
            self._on_call(method, failure.code or OTHER)
            raise_if_final(method, failure)
            raise failure
        self._on_call(method, "")
        self._session.note_success()
        if any(name not in body for name in wants):
            raise UnreadableAnswerError(method, f"without {', '.join(wants)}")
        return body


def _read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in the body; {} if it is something else."""
    try:
        found = decode(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
