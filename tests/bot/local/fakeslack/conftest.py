"""A local Slack whose clock stands still, and real clients for it: the SDK, Bolt, a bare socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.server import LocalSlack

Connect = Callable[[AsyncApp], Awaitable[None]]


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def slack(clock: ManualClock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(clock) as local:
        yield local


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    """The unmodified SDK, without retries, so that a test sees each answer."""
    return AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def app(slack: LocalSlack) -> AsyncApp:
    """A Bolt app without listeners."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.url)
    return AsyncApp(name="app", client=client, signing_secret=slack.signing_secret)


@pytest.fixture
async def by_sockets(slack: LocalSlack) -> AsyncIterator[Connect]:
    """Connects a Bolt app by Socket Mode; it reconnects within a tenth of a second."""
    handlers: list[AsyncSocketModeHandler] = []

    async def connect(app: AsyncApp) -> None:
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.1)
        handlers.append(handler)
        before = slack.sockets
        await handler.connect_async()
        await slack.until(lambda: slack.sockets > before)

    yield connect
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
async def by_http(slack: LocalSlack) -> AsyncIterator[Connect]:
    """Puts a Bolt app behind a request URL."""
    runners: list[web.AppRunner] = []

    async def connect(app: AsyncApp) -> None:
        async def serve(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

        server = web.Application()
        server.router.add_post("/slack/events", serve)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")

    yield connect
    slack.deliver_to(None)
    for runner in runners:
        await runner.cleanup()


@pytest.fixture(params=["sockets", "http"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Connects a Bolt app: the test runs once for each way."""
    way: Connect = request.getfixturevalue(f"by_{request.param}")
    return way


async def refusal(call: Awaitable[Any]) -> str:
    """The error code with which the Web API refuses a call."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def reasons(call: Awaitable[Any]) -> list[str]:
    """Slack's reasons for rejecting the blocks or the view of a call."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return list(refused.value.response["response_metadata"]["messages"])


class Socket:
    """A bare Socket Mode client: a test sees each frame, and decides whether to acknowledge it."""

    def __init__(self, web_socket: aiohttp.ClientWebSocketResponse) -> None:
        self.web = web_socket

    async def frame(self) -> dict:
        return await self.web.receive_json(timeout=5)

    async def acknowledge(self, frame: dict, payload: object = None) -> None:
        answer = {"envelope_id": frame["envelope_id"]}
        await self.web.send_json(answer if payload is None else answer | {"payload": payload})

    async def next(self) -> dict:
        """Acknowledge the next frame and return its payload."""
        frame = await self.frame()
        await self.acknowledge(frame)
        return frame["payload"]


@pytest.fixture
async def open_socket(
    slack: LocalSlack, http: aiohttp.ClientSession
) -> AsyncIterator[Callable[[], Awaitable[Socket]]]:
    """Open a bare socket and consume its greeting."""
    client = AsyncWebClient(slack.app_token, base_url=slack.url)
    sockets: list[Socket] = []

    async def opened() -> Socket:
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        socket = Socket(await http.ws_connect(url))
        sockets.append(socket)
        assert (await socket.frame())["type"] == "hello"
        return socket

    yield opened
    for socket in sockets:
        await socket.web.close()


@pytest.fixture
async def socket(open_socket) -> Socket:
    return await open_socket()


@pytest.fixture
def received(slack, socket):
    """Returns a function that makes a gesture and returns what the app received for it. Events are not delivered."""
    slack.settings.subscriptions = frozenset()

    async def receive(gesture, answer=None):
        before = len(slack.deliveries)
        making = asyncio.create_task(gesture)
        await slack.until(lambda: len(slack.deliveries) > before or making.done())
        if making.done():
            return await making
        frame = await socket.frame()
        await socket.acknowledge(frame, answer)
        await making
        return frame["payload"]

    return receive


@pytest.fixture
async def card(client, received):
    """Returns a function that posts blocks to #support as the bot and returns their ts."""

    async def post(*blocks, **more):
        where = {"channel": "C0SUPPORT", "text": "a card"} | more
        return (await client.chat_postMessage(blocks=list(blocks), **where))["ts"]

    return post
