"""What a ticket is, who may see it, and what is done with what is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from store.commands import apply, create
from store.models.filters import EVERYTHING, Scope
from store.models.tickets import TITLE_LIMIT, Ticket, cut, cut_lines, fit_title
from tests.store.factories import new_ticket, origin


@given(st.text(max_size=300), st.integers(5, 100))
def test_cut_text_is_within_its_limit_and_ends_with_a_mark_when_it_was_longer(text, limit):
    short = cut(text, limit)
    whole = " ".join(text.split())
    assert len(short) <= limit
    assert short == whole if len(whole) <= limit else short.endswith("…")


def test_text_is_cut_at_a_word():
    assert cut("the login page times out after two minutes", 20) == "the login page…"


@given(st.text(alphabet=" ab\n\u2028…,", max_size=60), st.integers(5, 60))
def test_text_in_lines_is_what_it_is_in_one_but_for_its_line_breaks(text, limit):
    lines = cut_lines(text, limit)
    assert " ".join(lines.split("\n")) == cut(text, limit)
    assert cut_lines(lines, limit) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (" one \r\n\n  two  words\n", "one\ntwo words"),
        ("one\n" * 30, "one\n" * 9 + "one " * 20 + "one"),
        ("", ""),
    ],
)
def test_of_many_lines_the_last_is_the_rest_and_blank_ones_go(text, lines):
    assert cut_lines(text, 200) == lines


def test_a_very_long_word_is_cut_within():
    assert cut("trace: " + "Foo" * 30, 60) == "trace: " + ("Foo" * 30)[:52] + "…"
    assert cut("it says that it failed, see " + "Foo" * 30, 60).endswith("see " + ("Foo" * 30)[:31] + "…")


def test_a_long_title_goes_whole_into_a_free_description():
    title = "the payments service times out whenever two customers pay at once"
    short, desc = fit_title(title, None)
    assert len(short) <= TITLE_LIMIT
    assert desc == title
    assert fit_title(title, "mine")[1] == "mine"
    assert fit_title("short", None) == ("short", None)


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"pri": 4}, {"stat": "gone"}, {"cat": "x"}, {"owner": "me"}, {"id": "X1"}]
)
def test_a_ticket_has_these_eight_keys_with_their_limits_and_no_others(wrong):
    with pytest.raises(ValidationError):
        Ticket.model_validate({"id": "T001", "title": "x", "created": "2024-01-01"} | wrong)


@pytest.mark.parametrize(
    ("scope", "public", "private"),
    [
        (EVERYTHING, True, True),
        (Scope(), True, False),
        (Scope(public=False), False, False),
        (Scope(channels=frozenset({"G1"})), True, True),
        (Scope(public=False, channels=frozenset({"C1"})), True, False),
        (Scope(public=False, user_id="U1"), True, True),
        (Scope(user_id="U2"), True, False),
    ],
)
def test_a_scope_is_of_public_tickets_those_of_its_channels_and_those_of_its_person(scope, public, private):
    made = [
        apply(None, create(1, new_ticket(), origin("U1", channel=channel, private=channel == "G1")))
        for channel in ("C1", "G1")
    ]
    assert [scope.includes(record) for record in made] == [public, private]
