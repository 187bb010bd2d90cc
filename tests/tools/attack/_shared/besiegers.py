"""Strangers who attack the HTTP port from a process of their own, until it is killed: `python -m
tests.tools.attack._shared.besiegers PORT`.
"""

import asyncio
import gzip
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp

HALF_OPEN, BOMBS, LARGE = 300, 10, 5  # number of strangers of each kind


def unsigned() -> dict[str, str]:
    """Headers that are right except for the signature."""
    return {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "0" * 64}


async def half_open(port: int) -> None:
    """Begin a request and never end it."""
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /slack/events HT")
            await reader.read()
            writer.close()
        await asyncio.sleep(1)


async def send(port: int, body: bytes | None, headers: dict[str, str]) -> None:
    """Send `body` again and again; without one, send an endless body."""
    url = f"http://127.0.0.1:{port}/slack/events"
    async with aiohttp.ClientSession() as http:
        while True:
            with suppress(aiohttp.ClientError):
                async with http.post(url, data=body or endless(), headers=headers | unsigned()) as answer:
                    await answer.read()
            await asyncio.sleep(0.5)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b"a" * 65_536


async def besiege(port: int) -> None:
    bomb = gzip.compress(b"x" * 100_000_000)  # 100 kB that expand to 100 MB
    await asyncio.gather(
        *(half_open(port) for _ in range(HALF_OPEN)),
        *(send(port, bomb, {"Content-Encoding": "gzip"}) for _ in range(BOMBS)),
        *(send(port, None, {}) for _ in range(LARGE)),
    )


if __name__ == "__main__":
    asyncio.run(besiege(int(sys.argv[1])))
