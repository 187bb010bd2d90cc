"""What reading takes grows with the length of a message and no faster. Counted in calls, which are always the same;
`python -m tests.tools.bench parser` has the times."""

import sys

import pytest

from bot.parser.message import Message
from bot.parser.rules import read
from tests.support.counts import again_and_again
from tests.tools.bench.parser import HOSTILE, LONGEST

pytestmark = again_and_again


def calls(text: str) -> int:
    """How many functions are called to read it, Python's own included."""
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read(Message(text))
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("command", ["", "create ", "close T003 "])
def test_a_message_twice_as_long_takes_no_more_than_twice_the_work(command, piece):
    times = LONGEST // 2 // len(piece)
    half, whole = calls(command + piece * times), calls(command + piece * 2 * times)
    assert whole <= 2.2 * half + 200


@pytest.mark.parametrize("piece", [*HOSTILE, "T1,", "a: b\n", "close T001\n", "close T001; ", "tickets by Ada ", "e\u0301", "~a ", "&gt; a\n"])  # fmt: skip
def test_forty_thousand_characters_are_no_more_work_than_a_long_message(piece):
    assert calls((piece * 40_000)[:40_000]) < 60_000
