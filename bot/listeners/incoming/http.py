"""Slack over HTTP: `/slack/events` for everything that Slack sends, `/healthz`, `/readyz` and `/metrics` for whoever watches
the bot.

What is not signed by Slack costs next to nothing: it is turned away by its headers where that is possible, and by
its signature, checked on the bytes as they came, before anything is inflated, decoded or parsed.
"""

import asyncio
import hashlib
import hmac
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.response import BoltResponse

from bot.listeners.incoming.schemas import MalformedError, parse_json

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024  # bytes of a body
SLOWEST = 10.0  # seconds for a request's headers, and again for its body
MAX_CONNECTIONS = 200
IDLE = 75.0  # seconds that a connection is kept between two requests
LINGERING = 0.1  # seconds that the rest of a refused request is read for, so that the refusal arrives
FRESH = 300  # seconds that a signature's time may be off

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

Receive = Callable[[Any, Mapping[str, Any]], Awaitable[BoltResponse]]
Ready = Callable[[], Awaitable[dict[str, Any]]]
Metrics = Callable[[], Awaitable[bytes]]


class RejectedRequestError(Exception):  # an answer, and no fault of ours
    """Turned away; `status` and the text are the answer."""

    def __init__(self, status: int, told: str) -> None:
        self.status = status
        super().__init__(told)


class HttpEndpoints:
    """`ready` says how the bot is, as `readiness` does; `metrics` in Prometheus' text, if there are any. Slack's requests are taken while `receive` is set: until then,
    and when the bot is about to stop, Slack is asked to try again later.
    """

    def __init__(self, ready: Ready, secret: str = "", metrics: Metrics | None = None) -> None:
        self._ready, self._secret, self._metrics = ready, secret.encode(), metrics
        self.receive: Receive | None = None

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        paths: dict[tuple[str, str], Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]] = {
            ("GET", "/healthz"): self._live,
            ("GET", "/readyz"): self._readiness,
            ("GET", "/metrics"): self._numbers,
        }
        if self._secret:
            paths["POST", "/slack/events"] = self._events
        method = "GET" if request.method == "HEAD" else request.method
        found = paths.get((method, request.path))
        return await found(request) if found else _closing(404, "there is nothing here")

    async def _live(self, _: web.BaseRequest) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _readiness(self, _: web.BaseRequest) -> web.Response:
        found = await self._ready()
        return web.json_response(found, status=200 if found["ready"] else 503)

    async def _numbers(self, _: web.BaseRequest) -> web.Response:
        if self._metrics is None:
            return _closing(404, "there are no metrics: install the extra: pip install '.[metrics]'")
        text = await self._metrics()
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await _signed_body(request, self._secret)
        except RejectedRequestError as refused:
            return _closing(refused.status, str(refused))
        if connection := _connection(request):
            connection.known = True
        if self.receive is None:
            return web.json_response({"error": "not ready yet"}, status=503, headers={"Retry-After": "10"})
        try:
            payload = _read(body, request.headers.get("Content-Type", ""))
        except MalformedError as error:
            return web.json_response({"error": str(error)}, status=400, headers={"X-Slack-No-Retry": "1"})
        retries = {
            name: value for name, value in request.headers.items() if name.lower().startswith("x-slack-retry")
        }
        return await to_aiohttp_response(await self.receive(payload, retries))


async def _signed_body(request: web.BaseRequest, secret: bytes) -> bytes:
    """The body's bytes, which Slack signed just now. Raises `RejectedRequestError`."""
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
        raise RejectedRequestError(401, "the request is not signed by Slack")
    if abs(time.time() - int(stamp)) > FRESH:
        raise RejectedRequestError(401, "the request is not of this time")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RejectedRequestError(415, "the body is compressed")
    if (request.content_length or 0) > LARGEST:
        raise RejectedRequestError(413, "the body is too large")
    try:
        async with asyncio.timeout(SLOWEST):
            body = await _bytes(request)
    except TimeoutError:
        raise RejectedRequestError(408, "the body took too long") from None
    digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={digest}", signature):
        raise RejectedRequestError(401, "the request is not signed by Slack")
    return body


