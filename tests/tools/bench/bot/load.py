"""A local Slack in this process, an app in another, and people who write to it: what does the app need for
each message?
"""

import asyncio
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path
from statistics import fmean, harmonic_mean
from time import perf_counter
from typing import Any, NamedTuple

import aiohttp

from bot.app.check import SCOPES
from bot.local.fakeslack.event_bus import WorkspaceEvent
from bot.local.fakeslack.server import LocalSlack
from tests.tools.bench.corpus import tickets
from tests.tools.bench.timing import Times, without_garbage_collection

WARM = 60  # messages before the measurement
TOGETHER = 16  # messages in flight, when as many as possible are sent
QUIET = 1.5  # seconds without a call, after which no more calls are expected
LONGEST = 60.0  # seconds for one answer
TICKS = os.sysconf("SC_CLK_TCK")


class Certificate(NamedTuple):
    """A self-signed certificate for 127.0.0.1: paths of PEM files."""

    certificate: str
    key: str


class Measured(NamedTuple):
    """For each message: seconds until its answer, milliseconds of processor time, and calls; and messages a second."""

    answers: Times
    processor: float
    calls: Mapping[str, float]
    rate: float

    @classmethod
    def of(cls, rounds: Sequence["Measured"]) -> "Measured":
        """Rounds of as many messages each, as one."""
        calls: Counter[str] = Counter()
        for each in rounds:
            calls.update(each.calls)
        return cls(
            Times([*chain.from_iterable(each.answers.each for each in rounds)]),
            fmean(each.processor for each in rounds),
            {method: count / len(rounds) for method, count in calls.items()},
            harmonic_mean([each.rate for each in rounds]),
        )


def make_certificate(folder: Path) -> Certificate:
    made = Certificate(str(folder / "certificate.pem"), str(folder / "key.pem"))
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", made.key, "-out", made.certificate], check=True, capture_output=True)
    return made


class App:
    """An app's process, and the local Slack that it uses."""

    def __init__(self, slack: LocalSlack, process: subprocess.Popen[bytes]) -> None:
        self._slack, self._process = slack, process
        self._texts = _texts()
        self._answers: dict[str, asyncio.Future[float]] = {}  # when each was received, by the message's ts
        self._calls: Counter[str] = Counter()
        self._last_call = 0.0
        slack.watch(self._see)

    def _see(self, happening: WorkspaceEvent) -> None:
        if happening.kind == "call":
            self._calls[happening.data["call"].method] += 1
            self._last_call = perf_counter()
        elif happening.kind == "calling" and happening.data["method"] == "chat.postMessage":
            answer = self._answers.pop(happening.data["args"].get("thread_ts", ""), None)
            if answer is not None and not answer.done():
                answer.set_result(perf_counter())

    async def write(self) -> float:
        """Send one message. Returns the seconds until Slack has received its answer. How long the local Slack then checks the
        answer's blocks is not counted."""
        begun = perf_counter()
        ts = await self._slack.say("engineer", "support", next(self._texts))
        self._answers[ts] = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(LONGEST):
            return await self._answers[ts] - begun

    async def together(self, count: int) -> Measured:
        """Send as many as possible: `TOGETHER` are in flight at any time."""
        left = iter(range(count))

        async def write_on() -> list[float]:
            return [await self.write() for _ in left]

        async def work() -> list[float]:
            return [*chain.from_iterable(await asyncio.gather(*(write_on() for _ in range(TOGETHER))))]

        return await self._measure(work)

    async def steady(self, count: int, rate: float) -> Measured:
        """Send `rate` messages a second, whatever becomes of earlier ones."""

        async def work() -> list[float]:
            begun, tasks = perf_counter(), []
            for number in range(count):
                await asyncio.sleep(max(0.0, begun + number / rate - perf_counter()))
                tasks.append(asyncio.create_task(self.write()))
            return list(await asyncio.gather(*tasks))

        return await self._measure(work)

    async def _measure(self, work: Any) -> Measured:
        self._calls.clear()
        processor, begun = self.processor, perf_counter()
        with without_garbage_collection():
            each = await work()
        seconds = perf_counter() - begun
        await self.quiet()
        spent = self.processor - processor
        calls = {method: count / len(each) for method, count in self._calls.items()}
        return Measured(Times(each), 1000 * spent / len(each), calls, len(each) / seconds)

    async def quiet(self) -> None:
        while perf_counter() - self._last_call < QUIET:  # noqa: ASYNC110  # nothing signals the absence of calls
            await asyncio.sleep(QUIET / 5)

    @property
    def processor(self) -> float:
        """Processor time of the process in seconds."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def megabytes(self) -> float:
        """The process's memory."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6


def _texts() -> Iterator[str]:
    for each in tickets(10_000_000):
        yield f'@tickets create "{each.new.title}"'


@asynccontextmanager
async def running(
    what: str,
    mode: str,
    folder: Path,
    tls: Certificate | None,
    *,
    mentions_alone: bool = True,
    profile: str = "",
) -> AsyncIterator[App]:
    """Run `what` (`bot` or `bare`) in `mode` (`socket` or `http`), with its store in `folder`.

    With a certificate, Slack is called by https. If `mentions_alone`, each message causes one delivery;
    otherwise the seven that the bot's manifest asks for: the message as such and as a mention, the bot's
    answer and its reaction, and what they change in the thread. A profile is written to the file `profile`,
    if given.
    """
    slack = LocalSlack()
    slack.settings.scopes = frozenset(SCOPES)
    if mentions_alone:
        slack.settings.subscriptions = frozenset({"app_mention"})
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
    await slack.start(tls=context)
    port = _free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.url,
        "TICKETS_STORE": str(folder / f"{what}.json"),
        "TICKETS_HOST": "127.0.0.1",
        **({"SSL_CERT_FILE": tls.certificate} if tls else {}),
        **(
            {"SLACK_APP_TOKEN": slack.app_token}
            if mode == "socket"
            else {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": str(port)}
        ),
    }
    command = [sys.executable, "-m", "tests.tools.bench.bot_process", what, *([profile] if profile else [])]
    process = subprocess.Popen(  # noqa: ASYNC220  # it begins at once
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if mode == "socket":
            await slack.until(lambda: slack.sockets, 60)
        else:
            await _until_served(port, what)
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        app = App(slack, process)
        for _ in range(WARM):
            await app.write()
        await app.quiet()
        yield app
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 60)
        await slack.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def _until_served(port: int, what: str) -> None:
    path, expected = ("readyz", 200) if what == "bot" else ("slack/events", 404)
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/{path}") as answer:
                    if answer.status == expected or what == "bare":
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
