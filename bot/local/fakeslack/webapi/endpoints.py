"""The local Slack's HTTP endpoints: Web API, response URLs, uploads and sockets, including simulated faults."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.faults import Fault
from bot.local.fakeslack.platform import ApiCall, Platform
from bot.local.fakeslack.webapi import files
from bot.local.fakeslack.webapi.call import Call
from bot.local.fakeslack.webapi.methods import METHODS, Entry
from bot.local.fakeslack.webapi.respond import respond
from bot.local.fakeslack.workspace.people import Json

MAX_BODY = 8 * 1024**2
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_ERROR_STATUS = {"ratelimited": 429, "expired_url": 404, "used_url": 404, "invalid_url": 404}
_EVENT_SCOPES = {"app_mentions:read", "commands"}  # scopes that no method requires


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Reject other Host names, so that no foreign page can reach the server through a domain of its own."""
    if request.host.rsplit(":", 1)[0] not in _LOOPBACK:
        raise web.HTTPForbidden(text="the local Slack answers to 127.0.0.1 and localhost only\n")
    return await handler(request)


class Endpoints:
    def __init__(self, platform: Platform, bot_token: str, app_token: str) -> None:
        self.platform = platform
        self._bot_token, self._app_token = bot_token, app_token

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY, middlewares=[loopback_only])
        app.add_routes(
            [
                web.route("*", "/api/{method}", self.call),
                web.post("/respond/{secret}", self.respond),
                web.post("/upload/{secret}", self.upload),
                web.get("/link/", self.platform.sockets.serve),
            ]
        )
        return app

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of the Web API, recorded in `Platform.calls`."""
        method = request.match_info["method"]
        try:
            args = await _arguments(request)
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.code})
        token = _token(request, args)
        args.pop("token", None)
        return await self._answer(request, method, args, lambda: self._run(method, args, token))

    def _run(self, method: str, args: Mapping[str, Any], token: str) -> Json:
        entry = METHODS.get(method)
        if entry is None:
            raise SlackError("unknown_method", req_method=method)
        self._authorize(entry, token)
        return entry.method(self.platform, Call(method, args))

    def _authorize(self, entry: Entry, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token not in (self._bot_token, self._app_token):
            raise SlackError("invalid_auth")
        if (token == self._app_token) != entry.app_token:
            raise SlackError("not_allowed_token_type")
        granted = self.platform.settings.scopes
        if granted is not None and entry.scopes and not granted & set(entry.scopes):
            raise SlackError("missing_scope", needed=entry.scopes[0], provided=",".join(sorted(granted)))

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """A response URL. The answer is `ok` as text, or JSON with the error."""
        try:
            args = await _arguments(request)
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.code}, status=400)
        secret = request.match_info["secret"]

        def run() -> Json:
            respond(self.platform, secret, args)
            return {}

        answer = await self._answer(request, "response_url", args, run)
        return web.Response(text="ok") if answer.text == json.dumps({"ok": True}) else answer

    async def upload(self, request: web.Request) -> web.StreamResponse:
        whole = not request.content_type.startswith("multipart/")
        content = await request.read() if whole else await _first_part(request)
        try:
            return web.Response(text=files.receive(self.platform, request.match_info["secret"], content))
        except SlackError as error:
            return web.Response(status=404, text=error.code)

    async def _answer(
        self, request: web.Request, method: str, args: Mapping[str, Any], run: Callable[[], Json]
    ) -> web.Response:
        """Run a call with its simulated faults, and record the result."""
        faults = self._take_faults(method)
        self.platform.bus.publish("calling", method=method, args=args)
        for fault in faults:
            await self._wait(fault)
        failing = next((fault for fault in faults if not fault.delay), None)
        if failing is not None and failing.reset != "after":  # "after": the call is carried out first
            answer, status, headers = _failure(failing)
        else:
            answer, status, headers = _result(run, method)
        if failing is not None and failing.body is not None:
            self.platform.record(ApiCall(method, dict(args), {}, failing.status, self.platform.clock.time()))
            return web.Response(
                status=failing.status, body=failing.body, headers={"Content-Type": failing.content_type}
            )
        if failing is not None and failing.reset:
            answer, status = {}, 0
        self.platform.record(ApiCall(method, dict(args), answer, status, self.platform.clock.time()))
        if not status:
            _reset(request)
        if status >= web.HTTPInternalServerError.status_code:
            return web.Response(status=status, text="upstream connect error\n", headers=headers)
        return web.json_response(answer, status=status, headers={**headers, **self._scopes(method)})

    def _take_faults(self, method: str) -> list[Fault]:
        outage = self.platform.faults.outage
        if outage is None:
            return self.platform.faults.take(method)
        return [Fault(method, 1, status=503) if outage == "answers 503" else Fault(method, 1, reset="before")]

    async def _wait(self, fault: Fault) -> None:
        if isinstance(fault.delay, asyncio.Event):
            await fault.delay.wait()
        elif fault.delay:
            await self.platform.clock.sleep(fault.delay)

    def _scopes(self, method: str) -> dict[str, str]:
        granted = self.platform.settings.scopes
        every = {scope for entry in METHODS.values() for scope in entry.scopes} | _EVENT_SCOPES
        headers = {"X-OAuth-Scopes": ",".join(sorted(every if granted is None else granted))}
        if method in METHODS:
            headers["X-Accepted-OAuth-Scopes"] = ",".join(METHODS[method].scopes)
        return headers


def _result(run: Callable[[], Json], method: str) -> tuple[Json, int, dict[str, str]]:
    try:
        return {"ok": True, **run()}, 200, {}
    except SlackError as error:
        answer = {"ok": False, "error": error.code, **error.details}
        status = _ERROR_STATUS.get(error.code, 400 if method == "response_url" else 200)
        return answer, status, {"Retry-After": "1"} if error.code == "ratelimited" else {}


def _failure(fault: Fault) -> tuple[Json, int, dict[str, str]]:
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    return {"ok": False, "error": fault.error}, fault.status or 200, headers


def _reset(request: web.Request) -> None:
    """Abort the connection: the caller gets no answer."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def _token(request: web.Request, args: Mapping[str, Any]) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(args.get("token", ""))


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Read the arguments from the query and from a form or a JSON object.

    Raises `invalid_json`, `json_not_object`, `invalid_charset`, `invalid_form_data`.
    """
    args: dict[str, Any] = dict(request.query)
    if request.content_type != "application/json":
        try:
            form = await request.post()
        except ValueError:
            raise SlackError("invalid_form_data") from None
        return args | {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        body = json.loads(await request.text() or "{}")
    except (UnicodeDecodeError, LookupError):
        raise SlackError("invalid_charset") from None
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return args | body


async def _first_part(request: web.Request) -> bytes:
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
        return value.encode() if isinstance(value, str) else bytes(value)
    return b""
