"""Tests that are marked so measure no coverage, also in one of several processes."""

import coverage
import pytest


@pytest.mark.uncovered
def test_a_test_with_the_mark_uncovered_is_not_measured():
    assert coverage.Coverage.current() is None
