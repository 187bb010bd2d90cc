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
        ("tickets from the last eight days", {"since": "2026-11-17"}),
        ("tickets from October", {"since": "2026-10-01", "until": "2026-10-31"}),
        ("tickets from last October", {"since": "2026-10-01", "until": "2026-10-31"}),
        ("tickets since may", {"since": "2026-05-01"}),
        ("tickets before may", {"until": "2026-04-30"}),
        ("tickets older than 7 days", {"until": "2026-11-18"}),
        ("tickets older than two weeks", {"until": "2026-11-11"}),
        ("tickets newer than 3 days", {"since": "2026-11-22"}),
        ("tickets since monday", {"since": "2026-11-23"}),
        ("tickets since September 1", {"since": "2026-09-01"}),
        ("tickets since 1 Sept", {"since": "2026-09-01"}),
        ("tickets since Dec 24th", {"since": "2025-12-24"}),
        ("tickets since 3rd of march 2024", {"since": "2024-03-03"}),
        ("tickets from 3 March to 5 April", {"since": "2026-03-03", "until": "2026-04-05"}),
        ("tickets created before October 3rd", {"until": "2026-10-02"}),
        ("tickets since last friday", {"since": "2026-11-20"}),
        ("tickets before 2024-05-01", {"until": "2024-04-30"}),
        ("tickets before 0001-01-01", {"until": "0001-01-01"}),
        ("tickets until 2024-05-01", {"until": "2024-05-01"}),
        ("tickets of the last 72 hours", {"since": "2026-11-22"}),
        ("tickets opened within the past 24 hours", {"since": "2026-11-24"}),
        ("tickets that came in during the past three weeks", {"since": "2026-11-04"}),
        ("tickets from the weekend", {"since": "2026-11-21", "until": "2026-11-22"}),
        ("tickets created in october", {"since": "2026-10-01", "until": "2026-10-31"}),
        ("tickets from december", {"since": "2025-12-01", "until": "2025-12-31"}),
        ("tickets before february 2026", {"until": "2026-01-31"}),
        ("tickets between 2026-10-05 and 2026-10-09", {"since": "2026-10-05", "until": "2026-10-09"}),
        ("tickets der letzten 2 Wochen", {"since": "2026-11-11"}),
        ("Tickets seit Montag", {"since": "2026-11-23"}),
        ("tickets de los últimos 4 días", {"since": "2026-11-21"}),
        ("tickets desde el lunes", {"since": "2026-11-23"}),
        ("tickets des 10 derniers jours", {"since": "2026-11-15"}),
        ("tickets dos últimos 3 dias", {"since": "2026-11-22"}),
        ("Tickets vom 03.11.", {"since": "2026-11-03", "until": "2026-11-03"}),
        ("Tickets seit dem 3.11.", {"since": "2026-11-03"}),
        ("Tickets seit 01.12.", {"since": "2025-12-01"}),
        ("Tickets seit dem 1.11.2024", {"since": "2024-11-01"}),
        ("Tickets seit 1.11.24", {"since": "2024-11-01"}),
        ("Tickets vor dem 1.11.", {"until": "2026-10-31"}),
        ("Tickets bis 15.11.2024", {"until": "2024-11-15"}),
        ("Tickets zwischen 01.11.2024 und 15.11.2024", {"since": "2024-11-01", "until": "2024-11-15"}),
        ("Tickets vom 1. November", {"since": "2026-11-01", "until": "2026-11-01"}),
        ("Tickets im Oktober", {"since": "2026-10-01", "until": "2026-10-31"}),
        ("tickets desde octubre", {"since": "2026-10-01"}),
        ("tickets du 3 novembre", {"since": "2026-11-03", "until": "2026-11-03"}),
        ("list since:monday", {"since": "2026-11-23"}),
    ],
)
def test_a_list_is_narrowed_down_to_days(text, days):
    assert listed(text) == {"action": "VIEW", **days}


