"""Plants a canary in every secret, lets many things fail with every log on, and searches the logs and the
output for it.
"""

import asyncio
import io
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote

import aiohttp
import click
from aiohttp import web

from bot import settings as configured
from bot.app.check import check_all
from bot.app.slack import Bot
from bot.cli import logs
from bot.local.fakeslack.server import LocalSlack
from bot.settings import SettingsError
from store.postgres import PostgresStore

COUNT = 100  # rounds, each with its own canaries in two bots

MARK = "c4n4ry"
WORDS = "walrus"  # people's words: they may be logged at DEBUG, but not above
SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"{text}/+=&?#",
    lambda text: f"%{text}'",
    lambda text: f"{text}{{}}(x)",
)


class Records(logging.Handler):
    """Records what a log says, above DEBUG, in people's words."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.wrong: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if WORDS in record.getMessage() or (error and WORDS in logs.format_error(error, whole=False)):
            self.wrong.append(f"a person's words in {record.name} at {record.levelname}")


class Round:
    def __init__(self, chance: random.Random, folder: Path) -> None:
        self._spell, self._folder = chance.choice(SPELLINGS), folder
        self._number = chance.randrange(10**6)

    def canary(self, name: str) -> str:
        return self._spell(f"{MARK}-{self._number}-{name}")

    async def run(self) -> list[str]:
        """Where a canary or a person's words appeared."""
        said, records = io.StringIO(), Records()
        slack = LocalSlack()
        slack.bot_token = f"xoxb-{self.canary('bot')}"
        slack.app_token = f"xapp-{self.canary('app')}"
        slack.signing_secret = self.canary("signing")
        with everything_logged(said, records):
            async with slack, unkind_model() as model:
                await self._talk(slack, self._settings(slack, model, SLACK_APP_TOKEN=slack.app_token))
                over_http = {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": 0}
                await self._talk(slack, self._settings(slack, model, **over_http))
                await self._start_wrongly(slack, model)
        seen = [f"a canary: {_around(line)}" for line in said.getvalue().splitlines() if MARK in line]
        assert said.getvalue().count("\n") > 100  # the logs were on
        return seen + records.wrong

    def _settings(self, slack: LocalSlack, model: str, **given: Any) -> configured.Settings:
        hidden = quote(self.canary("url"), safe="")
        found = configured.load(
            None,
            **{
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_API_URL": slack.url,
                "OPENAI_API_KEY": self.canary("openai"),
                "OPENAI_BASE_URL": f"{model.replace('://', f'://me:{hidden}@')}?key={hidden}",
                "host": "127.0.0.1",
                "store": str(self._folder / "tickets.json"),
                **given,
            },
        )
        logs.register_secrets(found.secrets())
        return found

    async def _talk(self, slack: LocalSlack, settings: configured.Settings) -> None:
        """A conversation in which the model refuses, Slack disconnects, and the router raises with every
        secret in its message.
        """
        async with Bot(settings, pace=0.0) as bot:
            slack.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events" if bot.port else None)
            if not bot.port:
                await slack.until(lambda: slack.sockets)
            await slack.say("engineer", "support", f"@tickets create {WORDS}, urgent")
            await slack.say("engineer", "support", f"@tickets hmm, something about the {WORDS} perhaps")
            slack.faults.reset_after("chat.postMessage")
            await slack.command("engineer", "support", "/ticket", f"view {WORDS}")
            await self._idle(slack, bot)

            async def breaks(*_: Any, **__: Any) -> Any:
                raise RuntimeError(f"{settings.secrets()} {settings.openai_base_url} {WORDS}")

            bot.runner.services = replace(bot.services, pipeline=_Failing(breaks))  # type: ignore[arg-type]  # it is no pipeline
            await slack.say("engineer", "support", f"@tickets create {WORDS}, low")
            await self._idle(slack, bot)
            if bot.port:
                await self._knock(bot.port)

    async def _idle(self, slack: LocalSlack, bot: Bot) -> None:
        await slack.until(lambda: all(one.done for one in slack.deliveries))
        await bot.runner.idle()

    async def _knock(self, port: int) -> None:
        """A stranger's request, with canaries in headers, address and body."""
        told = self.canary("stranger")
        headers = {
            "X-Slack-Request-Timestamp": "1",
            "X-Slack-Signature": f"v0={told}",
            "Authorization": f"Bearer {told}",
            "Cookie": f"d={MARK}",
        }
        url = f"http://127.0.0.1:{port}/slack/events?token={quote(told, safe='')}"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=f"text={told}", headers=headers) as answer,
        ):
            await answer.read()

    async def _start_wrongly(self, slack: LocalSlack, model: str) -> None:
        """Start and check the bot with each setting wrong in turn."""
        hidden = quote(self.canary("url"), safe="")
        wrong: list[dict[str, str]] = [
            {"SLACK_BOT_TOKEN": f"xoxb-{self.canary('wrong')}"},
            {"SLACK_APP_TOKEN": f"xapp-{self.canary('wrong')}"},
            {"SLACK_BOT_TOKEN": self.canary("unlike"), "SLACK_APP_TOKEN": self.canary("unlike")},
            {"store": f"postgresql://me:{hidden}@127.0.0.1:9/tickets?sslpassword={hidden}"},
            {"SLACK_API_URL": f"http://me:{hidden}@127.0.0.1:9/"},
            {"admins": self.canary("admins")},
            {"timezone": self.canary("timezone")},
            {"PORT": self.canary("port")},
            {"prompt": self.canary("prompt")},
        ]
        for given in wrong:
            try:
                settings = self._settings(slack, model, **{"SLACK_APP_TOKEN": slack.app_token, **given})
            except SettingsError as error:
                click.echo(str(error))
                continue
            for finding in await check_all(settings):
                click.echo(logs.mask_secrets(finding.what))
            try:
                async with Bot(settings):
                    pass
            except Exception:  # whatever it is, only the log matters
                logging.getLogger("bot").exception("it did not start")


