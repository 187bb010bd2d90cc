"""How long the first answer takes: `python -m tests.tools.bench start`. Needs a machine that does nothing
else.

Times `tickets ask`, and the bot until it is ready in the local Slack, against importing slack_bolt alone in
the same run.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bot.local.fakeslack.server import LocalSlack
from tests.tools.bench.report import Report
from tests.tools.bench.timing import Times

GOAL = 2.0  # times importing slack_bolt
COMMAND = [sys.executable, "-m", "bot"]
IMPORT = [sys.executable, "-c", "import slack_bolt"]
TOO_EARLY = {"ask": ("openai", "slack_bolt", "slack_sdk", "aiohttp"), "run": ("openai",)}


def one_shot(command: list[str], folder: Path) -> float:
    environment = {"PATH": os.environ["PATH"], "TICKETS_STORE": str(folder / "asked.json")}
    begun = perf_counter()
    subprocess.run(command, env=environment, cwd=Path.cwd(), check=True, capture_output=True)
    return perf_counter() - begun


async def until_ready(folder: Path) -> float:
    """Seconds from `tickets run` until its socket is open; then it is stopped."""
    async with LocalSlack() as slack:
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.url,
            "TICKETS_STORE": str(folder / "run.json"),
        }
        begun = perf_counter()
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "run", env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            await slack.until(lambda: slack.sockets, 60)
            return perf_counter() - begun
        finally:
            process.terminate()
            await process.wait()


def loaded_too_early(command: str) -> list[str]:
    """Libraries that are imported before they are needed."""
    modules = {
        "ask": "bot.cli, bot.app.core, store.file.store",
        "run": "bot.cli, bot.app.slack, store.file.store",
    }
    code = f"import json, sys, {modules[command]}; print(json.dumps(list(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return [name for name in TOO_EARLY[command] if name in json.loads(answer.stdout)]


def main(rest: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench start", description=__doc__)
    parser.add_argument("--count", type=int, default=5, help="how often each is done, in turns")
    given = parser.parse_args(rest)
    times: dict[str, list[float]] = {"import slack_bolt": [], "tickets ask": [], "ready in Slack": []}
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        for _ in range(given.count):
            times["import slack_bolt"].append(one_shot(IMPORT, folder))
            times["tickets ask"].append(one_shot([*COMMAND, "ask", "create API timeout"], folder))
            times["ready in Slack"].append(asyncio.run(until_ready(folder)))
    report = Report("Until the first answer")
    least = {name: Times(each).median for name, each in times.items()}
    alone = least.pop("import slack_bolt")
    report.add("import slack_bolt", f"{alone:.2f} s")
    for name, seconds in least.items():
        ratio = seconds / alone
        report.add(name, f"{seconds:.2f} s, {ratio:.2f} ×", f"≤ {GOAL:.0f} ×", reached=ratio <= GOAL)
    for command, names in TOO_EARLY.items():
        early = loaded_too_early(command)
        report.add(
            f"{command}: not loaded before it is needed",
            f"loaded: {', '.join(early)}" if early else "none",
            ", ".join(names),
            reached=not early,
        )
    report.show()
