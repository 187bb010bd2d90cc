"""Which tickets a person named themselves; and that finding out takes no time that others would notice."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parser.llm.named_ids import Named, find_named_ids
from bot.parser.llm.redact import redact_message, shorten
from bot.parser.message import Message
from bot.parser.rules.language.lexer import WIDEST_RANGE
from store.ids import format_id
from tests.support.counts import again_and_again

IDS = st.integers(1, 30).map(format_id)
LONG = 40_000  # characters
# Seconds of the processor for so many: it guards against growth with the square, which took 31 s. The figure itself is measured by
# the benchmark; coverage's tracing alone makes it several times slower.
MOST = 0.2

# What some pattern may stumble over, again and again or once before a great many of another.
PIECES = (
    "T1,", "T1 ", "T1", "T1-", "T001-T999 ", "T001 to ", "1 ", "1-", "1", "a ", "to ", "no ", "tickets ", "ticket",
    "tickets 1,", "ticket: ", "tickets#", '"a ', '"', "“", "`", "```", "{", "{}", "<", "<a|", "<@U1>", "T", "#", "&lt;",
    "\n>", "> ", ".", "..", "- ", "-", "é", "ﷺ", "\n", " ", "\u200d", "\u200b", "👍\u200d", "x",
)  # fmt: skip


def named(text: str) -> set[str]:
    return set(find_named_ids(Message(text)).ids)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("T001, t2 & T003", {"T001", "T002", "T003"}),
        ("(T005), T006.", {"T005", "T006"}),
        ("tickets 1, 2 and T3", {"T001", "T002", "T003"}),
        ("tickets 1 und 2", {"T001", "T002"}),
        ("ticket #7 or #8", {"T007", "T008"}),
        ("ticket 3 and 45 users", {"T003"}),
        ("T003 and 45 users", {"T003"}),
        ("T9ZZ and T0A0", {"T9ZZ", "T0A0"}),
        ("T1/T2 lines", {"T001", "T002"}),
        ("close `T003`", {"T003"}),
        ("`close T003` did nothing", set()),
        ("https://example.com/T1/2", set()),
        ("T2.micro is too small", set()),
        ("nothing", set()),
    ],
)
def test_what_is_written_as_an_id_is_one(text, ids):
    assert named(text) == ids


@given(
    ids=st.lists(IDS, min_size=1, max_size=4, unique=True),
    joint=st.sampled_from([", ", " and ", " & ", " ", " und "]),
)
def test_every_id_that_is_written_is_named(ids, joint):
    assert named(f"{joint.join(ids)} are done") == set(ids)


@given(
    first=st.integers(1, 30), width=st.integers(1, 20), joint=st.sampled_from(["-", " - ", " to ", "..", "–"])
)
def test_of_a_range_the_ends_are_named_and_the_rest_lies_between(first, width, joint):
    ids = [format_id(number) for number in range(first, first + width + 1)]
    found = find_named_ids(Message(f"{ids[0]}{joint}{ids[-1]} are done"))
    assert found == Named(frozenset({ids[0], ids[-1]}), frozenset(ids[1:-1]))


def test_a_range_without_end_has_no_more_than_a_hundred_between():
    assert len(find_named_ids(Message("T001 to T999 are done")).between) < WIDEST_RANGE


def _texts():
    yield from ((piece, (piece * LONG)[:LONG]) for piece in PIECES)
    yield from (
        (f"T001 {piece}…", f"T001 {piece}" + "a " * (LONG // 2)) for piece in ('"', "{", "```", "<", "> ")
    )
    yield from (
        (f"{piece}, spaces", piece + " " * LONG) for piece in ("no", "ticket", "T001 to", "T001,", "\n")
    )


@again_and_again
@pytest.mark.parametrize("text", [text for _, text in _texts()], ids=[repr(name) for name, _ in _texts()])
def test_forty_thousand_characters_of_anything_take_no_time(text):
    message = Message(text)

    def spent() -> float:
        begun = time.process_time()
        find_named_ids(message)
        shorten(redact_message(message))
        return time.process_time() - begun

    assert any(spent() < MOST for _ in range(3))
