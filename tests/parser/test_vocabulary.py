"""The dictionary reads like one: a synonym is one word on one line."""

import pytest

from bot.parser.rules.language.lexer import tokenize
from bot.parser.rules.language.lexicon import COMMANDS, REPORTS, Dictionary, read_entries


def tags(text):
    return [dict(token.tags) for token in COMMANDS.tag(tokenize(text))]


def test_a_line_gives_its_words_a_meaning():
    small = Dictionary(read_entries("small", "[verb close]\nshut\ndo away with\n"))
    (token,) = small.tag(tokenize("do away with"))
    assert token.tags == {"verb": "close"}
    assert small.words["shut"] == {"verb": "close"}


def test_the_longest_phrase_that_fits_is_taken():
    (token,) = COMMANDS.tag(tokenize("not fixed yet"))
    assert token.tags["stat"] == "open"


def test_an_earlier_table_keeps_its_meaning():
    small = Dictionary(read_entries("small", "[pri 1]\nhot\n\n[pri 3]\nhot\n"))
    assert small.words["hot"]["pri"] == "1"


def test_words_are_known_without_their_accents_and_in_any_case():
    assert tags("RÉSOLU") == tags("resolu")


@pytest.mark.parametrize("dictionary", [COMMANDS, REPORTS])
def test_every_value_of_a_field_is_one(dictionary):
    allowed = {
        "stat": {"open", "prog", "done"},
        "pri": {"1", "2", "3"},
        "cat": {"code", "infra", "doc", "other"},
        "field": {"pri", "cat", "stat", "title", "desc", "res", "page"},
    }
    for meaning in dictionary.words.values():
        for role, values in allowed.items():
            assert meaning.get(role, next(iter(values))) in values


@pytest.mark.parametrize("word", ["close", "schließen", "cerrar", "fermer", "fechar"])
def test_every_language_has_its_everyday_verbs(word):
    assert tags(word)[0]["verb"] == "close"
