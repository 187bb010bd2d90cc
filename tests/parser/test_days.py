"""Days of a list, on a Wednesday; and people."""

from datetime import date

import pytest

from bot.actions import Ask, View, write_action
from bot.parser.message import Message
from bot.parser.rules import read

TODAY = date(2026, 11, 25)


def listed(text, today=TODAY):
    return write_action(read(Message(f"<@U0BOT> {text}", today=today)).action)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("tickets created today", {"since": "2026-11-25", "until": "2026-11-25"}),
        ("tickets from yesterday", {"since": "2026-11-24", "until": "2026-11-24"}),
        ("list tickets from last week", {"since": "2026-11-16", "until": "2026-11-22"}),
        ("tickets of this week", {"since": "2026-11-23"}),
        ("tickets from last month", {"since": "2026-10-01", "until": "2026-10-31"}),
        ("tickets created in the last 3 days", {"since": "2026-11-22"}),
        ("tickets older than 7 days", {"until": "2026-11-18"}),
        ("tickets older than two weeks", {"until": "2026-11-11"}),
        ("tickets newer than 3 days", {"since": "2026-11-22"}),
        ("tickets since monday", {"since": "2026-11-23"}),
        ("tickets since last friday", {"since": "2026-11-20"}),
        ("tickets before 2024-05-01", {"until": "2024-04-30"}),
        ("tickets until 2024-05-01", {"until": "2024-05-01"}),
    ],
)
def test_a_list_is_narrowed_down_to_days(text, days):
    assert listed(text) == {"action": "VIEW", **days}


@pytest.mark.parametrize(
    "text", ["what was closed yesterday?", "closed yesterday", "what did we close yesterday"]
)
def test_days_of_a_done_list_are_those_of_closing(text):
    assert listed(text) == {"action": "VIEW", "stat": "done", "since": "2026-11-24", "until": "2026-11-24"}


@pytest.mark.parametrize(
    "text",
    [
        "was haben wir diese Woche geschlossen",
        "was wurde diese Woche erledigt?",
        "qué hemos cerrado esta semana",
        "qu'est-ce qu'on a fermé cette semaine",
        "o que fechamos esta semana",
    ],
)
def test_days_are_understood_in_other_languages(text):
    assert listed(text) == {"action": "VIEW", "stat": "done", "since": "2026-11-23"}


@pytest.mark.parametrize(
    "text",
    ["was kam heute rein", "welche Tickets wurden heute erstellt", "neue Tickets heute", "heute gemeldete Tickets", "tickets créés aujourd'hui",
     "quels tickets sont arrivés aujourd'hui", "nouveaux tickets aujourd'hui", "qué tickets llegaron hoy", "tickets creados hoy",
     "que tickets chegaram hoje", "chamados criados hoje", "new tickets today", "what came in today"],
)  # fmt: skip
def test_what_is_new_is_a_list_in_every_language(text):
    assert listed(text) == {"action": "VIEW", "since": "2026-11-25", "until": "2026-11-25"}


@pytest.mark.parametrize("text", ["new tickets", "neue Tickets", "neue Anfragen", "any new tickets", "nouveaux tickets", "novos chamados"])  # fmt: skip
def test_new_tickets_are_listed_and_not_made(text):
    assert listed(text) == {"action": "VIEW"}


def test_a_bulk_change_takes_them_too():
    changed = listed("close all doc tickets older than 30 days")
    assert changed["where"] == {"cat": "doc", "until": "2026-10-26"}


@pytest.mark.parametrize(
    ("text", "cannot"),
    [
        ("list tickets with attachments", "attachments"),
        ("show tickets for ACME sorted by colour", "colour"),
        ("show tickets from last week", "last week"),
    ],
)
def test_a_filter_that_is_not_understood_is_said_and_the_nearest_list_offered(text, cannot):
    action = read(Message(f"<@U0BOT> {text}")).action  # without a today there is no last week
    assert isinstance(action, Ask)
    assert cannot in action.msg
    assert isinstance(action.choices[0], View)


def test_who_closed_it_is_not_who_reported_it():
    assert listed("tickets closed by Ada").get("by") is None
