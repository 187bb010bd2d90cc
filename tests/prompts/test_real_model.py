"""The whole way with a real model, where there is one. Its accuracy is shown, not demanded."""

import os

import click
import pytest

from bot.actions import Ask, Close, Create
from bot.parser.message import Parsed
from tests.tools.measure.__main__ import Score, add, examples, is_as_wanted, measure

PROMPT = os.environ.get("TICKETS_PROMPT", "parse")  # taken here: a test's environment has none of ours
REAL = "OPENAI_BASE_URL points at no model server that tests may use (TICKETS_TEST_MODEL=1 allows it)"


@pytest.mark.skipif(
    not (os.environ.get("OPENAI_BASE_URL") and os.environ.get("TICKETS_TEST_MODEL")), reason=REAL
)
async def test_a_real_model_takes_every_example_and_its_score_is_shown(capsys):
    score = await measure(os.environ["OPENAI_BASE_URL"], PROMPT, alone=False)
    with capsys.disabled():
        click.echo(f"\n{PROMPT}, behind the rules: {score}")
    assert score.count == len(examples())
    assert score.tokens > 0


def test_a_title_may_say_more_than_is_looked_for_but_a_filter_may_not():
    create = {"action": "CREATE", "title": "coffee|espresso", "cat": "other"}
    assert is_as_wanted(
        {"action": "CREATE", "title": "Coffee machine leaks", "cat": "other", "pri": 1}, create
    )
    assert not is_as_wanted({"action": "CREATE", "title": "Tea machine leaks", "cat": "other"}, create)
    assert not is_as_wanted({"action": "VIEW", "stat": "open", "pri": 1}, {"action": "VIEW", "stat": "open"})


def test_an_action_that_is_offered_as_a_choice_is_as_good_as_done():
    score = Score()
    offered = Ask(msg="Did you mean?", choices=(Create(title="x"), Close(id="T003")))
    add(score, {"text": "T003 works", "want": [{"action": "CLOSE", "id": "T003"}]}, Parsed(offered, "llm"))
    add(score, {"text": "T004 works", "want": [{"action": "CLOSE", "id": "T004"}]}, Parsed(offered, "llm"))
    assert (score.exact, score.safe, len(score.wrong)) == (1, 2, 1)


def test_a_missing_priority_is_the_default_one():
    assert is_as_wanted({"action": "CREATE", "title": "x"}, {"action": "CREATE", "title": "x", "pri": 2})


def test_every_example_wants_actions_that_there_are():
    kinds = {want["action"] for example in examples() for want in example["want"]}
    assert kinds <= {"CREATE", "VIEW", "UPDATE", "CLOSE", "bulk_update", "NONE", "HELP"}
