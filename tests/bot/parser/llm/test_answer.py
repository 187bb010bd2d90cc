"""The command in what a model says is found wherever it stands, in no time that others would notice."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parser.llm.answer import find_command, read_answer
from bot.parser.llm.model import Answer, ModelError
from bot.parser.llm.transport import LONGEST_BODY
from tests.support.counts import again_and_again
from tests.support.model_server import completion

MOST = 0.1  # seconds of the processor for the longest answer that is read, also beside other tests

PIECES = (
    '{"command"', '{"command":', ',"command":"', '{"command":"a"', '{"command" ', "{", "[", '"', "\\", "\\\\", ", ", "</think>",
    "<think>", "<|", "<|a|>", "|>", "```", "``", "` ", "``` ", "```a", "[/INST]", "</s>", "<", "\n", " ", "a", "\ufeff", '"\\',
)  # fmt: skip


@again_and_again
@pytest.mark.parametrize("before", ["", "```", '{"command":', '{"command":"', "<think>", "<|", ","])
@pytest.mark.parametrize("piece", PIECES)
def test_the_longest_answer_of_anything_takes_no_time(before, piece):
    text = (before + piece * LONGEST_BODY)[:LONGEST_BODY]

    def spent() -> float:
        begun = time.process_time()
        find_command(text)
        return time.process_time() - begun

    assert any(spent() < MOST for _ in range(3))


@given(
    before=st.text(alphabet='abc \n`<>|"', max_size=30),
    command=st.text(min_size=1, max_size=60),
    after=st.text(max_size=30),
)
def test_any_command_in_json_is_found_as_it_was_said(before, command, after):
    text = f"{before}{json.dumps({'command': command})}{after.replace('command', '')}"
    expected = "" if "</think>" in after else command.strip()
    assert find_command(text) in (expected, "")
    if not before.lstrip().startswith("<"):
        assert find_command(text) == expected


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_an_answer_or_the_reason_why_there_is_none(body):
    with pytest.raises(ModelError):
        read_answer(body, 400)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    content=JSON,
    usage=JSON,
    finish=JSON,
    reasoning=JSON,
    choice=st.sampled_from(["whole", "message", "choices"]),
)
def test_any_completion_is_an_answer_or_the_reason_why_there_is_none_at_a_cost_that_can_be(
    content, usage, finish, reasoning, choice
):
    message = {"content": content, "reasoning_content": reasoning}
    body = completion(None) | {"usage": {"total_tokens": usage}}
    body["choices"] = [{"message": message, "finish_reason": finish}]
    if choice == "message":
        body["choices"] = [content]
    elif choice == "choices":
        body["choices"] = content
    try:
        answer: Answer | ModelError = read_answer(json.dumps(body).encode(), 400)
    except ModelError as error:
        answer = error
    assert 0 <= answer.tokens <= 20_000
