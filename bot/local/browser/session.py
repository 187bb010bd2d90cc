"""One open page: its WebSocket, the person it acts as, and the updates sent to it."""

import asyncio
import json
import logging
from typing import Any

from aiohttp import WSMsgType, web
from pydantic import ValidationError

from bot.local.browser.handlers import carry_out
from bot.local.browser.hub import Hub
from bot.local.browser.refusals import sentence
from bot.local.browser.requests import (
    PAGE_REQUESTS,
    Hello,
    Inspect,
    LoadSamples,
    PageRequest,
    Read,
    SetOutages,
    SwitchUser,
)
from bot.local.fakeslack.errors import GestureError, SlackError
from bot.local.fakeslack.event_bus import WorkspaceEvent
from bot.local.fakeslack.workspace.people import Json

log = logging.getLogger(__name__)

OLD_KEY = 4401  # close code: the page was loaded before the workspace was restarted
TOO_SLOW = 4408  # close code: the page is too slow to receive all updates, and must reload
MAX_WAITING = 2_000
HEARTBEAT = 20.0


class Session:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._web = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=1024**2)
        self._out: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def serve(self, request: web.Request, *, admitted: bool = True) -> web.WebSocketResponse:
        """Serve the page from the handshake until it is closed. One that is not `admitted` has an old key; it only gets the
        close code that says so."""
        await self._web.prepare(request)
        hello = await self._hello() if admitted else None
        if hello is None:
            await self._web.close(code=OLD_KEY)
            return self._web
        self.user = self._hub.projection.find_user(hello.user)
        leave = self._hub.enter(self)
        self._tell({"push": "state", **self._hub.whole(self)})
        writing = asyncio.create_task(self._write())
        try:
            async for message in self._web:
                if message.type is WSMsgType.TEXT:
                    self._receive(message.data)
        finally:
            leave()
            for task in (writing, *self._tasks):
                task.cancel()
            await asyncio.gather(writing, *self._tasks, return_exceptions=True)
        return self._web

    async def _hello(self) -> Hello | None:
        first = await self._web.receive()
        if first.type is not WSMsgType.TEXT:
            return None
        try:
            hello = Hello.model_validate_json(first.data)
        except ValidationError:
            return None
        return hello if self._hub.guard.knows(hello.token) else None

    # requests of the page

    def _receive(self, text: str) -> None:
        try:
            asked = PAGE_REQUESTS.validate_json(text)
        except ValidationError as error:
            log.warning(
                "A request of the page was not understood: %s", error.errors(include_input=False)[0]["msg"]
            )
            return
        task = asyncio.create_task(self._answer(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: PageRequest) -> None:
        try:
            answer = await self._do(asked)
        except GestureError as error:
            self._tell({"re": asked.id, "ok": False, "code": error.code, "error": sentence(error)})
        except SlackError as error:
            self._tell(
                {
                    "re": asked.id,
                    "ok": False,
                    "code": error.code,
                    "error": f"Slack refused this: {error.code}.",
                }
            )
        else:
            self._tell({"re": asked.id, "ok": True, **answer})

    async def _do(self, asked: PageRequest) -> Json:
        match asked:
            case SwitchUser():
                self._hub.abandon(self)
                self.user = self._hub.projection.find_user(asked.user)
                self._tell({"push": "state", **self._hub.whole(self)})
            case Read():
                self._hub.marks.note(self.user.id, asked.channel, asked.ts)
            case SetOutages():
                self._hub.set_outages(asked.slack, asked.model)
            case LoadSamples():
                await self._hub.load_samples()
            case Inspect():
                return {"entry": self._hub.entry(asked.entry)}
            case _:
                self._hub.acting(self)
                return await carry_out(self._hub.slack, self.user.id, asked)
        return {}

    # updates for the page

    def handle(self, event: WorkspaceEvent) -> None:
        """Send the page what its person sees of this change."""
        frame = self._hub.frame(self, event)
        if frame is not None:
            self._tell(frame)

    def tell(self, frame: Json) -> None:
        self._tell(frame)

    def _tell(self, frame: Json) -> None:
        """Serialise at once, because the objects may change while the frame waits."""
        try:
            self._out.put_nowait(json.dumps(frame, ensure_ascii=False))
        except asyncio.QueueFull:
            self._tasks.add(asyncio.create_task(self._web.close(code=TOO_SLOW)))

    async def _write(self) -> None:
        while True:
            text = await self._out.get()
            try:
                await self._web.send_str(text)
            except (ConnectionError, RuntimeError):  # the page was closed
                return
