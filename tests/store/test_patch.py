"""Merge patches, by RFC 7396's own examples and for any JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.patch import NoPatchError, diff, merge
from tests.profiles import examples

# RFC 7396, appendix A, the cases whose target and patch are objects.
EXAMPLES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    (["a", "b"], {"a": "b"}, {"a": "b"}),
]

scalars = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | st.text(max_size=3)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=4),
    max_leaves=8,
)
objects = st.dictionaries(st.text(max_size=2), values, max_size=4)


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_merging_is_as_the_standard_says(target, patch, result):
    assert merge(target, patch) == result


def test_merging_leaves_the_old_value_alone():
    old = {"a": {"b": 1}}
    merge(old, {"a": {"b": 2}})
    assert old == {"a": {"b": 1}}


@examples(2)
@given(objects, objects)
def test_a_diff_makes_the_one_into_the_other_or_says_that_it_cannot(old, new):
    try:
        patch = diff(old, new)
    except NoPatchError:
        assert "null" in json.dumps(new)
        return
    assert json.dumps(merge(old, patch), sort_keys=True) == json.dumps(new, sort_keys=True)


@given(objects, st.lists(objects, max_size=4), st.data())
def test_patches_over_a_state_that_holds_some_of_them_end_in_the_same_state(start, patches, data):
    final = start
    for patch in patches:
        final = merge(final, patch)
    held = start
    for patch in patches[: data.draw(st.integers(0, len(patches)))]:
        held = merge(held, patch)
    for patch in patches:
        held = merge(held, patch)
    assert json.dumps(held, sort_keys=True) == json.dumps(final, sort_keys=True)
