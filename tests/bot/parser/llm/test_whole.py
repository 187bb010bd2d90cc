"""The whole parser with the real rules, over real HTTP: what comes of a message with each kind of model."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from bot.actions import Ask, BulkUpdate, Close, Create, Help, Nothing, Update, View
from bot.parser import Order, Parser
from bot.parser.llm.client import OpenAIModel
from bot.parser.message import Message, Parsed, ThreadTicket
from tests.support.model_server import ModelServer, completion, drips, fails, hangs, resets, says, sends

TOPIC = ThreadTicket("T012", "Printer on fire")


@pytest.fixture
async def parse_within(server: ModelServer) -> AsyncIterator:
    """Parses with so long for an answer; in the order `llm`, so that the model is asked of all but sure changes."""
    models: list[OpenAIModel] = []

    def within(deadline: float, order: Order = "llm"):
        models.append(
            OpenAIModel("key", "gpt-6-luna", clock=lambda: 0.0, base_url=server.url, deadline=deadline)
        )
        parser = Parser(models[-1], order=order)

        async def run(text: str, thread: ThreadTicket | None = None) -> Parsed:
            surface = "thread" if thread else "mention"
            return await parser.parse(Message(f"<@U0BOT> {text}", surface, thread, "U1", "U0BOT"))

        return run

    yield within
    for model in models:
        await model.close()


@pytest.fixture
def parse(parse_within):
    return parse_within(60.0)


@pytest.fixture
def parse_hastily(parse_within):
    """With a deadline that a test can wait for."""
    return parse_within(0.3)


@pytest.mark.parametrize(
    ("text", "command", "action"),
    [
        ("vpn trouble, low", "create p1 doc: VPN trouble?", Create(title="VPN trouble?", pri=3, cat="infra")),
        ("guide pls, urgent", "create p3 doc: Guide", Create(title="Guide", pri=1, cat="doc")),
        ("docs?", "view open p1 doc", View(stat="open", pri=1, cat="doc")),
        ("that printer?", "view about printer", View(text="printer")),
        ("printer?!", "help", Help()),
        ("printer?!", "none", Nothing()),
    ],
)
async def test_what_a_model_is_taught_to_say_is_done_where_it_changes_nothing_or_makes_a_ticket(
    server, parse, text, command, action
):
    server.does(says(command))
    parsed = await parse(text)
    assert (parsed.action, parsed.via) == (action, "llm")


@pytest.mark.parametrize(
    ("text", "command", "change"),
    [
        (
            "T003 & t4 seem ok",
            "close T003 T004",
            BulkUpdate(tickets=("T003", "T004"), changes={"stat": "done"}),
        ),
        ("T003 seems ok, new fan I think", "close T003: new fan", Close(id="T003", res="new fan")),
        ("T003, somebody looks at it", "update T003 prog p1", Update(id="T003", stat="prog", pri=1)),
    ],
)
async def test_a_change_that_it_is_taught_to_say_is_the_first_choice(server, parse, text, command, change):
    server.does(says(command))
    parsed = await parse(text)
    assert isinstance(parsed.action, Ask)
    assert parsed.action.choices is not None
    assert parsed.action.choices[0] == change
    assert (parsed.via, parsed.tokens) == ("llm", 100)


async def test_the_command_of_an_answer_gives_the_same_again_for_nothing(server, parse):
    server.does(says("create p1 infra: VPN is down?"))
    parsed = await parse("the vpn!!")
    again = await Parser(None).parse(Message(parsed.command, "slash"))
    assert (again.action, again.via, again.tokens) == (parsed.action, "rules", 0)


async def test_in_a_thread_a_change_may_be_of_its_ticket(server, parse):
    server.does(says("close T012: new toner"))
    asked = (await parse("somebody put new toner in it today", TOPIC)).action
    assert isinstance(asked, Ask)
    assert asked.choices is not None
    assert asked.choices[0] == Close(id="T012", res="new toner")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("could somebody look at the coffee machine, hmm", "undo"),
        ("T003 and 45 users cannot log in", "close T045: users"),
        ("T040 - 2 days left", "close T002"),
        ("T001-T050 were imported oddly", "close T001-T050"),
        ("how many tickets did Anna close last week", "I cannot count tickets by Anna."),
        ("is VPN down?", "I cannot check whether the VPN is down."),
        (
            "summarise the discussion about the login page",
            "The discussion is about the login page being slow.",
        ),
        (
            "the gadget on floor three acts up",
            'Here you are: {"cmd": "create p1 infra: the gadget on floor three"}',
        ),
    ],
)
async def test_what_a_model_makes_up_changes_nothing_and_makes_no_ticket_of_its_own(
    server, parse_within, text, answer
):
    server.does(sends(completion(answer)), says(answer))
    parse = parse_within(60.0, "auto")
    without = (await Parser(None).parse(Message(f"<@U0BOT> {text}", bot="U0BOT"))).action
    for _ in range(2):
        action = (await parse(text)).action
        if action != without:
            assert isinstance(action, (Ask, Nothing, View))
            # What is offered is what the rules would have offered without the model.
            assert getattr(action, "choices", ()) in ((), getattr(without, "choices", ()))


whatever_becomes_of_the_model = pytest.mark.parametrize(
    "trouble",
    [hangs, drips, resets, fails(401), fails(429), fails(503), sends("<html>"), says("Sure, done!")],
    ids=["hangs", "drips", "resets", "401", "429", "503", "a page", "talk"],
)


@whatever_becomes_of_the_model
async def test_a_command_is_done_in_time_whatever_becomes_of_the_model(server, parse_hastily, trouble):
    server.does(trouble)
    async with asyncio.timeout(8):
        parsed = await parse_hastily("close T003: new fan")
    assert (parsed.action, parsed.via) == (Close(id="T003", res="new fan"), "rules")
    assert server.requests == []


@whatever_becomes_of_the_model
async def test_a_report_is_made_in_time_whatever_becomes_of_the_model(server, parse_hastily, trouble):
    server.does(trouble)
    async with asyncio.timeout(8):
        parsed = await parse_hastily("create printer burns")
    assert isinstance(parsed.action, Create)
    assert (parsed.action.title, parsed.via) == ("printer burns", "rules")


def test_the_model_library_is_loaded_only_where_a_model_is_configured():
    look = "import bot.parser, bot.app.parsing, sys; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
