"""Rows that are kept packed come back as they were given, whatever is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.tickets import TicketRows, pack_ticket, unpack_ticket

VALUES = st.none() | st.booleans() | st.integers() | st.text()
PLAIN = st.fixed_dictionaries(
    {
        "id": st.just("T001"),
        "title": st.text(min_size=1),
        "cat": st.just("infra"),
        "pri": st.sampled_from([1, 2, 3]),
        "stat": st.just("open"),
        "created": st.just("2026-01-31"),
    },
    optional={"desc": st.text(), "res": st.text()},
)


@given(PLAIN | st.dictionaries(st.sampled_from(["id", "title", "desc", "cat", "res", "colour"]), VALUES))
def test_a_row_comes_back_as_it_was(row):
    assert unpack_ticket(pack_ticket(row)) == row


@pytest.mark.parametrize(
    "row", [{}, {"title": None}, {"id": "T001", "title": "x", "colour": "red"}, {"title": "\ud83d"}]
)
def test_a_row_that_is_no_tickets_is_kept_as_it_is(row):
    rows = TicketRows()
    rows["7"] = row
    assert rows["7"] == row
    assert rows.get("7") == row


def test_whoever_has_a_row_can_change_it_without_changing_the_table():
    rows = TicketRows()
    rows["1"] = {"title": "as it was"}
    rows["1"]["title"] = "something else"
    assert rows["1"] == {"title": "as it was"}


def test_rows_are_walked_upwards_while_the_table_grows():
    rows = TicketRows()
    for number in (3, 1, 2):
        rows[str(number)] = {"title": str(number)}
    del rows["2"]
    seen = []
    for key in rows:
        seen.append(key)
        if key == "3":
            rows["4"] = {"title": "late"}
    assert seen == ["1", "3", "4"]
    assert len(rows) == 3
    assert "2" not in rows
    with pytest.raises(KeyError):
        rows["2"]
    with pytest.raises(KeyError):
        del rows["2"]


def test_many_rows_at_once_are_those_rows():
    rows = TicketRows()
    rows.update({"2": {"title": "two"}, "1": {"title": "one"}})
    rows.update({"2": {"title": "second"}})
    assert dict(rows.items()) == {"1": {"title": "one"}, "2": {"title": "second"}}
    assert [number for number, _ in rows.upwards()] == [1, 2]
