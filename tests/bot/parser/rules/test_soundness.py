"""What the rules must never be sure of, and what they must be: kinds of messages, each in several wordings."""

import pytest

from bot.actions import Ask, BulkUpdate, Close, Create, Nothing, Several, Undo, Update, View, write_action
from bot.parser.message import Message, ThreadTicket
from bot.parser.rules import format_command, read

CHANGES = (Update, Close, BulkUpdate, Undo)


def reading(text, thread="", surface="", *, mention=True):
    topic = ThreadTicket(thread) if thread else None
    surface = surface or ("thread" if thread else "mention")
    return read(Message(f"<@U0BOT> {text}" if mention else text, surface, topic, bot="U0BOT"))


def offered(action):
    return [format_command(choice) for choice in action.choices] if isinstance(action, Ask) else []


@pytest.mark.parametrize(
    "text",
    [
        "the screen of my T14 flickers, urgent",
        "we ordered two T14 docks, low",
        "GPU T4 overheats in node 7, critical",
        "meeting room T2 has no projector, done with it",
        "T1 line to the warehouse is dead, high",
        "T3/T4 ports on the switch are loose, urgent",
        "reopen the T1 tunnel to Lisbon",
        "start the T4 runners again tonight",
        "finish the T2 rollout",
        "t3.large is too small, p1",
        "my T480 does not boot, urgent",
        "T5 model crashes, code",
        "close the T1 circuit order for the customer",
    ],
)
def test_a_thing_whose_name_looks_like_an_id_is_no_ticket(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("create T4 node out of memory, urgent", "T4 node out of memory"),
        ("create a ticket for the T14 dock", "the T14 dock"),
        ("new ticket: T2 room projector flickers", "T2 room projector flickers"),
    ],
)
def test_such_a_thing_can_be_what_a_new_ticket_is_about(text, title):
    action = reading(text).action
    assert isinstance(action, Create)
    assert action.title == title


