"""The dictionary reads like one: a synonym is one word on one line."""

import pytest

from bot.parser.rules.language.lexer import tokenize
from bot.parser.rules.language.lexicon import (
    COMMANDS,
    LANGUAGES,
    REPORTS,
    Dictionary,
    LexiconError,
    key_of,
    load_sections,
    load_word_set,
    read_sections,
)
from bot.parser.rules.language.roles import Role
from bot.parser.text import fold


def faults(sections):
    """What is wrong with word files that are read together: roles that nobody asks for, words that stand twice."""
    found, seen = [], dict[tuple[str, tuple[str, ...]], str]()
    for section in sections:
        where = f"{section.name}.txt [{section.role} {section.value}]"
        if section.role.upper() not in Role.__members__:
            found.append(f"{where}: unknown role {section.role}")
        for phrase in section.phrases:
            first = seen.setdefault((section.role, key_of(phrase)), where)
            if first != where or section.phrases.count(phrase) > 1:
                found.append(f"{where}: {phrase} stands at {first} already")
    return found


def tags(text):
    return [dict(token.tags) for token in COMMANDS.tag(tokenize(text))]


def test_a_line_gives_its_words_a_meaning():
    small = Dictionary(read_sections("small", "[verb close]\nshut\ndo away with\n"))
    (token,) = small.tag(tokenize("do away with"))
    assert token.tags == {Role.VERB: "close"}
    assert small.words["shut"] == {Role.VERB: "close"}


def test_the_longest_phrase_that_fits_is_taken():
    (token,) = COMMANDS.tag(tokenize("not fixed yet"))
    assert token.tags[Role.STAT] == "open"


def test_an_earlier_table_keeps_its_meaning():
    small = Dictionary(read_sections("small", "[pri 1]\nhot\n\n[pri 3]\nhot\n"))
    assert small.words["hot"][Role.PRI] == "1"


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
            assert meaning.get(Role[role.upper()], next(iter(values))) in values


@pytest.mark.parametrize("word", ["close", "schließen", "cerrar", "fermer", "fechar", "chiudere", "sluiten"])
def test_every_language_has_its_everyday_verbs(word):
    assert tags(word)[0][Role.VERB] == "close"


@pytest.mark.parametrize("names", [LANGUAGES, ("reports",), ("smalltalk",), ("second_thoughts",)], ids=str)
def test_no_word_stands_twice_and_every_role_is_known(names):
    assert faults(load_sections(*names)) == []


def test_a_fault_is_told_with_its_file_and_section():
    lines = read_sections("xx", "[verb close]\nshut\n\n[vreb close]\nend\n\n[verb start]\nshut\n")
    assert faults(lines) == [
        "xx.txt [vreb close]: unknown role vreb",
        "xx.txt [verb start]: shut stands at xx.txt [verb close] already",
    ]


def test_a_word_without_a_role_is_refused_with_its_file_and_line():
    with pytest.raises(LexiconError, match=r"xx\.txt:2"):
        list(read_sections("xx", "# comment\nclose\n"))


def test_no_word_stands_twice_in_a_set():
    words = [(section.role, phrase) for section in load_sections("sets") for phrase in section.phrases]
    assert len(words) == len(set(words))


def test_no_word_has_two_weights_for_one_category():
    words = [
        (section.role, fold(phrase)) for section in load_sections("categories") for phrase in section.phrases
    ]
    assert len(words) == len(set(words))


def test_a_set_that_is_not_there_is_told_by_its_name():
    with pytest.raises(LexiconError, match=r"sets\.txt: there is no \[nowhere\]"):
        load_word_set("nowhere")
