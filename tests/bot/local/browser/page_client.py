"""A page without a browser: speaks to its WebSocket frame by frame."""

import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.app.local import LocalWorkspace


class Refused(Exception):  # noqa: N818  # an answer to the page, not a fault of the test
    pass


class PageClient:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.told: list[dict[str, Any]] = []
        self._ids = itertools.count(1)

    async def next(self) -> dict[str, Any]:
        return dict(await self.socket.receive_json(timeout=10))

    async def until(self, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The next frame that `wanted` accepts; earlier ones are kept in `told`."""
        while True:
            frame = await self.next()
            self.told.append(frame)
            if wanted(frame):
                return frame

    async def ask(self, do: str, **parts: Any) -> dict[str, Any]:
        """Send a request. Raises `Refused` with the text that the page would show."""
        number = next(self._ids)
        await self.socket.send_str(json.dumps({"id": number, "do": do, **parts}))
        answer = await self.until(lambda frame: frame.get("re") == number)
        if not answer["ok"]:
            raise Refused(answer["error"])
        return answer

    async def send(self, frame: Any) -> None:
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def pushed(self, kind: str) -> dict[str, Any]:
        return await self.until(lambda frame: frame.get("push") == kind)


def origin(local: LocalWorkspace) -> dict[str, str]:
    return {"Origin": local.slack.address, **key(local)}


def key(local: LocalWorkspace) -> dict[str, str]:
    """The cookie of a browser that used the printed address."""
    return {"Cookie": f"tickets-{local.slack.port}={local.browser.guard.key}"}


@asynccontextmanager
async def connect(
    http: aiohttp.ClientSession, local: LocalWorkspace, user: str = "", token: str | None = None
) -> AsyncIterator[PageClient]:
    async with http.ws_connect(f"{local.slack.address}/live", headers=origin(local)) as socket:
        given = local.browser.guard.token if token is None else token
        await socket.send_str(json.dumps({"token": given, "user": user}))
        yield PageClient(socket)
