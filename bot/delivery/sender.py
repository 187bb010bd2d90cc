"""The bot's calls to Slack: one at a time and paced per channel, simplified if Slack rejects the form, never posted
twice."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.errors import LastingRefusalError, LateError, RefusedError, UnreadableAnswerError
from bot.delivery.outage import LastingOutage
from bot.delivery.pacing import PACE, Pacing
from bot.delivery.pacing.turns import Turns, local_turns
from bot.delivery.recent import RecentDict
from bot.delivery.response_url import ResponseUrls
from bot.delivery.retry import backoff
from bot.delivery.session import HttpSession
from bot.delivery.simplify import send_simplified
from bot.delivery.web_api import DEFAULT_OPTIONS, OnCall, Options, WebApi
from bot.tasks import log_and_continue
from bot.views.rendered import MARK, Rendered
from store.models.tickets import MessageRef

log = logging.getLogger(__name__)

TRIGGER_LIFETIME = 3.0  # seconds that a `trigger_id` is valid
PROBE_INTERVAL = 5.0  # seconds between two checks whether an outage needs a test call
UPLOAD_TRIES = 3
UPLOAD_TIMEOUT = 60.0  # seconds
MAX_PAGES = 5  # of a thread, searched for a message that may already be there
MAX_DMS = 1000  # people whose DM channel id is cached
_OK: Final = 200

_NO_UNFURLING = {"unfurl_links": False, "unfurl_media": False}
_MARKED = "sent."  # what a mark begins with


class Sender:
    """Calls wait while Slack is down or slow. Only `RefusedError`, a refusal of the particular call, is raised.

    `sleep`, `now` (seconds since 1970) and `jitter` (0 to 1) are passed in; `on_outage_change` is passed to
    `LastingOutage`, `client` and `on_call` to `WebApi`. `turns` are shared with the other processes that post in the same channels.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        now: Callable[[], float],
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: float = PACE,
        on_outage_change: Callable[[str], None] = lambda _: None,
        on_call: OnCall = lambda *_: None,
        turns: Turns | None = None,
    ) -> None:
        self.outage = LastingOutage(sleep, jitter, on_outage_change)
        self._session = HttpSession()
        self._api = WebApi(
            client, self._session, self.outage, now=now, chance=jitter, sleep=sleep, on_call=on_call
        )
        self._response_urls = ResponseUrls(self._session, client.base_url, sleep, jitter)
        self._sleep, self._jitter = sleep, jitter
        self._pacing = Pacing(turns or local_turns(now, sleep), pace)
        self._dms: RecentDict[str, str] = RecentDict(MAX_DMS)

    async def close(self) -> None:
        await self._session.close()

    # any method

    async def call(
        self, method: str, options: Options = DEFAULT_OPTIONS, /, **payload: Any
    ) -> dict[str, Any]:
        """Slack's answer. Raises `RefusedError`; with `options.within`, also `LateError`."""
        return await self._api.call(method, options, payload)

    async def call_at_once(self, method: str, **payload: Any) -> dict[str, Any]:
        """Like `call`, but raises `LateError` if there is no answer within the lifetime of a `trigger_id`."""
        return await self.call(method, Options(within=TRIGGER_LIFETIME), **payload)

    async def probe_outages(self) -> None:
        """Runs for ever. During an outage in which no call is waiting, make a test call to see whether it is over."""
        while True:
            await self._sleep(PROBE_INTERVAL)
            if self.outage.code and not self.outage.waiting:
                with log_and_continue("Asking whether Slack takes calls again"), suppress(RefusedError):
                    await self.call("auth.test")  # a refusal is an answer, too

    async def call_best_effort(self, method: str, **payload: Any) -> None:
        """One attempt whose failure is only logged: for what is nice to have, and only now."""
        try:
            await self._api.call_once(method, payload)
        except (
            RefusedError,
            LastingRefusalError,  # perhaps only of this method, which some workspaces lack
            LateError,
            UnreadableAnswerError,
            aiohttp.ClientError,
            TimeoutError,
            OSError,
        ) as error:
            log.info("%s did not work: %s", method, type(error).__name__)

    # messages

    async def post(
        self,
        channel: str,
        thread: str,
        rendered: Rendered,
        *,
        key: str = "",
        maybe_sent: bool = False,
        on_wait: Callable[[], Awaitable[None]] | None = None,
        redraw: Callable[[], Awaitable[Rendered]] | None = None,
    ) -> MessageRef:
        """Post a message exactly once. `key` makes its mark; if the message may be there already (`maybe_sent`, or
        after a failed attempt), the bot looks for the mark first. `on_wait` is called if a lasting outage must be
        waited for; `redraw` renders the message again when its turn comes."""
        mark = _make_mark(key)

        async def sent_before() -> dict[str, Any] | None:
            return await self._find(channel, thread, mark) if mark else None

        async def send(form: Rendered) -> dict[str, Any]:
            payload = {"channel": channel, **_message_fields(form, mark), **_NO_UNFURLING}
            if thread:
                payload["thread_ts"] = thread
            return await self.call("chat.postMessage", options, **payload)

        options = Options(
            wants=("ts",), check=sent_before, around=lambda: self._pacing.posting(channel), on_wait=on_wait
        )
        # Looking inside the reserved turn, since another process may be about to post the same.
        async with self._pacing.turn(channel), self._pacing.reserved(channel):
            answer = await sent_before() if maybe_sent else None
            if answer is None:
                answer = await send_simplified(send, await redraw() if redraw else rendered, mark)
            return MessageRef(channel, str(answer["ts"]), thread)

    async def _find(self, channel: str, thread: str, mark: str) -> dict[str, Any] | None:
        """The message with `mark`, among the latest in its thread or channel."""
        asked = {"channel": channel, "include_all_metadata": "true"}
        try:
            for _ in range(MAX_PAGES):
                if thread:
                    found = await self.call("conversations.replies", ts=thread, limit=999, **asked)
                else:
                    found = await self.call("conversations.history", limit=100, **asked)
                for message in found.get("messages") or ():
                    if mark in _marks_of(message):
                        return dict(message)
                following = (found.get("response_metadata") or {}).get("next_cursor")
                if not (thread and following):
                    return None
                asked["cursor"] = str(following)
        except RefusedError:  # if the thread or channel cannot be read, nothing can be found
            return None
        return None

    async def update(
        self,
        place: MessageRef,
        rendered: Rendered,
        around: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        key: str = "",
        mark: str = "",
    ) -> None:
        """Every attempt runs inside `around()`. `key` is the one the message was posted with, or `mark` its mark, which it
        keeps: whoever posted it may still look for it."""
        mark = mark or _make_mark(key)

        async def send(form: Rendered) -> dict[str, Any]:
            return await self.call(
                "chat.update",
                Options(around=around),
                channel=place.channel,
                ts=place.ts,
                **_message_fields(form, mark),
            )

        # Updates need not wait for posts in the same channel.
        async with self._pacing.turn(f"{place.channel} updates"):
            await send_simplified(send, rendered, mark)

    async def post_ephemeral(self, channel: str, user: str, thread: str, rendered: Rendered) -> None:
        """A message that only `user` sees. If Slack's answer is lost, it is sent again and may appear twice."""

        async def send(form: Rendered) -> dict[str, Any]:
            payload = {"channel": channel, "user": user, "text": form.text, "blocks": form.blocks}
            if thread:
                payload["thread_ts"] = thread
            return await self.call("chat.postEphemeral", **payload)

        async with self._pacing.turn(channel):
            await send_simplified(send, rendered)

    async def post_dm(
        self, user: str, rendered: Rendered, *, key: str = "", maybe_sent: bool = False
    ) -> MessageRef:
        """A direct message to `user`."""
        return await self.post(await self.open_dm(user), "", rendered, key=key, maybe_sent=maybe_sent)

    async def open_dm(self, user: str) -> str:
        """The id of the user's DM channel with the bot."""
        if user not in self._dms:
            opened = await self.call("conversations.open", Options(wants=("channel",)), users=user)
            self._dms[user] = str(opened["channel"]["id"])
        return self._dms[user]

    async def upload_file(self, user: str, name: str, content: str) -> None:
        """Send a file as a direct message. Raises `RefusedError`."""
        channel, data = await self.open_dm(user), content.encode()
        for attempt in range(UPLOAD_TRIES):
            ticket = await self.call(
                "files.getUploadURLExternal",
                Options(wants=("upload_url", "file_id")),
                filename=name,
                length=len(data),
            )
            if await self._upload(str(ticket["upload_url"]), data):
                files = [{"id": ticket["file_id"], "title": name}]
                await self.call("files.completeUploadExternal", files=files, channel_id=channel)
                return
            await self._sleep(backoff(attempt, self._jitter()))
        raise RefusedError("files.upload", "upload_failed")

    async def _upload(self, url: str, data: bytes) -> bool:
        timeout = aiohttp.ClientTimeout(total=UPLOAD_TIMEOUT)
        try:
            async with self._session.get().post(url, data=data, timeout=timeout) as answer:
                return answer.status == _OK
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("A file could not be uploaded: %s", type(error).__name__)
            return False

    async def respond(self, response_url: str, rendered: Rendered, *, replace: bool = False) -> bool:
        """Answer only the person, at least once. False if the URL is used up, expired, unreachable or not one of Slack's."""
        return await self._response_urls.respond(response_url, rendered, replace=replace)

    async def react(self, place: MessageRef, name: str, *, there: bool) -> None:
        method = "reactions.add" if there else "reactions.remove"
        try:
            await self.call(method, channel=place.channel, timestamp=place.ts, name=name)
        except RefusedError as error:
            if error.code not in ("already_reacted", "no_reaction"):
                raise


def _make_mark(key: str) -> str:
    """The mark that identifies a posted message: its first block's id, or part of its metadata if it has no blocks."""
    return _MARKED + hashlib.blake2b(key.encode(), digest_size=12).hexdigest() if key else ""


def find_mark(message: dict[str, Any]) -> str:
    """The mark of a posted message; "" if it has none."""
    return next((one for one in _marks_of(message) if one.startswith(_MARKED)), "")


def _marks_of(message: dict[str, Any]) -> list[str]:
    """Where the mark may be: in the metadata, and the ids of the blocks."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    blocks = message.get("blocks") or ()
    return [str(payload.get(MARK) or ""), *(str(block.get("block_id") or "") for block in blocks)]


def _message_fields(form: Rendered, mark: str = "") -> dict[str, Any]:
    blocks = form.blocks
    if mark and blocks:
        blocks = [{**blocks[0], "block_id": mark}, *blocks[1:]]
    parts: dict[str, Any] = {"text": form.text, "blocks": blocks}
    return parts | ({"metadata": form.metadata} if form.metadata else {})
