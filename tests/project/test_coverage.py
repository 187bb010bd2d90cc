"""Tests that are marked so measure no coverage, also in one of several processes; all others do, with their fixtures."""

import sys

import coverage
import pytest


@pytest.mark.uncovered
def test_a_test_with_the_mark_uncovered_is_not_measured():
    assert coverage.Coverage.current() is None


@pytest.fixture
def measured():
    """Whether this fixture is measured while it begins; it is checked again when it ends."""
    if coverage.Coverage.current() is None:
        pytest.skip("no coverage is measured")
    yield sys.gettrace() is not None
    assert sys.gettrace() is not None


def test_a_test_is_measured_and_so_is_a_fixture_from_its_beginning_to_its_end(measured):
    assert measured
    assert sys.gettrace() is not None
