"""Slack over Socket Mode: the SDK's client, with its own checks of frames and its own way to reconnect."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
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
ANSWERED_WITHIN = 2.5  # seconds that a socket is kept for what has arrived over it; Slack waits three
RETIRING = 10.0  # seconds after which a replaced socket is closed if Slack has not closed it
FIRST_PAUSE = 0.5  # seconds between two attempts to connect; doubles each time
LONGEST_PAUSE = 30.0

# With these, Slack announces that it will close a socket that it still uses.
_ANNOUNCED = ("warning", "refresh_requested")

Socket = aiohttp.ClientWebSocketResponse


class _Reply:
    """Acknowledges over the socket by which the envelope came: Slack may not know it by another."""

    def __init__(self, client: "SocketClient", socket: Socket | None) -> None:
        self._client, self._socket, self.logger = client, socket, client.logger

    async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        text = json.dumps(response.to_dict())
        if self._socket is None or self._socket.closed:
            await self._client.send_message(text)
        else:
            await self._socket.send_str(text)


class SocketClient(SocketModeClient):
    """`find` returns the address of the next socket, valid for one connection. It waits while Slack is down.

    `connected` is called with True or False whenever a socket is opened or lost. `connect` replaces the SDK's, which would
    try the same address for ever, although Slack accepts each only once, and which closes the old socket before it has a
    new one: what people do in between would fail.
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
        self._answering: dict[asyncio.Task[None], Socket | None] = {}  # by which socket the envelope came
        self._retiring: dict[Socket, asyncio.Task[None]] = {}  # replaced sockets that Slack may still use
        self._announced: Socket | None = None  # the socket that Slack will close, if it is still in use

    # sockets

    async def issue_new_wss_url(self) -> str:
        return await self._find()

    async def connect(self) -> None:
        """Return once a socket is open or the client is closed."""
        self.auto_reconnect_enabled = False
        old = self.current_session
        if old is None or old.closed or old is not self._announced:
            self._connected(False)
            await self._close_sockets()
            old = None
        pause = FIRST_PAUSE
        while not self.closed:
            if self.aiohttp_client_session.closed:
                self.aiohttp_client_session = aiohttp.ClientSession()
            address, self.wss_uri = self.wss_uri or await self._find(), None
            try:
                await self._begin(await self._open(address))
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("No socket to Slack (%s); trying again in %.1f s", type(error).__name__, pause)
                self._connected(old is not None and not old.closed)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                if old is not None:
                    self._retiring[old] = asyncio.create_task(self._retire(old))
                return

    async def _open(self, address: str) -> Socket:
        return await self.aiohttp_client_session.ws_connect(
            address,
            autoping=False,
            heartbeat=self.ping_interval,
            proxy=self.proxy,
            ssl=True if self.web_client.ssl is None else self.web_client.ssl,
        )

    async def _begin(self, socket: Socket) -> None:
        """Use this socket from now on. It is closed if it breaks or the bot stops before that."""
        try:
            await socket.ping(f"sdk-ping-pong:{time.time()}".encode())
            await self._stop_receiving()
        except BaseException:
            await _close(socket)
            raise
        self.current_session, self._announced = socket, None
        self.stale = False
        self.last_ping_pong_time = None
        self.auto_reconnect_enabled = self.default_auto_reconnect_enabled
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        self._connected(True)

    async def _stop_receiving(self) -> None:
        begun = (self.current_session_monitor, self.message_receiver)
        tasks = [task for task in begun if task is not None and task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _retire(self, socket: Socket) -> None:
        """Go on with what comes over a replaced socket until Slack closes it."""
        try:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with asyncio.timeout(RETIRING):
                    async for message in socket:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            self._take(message.data, socket)
                        elif message.type is aiohttp.WSMsgType.PING:
                            await socket.pong(message.data)
            await self._acknowledge_all(socket)
            await _close(socket)
        finally:
            del self._retiring[socket]

    async def _close_sockets(self) -> None:
        """Close the current socket and those that were replaced."""
        sockets, tasks = [*self._retiring, self.current_session], list(self._retiring.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for socket in sockets:
            if socket is not None:
                await _close(socket)

    async def _acknowledge_all(self, socket: Socket | None = None) -> None:
        """Wait a moment until what has come over the socket, or over any, is stored and acknowledged: who is told that
        it failed would do it again."""
        tasks = [task for task, its in self._answering.items() if socket in (None, its)]
        if tasks:
            await asyncio.wait(tasks, timeout=ANSWERED_WITHIN)

    async def close(self) -> None:
        """Receive nothing more, acknowledge what has arrived, and close the sockets."""
        self.closed, self.auto_reconnect_enabled = True, False
        working = [task for task in self._working if task is not asyncio.current_task()]
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await self._stop_receiving()
        await self._acknowledge_all()
        await self._close_sockets()
        await super().close()  # type: ignore[no-untyped-call]  # the SDK's

    # frames

    async def enqueue_message(self, message: str) -> None:
        self._take(message, self.current_session)

    def _take(self, message: str, socket: Socket | None) -> None:
        """Begin to handle a frame at once, concurrently with others. What Slack would not send is logged and dropped."""
        try:
            frame = parse_json(message)
        except MalformedError as error:
            log.warning("Left alone a frame that Slack does not send: %s", error)
            return
        if not isinstance(frame, dict):
            return
        envelope = frame.get("envelope_id")
        if frame.get("type") != "disconnect" and isinstance(envelope, str):
            task = asyncio.create_task(_survive(self._answer(frame, envelope, socket)))
            self._answering[task] = socket
            task.add_done_callback(lambda done: self._answering.pop(done, None))
        else:
            task = asyncio.create_task(_survive(self._note(frame, message, socket)))
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    async def _note(self, frame: dict[str, Any], raw: str, socket: Socket | None) -> None:
        """Handle what is no envelope. Slack announces the end of a socket more than once, also of one replaced by now."""
        if frame.get("type") == "disconnect":
            if socket is not self.current_session or socket is self._announced:
                return
            if frame.get("reason") in _ANNOUNCED:
                self._announced = socket
        await self.run_message_listeners(frame, raw)

    async def _answer(self, frame: dict[str, Any], envelope: str, socket: Socket | None) -> None:
        response = await self._receive(frame.get("payload"), {})
        request = SocketModeRequest(type=str(frame.get("type")), envelope_id=envelope, payload={})
        reply: Any = _Reply(self, socket)
        with suppress(aiohttp.ClientError, OSError):  # the socket is gone; Slack delivers again over another
            if response.status == 400:  # noqa: PLR2004  # acknowledge: sending it again would not help
                await reply.send_socket_mode_response(SocketModeResponse(envelope_id=envelope))
            else:
                await send_async_response(reply, request, response, 0.0)


async def _survive(work: Coroutine[Any, Any, None]) -> None:
    with log_and_continue("A frame's work"):
        await work


async def _close(socket: Socket) -> None:
    with suppress(aiohttp.ClientError, OSError, RuntimeError):  # it may be broken
        await socket.close()
