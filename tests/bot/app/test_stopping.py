"""SIGTERM and Ctrl-C end the bot at any moment, also while it waits for a Slack that is not there."""

import asyncio
import json
import os
import signal
import socket
import sys
import time

import aiohttp
import pytest

from bot.app.stopping import run_until_stopped


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_a_start_that_waits_is_broken_off_and_cleaned_up(name):
    ended = []

    async def start() -> None:
        try:
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), name)
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    await asyncio.wait_for(run_until_stopped(start, leave_within=None), 5)
    assert ended


async def test_what_a_start_raises_is_raised():
    async def start() -> None:
        raise KeyError("no")

    with pytest.raises(KeyError):
        await run_until_stopped(start, leave_within=None)


async def test_a_started_bot_runs_until_the_signal(mocker):
    mocker.patch("gc.freeze")  # it would keep everything of this test run for ever
    started = asyncio.Event()

    async def start() -> None:
        started.set()

    running = asyncio.create_task(run_until_stopped(start, leave_within=None))
    await started.wait()
    await asyncio.sleep(0)
    assert not running.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 5)


BLOCKED = """
import asyncio, time
from bot.app.stopping import run_until_stopped

async def start():
    print("begun", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)

asyncio.run(run_until_stopped(start, leave_within=0.3))
"""


async def test_what_holds_a_stop_up_such_as_a_look_up_of_a_name_is_left_behind():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BLOCKED, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert await process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGTERM)
    _, told = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 1
    assert b"What was accepted is kept" in told


async def program(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def answer(http: aiohttp.ClientSession, url: str) -> tuple[int, dict[str, object]]:
    """As soon as somebody listens."""
    async with asyncio.timeout(20):
        while True:
            try:
                async with http.get(url) as got:
                    return got.status, json.loads(await got.text())
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_bot_without_slack_says_how_it_is_and_stops_in_time(name, mode):
    port = str(free_port())
    more = (
        {"SLACK_APP_TOKEN": "xapp-1", "TICKETS_HEALTH_PORT": port}
        if mode == "socket"
        else {"SLACK_SIGNING_SECRET": "s3cret", "PORT": port}
    )
    bot = await program(
        "run",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_API_URL=f"http://127.0.0.1:{free_port()}/api/",
        TICKETS_HOST="127.0.0.1",
        **more,
    )
    async with aiohttp.ClientSession() as http:
        assert await answer(http, f"http://127.0.0.1:{port}/healthz") == (200, {"status": "ok"})
        status, ready = await answer(http, f"http://127.0.0.1:{port}/readyz")
    assert (status, ready["ready"]) == (503, False)
    assert any("Slack" in str(reason) for reason in ready["reasons"])
    begun = time.monotonic()
    bot.send_signal(name)
    _, told = await asyncio.wait_for(bot.communicate(), 10)
    assert time.monotonic() - begun < 10
    assert bot.returncode == 0
    assert b"Traceback" not in told
