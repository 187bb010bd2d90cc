"""What the rules promise beyond the readings of the phrasebook: questions back, hints, surfaces, what is sure."""

import pytest

from bot.actions import (
    Ask,
    BulkUpdate,
    Close,
    Create,
    Delete,
    Export,
    Help,
    Nothing,
    Several,
    Update,
    Usage,
    View,
)
from bot.parser.message import Message, ThreadTicket
from bot.parser.rules import format_command, read
from store.models.tickets import Category, Priority


def said(text, surface="mention", thread=None, bot=""):
    mention = "<@U0BOT> " if surface == "mention" else ""
    return read(Message(mention + text, surface, ThreadTicket(thread) if thread else None, bot=bot))


@pytest.mark.parametrize(
    ("text", "msg", "hint"),
    [
        ("close T0003", "did you mean T003?", "close T003"),
        ("close TOO4", "did you mean T004?", "close T004"),
        ("view #12", "did you mean T012?", "view T012"),
        ("close ticket 12", "did you mean T012?", "close T012"),
        ("update T003 pri 9", "There is no priority 9", "update T003 pri 1"),
        ("update T003 cat bananas", "code, infra, doc, other", "update T003 cat infra"),
        ("update pri 1", "Which ticket?", "update T042 pri 1"),
        ("list cat bananas", "code, infra, doc, other", "view cat infra"),
        ('create "x y" cat bananas', "code, infra, doc, other", 'create "x y" cat infra'),
        ("create slow page pri 9", "no priority 9", 'create "slow page" pri 1'),
        ("create slow page stat done", "create it first", 'create "slow page"'),
        ("set T003 status to flying", "open, prog, done", "update T003 prog"),
        ("close", "Which ticket?", "close T042"),
        ("close it", "Which ticket?", "close T042"),
        ("create", "What is the ticket about?", 'create "login page is slow" pri 2'),
        ("update T003", "What should change?", "update T003 pri 1"),
        ("close all tickets", "every ticket", "close all open doc tickets"),
        ("assign T003 to Bob", "Assigning tickets to somebody is not supported", "start T003"),
        ("T003 due friday", "Due dates are not supported", "update T003 pri 1"),
        ("merge T006 into T005", "Merging tickets is not supported. Close", "close T006: duplicate of T005"),
        ("delete T003", "Only admins can delete a ticket, with /ticket delete T003", "close T003"),
        ("remind me about T003", "Reminders are not supported", "view T003"),
        ("delete T003, T004", "one at a time", "/ticket delete T003"),
        ("delete all done tickets", "one at a time", "/ticket delete T042"),
    ],
)
def test_a_wrong_command_is_answered_with_what_is_right(text, msg, hint):
    reading = said(text)
    assert reading.sure
    assert isinstance(reading.action, Ask)
    assert msg in reading.action.msg
    assert reading.action.hint == hint


@pytest.mark.parametrize(
    ("text", "msg", "command"),
    [
        ("should we close T003?", "Did you mean?", "close T003"),
        ("if QA agrees close T003", "Is it time?", "close T003"),
        ("marke T003 as done", "I do not know marke", "close T003"),
        ("crate login broken", "I do not know crate", 'create "login broken" pri 2 cat code'),
        ("bump T003", "Did you mean?", "update T003 pri 1"),
        ("close T003 rebooted the router", "Did you mean?", 'close T003, "rebooted the router"'),
    ],
)
def test_what_is_not_certain_is_offered(text, msg, command):
    reading = said(text)
    assert reading.sure
    assert msg in reading.action.msg
    assert format_command(reading.action.choices[0]) == command


@pytest.mark.parametrize("text", ["close T001-T500", "view T001-T200", "update T1-T101 pri 1"])
def test_more_than_a_hundred_tickets_are_asked_about(text):
    assert isinstance(said(text).action, Ask)


def test_a_hundred_tickets_are_not_too_many():
    action = said("close T001-T100").action
    assert isinstance(action, BulkUpdate)
    assert len(action.tickets) == 100


@pytest.mark.parametrize(
    ("text", "where", "changes"),
    [
        ("close all open doc tickets", {"stat": "open", "cat": "doc"}, {"stat": "done"}),
        ("set every open infra ticket to pri 3", {"stat": "open", "cat": "infra"}, {"pri": 3}),
        ("mark all urgent tickets as done", {"pri": 1}, {"stat": "done"}),
        ("close all my tickets", {"mine": True}, {"stat": "done"}),
        ("set all tickets in infra to high", {"cat": "infra"}, {"pri": 1}),
    ],
)
def test_a_change_of_unnamed_tickets_goes_by_filter(text, where, changes):
    action = said(text).action
    assert isinstance(action, BulkUpdate)
    assert action.where.model_dump(mode="json", exclude_none=True) == where
    assert action.changes.values() == changes


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("delete T043", Delete(id="T043")),
        ("export", Export()),
        ("export csv", Export(format="csv")),
        ("usage", Usage()),
    ],
)
def test_admins_commands_are_typed_as_slash_commands(text, action):
    assert said(text, "slash").action == action
    told = said(text).action
    assert isinstance(told, Ask)
    assert "with /ticket " in told.msg


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "<@U0BOT>", "<@U0BOT|tickets>  "])
def test_a_mention_and_nothing_else_is_a_call_for_help(text):
    assert read(Message(text)) == read(Message("help"))
    assert isinstance(read(Message(text)).action, Help)


