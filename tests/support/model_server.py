"""A chat-completions server on loopback that answers, refuses, hangs or breaks as a script tells it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Behaviour = Callable[["ModelServer", web.Request], Awaitable[web.StreamResponse]]


def completion(
    content: str | None, *, finish: str = "stop", refusal: str | None = None, tokens: int | None = 100
):
    """A chat completion as OpenAI sends it. `tokens` is the total on its bill; None leaves the bill out."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_727_136_000,
        "model": "gpt-6-luna",
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
    }
    if tokens is not None:
        body["usage"] = {"prompt_tokens": tokens - 10, "completion_tokens": 10, "total_tokens": tokens}
    return body


def sends(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Sends `body` as JSON; strings and bytes unchanged."""

    async def behave(server: "ModelServer", request: web.Request) -> web.StreamResponse:
        raw = (
            body
            if isinstance(body, bytes)
            else (body if isinstance(body, str) else json.dumps(body)).encode()
        )
        return web.Response(
            body=raw, status=status, headers={"Content-Type": "application/json", **(headers or {})}
        )

    return behave


def transmits(*pieces: bytes, pause: float = 0.0, then_hang: bool = False) -> Behaviour:
    """Writes raw bytes, including the response's head, then closes the connection or leaves it open."""

    async def behave(server: "ModelServer", request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        transport = request.transport
        for piece in pieces:
            if transport.is_closing():  # the client has hung up
                break
            transport.write(piece)
            await asyncio.sleep(pause)
        if then_hang:
            await server.stopping.wait()
        transport.close()
        return web.Response()

    return behave


def unless(accepted: Callable[[dict[str, Any]], bool], refusal: Behaviour, answer: Behaviour) -> Behaviour:
    """Answers requests that `accepted` returns true for, and refuses all others."""

    async def behave(server: "ModelServer", request: web.Request) -> web.StreamResponse:
        chosen = answer if accepted(server.requests[-1]) else refusal
        return await chosen(server, request)

    return behave


def says(command: str, *, key: str = "command", **how: Any) -> Behaviour:
    """Answers with one command, in the form that the schema requires."""
    return sends(completion(json.dumps({key: command}), **how))


def fails(
    status: int, message: str = "no", *, code: str | None = None, param: str | None = None
) -> Behaviour:
    """Sends an error as OpenAI does."""
    return sends({"error": {"message": message, "type": "error", "param": param, "code": code}}, status)


async def hangs(server: "ModelServer", request: web.Request) -> web.StreamResponse:
    """Accepts the request and never answers."""
    await server.stopping.wait()
    return web.Response(status=503)


async def drips(server: "ModelServer", request: web.Request) -> web.StreamResponse:
    """Sends a byte now and then, so that no read times out."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while not server.stopping.is_set():
        try:
            await response.write(b" ")
        except ConnectionError:  # the client has hung up
            break
        try:
            await asyncio.wait_for(server.stopping.wait(), 0.01)
        except TimeoutError:
            continue
    return response


async def resets(server: "ModelServer", request: web.Request) -> web.StreamResponse:
    """Drops the connection after receiving the request."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


class ModelServer:
    """Records each request: its body in `requests`, its headers in `headers`, its path in `paths`.

    Each request gets the next behaviour of the script; the last one repeats for ever. Before that, a request
    with a parameter in `refuses` gets a 400 that names it.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.refuses: set[str] = set()
        self.reached = asyncio.Event()  # set by a request
        self.stopping = asyncio.Event()
        self.url = ""
        self._script: list[Behaviour] = [fails(500, "nothing was said about this request")]

    def does(self, *script: Behaviour) -> None:
        self._script = list(script)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text())
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        self.paths.append(request.path_qs)
        self.reached.set()
        for parameter in self.refuses & set(body):
            told = f"Unsupported parameter: '{parameter}' is not supported with this model."
            return await fails(400, told, code="unsupported_parameter", param=parameter)(self, request)
        behave = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return await behave(self, request)


@asynccontextmanager
async def running_model_server() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    app = web.Application(client_max_size=2**22)
    app.router.add_post("/{path:.*}", server._complete)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        server.stopping.set()
        await runner.cleanup()