@pytest.mark.parametrize(
    "text",
    [
        "tickets since 2024-13-45",
        "tickets before 2024-02-30",
        "tickets between 2024-13-01 and 2024-14-01",
        "tickets since feb 30 2024",
        "tickets since feb 29",
        "tickets created on 2024-00-00",
    ],
)
def test_a_day_that_no_calendar_has_is_asked_about(text):
    assert listed(text)["action"] == "ASK"


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


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("what is <@U0IDA> working on this week?", {"started_by": "<@U0IDA>", "since": "2026-11-23"}),
        ("what has <@U0IDA> got in progress", {"started_by": "<@U0IDA>"}),
        ("minor tickets <@U0IDA> filed since Tuesday", {"pri": 3, "by": "<@U0IDA>", "since": "2026-11-24"}),
        ("closed tickets about invoices opened by <@U0IDA>", {"stat": "done", "text": "invoices", "by": "<@U0IDA>"}),
        ("which doc tickets did <@U0IDA> raise last week", {"cat": "doc", "by": "<@U0IDA>", "since": "2026-11-16", "until": "2026-11-22"}),
        ("woran arbeitet <@U0IDA> gerade?", {"started_by": "<@U0IDA>"}),
        ("welche Tickets hat <@U0IDA> gestern gemeldet?", {"by": "<@U0IDA>", "since": "2026-11-24", "until": "2026-11-24"}),
        ("offene Infra-Tickets von <@U0IDA>", {"stat": "open", "cat": "infra", "by": "<@U0IDA>"}),
        ("¿en qué está trabajando <@U0IDA>?", {"started_by": "<@U0IDA>"}),
        ("sur quoi travaille <@U0IDA> ?", {"started_by": "<@U0IDA>"}),
        ("em que <@U0IDA> está trabalhando?", {"started_by": "<@U0IDA>"}),
        ('everything with "single sign-on" in it', {"text": "single sign-on", "stat": ["open", "prog", "done"]}),
        ("tickets mentioning Kerberos, low only", {"text": "Kerberos", "pri": 3}),
        ("search for scanner in closed tickets", {"text": "scanner", "stat": "done"}),
        ('search open tickets for "disk quota"', {"text": "disk quota", "stat": "open"}),
        ("urgent tickets nobody is working on", {"pri": 1, "stat": "open"}),
        ("infra tickets not assigned to anyone", {"cat": "infra", "stat": "open"}),
        ("welche Tickets sind noch nicht begonnen?", {"stat": "open"}),
        ("tickets sin empezar", {"stat": "open"}),
        ("tickets pas encore commencés", {"stat": "open"}),
        ("tickets não iniciados", {"stat": "open"}),
        ("welche Tickets hat <@U0IDA> diese Woche gemeldet?", {"by": "<@U0IDA>", "since": "2026-11-23"}),
        ("qué tickets abrió <@U0IDA> esta semana", {"by": "<@U0IDA>", "since": "2026-11-23"}),
        ("les tickets que <@U0IDA> a créés cette semaine", {"by": "<@U0IDA>", "since": "2026-11-23"}),
        ("que tickets abriu <@U0IDA> esta semana", {"by": "<@U0IDA>", "since": "2026-11-23"}),
        ("quali ticket ha segnalato <@U0IDA> questa settimana?", {"by": "<@U0IDA>", "since": "2026-11-23"}),
        ("welke tickets heeft <@U0IDA> deze week gemeld?", {"by": "<@U0IDA>", "since": "2026-11-23"}),
        ("ticket urgenti di infra da lunedì", {"pri": 1, "cat": "infra", "since": "2026-11-23"}),
        ("ticket chiusi la settimana scorsa", {"stat": "done", "since": "2026-11-16", "until": "2026-11-22"}),
        ("dringende tickets van de laatste 3 dagen", {"pri": 1, "since": "2026-11-22"}),
        ("tickets ouder dan 2 weken", {"until": "2026-11-11"}),
        ("tickets sobre VPN abiertos ayer", {"text": "VPN", "stat": "open", "since": "2026-11-24", "until": "2026-11-24"}),
        ("Tickets über VPN die noch offen sind", {"text": "VPN", "stat": "open"}),
        ('Tickets mit "SAML" im Titel', {"text": "SAML"}),
        ("monday's infra tickets", {"cat": "infra", "since": "2026-11-23", "until": "2026-11-23"}),
        ("high, mine, infra, this week", {"pri": 1, "mine": True, "cat": "infra", "since": "2026-11-23"}),
        ("infra this week", {"cat": "infra", "since": "2026-11-23"}),
        ("new code bugs since yesterday", {"cat": "code", "since": "2026-11-24"}),
        ("new infra tickets since monday", {"cat": "infra", "since": "2026-11-23"}),
        ("list done this week", {"stat": "done", "since": "2026-11-23"}),
        ("list mine done this month", {"stat": "done", "mine": True, "since": "2026-11-01"}),
    ],
)  # fmt: skip
def test_every_filter_that_is_said_is_in_the_list(text, filters):
    assert listed(text) == {"action": "VIEW", **filters}


@pytest.mark.parametrize(
    ("text", "words", "nearest"),
    [
        ("tickets <@U0IDA> closed last week", "@U0IDA", {"stat": "done", "since": "2026-11-16", "until": "2026-11-22"}),
        ("what did <@U0IDA> close yesterday", "@U0IDA", {"stat": "done", "since": "2026-11-24", "until": "2026-11-24"}),
        ("which tickets did Ida resolve last week?", "Ida", {"stat": "done", "since": "2026-11-16", "until": "2026-11-22"}),
        ("did Ida close anything this week?", "Ida", {"stat": "done", "since": "2026-11-23"}),
        ("urgent tickets for customer Brightmoor", "customer Brightmoor", {"pri": 1}),
        ("open tickets in the Porto office", "Porto", {"stat": "open"}),
        ("list due tomorrow", "due tomorrow", {"stat": "open"}),
        ("open tickets except for Porto", "Porto", {"stat": "open"}),
        ("tickets due this week", "due", {"since": "2026-11-23"}),
        ("ticket chiusi da <@U0IDA>", "@U0IDA", {"stat": "done"}),
        ("tickets gesloten door <@U0IDA>", "door @U0IDA", {"stat": "done"}),
        ("tickets by <@U0IDA> or <@U0BEN>", "@U0BEN", {"by": "<@U0IDA>"}),
    ],
)  # fmt: skip
def test_what_a_list_cannot_be_filtered_by_is_said(text, words, nearest):
    asked = listed(text)
    assert asked["msg"] == f"I cannot filter by “{words}”. Did you mean?"
    assert asked["choices"] == [{"action": "VIEW", **nearest}]


def test_somebody_who_is_asked_about_is_not_taken_for_the_bot():
    reading = read(Message("what is <@U0IDA> working on", today=TODAY))  # as on the command line
    assert reading.action == View(started_by="<@U0IDA>")


@pytest.mark.parametrize(
    "text", ["hey <@U0BOT> close T003", "the door is open, <@U0BOT> close T003", "close T003 <@U0BOT>"]
)
def test_the_bot_is_found_where_it_is_spoken_to(text):
    assert write_action(read(Message(text)).action)["action"] == "CLOSE"
