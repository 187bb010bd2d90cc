"""Linear in length, and never long: whatever somebody sends. Processor time, the best of a few."""

import time

import pytest

from bot.parser.grammar import read
from bot.parser.message import Message

LONGEST = 4_000
HOSTILE = ["a", "a ", "T001 ", '"', "`", "'a ", "<@", "&lt;", "urgent ", "not ", ", ", "\n", "&gt; a\n", "😀", ":a", "a-", "t1-t9 ", '{"a":', "create ticket ", "and ", "é", "“", "T1-", "title:a ", "X, ", "a:b ", "report that ", "\\", "\u200b", "(", "``` "]  # fmt: skip


def spent(text):
    times = []
    for _ in range(3):
        begun = time.process_time()
        read(Message(text))
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("command", ["", "create ", "close T003 "])
def test_no_message_takes_long(command, piece):
    assert spent((command + piece * LONGEST)[:LONGEST]) < 0.025  # 5 ms on a machine that does nothing else


@pytest.mark.parametrize("piece", ["word ", "T001 ", "a, ", "\n"])
def test_a_message_ten_times_as_long_takes_no_more_than_its_share(piece):
    short, long = spent(piece * 400), spent(piece * 4_000)
    assert long < 30 * short + 0.005