@pytest.mark.parametrize("text", ["close t4", "T4 done", "T4: pri 1", "close T4, T5 and T6", "T4 to high", "bump T4 to p1", "close T7 because it works"])  # fmt: skip
def test_a_short_id_is_one_where_nothing_else_can_stand(text):
    assert isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize(
    "text",
    [
        "looks like T003 again, but on the new server, urgent",
        "similar to what happened in T003, high",
        "same crash as T003, now in the app, p1",
        "related to T003: exports are slow, low",
        "the workaround from T003 stopped helping, critical",
        "since T003 was closed the VPN is slow, urgent",
        "T003 is not solved by the patch and comes back",
        "Ada wrote that T003 is done",
        "the report in T003 is fine, done",
    ],
)
def test_a_ticket_that_is_only_spoken_of_is_not_changed(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize("text", ["fixed in T043", "solved with T043", "done through T043", "same fix as T043, done", "T043 fixed this"])  # fmt: skip
def test_another_ticket_is_not_closed_from_a_thread_that_mentions_it(text):
    action = reading(text, "T042", mention=False).action
    assert not (isinstance(action, CHANGES) and "T043" in str(write_action(action)))


@pytest.mark.parametrize(
    "text",
    ["well done", "nicely solved!", "well fixed, thank you", "you can close this", "feel free to close it", "ok to close?",
     "ready to close", "good to close", "you may resolve this", "happy for you to close it", "nearly done", "done soon"],
)  # fmt: skip
def test_praise_and_leave_given_to_a_colleague_are_talk(text):
    assert isinstance(reading(text, "T042", mention=False).action, Nothing)


@pytest.mark.parametrize("text", ["you can close T042", "feel free to close T042", "T042 can be closed", "T042 is ready to close"])  # fmt: skip
def test_leave_given_to_the_bot_is_offered(text):
    assert offered(reading(text).action) == ["close T042"]


@pytest.mark.parametrize(
    "text", ["~close T042~", "~T042 done~", '"close T042"', "`close T042`", "&gt; close T042"]
)
def test_what_is_struck_out_or_quoted_is_not_done(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize(
    "text",
    ["has T037 been resolved", "T037 done yet", "T037 still open", "T037 fixed yet", "have you closed T037", "is T037 closed",
     "did anybody close T037", "was T037 fixed", "T037 resolved yet please"],
)  # fmt: skip
def test_a_question_without_its_mark_is_answered(text):
    assert reading(text).action == View(id="T037")


@pytest.mark.parametrize(
    "text",
    ["close T034, nah", "close T034, no leave it open", "T034 done: not really", "close T034. scratch that", "T034 high, never mind",
     "close T034, just kidding", "close T034... hmm, no, keep it", "close T034, said no one ever", "close T034 - wait, don't",
     "create VPN is slow. forget it", "create a ticket for the lamp, never mind", "T034 pri 1, on second thought leave it",
     "close T034 (not really)", "close T034, changed my mind"],
)  # fmt: skip
def test_what_is_taken_back_is_not_done(text):
    assert isinstance(reading(text).action, Nothing)


@pytest.mark.parametrize("text", ["close T034, maybe", "close T034, I guess", "close T034, hmm let me see", "close T034, or T035?", "T034 done, probably"])  # fmt: skip
def test_what_is_doubted_is_a_choice(text):
    action = reading(text).action
    assert isinstance(action, Ask)
    assert not action.choices or "T034" in offered(action)[0]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("close T042, title updated", "title updated"),
        ("close T042, description was wrong", "description was wrong"),
        ("close T042, infra people replaced it", "infra people replaced it"),
        ("close T042, code is merged", "code is merged"),
        ("close T042, cat 5 cable swapped", "cat 5 cable swapped"),
        ("close T042, priority customer is happy", "priority customer is happy"),
        ("close T042, status page is green", "status page is green"),
        ("close T042, call init()", "call init()"),
        ("close T042: cleaned up (all of it)", "cleaned up (all of it)"),
        ("close T042, swapped :old-icon: for :new-icon:", "swapped :old-icon: for :new-icon:"),
        ("close T042, never came back", "never came back"),
        ("close T042, no answer from the customer", "no answer from the customer"),
        ("reopen T042, still broken", "still broken"),
        ("T042 in progress, docs team looks at it", "docs team looks at it"),
        ("the new cable is in, close T042", "new cable is in"),
    ],
)
def test_a_note_is_kept_whole_and_sets_nothing(text, note):
    data = write_action(reading(text).action)
    assert data["res"] == note
    assert not data.keys() & {"title", "desc", "cat", "pri"}


@pytest.mark.parametrize(
    "text",
    ["close T042 rebooted it", "started on T042 yesterday, urgent", "urgent T042", "T042 done by tomorrow",
     "note on T042: vendor called", "everything in T042 is done"],
)  # fmt: skip
def test_what_has_none_of_the_four_forms_is_not_done(text):
    assert not isinstance(reading(text).action, CHANGES)


def test_a_text_that_is_too_long_for_a_note_is_cut():
    action = reading("the supplier has sent the whole list of parts that we were waiting for since the spring, and they " * 2 + "fit. close T042").action  # fmt: skip
    assert isinstance(action, Close)
    assert len(action.res) <= 100


@pytest.mark.parametrize("text", ["close ABC-12", "reopen JIRA-123 please", "update OPS-7 to done", "done: WEB-42", "close T 042", "view PROJ-9"])  # fmt: skip
def test_another_trackers_id_is_told_from_a_ticket(text):
    action = reading(text).action
    assert isinstance(action, Ask)
    assert "is not a ticket here" in action.msg


@pytest.mark.parametrize(
    "text",
    ["Search shows nothing", "search is slow on mobile", "Export to Excel fails", "List page crashes", "history tab is empty",
     "Help page is missing", "Filter does not work", "Lookup of customers fails", "print to PDF fails", "login fails"],
)  # fmt: skip
def test_a_report_that_begins_with_a_commands_word_is_a_report(text):
    action = reading(text).action
    assert isinstance(action, Create)
    assert action.title == text


