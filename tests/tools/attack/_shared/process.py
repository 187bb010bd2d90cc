"""Runs `tickets run` in a process of its own. Shared by attacks."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.local.fakeslack.server import LocalSlack

START = 60.0  # seconds that it may take to be ready


class RunningBot:
    """`tickets run` on the store in `folder`, with its log next to the store."""

    def __init__(self, folder: Path, slack: LocalSlack, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "log"
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(Path(__file__).resolve().parents[4]),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.url,
            "TICKETS_STORE": str(folder / "tickets.json"),
            "TICKETS_HOST": "127.0.0.1",
            "PORT": str(port),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=folder, env=environment, stderr=log, stdout=log
            )

    def memory(self) -> int:
        """Resident memory in bytes."""
        told = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        return int(told.stdout) * 1024

    async def readiness(self, http: aiohttp.ClientSession) -> dict[str, Any] | None:
        try:
            async with http.get(f"{self.url}/readyz") as answer:
                return dict(await answer.json())
        except aiohttp.ClientError:
            return None

    def errors(self) -> list[str]:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if " ERROR " in line or " CRITICAL " in line]


@asynccontextmanager
async def running(folder: Path, slack: LocalSlack, http: aiohttp.ClientSession) -> AsyncIterator[RunningBot]:
    bot = RunningBot(folder, slack, free_port())
    try:
        async with asyncio.timeout(START):
            while not ((found := await bot.readiness(http)) and found["ready"]):
                if bot.process.poll() is not None:
                    raise RuntimeError(bot.log.read_text(encoding="utf-8"))
                await asyncio.sleep(0.05)
        yield bot
    finally:
        bot.process.terminate()
        await asyncio.to_thread(bot.process.wait)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
