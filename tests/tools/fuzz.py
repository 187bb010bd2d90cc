"""`python -m tests.tools.fuzz [MESSAGES] [--seed N] [--routed N]`: sends random messages through the parser,
and every N-th one through the router and the views, too.

The promise covers 1,000,000 messages: nothing raises, every action can be written and read again, no answer
holds a live mention or exceeds a limit of Block Kit. The first message that breaks it is printed with its
seed, and the exit code is 1.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from bot.actions import read_action, write_action
from bot.parser import Parser
from bot.parser.message import Message, ThreadTicket
from bot.parser.rules import format_command, read
from bot.views.answer import answer, receipt
from store import open_store
from tests.support.blockkit.check import check_message
from tests.support.factories import make_router, origin, requester

PIECES = [
    "close", "closing", "fixed", "reopen", "T003", "t4", "T14", "T1-T9", "T9ZZZZZZZZZZ", "TOO3", "#12", "PROJ-42", "pri", "1", "9",
    "cat:", "infra", "to", "not", "if", "and", ",", ":", "?", ";", "\n", "create", "ticket", "title=", '"', "“x”", "`", "```", "~",
    "&gt; ", "<@U1>", "<!here>", "<!channel>", "<http://a|b>", "<http://evil|https://good>", "urgent", "all", "except", "because",
    "don't", "page", "{", "}", "it", "this", "done", "note", "🔥", ":tada:", "\u200b", "\x00", "é", "e\u0301", "ﾞ", "ﾟ", "с", " ", "by",
    "Ada's", "tickets", "yesterday", "older than", "3 days", "never mind", "the printer", "is down", "*Title:*", "Priority: High",
    "since", "between", "2024-13-45", "2024-02-29", "feb 30", "31st of", "sept", "2025", "last", "week", "48 hours", "in october",
    "undo", "view", "stats", "stale", "login bug", "x" * 60, "(", ")", "create a ticket for", "\ud800", "\u202e", "&lt;!channel&gt;",
]  # fmt: skip
PLACES = ("mention", "slash", "thread", "dm")


def messages(count: int, seed: int) -> Iterator[Message]:
    chance = random.Random(seed)  # need not be unpredictable
    for _ in range(count):
        joint = chance.choice([" ", "", " "])
        text = joint.join(chance.choices(PIECES, k=chance.randint(1, 14)))
        topic = ThreadTicket("T003") if chance.random() < 0.3 else None
        place = chance.choice(PLACES)
        text = f"<@U0BOT> {text}" if place == "mention" else text
        yield Message(text, place, topic, "U1", chance.choice(["", "U0BOT"]), date(2026, 11, 25))


async def run(count: int, seed: int, routed: int) -> int:
    """The number of broken promises: 0 or 1, since it stops at the first."""
    parser = Parser(order="rules")
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(str(Path(folder) / "tickets.json"))
        router = make_router(store)
        try:
            for number, message in enumerate(messages(count, seed)):
                try:
                    action = read(message).action
                    assert read_action(write_action(action)) == action
                    format_command(action)
                    if number % routed == 0:
                        parsed = await parser.parse(message)
                        outcome = await router.act(parsed.action, requester(), origin(text=message.text))
                        shown = answer(outcome, receipt=receipt(parsed.via, parsed.tokens))
                        check_message(
                            {"text": shown.text, "blocks": shown.blocks, "metadata": shown.metadata}
                        )
                except Exception:  # noqa: BLE001  # no exception is allowed
                    click.echo(
                        f"message {number} of seed {seed}: {message.text!r} ({message.surface})", err=True
                    )
                    click.echo(traceback.format_exc(), err=True)
                    return 1
        finally:
            await store.close()
    return 0


def main(arguments: list[str] | None = None) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.tools.fuzz", description=__doc__)
    options.add_argument("messages", type=int, nargs="?", default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--routed", type=int, default=50, help="every so many-th goes through router and views"
    )
    given = options.parse_args(arguments)
    broken = asyncio.run(run(given.messages, given.seed, given.routed))
    click.echo("broken" if broken else f"{given.messages} messages, nothing broken")
    return broken


if __name__ == "__main__":
    sys.exit(main())