def test_the_bots_mention_may_stand_anywhere_once_its_id_is_known():
    reading = read(Message("close T003 please <@U0BOT>", "thread", ThreadTicket("T012"), bot="U0BOT"))
    assert reading.action == Close(id="T003")
    assert reading.addressed


def test_a_mention_of_somebody_else_is_not_the_bots():
    reading = read(Message("<@U7> close this", "thread", ThreadTicket("T012"), bot="U0BOT"))
    assert reading.action == Nothing()
    assert not reading.addressed


def test_talk_in_a_thread_is_left_alone_and_known_as_talk():
    reading = read(Message("thanks, that was quick", "thread", ThreadTicket("T012"), bot="U0BOT"))
    assert (reading.action, reading.sure, reading.addressed) == (Nothing(), True, False)


def test_a_command_in_a_thread_counts_without_a_mention():
    reading = read(Message("done: cache flushed", "thread", ThreadTicket("T012"), bot="U0BOT"))
    assert (reading.action, reading.sure, reading.addressed) == (
        Close(id="T012", res="cache flushed"),
        True,
        True,
    )


def test_an_id_that_is_written_wins_over_the_threads():
    assert said("close T013", "thread", thread="T012").action == Close(id="T013")


def test_this_and_an_id_in_a_thread_are_asked_about():
    assert not said("<@U0BOT> close this and T013", "thread", thread="T012").sure


def test_a_new_ticket_always_has_a_priority():
    assert said("create ticket: slow search").action.pri is Priority.MEDIUM
    assert said('{"action":"CREATE","title":"slow search"}').action.pri is Priority.MEDIUM


def test_a_new_ticket_without_evidence_for_a_category_is_other():
    assert said("create ticket: Zmrzlina").action.cat is Category.OTHER
    assert said("create ticket: Zmrzlina, cat doc").action.cat is Category.DOC


def test_a_long_title_keeps_its_first_clause_and_all_of_it_in_the_description():
    text = "the report takes four minutes to load for larger customers, and the browser asks to kill the page"
    action = said(f"create ticket: {text}").action
    assert action.title == "the report takes four minutes to load for larger…"
    assert action.desc == text


def test_what_went_wrong_stays_in_a_long_title():
    action = said(
        "create ticket: opening the monthly statement of a customer with many accounts crashes the app"
    ).action
    assert "crashes the app" in action.title
    assert len(action.title) <= 50


def test_two_commands_are_never_half_done():
    for text in (
        "close T003 and reopen T004",
        "T003 done, T004 prog",
        "create ticket X and close T003",
        "close T003. Set T004 to high.",
    ):
        reading = said(text)
        assert not reading.sure
        assert isinstance(reading.action, Ask)


def test_one_change_of_two_tickets_named_one_after_the_other_is_one_change():
    assert said("close T003 and close T004").action.tickets == ("T003", "T004")


@pytest.mark.parametrize(
    "text", ["close T003, not T004", "close T003-T004 except T004", "close T003 but not T004"]
)
def test_an_excepted_ticket_is_left_alone(text):
    action = said(text).action
    assert action == Close(id="T003") or isinstance(action, Ask)


def test_what_the_rules_are_not_sure_of_comes_with_what_they_did_account_for():
    reading = said("please have T003 sorted with the vendor")
    assert not reading.sure
    assert "T003" in reading.hint


def test_a_doubtful_reading_never_is_a_change():
    for text in (
        "T003 closed maybe soonish",
        "Bob fixed T003",
        "T003 has been deployed",
        "make T003 less urgent",
    ):
        assert not isinstance(said(text).action, (Update, Close, BulkUpdate)), text


def test_at_great_length_nothing_is_a_command():
    assert not isinstance(said("close T003 " + "and so on " * 200).action, (Update, Close))


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ('{"action":"view","stat":"open"}', View(stat="open")),
        ("{“action”:“CLOSE”,“id”:“t3”}", Close(id="T003")),
        ('{"action":"update","id":"T003","res":"a &amp; b"}', Update(id="T003", res="a & b")),
        (' {"action":"help"} ', Help()),
    ],
)
def test_json_is_accepted_as_typed(text, action):
    reading = said(text, "slash")
    assert reading.sure
    assert reading.action == action


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"action":"CLOSE"}',
        '{"action":"CLOSE","id":"T0003"}',
        '{"action":"FLY"}',
        '{"a":' * 900 + "}" * 900,
        '{"action":"UPDATE","id":"T1","x":1}',
    ],
)
def test_json_that_is_no_action_is_asked_about(text):
    reading = said(text, "slash")
    assert isinstance(reading.action, (Ask, Nothing))


