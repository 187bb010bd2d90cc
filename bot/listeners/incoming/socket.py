"""Slack over Socket Mode: the SDK's client, with its own checks of frames and its own way to reconnect."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.incoming.receiving import Receive
from bot.listeners.incoming.schemas import MalformedError, parse_json
from bot.tasks import log_and_continue

log = logging.getLogger(__name__)

PING = 5.0  # seconds between two pings; a socket is considered dead after four without an answer
FIRST_PAUSE = 0.5  # seconds between two attempts to connect; doubles each time
LONGEST_PAUSE = 30.0


class SocketClient(SocketModeClient):
    """`find` returns the address of the next socket, valid for one connection. It waits while Slack is down.

    `connected` is called with True or False whenever a socket is opened or lost. `connect` replaces the SDK's, which would
    try the same address for ever, although Slack accepts each only once.
    """

    def __init__(
        self,
        app_token: str,
        web_client: AsyncWebClient,
        receive: Receive,
        find: Callable[[], Awaitable[str]],
        connected: Callable[[bool], None],
    ) -> None:
        super().__init__(app_token=app_token, web_client=web_client, ping_interval=PING)
        self._receive, self._find, self._connected = receive, find, connected
        self._working: set[asyncio.Task[None]] = set()

    # sockets

    async def issue_new_wss_url(self) -> str:
        return await self._find()

    async def connect(self) -> None:
        """Return once a socket is open or the client is closed."""
        self._connected(False)
        self.auto_reconnect_enabled = False
        old = self.current_session
        if old is not None:
            with suppress(aiohttp.ClientError, OSError, RuntimeError):  # it may be broken
                await old.close()
        pause = FIRST_PAUSE
        while not self.closed:
            if self.aiohttp_client_session.closed:
                self.aiohttp_client_session = aiohttp.ClientSession()
            address, self.wss_uri = self.wss_uri or await self._find(), None
            try:
                self.current_session = await self.aiohttp_client_session.ws_connect(
                    address,
                    autoping=False,
                    heartbeat=self.ping_interval,
                    proxy=self.proxy,
                    ssl=True if self.web_client.ssl is None else self.web_client.ssl,
                )
                await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("No socket to Slack (%s); trying again in %.1f s", type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                self._begin()
                return

    def _begin(self) -> None:
        self.stale = False
        self.last_ping_pong_time = None
        self.auto_reconnect_enabled = self.default_auto_reconnect_enabled
        for ended in (self.current_session_monitor, self.message_receiver):
            if ended is not None and ended is not asyncio.current_task():
                ended.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        self._connected(True)

    # frames

    async def enqueue_message(self, message: str) -> None:
        """Begin to handle a frame at once, concurrently with others. What Slack would not send is logged and dropped."""
        try:
            frame = parse_json(message)
        except MalformedError as error:
            log.warning("Left alone a frame that Slack does not send: %s", error)
            return
        if isinstance(frame, dict):
            task = asyncio.create_task(self._survive(frame, message))
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    async def _survive(self, frame: dict[str, Any], raw: str) -> None:
        with log_and_continue("A frame's work"):
            await self._work_on(frame, raw)

    async def _work_on(self, frame: dict[str, Any], raw: str) -> None:
        envelope = frame.get("envelope_id")
        if frame.get("type") == "disconnect" or not isinstance(envelope, str):
            await self.run_message_listeners(frame, raw)
            return
        response = await self._receive(frame.get("payload"), {})
        request = SocketModeRequest(type=str(frame.get("type")), envelope_id=envelope, payload={})
        with suppress(aiohttp.ClientError, OSError):  # the socket is gone; Slack delivers again over another
            if response.status == 400:  # noqa: PLR2004  # acknowledge: sending it again would not help
                await self.send_socket_mode_response(SocketModeResponse(envelope_id=envelope))
            else:
                await send_async_response(self, request, response, 0.0)
