"""Ticket ids: short, upwards, and read as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from store.ids import InvalidIdError, format_id, number_of, parse_id
from store.models.tickets import Ticket
from tests.store.factories import TODAY

numbers = st.integers(1, 999) | st.integers(1000, 10_359) | st.integers(10_360, 50_000_000)


@pytest.mark.parametrize(
    ("number", "ticket_id"),
    [(1, "T001"), (999, "T999"), (1000, "T0A0"), (10_359, "T9ZZ"), (10_360, "T0A00"), (347_319, "T9ZZZ")],
)
def test_ids_run_from_t001_to_t9zz_and_then_get_longer(number, ticket_id):
    assert format_id(number) == ticket_id
    assert number_of(ticket_id) == number


@given(numbers)
def test_an_id_is_its_number_and_back(number):
    assert number_of(format_id(number)) == number
    assert parse_id(format_id(number).lower()) == format_id(number)


@given(numbers, numbers)
def test_no_two_numbers_have_one_id(one, other):
    assert (format_id(one) == format_id(other)) == (one == other)


@given(numbers)
def test_every_id_is_t_and_then_a_digit(number):
    assert format_id(number)[0] == "T"
    assert format_id(number)[1].isdigit()


@pytest.mark.parametrize("number", [0, -1])
def test_tickets_are_counted_from_one(number):
    with pytest.raises(ValueError, match="counted from 1"):
        format_id(number)


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


@given(numbers)
def test_an_id_is_kept_in_a_ticket_as_it_is_written(number):
    assert Ticket(id=format_id(number), title="VPN", created=TODAY).id == format_id(number)


@pytest.mark.parametrize("written", ["T000", "t007", "T7", "T0007", "T0a0", "T001\n", ""])
def test_no_ticket_has_an_id_that_is_written_otherwise(written):
    with pytest.raises(ValidationError):
        Ticket(id=written, title="VPN", created=TODAY)
