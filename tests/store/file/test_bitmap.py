"""Sets of ticket numbers as integers do what Python's own sets do."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from store.file.index.bitmap import (
    add_up,
    at_least,
    downwards,
    from_numbers,
    skip_highest,
    skip_lowest,
    upwards,
    without,
)

numbers = st.sets(st.integers(0, 9000) | st.integers(0, 70), max_size=60)


@given(numbers)
def test_what_goes_in_comes_out_in_order(some):
    bits = from_numbers(list(some))
    assert list(upwards(bits)) == sorted(some)
    assert list(downwards(bits)) == sorted(some, reverse=True)
    assert bits.bit_count() == len(some)


@given(numbers, numbers)
def test_one_without_another(one, other):
    assert set(upwards(without(from_numbers(list(one)), from_numbers(list(other))))) == one - other


@given(numbers, st.integers(0, 59), st.integers(1, 10))
def test_a_page_begins_anywhere(some, start, size):
    start = min(start, max(len(some) - 1, 0))
    bits = from_numbers(list(some))
    assert list(islice(upwards(skip_lowest(bits, start)), size)) == sorted(some)[start : start + size]
    newest = sorted(some, reverse=True)[start : start + size]
    assert list(islice(downwards(skip_highest(bits, start)), size)) == newest


@given(st.lists(st.integers(0, 255), max_size=40), st.integers(0, 300), st.sets(st.integers(0, 39)))
def test_who_has_a_number_or_more(values, least, among):
    planes = add_up((1 << number, value) for number, value in enumerate(values))
    found = at_least(planes, least, from_numbers(list(among)))
    values += [0] * 40
    assert set(upwards(found)) == {each for each in among if values[each] >= least}


@given(st.lists(st.tuples(st.sets(st.integers(0, 20), min_size=1), st.integers(1, 34)), max_size=12))
def test_weights_are_added_up_for_each(weighted):
    planes = add_up((from_numbers(list(some)), weight) for some, weight in weighted)
    for number in range(21):
        total = sum((plane >> number & 1) << at for at, plane in enumerate(planes))
        assert total == sum(weight for some, weight in weighted if number in some)
