"""The language: each line of the phrasebook is a promise about what a message means."""

import pytest

from bot.actions import Ask
from bot.parser.message import Reading
from bot.parser.rules import read
from tests.bot.parser.phrases import Phrase, meets, message, phrases


def book(name):
    return [pytest.param(phrase, id=str(phrase)) for phrase in phrases(name)]


@pytest.mark.parametrize("phrase", book("views"))
def test_shows_what_is_asked_for(phrase: Phrase):
    reading = read(message(phrase.line))
    assert meets(reading, phrase.reading), reading


@pytest.mark.parametrize("phrase", book("changes"))
def test_changes_what_is_named_and_nothing_else(phrase: Phrase):
    reading = read(message(phrase.line))
    assert reading.sure, reading
    assert meets(reading, phrase.reading), reading


@pytest.mark.parametrize("phrase", book("choices"))
def test_offers_a_change_that_nobody_commanded(phrase: Phrase):
    reading = read(message(phrase.line))
    assert isinstance(reading.action, Ask), reading
    assert any(meets(Reading(choice, sure=True), phrase.reading) for choice in reading.action.choices), (
        reading
    )


@pytest.mark.parametrize("phrase", book("by_words"))
def test_knows_a_ticket_by_its_words(phrase: Phrase):
    reading = read(message(phrase.line))
    assert reading.sure, reading
    assert meets(reading, phrase.reading), reading


@pytest.mark.parametrize("phrase", book("creates"))
def test_makes_a_ticket_of_what_is_reported(phrase: Phrase):
    reading = read(message(phrase.line))
    assert meets(reading, phrase.reading), reading


@pytest.mark.parametrize("phrase", book("nothing"))
def test_does_nothing_that_nobody_asked_for(phrase: Phrase):
    reading = read(message(phrase.line))
    assert meets(reading, phrase.reading), reading
