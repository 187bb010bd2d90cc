"""Help teaches nothing that the rules do not understand."""

import pytest

from bot.actions import Ask, Nothing
from bot.parser import rules as grammar
from bot.parser.message import Message, Topic
from bot.views.help import EXAMPLES, IN_A_THREAD

HINTS = ("list", "list all", "undo T001", "help")  # what other answers suggest


@pytest.mark.parametrize("example", [*(one for _, them in EXAMPLES for one in them), *HINTS])
@pytest.mark.parametrize("surface", ["slash", "mention", "dm"])
def test_every_example_is_understood_without_the_model(example: str, surface):
    text = f"<@UBOT> {example}" if surface == "mention" else example
    reading = grammar.read(Message(text, surface, bot="UBOT"))
    assert reading.sure
    assert not isinstance(reading.action, Ask | Nothing)


@pytest.mark.parametrize("example", [part.split("”")[0] for part in IN_A_THREAD.split("“")[1:]])
def test_every_example_for_threads_is_understood_there(example: str):
    reading = grammar.read(Message(example, "thread", thread=Topic("T012"), bot="UBOT"))
    assert reading.sure
    assert reading.action.model_dump()["id"] == "T012"
