"""What a ticket is, and its ids."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from store.rows import read_ticket, ticket_row
from store.ticket import (
    DESC_LIMIT,
    TITLE_LIMIT,
    Category,
    InvalidIdError,
    Priority,
    Status,
    Ticket,
    cut,
    fit_title,
    id_of,
    number_of,
    parse_id,
)

numbers = st.integers(1, 999) | st.integers(1000, 10_359) | st.integers(10_360, 50_000_000)


@pytest.mark.parametrize(
    ("number", "ticket_id"),
    [(1, "T001"), (999, "T999"), (1000, "T0A0"), (10_359, "T9ZZ"), (10_360, "T0A00"), (347_319, "T9ZZZ")],
)
def test_ids_run_from_t001_to_t9zz_and_then_get_longer(number, ticket_id):
    assert id_of(number) == ticket_id
    assert number_of(ticket_id) == number


@given(numbers)
def test_an_id_is_its_number_and_back(number):
    assert number_of(id_of(number)) == number
    assert parse_id(id_of(number).lower()) == id_of(number)


@given(numbers, numbers)
def test_no_two_numbers_have_one_id(one, other):
    assert (id_of(one) == id_of(other)) == (one == other)


@given(numbers)
def test_every_id_is_t_and_then_a_digit(number):
    assert id_of(number)[0] == "T"
    assert id_of(number)[1].isdigit()


@pytest.mark.parametrize("number", [0, -1])
def test_tickets_are_counted_from_one(number):
    with pytest.raises(ValueError, match="counted from 1"):
        id_of(number)


@pytest.mark.parametrize(
    ("text", "ticket_id"), [("T7", "T007"), ("t42", "T042"), ("t0a1", "T0A1"), ("t0a1b", "T0A1B")]
)
def test_case_and_leading_zeros_do_not_matter(text, ticket_id):
    assert parse_id(text) == ticket_id


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("T0003", "T003"), ("T000", ""), ("TOO3", "T003"), ("7", "T007"), ("#12", "T012"), ("cat", "")],
)
def test_what_is_no_id_is_refused_with_the_nearest_one(text, nearest):
    with pytest.raises(InvalidIdError) as error:
        parse_id(text)
    assert error.value.nearest == nearest
    assert (nearest or "T042") in str(error.value)


@given(st.text(max_size=300), st.integers(5, 100))
def test_cut_text_is_within_its_limit_and_ends_with_a_mark_when_it_was_longer(text, limit):
    short = cut(text, limit)
    whole = " ".join(text.split())
    assert len(short) <= limit
    assert short == whole if len(whole) <= limit else short.endswith("…")


def test_text_is_cut_at_a_word():
    assert cut("the login page times out after two minutes", 20) == "the login page…"


def test_a_long_title_goes_whole_into_a_free_description():
    title = "the payments service times out whenever two customers pay at once"
    short, desc = fit_title(title, None)
    assert len(short) <= TITLE_LIMIT
    assert desc == title
    assert fit_title(title, "mine")[1] == "mine"
    assert fit_title("short", None) == ("short", None)


tickets = st.builds(
    Ticket,
    id=numbers.map(id_of),
    title=st.text(min_size=1, max_size=TITLE_LIMIT),
    desc=st.none() | st.text(max_size=DESC_LIMIT),
    cat=st.sampled_from(Category),
    pri=st.sampled_from(Priority),
    stat=st.sampled_from(Status),
    created=st.dates(date(2000, 1, 1)),
    res=st.none() | st.text(max_size=100),
)


@given(tickets)
def test_a_ticket_read_fast_is_the_ticket_that_pydantic_makes(ticket):
    fast = read_ticket(ticket_row(ticket))
    slow = Ticket.model_validate(ticket_row(ticket))
    assert fast == slow == ticket
    assert fast.model_dump() == slow.model_dump()
    assert fast.model_dump_json() == slow.model_dump_json()
    assert (type(fast.cat), type(fast.pri), type(fast.stat), type(fast.created)) == (
        Category,
        Priority,
        Status,
        date,
    )
    assert fast.model_copy(update={"title": "other"}).title == "other"
    assert hash(fast) == hash(slow)
    assert repr(fast) == repr(slow)


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"pri": 4}, {"stat": "gone"}, {"cat": "x"}, {"owner": "me"}, {"id": "X1"}]
)
def test_a_ticket_has_these_eight_keys_with_their_limits_and_no_others(wrong):
    with pytest.raises(ValidationError):
        Ticket.model_validate({"id": "T001", "title": "x", "created": "2024-01-01"} | wrong)
