"""Socket Mode: up to ten open sockets. Each payload goes to one of them and is acknowledged.

Source: docs.slack.dev, apis/events-api/using-socket-mode.
"""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any, Literal

from aiohttp import WSCloseCode, WSMsgType, web

from bot.local.fakeslack.delivery.envelope import Attempt, Delivery, UndeliveredError
from bot.local.fakeslack.faults import Faults
from bot.local.fakeslack.ids import Ids
from bot.local.fakeslack.workspace.people import APP

MAX_SOCKETS = 10
Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


class Socket:
    def __init__(self, request: web.Request) -> None:
        self.request = request
        # We answer pings ourselves, so that a silenced socket can ignore them.
        self.web = web.WebSocketResponse(autoping=False)
        self.ready = asyncio.Event()
        self.waiting: dict[str, asyncio.Future[Any]] = {}

    async def send(self, frame: dict[str, Any]) -> None:
        await self.ready.wait()
        try:
            await self.web.send_str(json.dumps(frame))
        except (ConnectionError, RuntimeError) as error:
            raise UndeliveredError("connection_failed") from error

    def abort(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()

    def fail(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(UndeliveredError("connection_failed"))


class Sockets:
    timeout_reason = "timeout"

    def __init__(self, ids: Ids, faults: Faults, chance: random.Random, changed: Callable[[], None]) -> None:
        self._ids, self._faults, self._chance, self._changed = ids, faults, chance, changed
        self._open: list[Socket] = []
        self._tickets: set[str] = set()
        self.loud = asyncio.Event()
        self.loud.set()

    def __len__(self) -> int:
        return sum(socket.ready.is_set() for socket in self._open)

    def issue_ticket(self) -> str:
        """The secret in a socket's URL, valid for one connection."""
        ticket = self._ids.secret()
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if self._faults.outage or ticket not in self._tickets:
            return web.Response(status=503 if self._faults.outage else 401, text="no socket for you\n")
        self._tickets.discard(ticket)
        socket = Socket(request)
        crowded = len(self._open) >= MAX_SOCKETS
        if not crowded:
            # Added before the handshake is answered, so that what happens right afterwards finds this socket.
            self._open.append(socket)
        try:
            await socket.web.prepare(request)
            await self._greet(socket, crowded=crowded)
            if not crowded:
                await self._listen(socket)
        finally:
            if not crowded:
                self._open.remove(socket)
            socket.fail()
            self._changed()
        return socket.web

    async def _greet(self, socket: Socket, *, crowded: bool) -> None:
        if crowded:
            await socket.web.send_json(_disconnect("too_many_websockets"))
            await socket.web.close()
            return
        hello = {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "applink-local", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }
        await socket.web.send_json(hello)
        socket.ready.set()
        self._changed()

    async def _listen(self, socket: Socket) -> None:
        async for message in socket.web:
            if message.type is WSMsgType.PING and self._faults.pongs:
                await socket.web.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(socket, message.data)

    def _acknowledged(self, socket: Socket, text: str) -> None:
        try:
            frame = json.loads(text)
            future = socket.waiting.get(frame["envelope_id"])
        except (ValueError, KeyError, TypeError):
            return
        if future is not None and not future.done():
            future.set_result(frame.get("payload"))

    async def carry(self, delivery: Delivery, attempt: Attempt) -> Any:
        # A silenced socket does not fail; the delivery runs into its deadline.
        await self.loud.wait()
        if not self._open:
            raise UndeliveredError("connection_failed")
        socket = self._chance.choice(self._open)
        envelope = self._ids.uuid("envelope")
        future = socket.waiting[envelope] = asyncio.get_running_loop().create_future()
        frame = {
            "envelope_id": envelope,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            frame |= {"retry_attempt": attempt.retry, "retry_reason": attempt.reason}
        try:
            await socket.send(frame)
            return await future
        finally:
            del socket.waiting[envelope]
            if future.done() and not future.cancelled():
                future.exception()

    def drop(self) -> None:
        """Abort every connection."""
        for socket in list(self._open):
            socket.abort()

    async def disconnect(self, reason: Reason = "refresh_requested") -> None:
        """Ask every client to reconnect. Any reason but `warning` also closes the socket."""
        for socket in list(self._open):
            await socket.send(_disconnect(reason))
            if reason != "warning":
                await socket.web.close(code=WSCloseCode.GOING_AWAY)

    def handle(self) -> None:
        """Apply the current state of the faults."""
        if self._faults.silent:
            self.loud.clear()
        else:
            self.loud.set()
        if self._faults.outage:
            self.drop()


def _disconnect(reason: Reason) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
