"""The HTTP client under OpenAI's: it caps every response body, compressed and decompressed."""

import asyncio
import logging
import zlib
from contextlib import suppress
from typing import Any

import httpx2

from bot.parser.llm.redact import redact_url

LONGEST_BODY = 65_536  # bytes, both compressed and decompressed
_CHUNKS_AT_ONCE = 32  # then yield to other tasks: buffered chunks are read without waiting

_INFLATABLE = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # zlib's window size (wbits) by encoding


class CappedClient(httpx2.AsyncClient):
    """Reads at most `LONGEST_BODY` bytes of a response, follows no redirect, and keeps URL secrets out of the log."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, follow_redirects=False)
        self.headers["Accept-Encoding"] = "identity"
        logging.getLogger("httpx2").addFilter(_redact_record)

    async def send(  # reads the body even if a stream was asked for
        self,
        request: httpx2.Request,
        *,
        stream: bool = False,  # noqa: ARG002  # the library's own signature
        **how: Any,
    ) -> httpx2.Response:
        response = await super().send(request, stream=True, **how)
        try:
            body = await _read(response)
        finally:
            await response.aclose()
        # Drop the server's headers: they may name encodings that decode slowly, or waits that are not ours.
        headers = {"Content-Type": "application/json"}
        return httpx2.Response(response.status_code, headers=headers, content=body, request=request)


async def _read(response: httpx2.Response) -> bytes:
    """The beginning of the body; empty if its encoding is unknown or cannot be decoded."""
    body, chunks = bytearray(), 0
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) >= LONGEST_BODY:
            break
        chunks += 1
        if chunks % _CHUNKS_AT_ONCE == 0:
            await asyncio.sleep(0)
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("identity", ""):
        return bytes(body[:LONGEST_BODY])
    with suppress(KeyError, zlib.error):
        return zlib.decompressobj(_INFLATABLE[encoding]).decompress(body[:LONGEST_BODY], LONGEST_BODY)
    return b""


def _redact_record(record: logging.LogRecord) -> bool:
    """Redact the URLs that the library logs with each request."""
    if isinstance(record.args, tuple):
        args = record.args
        record.args = tuple(redact_url(str(arg)) if isinstance(arg, httpx2.URL) else arg for arg in args)
    return True