class _Failing:
    """Replaces the pipeline."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer


@contextmanager
def everything_logged(said: io.StringIO, records: Records) -> Iterator[None]:
    """Log and print as `tickets -vv` does, into `said`; restore the logging afterwards."""
    root, hook = logging.getLogger(), sys.excepthook
    before = [
        (one, one.level) for one in (root, *map(logging.getLogger, ("bot", "store", "prompts", "slack_bolt")))
    ]
    handlers = list(root.handlers)
    with redirect_stderr(said), redirect_stdout(said):
        logs.configure(2)
        root.addHandler(records)
        try:
            yield
        finally:
            root.handlers[:], sys.excepthook = handlers, hook
            for one, level in before:
                one.setLevel(level)
            logs.clear_secrets()


@asynccontextmanager
async def unkind_model() -> AsyncIterator[str]:
    """The address of a model server that refuses everything and repeats the key that it was sent."""

    async def refuse(request: web.Request) -> web.Response:
        told = f"Incorrect API key provided: {request.headers.get('Authorization')} at {request.url}"
        return web.json_response(
            {"error": {"message": told, "type": "x", "code": "invalid_api_key"}}, status=401
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def _around(line: str) -> str:
    at = line.index(MARK)
    return line[max(0, at - 120) : at + 60]


def main(count: int, seed: int) -> int:
    chance, wrong = random.Random(seed), Counter[str]()  # reproducible
    impatient = partial(PostgresStore.open, timeout=0.3)  # no database answers here
    for _ in range(count):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(PostgresStore, "open", impatient):
            wrong.update(asyncio.run(Round(chance, Path(folder)).run()))
    click.echo(f"{count} rounds, {wrong.total()} sightings")
    for line, times in wrong.most_common(20):
        click.echo(f"  {times} × {line}")
    return bool(wrong)
