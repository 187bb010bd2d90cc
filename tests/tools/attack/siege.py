"""Besieges the HTTP port with half-open, compressed and endless requests: Slack's own must be answered as before."""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import click

from tests.support.bot_harness import Office, open_office
from tests.tools.attack._shared.signing import signed

COUNT = 1_000

PROMISED = 0.2  # seconds, for 99 of 100
SLACK_TIMEOUT = 3.0  # seconds that Slack waits


async def knock(office: Office, http: aiohttp.ClientSession, number: int) -> float:
    """Send one event from Slack, a message not meant for the bot. Returns the seconds it took; `SLACK_TIMEOUT`
    without an answer.
    """
    event = {
        "type": "message",
        "channel": "C0SUPPORT",
        "user": "U0ENGINEER",
        "text": "lunch?",
        "ts": f"{number}.1",
    }
    body = json.dumps(
        {"type": "event_callback", "team_id": "T0LOCAL", "event_id": f"Ev{number}", "event": event}
    )
    headers = signed(office.slack.signing_secret, body.encode()) | {"Content-Type": "application/json"}
    begun = time.monotonic()
    try:
        async with http.post(
            f"http://127.0.0.1:{office.bot.port}/slack/events", data=body, headers=headers
        ) as answer:
            await answer.read()
            return time.monotonic() - begun if answer.status == 200 else SLACK_TIMEOUT
    except aiohttp.ClientError:
        return SLACK_TIMEOUT


async def measure(office: Office, count: int) -> list[float]:
    async with aiohttp.ClientSession() as http:
        return sorted([await knock(office, http, number) for number in range(1, count + 1)])


async def _run(count: int, folder: Path) -> tuple[list[float], list[float]]:
    async with open_office(folder, "http") as office:
        calm = await measure(office, count)
        strangers = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.tools.attack._shared.besiegers", str(office.bot.port)
        )
        (server,) = [runner.server for runner in office.bot._ports.runners]
        async with asyncio.timeout(30):
            while len(server.open) < 100:  # noqa: ASYNC110  # nothing signals this
                await asyncio.sleep(0.05)
        besieged = await measure(office, count)
        strangers.kill()
        await strangers.wait()
    return calm, besieged


def main(count: int, seed: int) -> int:
    """Nothing is random: `seed` has no effect."""
    with tempfile.TemporaryDirectory() as folder:
        calm, besieged = asyncio.run(_run(count, Path(folder)))
    for name, times in (("calm", calm), ("besieged", besieged)):
        click.echo(f"{name}: {1000 * p99(times):.0f} ms for 99 of 100, {1000 * times[-1]:.0f} ms at most")
    return int(p99(besieged) > PROMISED or besieged[-1] >= SLACK_TIMEOUT)


def p99(times: list[float]) -> float:
    """`times` must be sorted."""
    return times[max(0, len(times) * 99 // 100 - 1)]