@pytest.mark.parametrize(
    "text",
    ["New Relic agent is down", "New joiners cannot log in", "new invoices are not sent", "Add to basket fails on Safari",
     ":+1: reaction is missing", "👍 counter is wrong"],
)  # fmt: skip
def test_the_first_word_of_a_title_stays(text):
    assert reading(text).action.title == text


# several lines


def actions(text):
    action = reading(text).action
    assert isinstance(action, Several), action
    return [format_command(each) for each in action.actions]


def test_each_line_that_is_a_command_is_done_with_its_own_words():
    assert actions("create login fails, p1\ncreate typo in footer, p3") == [
        'create "login fails" pri 1 cat code',
        'create "typo in footer" pri 3 cat doc',
    ]
    assert actions("close T001, fixed\nclose T002, wontfix") == [
        'close T001, "fixed"',
        'close T002, "wontfix"',
    ]
    assert actions("- close T001\n- T002 pri 1\n- reopen T003") == ["close T001", "update T002 pri 1", "update T003 stat open"]  # fmt: skip
    assert actions("hi team\nclose T001\nT002 done\nthanks!") == ["close T001", "close T002"]
    assert actions("bug: login fails\nbug: logout fails, low") == [
        'create "login fails" pri 2 cat code',
        'create "logout fails" pri 3 cat code',
    ]
    assert actions("close T001, fixed; close T002, wontfix") == [
        'close T001, "fixed"',
        'close T002, "wontfix"',
    ]


@pytest.mark.parametrize(
    "text",
    [
        "close T001\nclose T002\nand the rest as you like",
        "wifi is down, urgent\nclose T002",
        "close T001\nT002 is odd\nclose T003",
    ],
)
def test_lines_of_which_only_some_are_commands_are_asked_about(text):
    assert isinstance(reading(text).action, Ask)


def test_lines_behind_one_command_are_its_own_text():
    assert reading("close T001\nthe vendor sent a new one").action == Close(
        id="T001", res="the vendor sent a new one"
    )
    action = reading("create printer jams\nsecond floor\nsince monday").action
    assert (action.title, action.desc) == ("printer jams", "second floor\nsince monday")


@pytest.mark.parametrize(
    "text",
    ["Summary: VPN drops\nPriority: High\nDescription: each hour", "*Title:* VPN drops\n*Severity:* critical\n*Details:* each hour",
     "Subject: VPN drops\nUrgency: p1\nDescription: each hour"],
)  # fmt: skip
def test_a_form_fills_the_fields(text):
    action = reading(text).action
    assert (action.title, action.pri, action.desc) == ("VPN drops", 1, "each hour")


# the conversation


@pytest.mark.parametrize(
    ("text", "pri"),
    [("create a ticket for this", None), ("ticket this", None), ("log it please, p1", 1), ("can you file this as a bug?", None),
     ("make a ticket out of this thread, urgent", 1), ("please turn this into a ticket", None)],
)  # fmt: skip
def test_a_ticket_for_this_is_one_of_the_threads_first_message(text, pri):
    assert reading(text, surface="thread").action == Create(source="thread", pri=pri)
    assert isinstance(reading(text).action, Ask)  # there is nothing to point to


def test_a_thread_that_has_a_ticket_gets_no_other_for_this():
    assert reading("create a ticket for this", "T042").action == View(id="T042")


# starting


@pytest.mark.parametrize("text", ["take T014", "assign T014 to me", "I'm on T014", "picking up T014"])
def test_taking_a_ticket_starts_it(text):
    assert reading(text).action == Update(id="T014", stat="prog")


@pytest.mark.parametrize("text", ["take it", "assign to me", "on it", "I'll take this"])
def test_taking_it_in_its_thread_starts_it(text):
    assert reading(text, "T014").action == Update(id="T014", stat="prog")


