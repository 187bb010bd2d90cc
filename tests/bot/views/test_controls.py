import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import View
from bot.views.controls import (
    HistoryPage,
    MenuChoice,
    TicketVersion,
    read_history_page,
    read_menu_choice,
    read_query,
    read_ticket_version,
    write_query,
)
from store.models.tickets import Category, Priority, Status
from tests.support.profiles import examples

queries = st.builds(
    View,
    stat=st.none() | st.lists(st.sampled_from(Status), min_size=1, unique=True),
    pri=st.none() | st.lists(st.sampled_from(Priority), min_size=1, unique=True),
    cat=st.none() | st.lists(st.sampled_from(Category), min_size=1, unique=True),
    text=st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
    mine=st.none() | st.just(True),
    tickets=st.none() | st.lists(st.integers(1, 999).map("T{:03d}".format), min_size=1, max_size=100),
)


@examples(0.5)
@given(query=queries, page=st.integers(1, 100_000))
def test_a_list_written_to_a_button_is_read_back_at_that_page(query: View, page: int):
    value = write_query(query, page)
    if value:
        assert len(value) <= 2000
        assert read_query(value) == query.model_copy(update={"page": page})


def test_every_list_of_a_hundred_ids_and_a_whole_text_fits():
    query = View(
        tickets=tuple(f"T{one:03d}" for one in range(1, 101)), text='"' * 200, stat=tuple(Status), mine=True
    )
    assert read_query(write_query(query, 100_000)) == query.model_copy(update={"page": 100_000})


def test_a_list_that_does_not_fit_is_not_written():
    ids = tuple(f"T0A{one:09d}" for one in range(100, 200))
    query = View(tickets=ids, text='"' * 200, stat=tuple(Status), pri=tuple(Priority), cat=tuple(Category))
    assert write_query(query, 1) == ""


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "[]",
        "null",
        "1",
        "{}",
        '{"action":"VIEW","page":0}',
        '{"action":"VIEW","page":"many"}',
        '{"action":"VIEW","everything":true}',
        '{"action":"DELETE","id":"T043"}',
        '{"action":"UPDATE","id":"T043","stat":"done"}',
        '{"action":"VIEW","id":"T0003"}',
        "[" * 1900,
        json.dumps({"action": "VIEW", "text": "x" * 201}),
        json.dumps({"action": "VIEW", "text": "x" * 3000}),
    ],
)
def test_a_value_that_no_list_wrote_is_refused(value: str):
    assert read_query(value) is None


@examples(0.5)
@given(value=st.text(max_size=60))
def test_no_value_breaks_a_reader(value: str):
    for read in (read_ticket_version, read_menu_choice, read_history_page, read_query):
        read(value)


def test_what_is_pressed_chosen_and_turned_is_read_back():
    pressed = TicketVersion("T043", 12)
    assert read_ticket_version(pressed.value()) == pressed
    chosen = MenuChoice("pri", "1", pressed)
    assert read_menu_choice(chosen.value()) == chosen
    assert read_history_page(HistoryPage("T043", 2).value()) == HistoryPage("T043", 2)


@pytest.mark.parametrize("value", ["", "T043", "T043 x", "T043 -1", "T043 1 2", "T043 " + "1" * 40, "T043 ²"])
def test_a_value_that_no_button_wrote_is_refused(value: str):
    assert read_ticket_version(value) is None
    assert read_history_page(value) is None


@pytest.mark.parametrize("value", ["", "pri:1", "drop:1:T043 12", "pri:1:T043", ":::T043 12"])
def test_a_value_that_no_menu_wrote_is_refused(value: str):
    assert read_menu_choice(value) is None


def test_there_is_no_page_before_the_first():
    assert read_history_page("T043 0") is None
