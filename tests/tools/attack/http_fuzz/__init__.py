"""Sends what Slack never would, by HTTP and by socket: no answer may be 5xx, nothing may break, no stranger's
words may be logged.
"""

import asyncio
import json
import logging
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import click

from bot.delivery.sender import RefusedError
from bot.local.fakeslack.server import LocalSlack
from bot.views import controls
from store.errors import StoreError
from tests.support.bot_harness import Office, open_office
from tests.tools.attack._shared.signing import signed
from tests.tools.attack.http_fuzz.mutations import GONE, ODD, damage, mutate, one_odd_thing, places

COUNT = 100_000

CANARY = "c4n4ry"  # in everything that is not signed
TOGETHER = 20  # requests at once
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data",
    "",
    "é",
)
GARBAGE = (
    b"",
    b"[]",
    b"null",
    b"{",
    b"[" * 2_000,
    b"payload=[]",
    b"payload=%7B",
    b"\xff\xfe",
    b"=&=&",
    b'{"a":NaN}',
    b"\x00" * 64,
)


class Watcher(logging.Handler):
    """Watches the log for what it must not say: unexpected errors, or a stranger's words."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.wrong: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if CANARY in text or CANARY in repr(error):
            self.wrong.append(f"a stranger's words in the log {record.name}")
        foreseen = isinstance(error, RefusedError | StoreError)
        if record.levelno >= logging.ERROR and not foreseen:
            self.wrong.append(f"{record.name}: {text[:120]} {error!r:.200}")


async def samples(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """The kind and payload of everything that the local Slack delivers when people use every part of the bot."""
    slack = office.slack
    ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
    await office.said("engineer", "support", "in progress", thread=ts)
    await office.said("engineer", slack.dm("engineer"), "help")
    await slack.command("engineer", "support", "/ticket", "create login bug")
    card = slack.messages("support", ts)[1]
    await slack.press("engineer", "support", card["ts"], controls.CLOSE)
    await slack.dismiss("engineer")
    await slack.press("engineer", "support", card["ts"], controls.EDIT)
    await slack.submit("engineer", {"title": "API timeout again"})
    await slack.shortcut("engineer", controls.NEW_SHORTCUT)
    await slack.message_shortcut("engineer", "support", ts, controls.MESSAGE_SHORTCUT)
    await slack.open_home("engineer")
    await office.idle()
    return [(one.kind, one.payload) for one in slack.deliveries]


def encoded(kind: str, payload: Any) -> tuple[bytes, str]:
    if kind == "events_api" or not isinstance(payload, dict):
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(errors="replace"), "application/x-www-form-urlencoded"


class HttpFuzz:
    def __init__(self, office: Office, chance: random.Random, tally: Counter[str], wrong: list[str]) -> None:
        self._office, self._chance, self._tally, self._wrong = office, chance, tally, wrong
        self._each_place: list[tuple[str, dict[str, Any], int, Any]] = []
        self._url = f"http://127.0.0.1:{office.bot.port}/slack/events"

    async def run(self, count: int) -> None:
        known = await samples(self._office)
        # Every oddity of a single place once, in random order, mixed with several oddities at once.
        self._each_place = [
            (kind, payload, place, odd)
            for kind, payload in known
            for place in range(len(places(payload)))
            for odd in (GONE, *ODD)
        ]
        self._chance.shuffle(self._each_place)
        async with aiohttp.ClientSession() as http:
            for done in range(0, count, TOGETHER):
                requests = [self._request(known) for _ in range(min(TOGETHER, count - done))]
                await asyncio.gather(*(self._send(http, *request) for request in requests))
        await self._office.bot.runner.idle()

    def _request(self, known: list[tuple[str, dict[str, Any]]]) -> tuple[bytes, dict[str, str], bool]:
        """A body, its headers, and whether it is signed."""
        chance = self._chance
        if self._each_place and chance.random() < 0.5:
            kind, payload, place, odd = self._each_place.pop()
            body, content_type = encoded(kind, one_odd_thing(payload, place, odd))
        else:
            kind, payload = chance.choice(known)
            body, content_type = encoded(kind, mutate(chance, payload))
        if chance.random() < 0.2:
            body = chance.choice(GARBAGE) if chance.random() < 0.3 else damage(chance, body)
        if chance.random() < 0.1:
            content_type = chance.choice(TYPES)
        is_signed = chance.random() < 0.7
        if not is_signed:
            body += CANARY.encode()
        headers = signed(self._office.slack.signing_secret if is_signed else "a guess", body)
        headers |= {"Content-Type": content_type}
        if chance.random() < 0.1:
            name = chance.choice(
                ("X-Slack-Request-Timestamp", "X-Slack-Signature", "Content-Encoding", "X-Slack-Retry-Num")
            )
            headers[name] = chance.choice(
                ("", "9" * 4_000, "v0=é", "gzip", "deflate, gzip", "-1", "²", "identity")
            )
        return body, headers, is_signed

    async def _send(
        self, http: aiohttp.ClientSession, body: bytes, headers: dict[str, str], is_signed: bool
    ) -> None:
        try:
            async with http.post(self._url, data=body, headers=headers) as answer:
                status = answer.status
                await answer.read()
        except aiohttp.ClientError as error:
            self._wrong.append(f"no answer: {type(error).__name__}")
            return
        self._tally[f"{'signed' if is_signed else 'unsigned'} {status}"] += 1
        if status >= 500 or (not is_signed and status < 400):
            self._wrong.append(f"{status} to {'signed' if is_signed else 'unsigned'} {body[:200]!r}")


class SocketFuzz:
    def __init__(self, office: Office, chance: random.Random, tally: Counter[str]) -> None:
        self._office, self._chance, self._tally = office, chance, tally
        self._envelopes = 0

    async def run(self, count: int) -> None:
        known = await samples(self._office)
        for done in range(count):
            await self._send(self._frame(known))
            self._tally["frames"] += 1
            if done % TOGETHER == TOGETHER - 1 or done == count - 1:
                await self._is_alive()
        await self._office.bot.runner.idle()

    async def _send(self, frame: str) -> None:
        (open_,) = self._office.slack.platform.sockets._open
        await open_.web.send_str(frame)

    def _frame(self, known: list[tuple[str, dict[str, Any]]]) -> str:
        chance = self._chance
        kind, payload = chance.choice(known)
        self._envelopes += 1
        frame: Any = {
            "type": kind,
            "envelope_id": f"fuzz-{self._envelopes}",
            "payload": mutate(chance, payload),
        }
        if chance.random() < 0.2:
            frame = mutate(chance, frame)
        if isinstance(frame, dict) and frame.get("type") == "disconnect":
            frame["type"] = "odd"
        text = json.dumps(frame)
        if chance.random() < 0.1:
            return damage(chance, text.encode()).decode(errors="replace")
        return chance.choice(GARBAGE).decode(errors="replace") if chance.random() < 0.03 else text

    async def _is_alive(self) -> None:
        """Whether the bot still takes Slack's own frames: one must be acknowledged."""
        self._envelopes += 1
        envelope = f"alive-{self._envelopes}"
        (open_,) = self._office.slack.platform.sockets._open
        answered = open_.waiting[envelope] = asyncio.get_running_loop().create_future()
        event = {"type": "event_callback", "team_id": "T0LOCAL", "event": {"type": "user_change"}}
        await self._send(json.dumps({"type": "events_api", "envelope_id": envelope, "payload": event}))
        await asyncio.wait_for(answered, 30)
        del open_.waiting[envelope]