def test_a_change_of_everything_in_json_is_not_done():
    assert isinstance(said('{"action":"bulk_update","where":{},"changes":{"stat":"done"}}').action, Ask)


@pytest.mark.parametrize(
    "text",
    [
        "icons in the sidebar look blurry on retina",
        "webhook retries ignore the Retry-After header",
        "the onboarding guide is for the old office",
    ],
)
def test_what_is_only_told_to_the_bot_is_offered_as_a_ticket(text):
    reading = said(text)
    assert isinstance(reading.action, Ask)
    assert isinstance(reading.action.choices[0], Create)
    assert not reading.sure
    assert reading.hint.startswith("create ")


def test_in_a_tickets_thread_what_is_told_makes_no_other_ticket():
    reading = said("<@U0BOT> icons in the sidebar look blurry", "thread", "T012")
    assert not isinstance(reading.action, Create)


def test_the_steps_below_a_title_keep_their_heading():
    action = said("create Import fails\nSteps:\n1. open page\n2. see “Error 500”").action
    assert isinstance(action, Create)
    assert action.title == "Import fails"
    assert action.desc == "Steps:\n1. open page\n2. see “Error 500”"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("remove the note of T003", Update(id="T003", res="")),
        ("delete T003's description", Update(id="T003", desc="")),
        ("clear the comment on T003", Update(id="T003", res="")),
        ("remove the priority of T003", Update(id="T003", pri=Priority.MEDIUM)),
        ("drop the note of T003", Update(id="T003", res="")),
        ("drop the category of T003", Update(id="T003", cat=Category.OTHER)),
        ("lösche die Notiz von T003", Update(id="T003", res="")),
    ],
)
def test_what_is_taken_from_a_ticket_is_offered_to_be_emptied(text, change):
    for surface in ("mention", "slash"):
        action = said(text, surface).action
        assert isinstance(action, Ask)
        assert action.choices == (change,)


def test_each_bullet_below_create_tickets_is_a_ticket():
    found = said("create tickets:\n- VPN down\n- printer jammed, low priority", "dm").action
    assert isinstance(found, Several)
    assert [(one.title, one.pri) for one in found.actions] == [("VPN down", 2), ("printer jammed", 3)]


def test_as_many_tickets_are_made_as_were_asked_for():
    found = said("create two tickets: printer jam, VPN slow", "dm").action
    assert isinstance(found, Several)
    assert [one.title for one in found.actions] == ["printer jam", "VPN slow"]


def test_what_was_taken_back_is_not_offered():
    assert said("close T003 - sorry, T004").action.choices == (Close(id="T004"),)
    assert said("T003 pri 1, no wait, pri 2").action.choices == (Update(id="T003", pri=2),)


@pytest.mark.parametrize(
    ("text", "other", "choices"),
    [
        ("start T003\nclose T004\nshow all bugs", "show all bugs", 3),
        ("close T003\nhistory T004", "history T004", 2),
        ("list open\nclose T003", "list open", 2),
        ("close T003\nreopen T004\nwho is on call", "who is on call", 2),
    ],
)
def test_among_several_commands_the_one_that_changes_nothing_is_named(text, other, choices):
    asked = said(text, "slash").action
    assert f"“{other}” does not" in asked.msg
    assert len(asked.choices) == choices


def test_the_steps_of_a_new_ticket_are_no_lists():
    assert isinstance(said("create Cart fails\nlist all items\nthe total is wrong", "slash").action, Create)


@pytest.mark.parametrize(
    "text", ["we could close number 9", "I guess ticket 9 can be closed", "number 9 is done"]
)
def test_a_bare_number_that_is_spoken_of_is_asked_about(text):
    assert "did you mean T009?" in said(text).action.msg


def test_a_search_without_words_asks_for_them():
    assert said("search", "slash").action.msg.startswith("Find what?")
    assert said("show", "slash").action == View()


def test_a_command_that_is_the_only_one_is_no_second_thing():
    assert "more than one" not in said("this is the same as T015, close it", thread="T014").action.msg


def test_of_two_commands_in_a_sentence_both_are_offered_and_none_is_done():
    asked = said("close T003 and start T004").action
    assert asked.choices == (Close(id="T003"), Update(id="T004", stat="prog"))
    assert "more than one thing" in asked.msg
    assert "more than one thing" not in said("close T003 and tell Klaus").action.msg
