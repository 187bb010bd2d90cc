"""Whether many tickets are expected to match a search, which decides how its first page is found."""

import pytest

from store.postgres.queries.words import build_conditions

EVERYTHING = [("", "all", 1_000_000), ("", "kinds", 1_000_000)]


@pytest.mark.parametrize(
    ("newest", "held", "plenty"),
    [(0, 90_000, True), (80, 90_000, True), (80, 1_900, False), (0, 1_900, False)],
)
def test_few_tickets_have_a_rare_word_whatever_the_newest_ones_say(newest, held, plenty):
    """`newest`: of a thousand of the newest tickets, those that have the word."""
    rows = [*EVERYTHING, ("", "share", newest), ("printer", "printer", held)]
    assert build_conditions("printer", rows).plenty is plenty


def test_how_many_tickets_of_somebody_have_a_word_is_not_known():
    rows = [*EVERYTHING, ("", "share", 80), ("printer", "printer", 90_000)]
    conditions = build_conditions("printer", rows, owners=[["#in C1", "#by U1"]])
    assert not conditions.plenty
    assert conditions.indexed == ["'printer' & ('#in C1' | '#by U1')"]
