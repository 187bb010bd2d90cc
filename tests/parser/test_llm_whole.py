"""The whole parser with the real rules, over real HTTP: what comes of a message with each kind of model."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from bot.actions import BulkUpdate, Close, Create, View
from bot.parser import Parser
from bot.parser.llm import OpenAIModel
from bot.parser.message import Message, Parsed, Topic
from tests.model_server import ModelServer, drips, fails, hangs, resets, says, sends

TOPIC = Topic("T012", "Printer on fire")


@pytest.fixture
async def parse(server: ModelServer) -> AsyncIterator:
    """Parses a message in the order `llm`, so that the model is asked whatever the rules can do."""
    model = OpenAIModel("key", "gpt-6-luna", clock=lambda: 0.0, base_url=server.url, deadline=0.3)
    parser = Parser(model, order="llm")

    async def run(text: str, thread: Topic | None = None) -> Parsed:
        surface = "thread" if thread else "mention"
        return await parser.parse(Message(f"<@U0BOT> {text}", surface, thread, "U1", "U0BOT"))

    yield run
    await model.close()


@pytest.mark.parametrize(
    ("text", "command", "action"),
    [
        ("the vpn!!", "create p1 infra: VPN is down?", Create(title="VPN is down?", pri=1, cat="infra")),
        ("guide pls", "create p3 doc: Guide for T003", Create(title="Guide for T003", pri=3, cat="doc")),
        (
            "T003 & t4 are ok",
            "close T003 T004",
            BulkUpdate(tickets=("T003", "T004"), changes={"stat": "done"}),
        ),
        ("T003 works, don't know why", "close T003: don't know why", Close(id="T003", res="don't know why")),
        ("docs?", "view open p1 doc", View(stat="open", pri=1, cat="doc")),
        ("that printer?", "view about printer", View(text="printer")),
    ],
)
async def test_what_a_model_is_taught_to_say_the_rules_read_as_meant(server, parse, text, command, action):
    server.does(says(command))
    parsed = await parse(text)
    assert (parsed.action, parsed.via) == (action, "llm")


async def test_the_command_of_an_answer_gives_the_same_again_for_nothing(server, parse):
    server.does(says("create p1 infra: VPN is down?"))
    parsed = await parse("the vpn!!")
    again = await Parser(None).parse(Message(parsed.command, "slash"))
    assert (again.action, again.via, again.tokens) == (parsed.action, "rules", 0)


async def test_in_a_thread_a_command_without_an_id_is_about_its_ticket(server, parse):
    server.does(says("close T012: new toner"))
    assert (await parse("put new toner in", TOPIC)).action == Close(id="T012", res="new toner")


@pytest.mark.parametrize(
    "trouble",
    [hangs, drips, resets, fails(401), fails(429), fails(503), sends("<html>"), says("Sure, done!")],
    ids=["hangs", "drips", "resets", "401", "429", "503", "a page", "talk"],
)
async def test_a_command_is_done_in_time_whatever_becomes_of_the_model(server, parse, trouble):
    server.does(trouble)
    async with asyncio.timeout(8):
        parsed = await parse("close T003: new fan")
    assert (parsed.action, parsed.via) == (Close(id="T003", res="new fan"), "rules")


def test_the_model_library_is_loaded_only_where_a_model_is_configured():
    look = "import bot.parser, bot.parser.llm, sys; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
