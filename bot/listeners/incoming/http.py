"""Slack over HTTP: `/slack/events` for Slack's requests; `/healthz`, `/readyz` and `/metrics` for monitoring.

A request that Slack did not sign is rejected cheaply, by its headers if possible. Otherwise its signature is checked on
the raw bytes, before anything is decompressed, decoded or parsed.
"""

import asyncio
import hashlib
import hmac
import logging
import math
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from bot.listeners.incoming.receiving import Receive
from bot.listeners.incoming.schemas import MalformedError, parse_json

log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024  # bytes; maximum size of a body
READ_TIMEOUT = 10.0  # seconds for a request's headers, and again for its body
MAX_CONNECTIONS = 200
IDLE_TIMEOUT = 75.0  # seconds that a connection stays open between two requests
# Seconds that open connections have to deliver their request and get its answer when the bot stops.
STOP_TIME = 1.0
LINGER_TIME = 0.1  # seconds spent reading the rest of a rejected request, so that the sender gets the answer
MAX_CLOCK_SKEW = 300  # seconds; the signature's timestamp may be off by this much
SKEW_LOG_INTERVAL = 60.0  # seconds

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

Ready = Callable[[], Awaitable[dict[str, Any]]]
Metrics = Callable[[], Awaitable[bytes]]


class RejectedRequestError(Exception):  # not a fault of the bot
    """The request is rejected; `status` and the text are the answer."""

    def __init__(self, status: int, told: str) -> None:
        self.status = status
        super().__init__(told)


class ClockSkewError(RejectedRequestError):
    """Slack signed the request, but at another time: this machine's clock is `off` by that many seconds, or the request is an
    old one that somebody sends again."""

    def __init__(self, off: float) -> None:
        self.off = off
        super().__init__(401, "the request is not of this time")


class HttpEndpoints:
    """`ready` returns the body of /readyz, as `readiness` does; `metrics` returns Prometheus' text format, if installed.
    Slack's requests are accepted only while `receive` is set; before and after that, Slack is told to retry.
    """

    def __init__(self, ready: Ready, secret: str = "", metrics: Metrics | None = None) -> None:
        self._ready, self._secret, self._metrics = ready, secret.encode(), metrics
        self.receive: Receive | None = None
        self._skew_logged_at = -math.inf

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        paths: dict[tuple[str, str], Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]] = {
            ("GET", "/healthz"): self._liveness,
            ("GET", "/readyz"): self._readiness,
            ("GET", "/metrics"): self._metrics_text,
        }
        if self._secret:
            paths["POST", "/slack/events"] = self._events
        method = "GET" if request.method == "HEAD" else request.method
        found = paths.get((method, request.path))
        return await found(request) if found else _closing_response(404, "there is nothing here")

    async def _liveness(self, _: web.BaseRequest) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _readiness(self, _: web.BaseRequest) -> web.Response:
        found = await self._ready()
        return web.json_response(found, status=200 if found["ready"] else 503)

    async def _metrics_text(self, _: web.BaseRequest) -> web.Response:
        if self._metrics is None:
            return _closing_response(404, "there are no metrics: install the extra: pip install '.[metrics]'")
        text = await self._metrics()
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await _signed_body(request, self._secret)
        except RejectedRequestError as refused:
            if isinstance(refused, ClockSkewError):
                self._log_skew(refused.off)
            return _closing_response(refused.status, str(refused))
        if connection := _connection(request):
            connection.known = True
        if self.receive is None:
            return web.json_response({"error": "not ready yet"}, status=503, headers={"Retry-After": "10"})
        try:
            payload = _decode(body, request.headers.get("Content-Type", ""))
        except MalformedError as error:
            return web.json_response({"error": str(error)}, status=400, headers={"X-Slack-No-Retry": "1"})
        retries = {
            name: value for name, value in request.headers.items() if name.lower().startswith("x-slack-retry")
        }
        return await to_aiohttp_response(await self.receive(payload, retries))

    def _log_skew(self, off: float) -> None:
        """Log it at most once in `SKEW_LOG_INTERVAL`: everything may be refused, and Slack repeats it."""
        now = time.monotonic()
        if now - self._skew_logged_at >= SKEW_LOG_INTERVAL:
            self._skew_logged_at = now
            log.error(
                "A request signed by Slack was refused, because it is %d seconds %s by this machine's clock: if that is wrong, set it "
                "by NTP; `tickets check` compares it with Slack's",
                abs(off),
                "old" if off > 0 else "ahead",
            )


async def _signed_body(request: web.BaseRequest, secret: bytes) -> bytes:
    """The body, if Slack signed it within the last `MAX_CLOCK_SKEW` seconds. Raises `RejectedRequestError`."""
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
        raise RejectedRequestError(401, "the request is not signed by Slack")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RejectedRequestError(415, "the body is compressed")
    if (request.content_length or 0) > MAX_BODY:
        raise RejectedRequestError(413, "the body is too large")
    try:
        async with asyncio.timeout(READ_TIMEOUT):
            body = await _read_body(request)
    except TimeoutError:
        raise RejectedRequestError(408, "the body took too long") from None
    digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={digest}", signature):
        raise RejectedRequestError(401, "the request is not signed by Slack")
    if abs(off := time.time() - int(stamp)) > MAX_CLOCK_SKEW:
        raise ClockSkewError(off)
    return body


