"""Help teaches nothing that the rules do not understand."""

import pytest

from bot.actions import Ask, Nothing
from bot.parser import rules as grammar
from bot.parser.message import Message, ThreadTicket
from bot.views.help import EXAMPLES, IN_A_THREAD, help_message
from store.models.tickets import Category

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
    reading = grammar.read(Message(example, "thread", thread=ThreadTicket("T012"), bot="UBOT"))
    assert reading.sure
    assert reading.action.model_dump()["id"] == "T012"


def test_it_is_no_longer_than_a_screen():
    (examples, *_) = help_message().blocks
    text = "\n".join("".join(run["text"] for run in part["elements"]) for part in examples["elements"])
    assert len(text.split("\n")) <= 16
    assert max(len(line) for line in text.split("\n")) <= 80


@pytest.mark.parametrize(
    "word", [*Category, "high", "low", "in progress", "mine", "by @name", "started by me", "stale"]
)
def test_the_words_that_it_is_made_of_are_in_it(word: str):
    assert word in help_message().text
