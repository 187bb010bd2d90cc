"""How a model server answers: the parts that the kinds of servers are made of."""

import asyncio
import json
import zlib
from functools import cache
from typing import Any

from aiohttp import web

from tests.support.model_server import (
    Behaviour,
    ModelServer,
    completion,
    says,
    sends,
    unless,
)

COMMAND = "close T003: new fan"
JSON = json.dumps({"command": COMMAND})
ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in COMMAND)


def content(content: Any, **how: Any) -> Behaviour:
    return sends(completion(content, **how))


def message(**fields: Any) -> Behaviour:
    body = completion(None)
    body["choices"][0]["message"] = {"role": "assistant", "content": None, **fields}
    return sends(body)


def but(**fields: Any) -> Behaviour:
    return sends(completion(JSON) | fields)


def bare(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"content": JSON, **fields}}]}


def head(length: int | None = None, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    lines += [f"Content-Length: {length}"] if length is not None else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@cache
def _zeros(window: int) -> bytes:
    """64 megabytes of zeros, compressed a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()


def bomb(encoding: str, status: int = 200, **headers: str) -> Behaviour:
    """Sends what is small until it is decompressed. It is made when it is first sent: that takes half a second."""

    async def behave(server: ModelServer, request: web.Request) -> web.StreamResponse:
        body = await asyncio.to_thread(_zeros, {"gzip": 31, "deflate": 15}[encoding])
        return await sends(body, status, {"Content-Encoding": encoding, **headers})(server, request)

    return behave


def _sent(request: dict[str, Any], feature: str) -> bool:
    if feature == "system":
        return request["messages"][0]["role"] == "system"
    return feature in request


def knows_no(*features: str, refusal: Behaviour) -> Behaviour:
    """A server that refuses requests with any of `features`."""

    def is_known(request: dict[str, Any]) -> bool:
        return not any(_sent(request, feature) for feature in features)

    return unless(is_known, refusal, says(COMMAND))


BODY = json.dumps(completion(JSON)).encode()
WORDLESS = sends({"error": "Bad Request"}, 400)
CHUNKED = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
