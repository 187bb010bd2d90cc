"""JSON as it is written comes back as it was."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.coding import decode, encode, plain
from tests.profiles import examples

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


@examples(2)
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


def test_plain_is_what_would_be_read():
    assert plain({1: (2, 3)}) == {"1": [2, 3]}
    with pytest.raises(TypeError):
        plain({"a": object()})


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError, match="Expecting"):
        decode(b"{")