async def _read_body(request: web.BaseRequest) -> bytes:
    parts, size = [], 0
    try:
        async for part in request.content.iter_any():
            size += len(part)
            if size > MAX_BODY:
                raise RejectedRequestError(413, "the body is too large")
            parts.append(part)
    except web.RequestPayloadError:
        raise RejectedRequestError(400, "the body is not what its headers say") from None
    return b"".join(parts)


def _decode(body: bytes, content_type: str) -> Any:
    """Decode JSON, a form, or JSON in the form's field `payload`. Raises `MalformedError`."""
    if content_type.partition(";")[0].strip().lower() == "application/json" or body.startswith(b"{"):
        return parse_json(body)
    try:
        form = dict(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
        )
    except ValueError:
        raise MalformedError("the body is no form") from None
    return parse_json(form["payload"]) if "payload" in form else form


def _closing_response(status: int, told: str) -> web.Response:
    """A response that closes the connection, so that the rest of the request is not read."""
    response = web.json_response({"error": told}, status=status)
    response.force_close()
    return response


# connections


@dataclass(slots=True)
class Connection:
    """`used`: a request came over it; `known`: one signed by Slack. `busy`: a request is being read or answered."""

    transport: asyncio.Transport
    deadline: asyncio.TimerHandle
    used: bool = False
    known: bool = False
    busy: bool = False


class LimitedServer(web.Server):
    """Accepts at most `MAX_CONNECTIONS` at once. For another one, closes the oldest idle connection, preferring those that
    never carried a request signed by Slack, so that half-open connections cannot lock Slack out.
    """

    def __init__(self, endpoints: HttpEndpoints) -> None:
        super().__init__(
            self._answer,
            keepalive_timeout=IDLE_TIMEOUT,
            auto_decompress=False,
            access_log=None,
            logger=_quiet(),
            lingering_time=LINGER_TIME,
        )
        self._endpoints = endpoints
        self.open: dict[RequestHandler, Connection] = {}

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self.open) >= MAX_CONNECTIONS:
            waiting = [one for one in self.open.values() if not one.busy]
            leaving = min(waiting, key=lambda one: one.known, default=None)  # among equals, the oldest
            (leaving.transport if leaving else transport).abort()
            if leaving is None:
                return
            self.open = {key: one for key, one in self.open.items() if one is not leaving}
        deadline = asyncio.get_running_loop().call_later(READ_TIMEOUT, transport.abort)
        self.open[handler] = Connection(transport, deadline)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        if ended := self.open.pop(handler, None):
            ended.deadline.cancel()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = _connection(request)
        if connection is None:  # closed meanwhile to make room
            return _closing_response(503, "too many connections")
        connection.deadline.cancel()
        connection.used = connection.busy = True
        try:
            return await self._endpoints.answer(request)
        except Exception:
            log.exception("A request could not be answered")
            return _closing_response(500, "something went wrong here")
        finally:
            connection.busy = False
            patience = IDLE_TIMEOUT if connection.known else READ_TIMEOUT
            loop = asyncio.get_running_loop()
            connection.deadline = loop.call_later(patience, connection.transport.abort)

    async def finish(self) -> None:
        """Wait until the requests that are under way are answered, at most `STOP_TIME`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + STOP_TIME
        while any(one.busy or not one.used for one in self.open.values()) and loop.time() < end:  # noqa: ASYNC110  # once, at the stop
            await asyncio.sleep(0.01)


def _connection(request: web.BaseRequest) -> Connection | None:
    server = request.protocol._manager  # noqa: SLF001  # aiohttp offers no other way from a request to its server
    return server.open.get(request.protocol) if isinstance(server, LimitedServer) else None


def _quiet() -> logging.Logger:
    """A disabled logger for aiohttp, which would log what strangers send."""
    quiet = logging.getLogger(f"{__name__}.aiohttp")
    quiet.disabled = True
    return quiet


async def serve(endpoints: HttpEndpoints, host: str, port: int) -> web.ServerRunner:
    """Serve `endpoints` on `port`; 0 is any free one. Raises `OSError` if it is taken. `stop` ends it."""
    runner = web.ServerRunner(LimitedServer(endpoints), shutdown_timeout=STOP_TIME)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner


async def stop(runner: web.ServerRunner) -> None:
    """Refuse new connections, but answer what comes over the open ones: Slack delivers commands and presses only once."""
    for site in list(runner.sites):
        await site.stop()
    if isinstance(runner.server, LimitedServer):
        await runner.server.finish()
    await runner.cleanup()
