"""An id longer than anybody's is no ticket: a sentence says so, wherever and however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import Ask, BulkUpdate, View
from bot.fields import MAX_ID_LENGTH, MAX_IDS
from bot.parser.message import Message, ThreadTicket
from bot.parser.rules import read
from store.ids import number_of, parse_id
from tests.support.bot_harness import open_office
from tests.support.profiles import examples

FORMS = [
    "{}", "view {}", "close {}", "{} is done", "update {} pri 1", "history {}", "undo {}", "delete {}", "T001-{}",
    "close T001, {}", "set {} to high", "start {}", "{}: fixed", "close ticket {}", "reopen {}",
    '{{"action":"VIEW","id":"{}"}}', '{{"action":"CLOSE","id":"{}"}}', '{{"action":"VIEW","tickets":["T001","{}"]}}',
    '{{"action":"bulk_update","tickets":["T001","{}"],"changes":{{"pri":1}}}}', '{{"action":"HISTORY","id":"{}"}}',
]  # fmt: skip
AS_STORED = st.from_regex(r"T[0-9][A-Z][0-9A-Z]{10,60}", fullmatch=True)
AS_NUMBER = st.from_regex(r"T[0-9]{4,60}", fullmatch=True)
LONG = st.one_of(
    AS_STORED,
    AS_NUMBER,
    st.sampled_from(["T" + "9" * 3_900, "T9Z" + "Z" * 3_900, "T99999999999999999999", "T0003"]),
)


@examples(2)
@given(
    st.sampled_from(FORMS),
    LONG,
    st.sampled_from([str.upper, str.lower]),
    st.sampled_from([None, ThreadTicket("T001")]),
)
def test_a_too_long_id_is_told_in_a_short_sentence(form, long, case, topic):
    written = form.format(long)
    text = written if written.startswith("{") else case(written)
    action = read(Message(text, "slash", topic)).action
    assert isinstance(action, Ask)
    assert "is not a ticket id" in action.msg
    assert len(action.msg) < 200


@given(AS_STORED)
def test_every_id_has_a_number(long):
    assert number_of(parse_id(long)) > 36 ** (len(long) - 3)


@pytest.mark.parametrize("length", range(4, MAX_ID_LENGTH + 1))
def test_an_id_that_somebody_could_have_is_one(length):
    longest = "T9" + "Z" * (length - 2)
    assert read(Message(f"view {longest}", "slash")).action == View(id=longest)


@pytest.mark.parametrize(
    "line",
    [
        "close T001-T500 except T002-T450",
        "close T001 to T900, but not T002-T890",
        "close " + " ".join(f"T{at}00-T{at}99" for at in range(1, 9)) + " except T101-T890",
        "close " + " ".join(f"T{at}A00-T{at}A2Z" for at in range(9)),
    ],
)
def test_what_is_excepted_from_too_many_leaves_too_many(line):
    action = read(Message(line, "slash")).action
    assert isinstance(action, Ask)
    assert str(MAX_IDS) in action.msg


def test_a_range_within_the_limit_is_all_of_it_but_what_is_excepted():
    action = read(Message("close T001-T100 except T002-T099", "slash")).action
    assert isinstance(action, BulkUpdate)
    assert action.tickets == ("T001", "T100")


async def test_at_the_front_door_it_is_an_answer_like_any_other(tmp_path):
    async with open_office(tmp_path, "socket") as office:

        async def answer(text: str) -> str:
            await office.slack.command("engineer", "support", "/ticket", text)
            await office.idle()
            return str(office.slack.ephemerals("engineer")[-1]["text"])

        for long in ("T99999999999999999999", "T9Z" + "Z" * 200):
            for form in FORMS:
                assert "not a ticket id" in await answer(form.format(long)), form
        assert "T9ZZZZZZZZZZ" in await answer("view T9ZZZZZZZZZZ")
