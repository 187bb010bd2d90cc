"""Prompts are data: found by name, checked, and never sent half filled."""

import pytest

import prompts
from bot.actions import Ask, Nothing
from bot.parser.fallback import DID_YOU_MEAN
from bot.parser.llm.validate import validate_answer
from bot.parser.message import Message, Reading, ThreadTicket
from bot.parser.rules import format_command as spell
from bot.parser.rules import read
from prompts import PromptError


@pytest.mark.parametrize("name", ["parse", "small"])
def test_every_prompt_has_both_its_parts(name):
    prompt = prompts.load(name)
    assert prompt.system.template
    assert "$" in prompt.user.template


def test_what_is_asked_for_by_a_name_that_is_none_is_told_with_the_names_there_are():
    with pytest.raises(PromptError, match=r"no prompt 'poem'; there are .*parse"):
        prompts.load("poem")


@pytest.mark.parametrize("name", ["../pyproject", "README", "", "parse.md"])
def test_only_prompts_are_loaded(name):
    with pytest.raises(PromptError):
        prompts.load(name)


def test_a_variable_without_a_value_is_an_error():
    prompt = prompts.load("parse")
    with pytest.raises(PromptError, match="parse cannot be filled: 'message'"):
        prompt.fill(prompt.user, thread="")


def test_what_a_person_wrote_is_no_template():
    prompt = prompts.parse("test", "## system\ndo\n## user\n$message\n")
    assert prompt.fill(prompt.user, message="$thread ${x} $$") == "$thread ${x} $$"


def test_an_example_is_a_message_its_answer_and_the_thread_it_was_in():
    prompt = prompts.parse(
        "test", "## system\ndo\n## examples\na => b => c\n\n(T012) d => e\n## user\n$message\n"
    )
    assert prompt.examples == (("", "a", "b => c"), ("T012", "d", "e"))


def test_an_example_without_an_answer_is_an_error():
    with pytest.raises(PromptError, match="test has an example"):
        prompts.parse("test", "## system\ndo\n## examples\nwhat now\n## user\n$message\n")


@pytest.mark.parametrize("text", ["## system\nhello\n", "## system\na\n## user\nb\n## user\nc\n", ""])
def test_a_prompt_needs_each_part_once(text):
    with pytest.raises(PromptError, match="needs one"):
        prompts.parse("test", text)


def test_the_usual_prompt_stays_within_its_tokens():
    prompt = prompts.load("parse")
    texts = [prompt.system.template, *(shown.message + shown.answer for shown in prompt.examples)]
    assert sum(map(len, texts)) < 800  # 196 tokens with the schema, as prompts/README.md counts them


@pytest.mark.parametrize("name", ["parse", "small"])
def test_every_example_answers_with_what_the_rules_read(name):
    for shown in prompts.load(name).examples:
        thread = ThreadTicket(shown.thread) if shown.thread else None
        message = Message(shown.message, "thread" if thread else "mention", thread)
        action = validate_answer(shown.answer, message, Reading(Nothing(), sure=False), read, spell)
        assert not isinstance(action, Ask) or action.msg == DID_YOU_MEAN, shown
