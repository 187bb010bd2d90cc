"""Whatever a model answers, it changes no ticket but those that the person named."""

from hypothesis import given
from hypothesis import strategies as st

from bot.actions import BulkUpdate, Delete, Export, Usage
from bot.parser.message import Message, Reading, Topic
from bot.parser.rules import read
from bot.parser.rules.format import format_command as spell
from bot.parser.trust import CHANGES, UnreadableError, accept, ids_of, named_ids
from store.ids import format_id

IDS = st.integers(1, 30).map(format_id)
WORDS = st.sampled_from(
    [
        "close",
        "update",
        "create",
        "view",
        "delete",
        "undo",
        "export",
        "none",
        "all",
        "open",
        "prog",
        "done",
        "p1",
        "infra",
        "doc",
        ":",
        ",",
        "-",
        "and",
        "to",
    ]
)
COMMANDS = st.lists(st.one_of(WORDS, IDS, st.text(max_size=8)), max_size=8).map(" ".join)
ANSWERS = st.one_of(
    COMMANDS,
    st.text(max_size=40),
    st.builds(
        lambda ids, note: f"close {' '.join(ids)}: {note}",
        st.lists(IDS, min_size=1, max_size=3),
        st.text(max_size=20),
    ),
)
MESSAGES = st.lists(
    st.one_of(
        IDS,
        st.sampled_from(["please", "the", "is", "fixed", "-", "to", "and", ",", ">", "```", "7", "ticket"]),
    ),
    max_size=8,
).map(" ".join)


@given(answer=ANSWERS, text=MESSAGES, thread=st.none() | IDS.map(Topic))
def test_no_answer_changes_a_ticket_that_was_not_named_or_takes_an_admins_part(answer, text, thread):
    message = Message(f"<@U0BOT> {text}", "thread" if thread else "mention", thread, "U1", "U0BOT")
    try:
        action = accept(answer, message, read(message), read, spell)
    except UnreadableError:
        return
    assert not isinstance(action, (Delete, Export, Usage))
    if isinstance(action, CHANGES):
        assert set(ids_of(action)) <= named_ids(message)
        assert not isinstance(action, BulkUpdate) or action.where or action.tickets


@given(
    ids=st.lists(IDS, min_size=1, max_size=4, unique=True),
    joint=st.sampled_from([", ", " and ", " & ", " ", " und "]),
)
def test_every_id_that_is_written_is_named(ids, joint):
    assert named_ids(Message(f"{joint.join(ids)} are done")) == set(ids)


@given(
    first=st.integers(1, 30), width=st.integers(1, 20), joint=st.sampled_from(["-", " - ", " to ", "..", "–"])
)
def test_a_range_names_both_its_ends_and_all_between(first, width, joint):
    ids = [format_id(number) for number in range(first, first + width + 1)]
    assert named_ids(Message(f"{ids[0]}{joint}{ids[-1]} are done")) == set(ids)


def test_a_range_without_end_names_no_more_than_a_hundred_and_one():
    assert len(named_ids(Message("T001 to T999 are done"))) == 102  # with its other end


def test_an_unsure_no_of_the_rules_does_not_stand_in_the_way():
    message = Message("T003 looks alright to me now")
    action = accept("close T003", message, Reading(read(Message("none")).action, sure=False), read, spell)
    assert ids_of(action) == ("T003",)
