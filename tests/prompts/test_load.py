"""Prompts are data: found by name, checked, and never sent half filled."""

import string

import pytest

import prompts
from prompts import Prompt, PromptError


@pytest.mark.parametrize("name", ["parse", "parse-small", "category"])
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
    with pytest.raises(PromptError, match="parse cannot be filled: 'message'"):
        prompts.load("parse").fill(thread="")


def test_what_a_person_wrote_is_no_template():
    prompt = Prompt("test", string.Template("do"), string.Template("$message"))
    assert prompt.fill(message="$thread ${x} $$") == ("do", "$thread ${x} $$")


def test_a_prompt_needs_each_part_once(tmp_path, monkeypatch):
    (tmp_path / "half.md").write_text("## system\nhello\n")
    (tmp_path / "twice.md").write_text("## system\na\n## user\nb\n## user\nc\n")
    monkeypatch.setattr(prompts, "files", lambda package: tmp_path)
    for name in ("half", "twice"):
        with pytest.raises(PromptError, match="needs one"):
            prompts.load(name)