async def _bytes(request: web.BaseRequest) -> bytes:
    parts, size = [], 0
    try:
        async for part in request.content.iter_any():
            size += len(part)
            if size > LARGEST:
                raise RejectedRequestError(413, "the body is too large")
            parts.append(part)
    except web.RequestPayloadError:
        raise RejectedRequestError(400, "the body is not what its headers say") from None
    return b"".join(parts)


def _read(body: bytes, content_type: str) -> Any:
    """JSON, a form, or JSON in the form's field `payload`. Raises `MalformedError`."""
    if content_type.partition(";")[0].strip().lower() == "application/json" or body.startswith(b"{"):
        return parse_json(body)
    try:
        form = dict(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
        )
    except ValueError:
        raise MalformedError("the body is no form") from None
    return parse_json(form["payload"]) if "payload" in form else form


def _closing(status: int, told: str) -> web.Response:
    """An answer after which the connection is closed, so that nothing that is left of the request is read."""
    response = web.json_response({"error": told}, status=status)
    response.force_close()
    return response


# connections


@dataclass(slots=True)
class Connection:
    """`known`: something that Slack signed came by it. `busy`: a request is being read or answered."""

    transport: asyncio.Transport
    deadline: asyncio.TimerHandle
    known: bool = False
    busy: bool = False


class LimitedServer(web.Server):
    """At most `MAX_CONNECTIONS` at once. For one more, the one is closed that has waited longest of those that never
    brought anything of Slack's, so that half-open connections keep nobody out.
    """

    def __init__(self, endpoints: HttpEndpoints) -> None:
        super().__init__(
            self._answer,
            keepalive_timeout=IDLE,
            auto_decompress=False,
            access_log=None,
            logger=_quiet(),
            lingering_time=LINGERING,
        )
        self._endpoints = endpoints
        self.open: dict[RequestHandler, Connection] = {}

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self.open) >= MAX_CONNECTIONS:
            waiting = [one for one in self.open.values() if not one.busy]
            leaving = min(waiting, key=lambda one: one.known, default=None)  # the first of equals: the oldest
            (leaving.transport if leaving else transport).abort()
            if leaving is None:
                return
            self.open = {key: one for key, one in self.open.items() if one is not leaving}
        deadline = asyncio.get_running_loop().call_later(SLOWEST, transport.abort)
        self.open[handler] = Connection(transport, deadline)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        if ended := self.open.pop(handler, None):
            ended.deadline.cancel()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = _connection(request)
        if connection is None:  # closed meanwhile, to make room
            return _closing(503, "too many connections")
        connection.deadline.cancel()
        connection.busy = True
        try:
            return await self._endpoints.answer(request)
        except Exception:
            log.exception("A request could not be answered")
            return _closing(500, "something went wrong here")
        finally:
            connection.busy = False
            patience = IDLE if connection.known else SLOWEST
            loop = asyncio.get_running_loop()
            connection.deadline = loop.call_later(patience, connection.transport.abort)


def _connection(request: web.BaseRequest) -> Connection | None:
    server = request.protocol._manager  # noqa: SLF001  # aiohttp gives a request no other way to its server
    return server.open.get(request.protocol) if isinstance(server, LimitedServer) else None


def _quiet() -> logging.Logger:
    """The log of aiohttp itself, which quotes what strangers send: none of it is written."""
    quiet = logging.getLogger(f"{__name__}.aiohttp")
    quiet.disabled = True
    return quiet


async def serve(endpoints: HttpEndpoints, host: str, port: int) -> web.ServerRunner:
    """`endpoints` on a port, 0 being any free one. Raises `OSError` when it is taken. `cleanup` of what is returned ends it."""
    runner = web.ServerRunner(LimitedServer(endpoints), shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner
