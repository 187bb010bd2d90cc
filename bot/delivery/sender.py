"""One call to Slack after another: in order a channel, a message a second, `Retry-After` honoured, resets survived."""

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.views.rendered import Rendered
from store.models import MessageRef

log = logging.getLogger(__name__)

PACE = 1.0  # seconds between two messages in one channel, Slack's own limit
LONGEST_WAIT = 30.0
_BUSY = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
# What reads does not understand JSON: https://docs.slack.dev/apis/web-api/#post-bodies
_TAKES_JSON = (
    "chat.",
    "views.",
    "reactions.add",
    "reactions.remove",
    "conversations.open",
    "files.completeUploadExternal",
)
_QUIET = {"unfurl_links": False, "unfurl_media": False}


class RefusedError(Exception):
    """Slack refused a call for good; `code` is Slack's own."""

    def __init__(self, method: str, code: str, detail: str = "") -> None:
        self.method, self.code = method, code
        super().__init__(f"{method}: {code}{f' ({detail})' if detail else ''}")


class Sender:
    """Calls wait while Slack is down or slow; only a refusal for good raises (`RefusedError`).

    `sleep`, `clock` (seconds, monotonic) and `jitter` (0 to 1) are passed in.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        clock: Callable[[], float],
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: float = PACE,
    ) -> None:
        self.client = client
        self._clock, self._sleep, self._jitter, self._pace = clock, sleep, jitter, pace
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(
            asyncio.Lock
        )  # asyncio's locks are first come, first served
        self._next: dict[str, float] = {}

    async def call(
        self, method: str, check: Callable[[], Awaitable[Any]] | None = None, **payload: Any
    ) -> dict[str, Any]:
        """Slack's answer. After a failure that may have come too late, `check` says whether the call was carried
        out all the same: what it returns, unless None, is the answer then."""
        attempt = 0
        while True:
            try:
                if method.startswith(_TAKES_JSON):
                    answer = await self.client.api_call(method, json=payload)
                else:
                    answer = await self.client.api_call(method, http_verb="GET", params=payload)
                return dict(answer.data) if isinstance(answer.data, dict) else {}
            except SlackApiError as error:
                wait = self._wait_after(method, error, attempt)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                wait = self._backoff(attempt)
                log.warning(
                    "Slack did not answer %s (%s); trying again in %.1f s", method, type(error).__name__, wait
                )
            attempt += 1
            await self._sleep(wait)
            if check and (found := await check()):
                return dict(found)

    async def call_best_effort(self, method: str, **payload: Any) -> None:
        """Once, and no harm if it fails: for what is only nice to have, and only now."""
        try:
            await self.client.api_call(method, json=payload)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.info("%s did not work: %s", method, type(error).__name__)

    def _wait_after(self, method: str, error: SlackApiError, attempt: int) -> float:
        response: Any = error.response
        said = response.data if isinstance(response.data, dict) else {}  # text where a proxy answered
        code, status = str(said.get("error", "")), response.status_code
        if status == 429 or code in ("ratelimited", "rate_limited"):  # noqa: PLR2004  # Too Many Requests
            wait = float(response.headers.get("Retry-After", 1))
        elif status >= 500 or code in _BUSY:  # noqa: PLR2004  # the server's own faults
            wait = self._backoff(attempt)
        else:
            messages = (said.get("response_metadata") or {}).get("messages") or []
            raise RefusedError(method, code or f"HTTP {status}", "; ".join(map(str, messages))) from None
        log.warning("Slack is busy (%s: %s); trying again in %.1f s", method, code or status, wait)
        return wait

    def _backoff(self, attempt: int) -> float:
        return min(LONGEST_WAIT, 0.5 * 2.0 ** min(attempt, 10)) * (0.5 + self._jitter() / 2)

    async def post(
        self,
        channel: str,
        thread: str,
        rendered: Rendered,
        *,
        key: str = "",
        maybe_sent: bool = False,
        late: Callable[[], Awaitable[Rendered]] | None = None,
    ) -> MessageRef:
        """Post once: `key` marks the message, and one that may be there already (`maybe_sent`, or after a reset) is
        looked for first. `late` draws it anew once it is its turn."""
        _, mark = _marked(rendered.blocks, key)

        async def sent_before() -> dict[str, Any] | None:
            return await self._find(channel, thread, mark) if mark else None

        async with self._queues[channel]:
            answer = await sent_before() if maybe_sent else None
            if answer is None:
                await self._wait_for_turn(channel)
                payload = _message(channel, thread, await late() if late else rendered, key)
                answer = await self._send("chat.postMessage", payload, sent_before)
            return MessageRef(channel, str(answer["ts"]), thread)

    async def _send(
        self, method: str, payload: dict[str, Any], check: Callable[[], Awaitable[Any]] | None = None
    ) -> dict[str, Any]:
        """`call`; what Slack will not take because of its metadata arrives without them: people do not see them."""
        try:
            return await self.call(method, check, **payload)
        except RefusedError as error:
            if "metadata" not in error.code or "metadata" not in payload:
                raise
            log.warning("Slack does not take the metadata of a message (%s): sent without them", error.code)
            return await self.call(
                method, check, **{name: value for name, value in payload.items() if name != "metadata"}
            )

    async def _wait_for_turn(self, channel: str) -> None:
        now = self._clock()
        turn = max(now, self._next.get(channel, now))
        self._next[channel] = turn + self._pace
        if turn > now:
            await self._sleep(turn - now)

    async def _find(self, channel: str, thread: str, mark: str) -> dict[str, Any] | None:
        """The message that bears `mark`, among the latest of its thread or channel."""
        try:
            if thread:
                found = await self.call("conversations.replies", channel=channel, ts=thread, limit=200)
            else:
                found = await self.call("conversations.history", channel=channel, limit=100)
        except RefusedError:  # a thread or channel that cannot be read holds no proof
            return None
        for message in found.get("messages", []):
            if any(block.get("block_id") == mark for block in message.get("blocks", [])):
                return dict(message)
        return None

    async def update(self, place: MessageRef, rendered: Rendered) -> None:
        payload: dict[str, Any] = {
            "channel": place.channel,
            "ts": place.ts,
            "text": rendered.text,
            "blocks": rendered.blocks,
        }
        if rendered.metadata:
            payload["metadata"] = rendered.metadata
        async with self._queues[f"{place.channel} updates"]:  # they need not wait for what is posted there
            await self._send("chat.update", payload)

    async def post_ephemeral(self, channel: str, user: str, thread: str, rendered: Rendered) -> None:
        """An ephemeral message, only for `user`; in a direct message, where there are none, a plain one."""
        payload: dict[str, Any] = {
            "channel": channel,
            "user": user,
            "text": rendered.text,
            "blocks": rendered.blocks,
        }
        if thread:
            payload["thread_ts"] = thread
        async with self._queues[channel]:
            await self.call("chat.postEphemeral", **payload)

    async def post_dm(
        self, user: str, rendered: Rendered, *, key: str = "", maybe_sent: bool = False
    ) -> MessageRef:
        """A direct message to `user`."""
        opened = await self.call("conversations.open", users=user)
        return await self.post(str(opened["channel"]["id"]), "", rendered, key=key, maybe_sent=maybe_sent)

    async def upload_file(self, user: str, name: str, content: str) -> None:
        """A file in a direct message to `user`."""
        opened = await self.call("conversations.open", users=user)
        data = content.encode()
        ticket = await self.call("files.getUploadURLExternal", filename=name, length=len(data))
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
            session.post(str(ticket["upload_url"]), data=data) as answer,
        ):
            answer.raise_for_status()
        files = [{"id": ticket["file_id"], "title": name}]
        await self.call("files.completeUploadExternal", files=files, channel_id=str(opened["channel"]["id"]))

    async def respond(self, response_url: str, rendered: Rendered, *, replace: bool = False) -> bool:
        """Answer by `response_url`, to the person alone; False when it is used up, expired or out of reach."""
        payload: dict[str, Any] = {
            "response_type": "ephemeral",
            "text": rendered.text,
            "blocks": rendered.blocks,
            **_QUIET,
        }
        if replace:
            payload["replace_original"] = True
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
                session.post(response_url, json=payload) as answer,
            ):
                return answer.status == 200  # noqa: PLR2004  # OK
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False

    async def react(self, place: MessageRef, name: str, *, there: bool) -> None:
        method = "reactions.add" if there else "reactions.remove"
        try:
            await self.call(method, channel=place.channel, timestamp=place.ts, name=name)
        except RefusedError as error:
            if error.code not in ("already_reacted", "no_reaction"):
                raise


def _message(channel: str, thread: str, rendered: Rendered, key: str) -> dict[str, Any]:
    blocks, _ = _marked(rendered.blocks, key)
    payload: dict[str, Any] = {"channel": channel, "text": rendered.text, "blocks": blocks, **_QUIET}
    if thread:
        payload["thread_ts"] = thread
    if rendered.metadata:
        payload["metadata"] = rendered.metadata
    return payload


def _marked(blocks: list[dict[str, Any]], key: str) -> tuple[list[dict[str, Any]], str]:
    """`blocks`, the first of them named after `key`: by that name the message can be found again."""
    if not key or not blocks:
        return blocks, ""
    mark = "sent." + hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
    return [{**blocks[0], "block_id": mark}, *blocks[1:]], mark