async def _run(count: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    tally, watcher = Counter[str](), Watcher()
    root = logging.getLogger()
    level = root.level
    root.addHandler(watcher)
    root.setLevel(logging.DEBUG)
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: watcher.wrong.append(f"unhandled: {context.get('exception')!r}")
    )
    try:
        requests = count * 2 // 3
        await _within(
            folder / "http",
            "http",
            lambda office: HttpFuzz(office, random.Random(seed), tally, watcher.wrong).run(requests),
        )
        await _within(
            folder / "socket",
            "socket",
            lambda office: SocketFuzz(office, random.Random(seed), tally).run(count - requests),
        )
    finally:
        root.removeHandler(watcher)
        root.setLevel(level)
    return tally, watcher.wrong


async def _within(folder: Path, mode: Any, work: Callable[[Office], Any]) -> None:
    folder.mkdir()  # noqa: ASYNC240  # nothing else runs yet
    slack = LocalSlack()
    async with open_office(folder, mode, slack=slack) as office:
        await work(office)


def main(count: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        tally, wrong = asyncio.run(_run(count, seed, Path(folder)))
    click.echo(f"{count} requests and frames, {len(wrong)} faults")
    click.echo("  " + ", ".join(f"{what} {times}" for what, times in sorted(tally.items())))
    for line, times in Counter(wrong).most_common(20):
        click.echo(f"  {times} × {line}")
    return bool(wrong)
