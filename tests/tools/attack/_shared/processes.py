"""Bot processes on one database and one local Slack: starts, suspends and kills them, and delivers to them, sometimes twice."""

import asyncio
import os
import random
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp

from bot.local.fakeslack.delivery.envelope import Attempt, Carrier, Delivery, UndeliveredError
from bot.local.fakeslack.delivery.signed import SignedHttp
from bot.local.fakeslack.server import LocalSlack

ROOT = Path(__file__).parents[4]
START = 60.0  # seconds that a process may take to start on a busy machine
QUICK, USUAL = ("-m", "tests.tools.attack._shared.bot_process"), ("-m", "bot", "run")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class BotProcess:
    """One bot process, started again whenever it was killed. Uses HTTP with a `port`, Socket Mode without one."""

    def __init__(self, slack: LocalSlack, store: str, log: Path, port: int, command: tuple[str, ...]) -> None:
        self.port, self._log, self._command = port, log, command
        ways = (
            {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": str(port), "TICKETS_HOST": "127.0.0.1"}
            if port
            else {"SLACK_APP_TOKEN": slack.app_token}
        )
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TICKETS_", "OPENAI_"))},
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.url,
            "TICKETS_STORE": store,
            "TICKETS_PARSER": "rules",
            "PYTHONPATH": str(ROOT),
            **ways,
        }  # fmt: skip
        self._process: Process | None = None
        self._output: BinaryIO | None = None

    async def start(self) -> None:
        self._output = self._log.open("ab")  # opened only once in a while
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._command,
            cwd=self._log.parent,
            env=self._environment,
            stdout=self._output,
            stderr=self._output,
        )

    async def kill(self) -> None:
        """Kill it without warning, as when its machine dies."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
        if self._output:
            self._output.close()

    async def suspend(self, seconds: float) -> None:
        """Let it stand still for so long, as when its machine sleeps."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    def ended(self) -> bool:
        return self._process is None or self._process.returncode is not None


class Spread(Carrier):
    """Delivers each event to any process, and some to several at once, as Slack does while it replaces a
    socket.

    A delivery is done when one process acknowledged it; then `heard` is called. `acknowledged` counts all
    acknowledgements.
    """

    timeout_reason = "timeout"

    def __init__(
        self,
        slack: LocalSlack,
        processes: list[BotProcess],
        chance: random.Random,
        doubled: float,
        heard: Callable[[Delivery], None],
    ) -> None:
        http = aiohttp.ClientSession()
        self._heard = heard
        self._session, self._chance, self._doubled = http, chance, doubled
        ports = [each.port for each in processes if each.port]
        sockets = [slack.platform.sockets] * (len(processes) - len(ports))
        self._ways: list[Any] = [
            *(
                SignedHttp(
                    f"http://127.0.0.1:{port}/slack/events", slack.signing_secret, time.time, lambda: http
                )
                for port in ports
            ),
            *sockets,
        ]
        self.acknowledged = 0

    async def carry(self, delivery: Delivery, attempt: Attempt) -> Any:
        at_once = self._chance.choice((2, 3)) if self._chance.random() < self._doubled else 1
        ways = self._chance.sample(self._ways, at_once)
        answers = await asyncio.gather(
            *(way.carry(delivery, attempt) for way in ways), return_exceptions=True
        )
        good = [answer for answer in answers if not isinstance(answer, BaseException)]
        if not good:
            raise UndeliveredError("connection_failed")
        self.acknowledged += len(good)
        self._heard(delivery)
        return good[0]

    async def close(self) -> None:
        await self._session.close()