@pytest.mark.parametrize(
    "text",
    ["the bot closed T042", "thank you for starting T042", "sorry for closing T042", "T042 title page is missing",
     "close T042's attachment", "T042 p1 connector is loose", "raise T042 in the meeting", "T042 status page is down",
     "let's not close T042", "T042: they said done", "move T042 to the next sprint", "create a rule that closes T042"],
)  # fmt: skip
def test_what_only_sounds_like_a_change_is_none(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize(
    "text",
    ["done with lunch, back in 5", "finished with the call, more later", "title is fine as it is", "take it from me, this is hard",
     "closing time, see you", "fixing dinner now", "working on my tan", "high five!", "status quo", "open to ideas"],
)  # fmt: skip
def test_chatter_that_mentions_the_bot_changes_no_ticket(text):
    assert not isinstance(reading(text, "T042").action, CHANGES)


@pytest.mark.parametrize("text", ["T043 done, I heard", "closed for holidays until monday", "fixed rate contract, so no", "P1 connector is loose", "done by Friday", "priority mail arrived"])  # fmt: skip
def test_chatter_in_a_thread_is_left_alone(text):
    assert isinstance(reading(text, "T042", mention=False).action, Nothing)


# what is said of a ticket, and by whom


@pytest.mark.parametrize("text", ["T033 is anything but done", "T033 is far from done", "T033 is not even close to done", "T033 is nowhere near fixed", "T033 kind of done"])  # fmt: skip
def test_the_opposite_of_done_closes_nothing(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize(
    "text",
    ["fyi close T033 was rejected", "T033 is done on staging only", "T033 is fixed in production", "T033 is closed in Jira",
     "T033 open since March", "T033 in progress since last year", "T033 high on the board", "close T033 in Jira"],
)  # fmt: skip
def test_words_behind_a_status_without_a_separator_make_it_a_choice(text):
    assert "T033" in offered(reading(text).action)[0]


def test_in_a_thread_such_words_make_it_a_choice_too():
    assert offered(reading("it's done on staging", "T033").action) == ["close T033"]
    assert isinstance(reading("done on staging", "T033", mention=False).action, Nothing)


@pytest.mark.parametrize(
    ("text", "note"),
    [("T033 done by Sam", "by Sam"), ("T033 done via hotfix", "via hotfix"), ("T033 done after a reboot", "after a reboot"),
     ("close T033 with the old cable", "with the old cable"), ("T033 erledigt durch Sam", "durch Sam"), ("T033 cerrado con cable rojo", "con cable rojo"),
     ("T033 fermé par Sam", "par Sam"), ("T033 fechado com cabo", "com cabo")],
)  # fmt: skip
def test_how_it_was_done_without_a_separator_is_a_choice_with_the_words_as_its_note(text, note):
    assert reading(text).action.choices == (Close(id="T033", res=note),)


@pytest.mark.parametrize("text", ["T033 done by Friday", "T033 done by tomorrow", "close T033 by 5pm", "T033 erledigt bis Freitag"])  # fmt: skip
def test_a_plan_is_a_choice_without_a_note(text):
    assert offered(reading(text).action) == ["close T033"]


@pytest.mark.parametrize("text", ["T033 to be done", "T033 still to be done", "T033 to close", "T033 zu erledigen", "T033 por cerrar"])  # fmt: skip
def test_what_is_yet_to_be_done_is_not_done(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize(
    "text", ["T033 is done; customer disagrees", "T033 done, QA objects", "T033 is fixed, it still crashes", "T033 fixed, customer is not happy",
             "T033 erledigt, Kunde widerspricht", "T033 hecho, sigue fallando", "T033 fermé, le client n'est pas d'accord", "T033 fechado, ainda falha"],
)  # fmt: skip
def test_a_note_that_disputes_it_is_asked_about(text):
    assert isinstance(reading(text).action.choices[0], Close)


@pytest.mark.parametrize("text", ["reopen T033, customer disagrees", "T033 open, still broken"])
def test_the_same_words_are_a_reason_to_reopen(text):
    assert isinstance(reading(text).action, Update)


@pytest.mark.parametrize("text", ["great that T033 is done", "glad that T033 is closed", "schön, dass T033 erledigt ist"])  # fmt: skip
def test_joy_about_a_ticket_is_talk(text):
    assert isinstance(reading(text).action, Nothing)


@pytest.mark.parametrize("text", ["apparently T033 is done", "close T033's Jira issue", "close T033's child tickets"])  # fmt: skip
def test_hearsay_and_what_only_belongs_to_a_ticket_change_nothing(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize(
    "text", ["T033 is done now", "T033 is done already", "T033 open again", "close T033 as it works"]
)
def test_little_words_and_a_reason_leave_it_a_command(text):
    assert isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize("text", ["T033 desc has a typo", "T033 title has two typos", "T033 note has been added", "T033 title needs work", "T033 priority is too high",
     "T033 is open because nobody cares", "close T033's docs", "T033 solved my problem", "take T033 as a template", "take T033 with you", "rename T033 please"])  # fmt: skip
def test_what_is_said_of_a_field_is_not_written_into_it(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize("text", ["closing in on T033", "close to T033", "closing on T033"])
def test_a_verb_that_misses_its_ticket_is_a_choice(text):
    assert isinstance(reading(text).action, Ask)


@pytest.mark.parametrize(
    "text",
    ["T033 is done, says Sam", "T033 is done, Sam says", "T033 done, sort of", "T033 done, more or less", "T033 done: almost",
     "T033 done, according to Sam", "T033 done (mostly)", "close T033, kind of", "T033 done, so I'm told", "T033 fixed, I hope"],
)  # fmt: skip
def test_a_hedge_or_somebody_elses_word_is_no_note(text):
    assert isinstance(reading(text).action, Ask)


@pytest.mark.parametrize("text", ["done, kind of", "done, says Sam", "fixed, more or less"])
def test_a_hedge_among_people_is_talk(text):
    assert isinstance(reading(text, "T033", mention=False).action, Nothing)


def test_a_hedge_that_begins_a_sentence_is_part_of_the_note():
    assert reading("T033 done, mostly dust in the fan").action.res == "mostly dust in the fan"


def test_what_somebody_said_about_it_is_a_note():
    assert reading("close T033, the customer said it works").action.res == "the customer said it works"


@pytest.mark.parametrize("text", ["Marta, close T033", "Sam Miller, close T033", "Marta, please close T033", "Mark, close T033", "<@U0SAM>, close T033",
     "sam, close T033", "@sam, close T033", "Sam and Marta, close T033", "Robert, close T033", "Ahmed, close T033",
     "Grant, close T033", "Grace, please close T033", "Will, close T033"])  # fmt: skip
def test_a_command_to_a_colleague_is_a_choice(text):
    assert offered(reading(text).action) == ["close T033"]


@pytest.mark.parametrize("text", ["Rebooted, close T033", "Works again, close T033", "Mark T033 as done"])
def test_a_statement_before_a_command_is_no_name(text):
    assert isinstance(reading(text).action, Close)


@pytest.mark.parametrize("text", ["close T033 as soon as possible", "close T033 asap"])
def test_hurry_sets_no_priority(text):
    assert reading(text).action == Close(id="T033")


# tickets that nobody wants


@pytest.mark.parametrize(
    "text",
    ["do not create a ticket for this, just asking: is the VPN down?", "no ticket needed, just saying the build is red",
     "no need for a ticket: VPN is slow again", "don't file anything yet, API is slow", "without making a ticket: is CI down?",
     "please don't open a ticket about the printer", "the build is red, no ticket please", "wifi is slow but I don't need a ticket",
     "wifi is slow, this doesn't need a ticket", "not a ticket, but the build is red", "kein Ticket nötig, der Build ist rot",
     "there's no need to create a ticket, the build is red", "skip the ticket, the API is slow", "don't ticket this, the API is slow",
     "don't bother creating a ticket, the API is slow", "I don't think we need a ticket, the API is slow",
     "you don't have to create a ticket, the API is slow", "don't turn this into a ticket, the API is slow", "don't open a ticket\nthe VPN is slow",
     "I won't open a ticket, but the VPN is slow", "we didn't create a ticket for the VPN outage", "open no ticket, the VPN is slow",
     "erstelle bitte kein Ticket, das VPN ist langsam", "leg kein Ticket an, das VPN ist langsam", "ich werde kein Ticket erstellen, aber das VPN ist langsam",
     "no crees un ticket", "no abras ninguna incidencia, la VPN va lenta", "no voy a abrir un ticket, pero la VPN va lenta", "no hace falta un ticket, la VPN va lenta",
     "ne crée pas de ticket, le VPN est lent", "n'ouvrez pas de ticket, le VPN est lent", "pas besoin de ticket, le VPN est lent",
     "não crie um ticket, a VPN está lenta", "não vou abrir um chamado, mas a VPN está lenta"],
)  # fmt: skip
def test_a_ticket_that_is_not_wanted_is_neither_made_nor_offered(text):
    assert isinstance(reading(text).action, Nothing)


@pytest.mark.parametrize(
    "text",
    ["nobody can open a ticket in the portal", "can't create a ticket in the portal, error 500", "the form doesn't create a ticket",
     "bug: don't create a ticket for bot messages", "create a ticket: no ticket needed banner is wrong",
     "no tickets in the list, it is broken", "no problem with the VPN but wifi is down", "app crashes, don't want it to crash",
     "create no ticket page for the portal", "when I create a ticket the page crashes", "I can't open a ticket, the form is broken",
     "I don't need this alert, it fires every minute", "don't open that attachment, the scanner is broken"],
)  # fmt: skip
def test_what_is_wrong_with_tickets_is_a_report(text):
    assert isinstance(reading(text).action, Create)


@pytest.mark.parametrize(
    "text",
    ["if you create a ticket I'll scream", "if you open a ticket for the printer I quit", "wenn du ein Ticket erstellst, schreie ich",
     "si creas un ticket grito", "si tu crées un ticket pour le VPN je crie", "se você criar um ticket eu grito"],
)  # fmt: skip
def test_a_ticket_under_a_condition_is_at_most_offered(text):
    assert not reading(text).sure
    assert not isinstance(reading(text).action, Create)


@pytest.mark.parametrize(
    "text",
    [
        "`close T077` didn't work for me yesterday",
        '"close T077" fails with an error',
        "`T077 done` is broken",
    ],
)
def test_a_command_that_is_quoted_is_no_title(text):
    assert isinstance(reading(text).action, Nothing)


@pytest.mark.parametrize(
    ("text", "thread"),
    [
        ("done fixed this T003 reopen urgent", "T001"),
        ('ﾟ ; T9ZZZZZZZZZZ note if { " done except stats xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', ""),
    ],
)
def test_words_without_sense_are_asked_about(text, thread):
    assert isinstance(reading(text, thread).action, Ask)


@pytest.mark.parametrize(
    ("text", "note"),
    [("can you add that the VPN is slow too", "VPN is slow too"), ("add that it also happens in Munich", "it also happens in Munich"),
     ("add a note that the VPN is slow", "VPN is slow"), ("füge hinzu, dass das VPN langsam ist", "VPN langsam ist"),
     ("añade que la VPN va lenta", "VPN va lenta"), ("ajoute que le VPN est lent", "VPN est lent"), ("adiciona que a VPN está lenta", "VPN está lenta")],
)  # fmt: skip
def test_what_is_to_be_added_is_a_note_in_a_tickets_thread_and_elsewhere_a_choice(text, note):
    assert reading(text, "T033").action == Update(id="T033", res=note)
    assert not isinstance(reading(text).action, (Create, *CHANGES))


# changes by filter


@pytest.mark.parametrize(
    ("text", "where", "changes"),
    [
        ("make all open tickets pri 3", {"stat": "open"}, {"pri": 3}),
        ("make all high tickets low", {"pri": 1}, {"pri": 3}),
        ("mark all of Ada's tickets done", {"by": "Ada"}, {"stat": "done"}),
        ("set every open infra ticket to low", {"stat": "open", "cat": "infra"}, {"pri": 3}),
        ("setze alle offenen Tickets auf niedrig", {"stat": "open"}, {"pri": 3}),
        ("close everything about VPN", {"text": "VPN"}, {"stat": "done"}),
        ("close all printer tickets", {"text": "printer"}, {"stat": "done"}),
        ("close all open doc tickets, old stuff", {"stat": "open", "cat": "doc"}, {"stat": "done", "res": "old stuff"}),
        ("close all open doc tickets: spring cleaning", {"stat": "open", "cat": "doc"}, {"stat": "done", "res": "spring cleaning"}),
        ("close all bugs about login, fixed in 2.0", {"cat": "code", "text": "login"}, {"stat": "done", "res": "fixed in 2.0"}),
        ("make everything about VPN low", {"text": "VPN"}, {"pri": 3}),
        ("close all doc tickets because we moved", {"cat": "doc"}, {"stat": "done", "res": "we moved"}),
    ],
)  # fmt: skip
def test_a_change_by_filter_says_all_that_was_said(text, where, changes):
    assert write_action(reading(text).action) == {
        "action": "bulk_update",
        "where": where,
        "changes": changes,
    }


@pytest.mark.parametrize(
    ("text", "cannot", "choices"),
    [
        ("close all open tickets from Bob's team", "Bob's team", 1),
        ("close all doc tickets that nobody wants", "nobody wants", 0),
        ("close all tickets that nobody wants", "nobody wants", 0),
        ("close all tickets with attachments", "attachments", 0),
        ("close all code tickets except T003", "except T003", 0),
        ("close all doc tickets, not the high ones", "not the high ones", 0),
        ("close all tickets about VPN tomorrow", "tomorrow", 1),
        ("make all open tickets urgent except infra", "except infra", 0),
    ],
)
def test_what_a_change_cannot_be_narrowed_down_by_is_said_and_nothing_wider_done(text, cannot, choices):
    action = reading(text).action
    assert cannot in action.msg
    assert len(action.choices or ()) == choices


@pytest.mark.parametrize(
    "text",
    ["close all doc tickets and start all infra tickets", "close all doc tickets, set all infra tickets to low", "start all infra tickets. close all doc tickets"],
)  # fmt: skip
def test_two_changes_by_filter_are_not_one(text):
    assert isinstance(reading(text).action, Ask)


@pytest.mark.parametrize(
    ("text", "thread", "choice"),
    [("close the infra ticket T003", "", "close T003"), ("close the urgent ticket T003", "", "close T003"), ("set the urgent ticket T003 to low", "", "update T003 pri 3"),
     ("close all doc tickets and T003", "", "close T003"), ("close the urgent ticket", "T003", "close T003")],
)  # fmt: skip
def test_what_says_which_ticket_is_not_set_on_it(text, thread, choice):
    assert offered(reading(text, thread).action) == [choice]


@pytest.mark.parametrize("text", ["on it", "On it!", "I'm on it", "take it", "assign to me"])
def test_taking_a_ticket_in_its_thread_and_saying_nothing_else_starts_it(text):
    assert reading(text, "T033", mention=False).action == Update(id="T033", stat="prog")


@pytest.mark.parametrize("text", ["status: done", "stat: done"])
def test_a_field_that_is_set_in_a_thread_is_no_list(text):
    assert reading(text, "T033").action == Close(id="T033")


@pytest.mark.parametrize("text", ["T033 ist noch offen", "T033 toujours ouvert", "T033 todavía abierto", "T033 ainda aberto", "T033 still open"])  # fmt: skip
def test_what_is_still_so_is_shown(text):
    assert reading(text).action == View(id="T033")


@pytest.mark.parametrize("text", ["danke für das Schließen von T033", "gracias por cerrar T033", "merci d'avoir fermé T033", "obrigado por fechar T033"])  # fmt: skip
def test_thanks_for_a_change_change_nothing(text):
    assert isinstance(reading(text).action, Nothing)


@pytest.mark.parametrize("text", ["close T033 as T034 is done", "close T033 as T034 was fixed", "close T033 because T034 is done", "schließe T033 da T034 erledigt ist", "cierra T033 por T034"])  # fmt: skip
def test_a_ticket_that_is_but_the_reason_is_not_changed(text):
    action = reading(text).action
    assert (action.choices[0] if isinstance(action, Ask) else action).id == "T033"


@pytest.mark.parametrize(
    "text",
    ["oh sure, close T020, that went great before", "yeah right, T020 done", "great idea, close T020 before anybody looked", "lol, close T020 then", "genius, set T020 to low", "close T020 🙄", "close T020, what could go wrong", "nice try, close T020", "T020 done, obviously :roll_eyes:"],
)  # fmt: skip
def test_what_is_meant_as_its_opposite_is_not_done(text):
    assert not isinstance(reading(text).action, CHANGES)


@pytest.mark.parametrize("text", ["oh, close T020", "sure, close T020", "great, close T020", "close T020 🎉"])
def test_what_sounds_glad_is_done(text):
    assert reading(text).action == Close(id="T020")


@pytest.mark.parametrize(
    "text",
    ["fwd from a partner:\n> kindly close T020\nwhat do you think?", "fw from sales:\n> please reopen T020, it came back\nis that right?", "fw:\n> the badge reader beeps all night\nany idea?"],
)  # fmt: skip
def test_a_question_behind_somebody_elses_words_makes_no_ticket_unasked(text):
    action = reading(text).action
    assert not isinstance(action, (*CHANGES, Create))


@pytest.mark.parametrize(
    ("text", "thread", "note"),
    [
        ("close T020, not urgent anymore", "", "not urgent anymore"),
        ("close T020, no longer a priority", "", "no longer a priority"),
        ("close T020, no longer critical", "", "no longer critical"),
        ("close T020, was urgent", "", "was urgent"),
        ("T020 done, infra", "", "infra"),
        ("resolved: low", "T020", "low"),
        ("close T020, for now", "", "for now"),
        ("done, for now", "T020", "for now"),
    ],
)
def test_behind_what_closes_a_ticket_a_bare_field_is_the_note(text, thread, note):
    assert reading(text, thread).action == Close(id="T020", res=note)


@pytest.mark.parametrize(
    ("text", "changes"),
    [("close T020, p3", {"pri": 3}), ("T020 done, cat infra", {"cat": "infra"}), ("close T020 and set it to low", {"pri": 3}), ("set T020 done, low", {"pri": 3}), ("close T020, pri 1", {"pri": 1})],
)  # fmt: skip
def test_behind_what_closes_a_ticket_a_named_field_is_set(text, changes):
    assert reading(text).action == Update(id="T020", stat="done", **changes)


@pytest.mark.parametrize("text", ["close T020 for now", "T020 is done for now", "close T020, tomorrow"])
def test_what_is_to_be_done_for_a_while_or_later_is_asked_about(text):
    assert isinstance(reading(text).action, Ask)


@pytest.mark.parametrize("text", ["Find my badge locks people out", "Show my desk crashes phones", "Search the web kicks everybody out"])  # fmt: skip
def test_a_report_may_begin_with_the_verb_of_a_list(text):
    assert isinstance(reading(text).action, (Create, Ask))


@pytest.mark.parametrize("text", ["find login crashes on safari", "search printer errors"])
def test_what_fails_can_be_looked_for(text):
    assert isinstance(reading(text).action, View)


@pytest.mark.parametrize("text", ["done that already, didn't help", "done that", "done this before", "low priority for us", "high for me", "urgent imo"])  # fmt: skip
def test_what_somebody_did_or_thinks_is_talk_in_a_thread(text):
    assert isinstance(reading(text, "T020", mention=False).action, Nothing)


@pytest.mark.parametrize("text", ["T020 same as T021, urgent", "T020 like T021, low", "T020 done with infra", "T020 finished with docs", "T020 jira done", "T020 issue fixed"])  # fmt: skip
def test_what_is_said_of_a_ticket_and_not_set_is_asked_about(text):
    assert not isinstance(reading(text).action, CHANGES)


def test_a_field_behind_an_arrow_is_offered():
    action = reading("not code after all, the switch is broken -&gt; cat infra", "T020").action
    assert Update(id="T020", cat="infra") in action.choices


@pytest.mark.parametrize("text", ["T020 is back in progress", "T020 back in progress"])
def test_what_is_worked_on_again_is_in_progress(text):
    assert reading(text).action == Update(id="T020", stat="prog")
    assert reading(f"{text}; it fails on ARM").action == Update(id="T020", stat="prog", res="it fails on ARM")
