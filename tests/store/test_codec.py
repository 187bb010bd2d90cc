"""What is written comes back as it was."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.commands import apply, create
from store.ids import format_id
from store.models.fields import make_ticket
from store.models.tickets import (
    DESC_LIMIT,
    TITLE_LIMIT,
    Category,
    Change,
    MessageRef,
    MessageUsage,
    Origin,
    Priority,
    Record,
    Status,
    Ticket,
)
from store.serialization import codec
from store.serialization.codec import decode, encode, encode_ticket
from tests.store.factories import TODAY, new_ticket, origin

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=()))
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(values)
def test_any_json_survives_on_one_line(value):
    written = encode(value)
    assert b"\n" not in written
    assert b"\0" not in written
    found = decode(written)
    assert found == value
    assert json.dumps(found) == json.dumps(value)


@pytest.mark.parametrize(
    "value", [1.7e9 + 0.123456, 0.1 + 0.2, 5e-324, 1e308, 2**63, -(10**30), "\ud83d", "\u2028", "\x00"]
)
def test_these_survive_too(value):
    assert decode(encode(value)) == value


@pytest.mark.parametrize("wrong", [b"{", b"", b"[" * 100_000, b"nonsense"])
def test_what_is_no_json_is_refused(wrong):
    with pytest.raises(ValueError):
        decode(wrong)


texts = st.text(st.characters(exclude_categories=()), max_size=20)
times = st.floats(0, 4e9)
tickets = st.builds(
    Ticket,
    id=st.integers(1, 20_000).map(format_id),
    title=st.text(min_size=1, max_size=TITLE_LIMIT),
    desc=st.none() | st.text(max_size=DESC_LIMIT),
    cat=st.sampled_from(Category),
    pri=st.sampled_from(Priority),
    stat=st.sampled_from(Status),
    created=st.dates(date(2000, 1, 1)),
    res=st.none() | st.text(max_size=100),
)


origins = st.builds(
    Origin,
    texts,
    texts,
    times,
    team=texts,
    channel=texts,
    message=texts,
    thread=texts,
    private=st.booleans(),
    text=texts,
    source_author=texts,
    source_link=texts,
)
fields = st.dictionaries(st.sampled_from(["title", "pri", "res"]), st.none() | st.integers() | texts)


def written(row):
    return decode(encode(row))


@given(tickets)
def test_a_ticket_read_from_the_store_is_the_ticket_that_pydantic_makes(ticket):
    fast = make_ticket(written(codec.encode_ticket(ticket)))
    slow = Ticket.model_validate(codec.encode_ticket(ticket))
    assert fast == slow == ticket
    assert fast.model_dump_json() == slow.model_dump_json()
    types = tuple(map(type, (fast.cat, fast.pri, fast.stat, fast.created)))
    assert types == (Category, Priority, Status, date)
    assert fast.model_copy(update={"title": "other"}).title == "other"
    assert (hash(fast), repr(fast)) == (hash(slow), repr(slow))


@given(
    st.builds(
        Record,
        tickets,
        origins,
        st.integers(1, 99),
        times,
        texts,
        st.booleans(),
        texts,
        st.none() | times,
        st.none() | st.builds(MessageRef, texts, texts, texts),
        st.booleans(),
    )
)
def test_what_is_kept_beside_a_ticket_survives(record):
    assert codec.decode_record(record.ticket, written(codec.encode_metadata(record))) == record


def test_a_time_may_be_zero():
    ticket = Ticket(id="T001", title="x", created=TODAY)
    record = Record(ticket, Origin("", "U1", 0.0), 1, 0.0, closed_at=0.0)
    assert codec.decode_record(ticket, codec.encode_metadata(record)).closed_at == 0.0


@given(
    st.builds(
        Change,
        st.integers(1, 999).map(format_id),
        st.integers(1, 99),
        st.sampled_from(["created", "updated", "closed", "posted", "deleted", "undone"]),
        origins,
        fields,
        fields,
        fields,
        fields,
        st.none() | st.integers(1, 99),
    )
)
def test_a_change_survives(change):
    assert codec.decode_change(written(codec.encode_change(change))) == change


def test_what_a_message_cost_and_what_has_undone_a_change_is_not_written_with_it():
    usage = MessageUsage(TODAY, "U1", "llm", 212, 1)
    change = Change("T001", 1, "created", Origin("k", "U1", 1.0, usage=usage), undone_by=2)
    assert "212" not in str(codec.encode_change(change))
    assert codec.decode_change(codec.encode_change(change)).undone_by is None
    assert codec.decode_change(codec.encode_change(change), 2).undone_by == 2


def test_a_title_with_half_of_a_surrogate_pair_is_read_as_it_was_written():
    ticket = apply(None, create(1, new_ticket("half \ud83d a pair"), origin())).ticket
    assert (ticket.title, ticket.created, ticket.stat) == ("half \ud83d a pair", TODAY, Status.OPEN)
    assert make_ticket(encode_ticket(ticket)) == ticket
