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
    assert conditions.indexed == ["('printer')", "('#in C1' | '#by U1')"]


def search(*words, share, kinds=1.0, held=90_000):
    """The conditions of a search of a million tickets. `held` tickets have each word, `share` of a thousand all of them."""
    numbers = [("", "all", 1_000_000), ("", "kinds", round(kinds * 1_000_000)), ("", "share", share)]
    return build_conditions(" ".join(words), [*numbers, *((word, word, held) for word in words)], ["#open"])


def test_a_word_of_many_tickets_is_looked_up_by_block_until_enough_are_found():
    assert search("printer", share=90).by_block
    assert search("printer", share=90, kinds=0.1).by_block
    assert not search("printer", share=1, held=900).by_block


def test_words_that_hardly_any_ticket_has_together_are_looked_up_at_once():
    assert search("printer", "login", share=90).by_block
    assert not search("printer", "login", share=0).by_block


def test_a_letter_that_many_words_begin_with_is_looked_for_in_order():
    """The index would read the tickets of each such word."""
    terms = [("s", f"s{number}", 20_000) for number in range(40)]
    numbers = [("", "all", 1_000_000), ("", "kinds", 1_000_000), ("", "share", 500)]
    assert not build_conditions("s", [*numbers, *terms]).indexed
