"""What of a model's answer is done: what the person wrote, and of a change only the question whether it is meant."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import (
    Action,
    Ask,
    BulkUpdate,
    Close,
    Create,
    Help,
    History,
    Nothing,
    Update,
    View,
    read_action,
)
from bot.parser.fallback import TYPE_IT
from bot.parser.llm.named_ids import find_named_ids
from bot.parser.llm.validate import NOT_NAMED, NOT_ONE_BY_ONE, UnreadableError, validate_answer
from bot.parser.message import Message, Reading, ThreadTicket
from bot.parser.rules import format_command, read
from store.ids import format_id
from store.models.tickets import Status
from tests.bot.parser.fakes import BULK, CLOSE, FakeRules, spell
from tests.support.counts import again_and_again

# the first word of the command that means each action
VERBS = {"bulk_update": "update"}
UNSURE = Reading(Nothing(), sure=False)


@pytest.fixture
def rules() -> FakeRules:
    return FakeRules()


def answered(rules: FakeRules, text: str, action: dict, reading: Reading = UNSURE, **where) -> Action:
    """What comes of `text` when the model's command for it means `action`."""
    verb = VERBS.get(action["action"], action["action"].lower())
    answer = rules.teach(f"{verb} the command", action)
    return validate_answer(answer, Message(text, **where), reading, rules, spell)


def only_choice(asked: Action) -> Action:
    assert isinstance(asked, Ask)
    assert asked.msg == "Did you mean?"
    assert asked.choices is not None
    (choice,) = asked.choices
    return choice


# a command or nothing


@pytest.mark.parametrize(
    "answer",
    [
        "I cannot count tickets by Anna.",
        "I cannot check whether the VPN is down.",
        "The discussion is about the login page being slow.",
        "The VPN is down, urgent",
        "T003 is fixed",
        "done",
        "T003 pri 1",
        "Sure, close T003!",
        "undo",
        "undo T003",
        "reopen T003",
        "close T003\nclose T004",
        '{"action":"CLOSE","id":"T003"}',
        "",
        "🙂",
        "close",
        "create",
        "closet T003",
        "create: short title",
        "create p1 infra: title",
    ],
)
def test_prose_and_what_is_no_command_that_models_are_taught_are_no_answer(answer):
    message = Message("the vpn is down says Anna, how many tickets on T003 were closed last week")
    with pytest.raises(UnreadableError):
        validate_answer(
            answer, message, UNSURE, lambda said: read(said) if said.text else UNSURE, format_command
        )


def test_a_command_that_means_something_else_than_its_word_is_no_answer(rules):
    rules.teach("create the command", CLOSE)
    with pytest.raises(UnreadableError):
        validate_answer("create the command", Message("T003 works"), UNSURE, rules, spell)


def test_a_command_that_the_rules_are_not_sure_of_is_no_answer(rules):
    rules.teach("view what there is", {"action": "VIEW"}, sure=False)
    with pytest.raises(UnreadableError):
        validate_answer("view what there is", Message("hm"), UNSURE, rules, spell)


def test_a_models_command_is_read_as_text_and_not_as_slacks_markup(rules):
    with pytest.raises(UnreadableError):
        validate_answer('create "<!channel> & co"', Message("hmm"), UNSURE, rules, spell)
    assert rules.seen[-1].text == 'create "&lt;!channel&gt; &amp; co"'


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("create p1 infra: New VPN?", 'create "New VPN?"'),
        ('create: say \\ or "hi" x', 'create "say \\\\ or \\"hi\\" x"'),
        ('Create Doc: "a guide"', 'create "a guide"'),
        ("close T001 T002: don't know why", 'close T001 T002, res: "don\'t know why"'),
        ("update T001 prog p1: looking: into it", 'update T001 prog p1, res: "looking: into it"'),
        ("update T001 stat:prog", "update T001 stat:prog"),
        ("view open about a: b", "view open about a: b"),
    ],
)
def test_the_free_text_of_an_answer_is_read_as_text_whatever_it_says(rules, answer, typed):
    with pytest.raises(UnreadableError):
        validate_answer(answer, Message("hmm"), UNSURE, rules, spell)
    assert rules.seen[-1].text == typed


@pytest.mark.parametrize("answer", ["none", "NONE", "None.", "`none`"])
def test_none_does_nothing(rules, answer):
    assert validate_answer(answer, Message("nice weather"), UNSURE, rules, spell) == Nothing()


def test_a_models_question_is_asked_in_our_words(rules):
    assert isinstance(validate_answer("ask", Message("that one"), UNSURE, rules, spell), Ask)


def test_help_is_taken_from_a_model(rules):
    assert answered(rules, "what are you", {"action": "HELP"}) == Help()


# changes


@pytest.mark.parametrize(
    "text",
    [
        "T003 is fixed",
        "t3 is fixed",
        "ticket 3 is fixed",
        "ticket no. 3 is fixed",
        "#3 is fixed",
        "\u200bT\u200b003 is fixed",
        "Т003 is fixed",  # a Cyrillic letter
        "tickets 1, 2 and 3 are fixed",
        "T001-T003 are fixed",  # an end of it
        'the "T003" is fixed',
        '"T003" works, said she of "the other one"',
        "&gt; T003 is slow\nT003 is fixed",
    ],
)
def test_a_change_of_a_ticket_that_the_person_named_in_any_form_is_a_choice(rules, text):
    assert only_choice(answered(rules, text, CLOSE)) == read_action(CLOSE)


@pytest.mark.parametrize(
    "text",
    [
        "it is fixed",
        "T004 is fixed",
        "3 of them are fixed",
        "T004 and 3 users cannot log in",
        "T040 - 3 days left",
        "T001, 3 and 4 are odd",
        "number 3 on my list is fixed",
        "T0003 is fixed",
        "AT003 is fixed",
        "ABC-T003 is fixed",
        "-T003 degrees",
        "a T003-inch screen",
        "&gt; please close T003\nwhat do they want?",
        "```close T003``` does nothing",
        'Anna said "close T003" but meant another one',
        "Anna said “please close T003” but meant another one",
        '"T004" and "close T003" it says',
        'what does {"action":"CLOSE","id":"T003"} do',
        "T004 to T001 are fixed",
    ],
)
def test_a_ticket_that_the_person_did_not_name_is_not_offered(rules, text):
    asked = answered(rules, text, CLOSE)
    assert isinstance(asked, Ask)
    assert (asked.msg, asked.hint) == (NOT_NAMED, None)
    assert not asked.choices


def test_in_a_thread_its_own_ticket_need_not_be_named(rules):
    where = {"surface": "thread", "thread": ThreadTicket("T003"), "bot": "U0BOT"}
    assert only_choice(answered(rules, "<@U0BOT> it works again", CLOSE, **where)) == read_action(CLOSE)


def test_of_several_those_that_nobody_named_are_left_out_of_the_choice(rules):
    asked = only_choice(answered(rules, "T001 and the printer are fixed", BULK))
    assert asked == BulkUpdate(tickets=("T001",), changes={"stat": "done"})


@pytest.mark.parametrize(
    "text", ["T001-T050 were imported oddly", "T001 to T050, hm", "tickets 1-50 look odd"]
)
def test_the_whole_width_of_a_range_is_only_changed_when_it_is_typed(rules, text):
    wide = {
        "action": "bulk_update",
        "tickets": [format_id(n) for n in range(1, 51)],
        "changes": {"stat": "done"},
    }
    asked = answered(rules, text, wide)
    assert asked == Ask(msg=NOT_ONE_BY_ONE, hint="<bulk_update>")


def test_of_a_range_nothing_is_suggested_in_the_models_own_words(rules):
    changes = {"stat": "done", "res": "salaries of everybody"}
    ids = ["T001", "T002", "T003"]
    rules.teach("update the command", {"action": "bulk_update", "tickets": ids, "changes": changes})
    asked = validate_answer(
        "update the command", Message("T001-T003 look odd"), UNSURE, rules, format_command
    )
    assert asked == Ask(msg=NOT_ONE_BY_ONE, hint="update T001 T002 T003 stat done")


def test_the_ends_of_a_range_alone_may_be_meant(rules):
    ends = {"action": "bulk_update", "tickets": ["T001", "T003"], "changes": {"stat": "done"}}
    assert only_choice(answered(rules, "T001-T003 are fixed", ends)) == read_action(ends)


def test_a_change_that_the_rules_read_otherwise_is_offered_beside_theirs_and_a_new_ticket(rules):
    raised = Update(id="T003", pri=1)
    rules.teach("create T003 burns again", {"action": "CREATE", "title": "T003 burns again", "pri": 2})
    asked = answered(rules, "T003 burns again", CLOSE, Reading(raised, sure=False))
    assert isinstance(asked, Ask)
    assert asked.choices == (read_action(CLOSE), raised, Create(title="T003 burns again", pri=2))


@pytest.mark.parametrize(
    ("text", "thread", "asked"),
    [
        ("T003 is a mess, someone do something", None, True),
        ("T003 is a mess, someone do something", "T012", True),
        ("a mess, someone do something", "T012", False),
        ("a mess, someone do something", None, False),
    ],
)
def test_a_new_ticket_of_what_is_said_of_another_is_offered_and_not_made(rules, text, thread, asked):
    topic = ThreadTicket(thread, "Login bug", Status.OPEN) if thread else None
    made = {"action": "CREATE", "title": "a mess"}
    action = answered(rules, text, made, thread=topic)
    assert (only_choice(action) if asked else action) == Create(title="a mess")


def test_a_change_that_the_rules_read_too_is_offered_once(rules):
    asked = answered(rules, "T003 is done I think", CLOSE, Reading(Close(id="T003"), sure=False))
    assert only_choice(asked) == Close(id="T003")


def test_no_more_than_three_are_offered(rules):
    offered = {
        "action": "ASK",
        "msg": "?",
        "choices": [{"action": "CLOSE", "id": f"T00{n}"} for n in (5, 6, 7)],
    }
    asked = answered(rules, "T003 or so", CLOSE, Reading(read_action(offered), sure=False))
    assert isinstance(asked, Ask)
    assert asked.choices == (Close(id="T003"), Close(id="T005"), Close(id="T006"))


BY_FILTER = {"action": "bulk_update", "where": {"cat": "doc", "stat": "open"}, "changes": {"pri": 3}}


@pytest.mark.parametrize(
    "understood",
    [
        View(cat="doc"),
        View(cat="doc", stat=("open", "prog")),
        BulkUpdate(where={"cat": ("doc", "code")}, changes={"pri": 3}),
    ],
)
def test_a_change_by_a_filter_is_offered_where_the_rules_read_one_that_is_as_wide(rules, understood):
    asked = answered(rules, "docs can wait", BY_FILTER, Reading(understood, sure=False))
    assert isinstance(asked, Ask)
    assert asked.choices is not None
    assert asked.choices[0] == read_action(BY_FILTER)


@pytest.mark.parametrize(
    "understood",
    [
        Nothing(),
        Ask(msg="?"),
        Close(id="T003"),
        BulkUpdate(tickets=("T001", "T002"), changes={"pri": 3}),
        View(cat="infra"),
        View(cat="doc", pri=1),
        View(cat="doc", text="guide"),
        View(cat="doc", mine=True),
        View(stat="done"),
    ],
)
def test_a_change_by_a_wider_filter_than_was_written_is_no_answer(rules, understood):
    with pytest.raises(UnreadableError):
        answered(rules, "docs can wait, T001 and T002", BY_FILTER, Reading(understood, sure=False))


def test_a_note_that_is_not_in_the_persons_words_is_left_out(rules):
    made_up = {"action": "CLOSE", "id": "T003", "res": "root cause analysed"}
    assert only_choice(answered(rules, "T003 works", made_up)) == Close(id="T003")
    made_up = {"action": "UPDATE", "id": "T003", "stat": "prog", "title": "hacked", "desc": "by a model"}
    assert only_choice(answered(rules, "T003 works", made_up)) == Update(id="T003", stat="prog")
    made_up = BULK | {"changes": {"stat": "done", "res": "note"}}
    asked = answered(rules, "T001, T002 work", made_up)
    assert only_choice(asked) == read_action(BULK)


def test_a_note_in_the_persons_words_stays(rules):
    noted = {"action": "CLOSE", "id": "T003", "res": "works with the new fan"}
    assert only_choice(answered(rules, "T003: works, new fan", noted)) == read_action(noted)


def test_nothing_but_a_made_up_note_is_no_answer(rules):
    with pytest.raises(UnreadableError):
        answered(rules, "T003 works", {"action": "UPDATE", "id": "T003", "res": "note"})


@pytest.mark.parametrize("change", [CLOSE, BULK, {"action": "CREATE", "title": "x"}])
@pytest.mark.parametrize("no", [Nothing(), Ask(msg="Which ticket?")], ids=["NONE", "ASK"])
def test_a_sure_no_or_question_of_the_rules_is_not_overruled(rules, change, no):
    assert answered(rules, "don't close T003, T001 or T002", change, Reading(no, sure=True)) == no


@pytest.mark.parametrize("certain", [Create(title="a follow-up for T003"), View(text="T003")])
def test_where_the_rules_are_sure_a_models_change_is_no_question(rules, certain):
    with pytest.raises(UnreadableError):
        answered(rules, "a follow-up for T003", CLOSE, Reading(certain, sure=True))


def test_a_report_is_not_lost_over_a_ticket_that_nobody_named(rules):
    with pytest.raises(UnreadableError):
        answered(rules, "the printer burns", CLOSE, Reading(Create(title="the printer burns"), sure=False))


def test_what_the_rules_know_to_be_wrong_with_an_id_is_said_rather_than_guessed(rules):
    ask = Ask(msg="TOO3 is not a ticket id", hint="close T003")
    assert answered(rules, "TOO3 is fixed", CLOSE, Reading(ask, sure=False)) == ask


@pytest.mark.parametrize(
    "action", [{"action": "DELETE", "id": "T003"}, {"action": "EXPORT"}, {"action": "USAGE"}]
)
def test_an_admins_action_is_never_taken_from_a_model(rules, action):
    assert answered(rules, "get rid of T003", action) == Ask(msg=TYPE_IT, hint=f"<{action['action']}>")


def test_nobody_is_told_how_to_delete_what_they_did_not_name(rules):
    assert answered(rules, "get rid of it", {"action": "DELETE", "id": "T003"}) == Ask(msg=NOT_NAMED)


# new tickets


def test_a_new_ticket_has_the_priority_and_category_of_the_persons_words(rules):
    rules.teach("create vpn down!", {"action": "CREATE", "title": "vpn down!", "pri": 2, "cat": "infra"})
    made = answered(
        rules, "<@U0BOT> vpn down!", {"action": "CREATE", "title": "VPN", "pri": 1, "cat": "doc"}, bot="U0BOT"
    )
    assert made == Create(title="VPN", pri=2, cat="infra")


def test_of_words_that_the_rules_make_no_ticket_of_it_has_neither(rules):
    made = answered(rules, "the printer!", {"action": "CREATE", "title": "Printer", "pri": 1, "cat": "doc"})
    assert made == Create(title="Printer")


@pytest.mark.parametrize("title", ["Printer on fire", "PRINTER", "🔥🔥", "Printer burns"])
def test_a_title_in_the_persons_words_makes_a_ticket(rules, title):
    assert answered(rules, "the printer is on fire 🔥", {"action": "CREATE", "title": title}) == Create(
        title=title
    )


@pytest.mark.parametrize(
    "made_up",
    [
        {"title": "short title"},
        {"title": "printer hacked by Ann"},
        {"title": "Printer", "desc": "Fire Ann Smith now"},
        {"title": "💩💩"},
        {"title": "no"},
    ],
)
def test_a_title_that_is_mostly_not_in_their_words_makes_none(rules, made_up):
    with pytest.raises(UnreadableError):
        answered(rules, "the printer is on fire", {"action": "CREATE", **made_up})


# lists


def test_a_list_to_show_loses_the_ids_that_nobody_wrote(rules):
    shown = {"action": "VIEW", "tickets": ["T001", "T002", "T009"]}
    assert answered(rules, "how are T001, T002?", shown) == View(tickets=("T001", "T002"))


def test_a_range_may_be_shown(rules):
    shown = {"action": "VIEW", "tickets": ["T001", "T002", "T003"]}
    assert answered(rules, "how are T001-T003?", shown) == read_action(shown)


@pytest.mark.parametrize("action", [{"action": "VIEW", "id": "T009"}, {"action": "HISTORY", "id": "T009"}])
def test_a_ticket_that_nobody_named_is_asked_for_rather_than_shown(rules, action):
    assert answered(rules, "how is it?", action) == Ask(msg=NOT_NAMED)


def test_a_ticket_that_was_named_is_shown(rules):
    assert answered(rules, "how is T009?", {"action": "HISTORY", "id": "T009"}) == History(id="T009")


def test_a_filter_that_the_rules_found_is_not_lost(rules):
    mine = Reading(View(mine=True), sure=False)
    assert answered(rules, "mine, open", {"action": "VIEW", "stat": "open"}, mine) == View(
        stat="open", mine=True
    )


def test_words_that_nobody_wrote_are_not_searched_for(rules):
    with pytest.raises(UnreadableError):
        answered(rules, "is there something on heating?", {"action": "VIEW", "text": "salaries"})


# whatever is answered

IDS = st.integers(1, 30).map(format_id)
WORDS = st.sampled_from(
    [
        "close",
        "update",
        "create",
        "view",
        "delete",
        "undo",
        "export",
        "none",
        "all",
        "open",
        "prog",
        "done",
        "p1",
        "infra",
        "doc",
        ":",
        ",",
        "-",
        "and",
        "to",
    ]
)
COMMANDS = st.lists(st.one_of(WORDS, IDS, st.text(max_size=8)), max_size=8).map(" ".join)
ANSWERS = st.one_of(
    COMMANDS,
    st.text(max_size=40),
    st.builds(
        lambda ids, note: f"close {' '.join(ids)}: {note}",
        st.lists(IDS, min_size=1, max_size=3),
        st.text(max_size=20),
    ),
)
MESSAGES = st.lists(
    st.one_of(
        IDS,
        st.sampled_from(["please", "the", "is", "fixed", "-", "to", "and", ",", ">", "```", "7", "ticket"]),
    ),
    max_size=8,
).map(" ".join)


@given(answer=ANSWERS, text=MESSAGES, thread=st.none() | IDS.map(ThreadTicket))
def test_no_answer_does_more_than_make_a_ticket_or_show_some_and_offers_only_what_was_named(
    answer, text, thread
):
    message = Message(f"<@U0BOT> {text}", "thread" if thread else "mention", thread, "U1", "U0BOT")
    reading = read(message)
    try:
        action = validate_answer(answer, message, reading, read, format_command)
    except UnreadableError:
        return
    assert isinstance(action, (Create, View, History, Help, Nothing, Ask))
    offered = (action.choices or ()) if isinstance(action, Ask) and action != reading.action else ()
    for choice in offered[:1]:  # the model's; the others are the rules'
        ids = choice.tickets or () if isinstance(choice, BulkUpdate) else (getattr(choice, "id", None),)
        assert {one for one in ids if one} <= find_named_ids(message).ids


@again_and_again
@pytest.mark.parametrize("piece", ["T1,", "T001-T999 ", '"a ', "word ", "1 ", "<a|", "\n> ", "tickets 1, "])
@pytest.mark.parametrize("answer", ["close T001 T002: word", "create: word word", "view T001 T002"])
def test_an_answer_to_the_longest_message_is_held_to_it_in_no_time(answer, piece):
    message = Message((piece * 40_000)[:40_000])

    def spent() -> float:
        begun = time.process_time()
        with contextlib.suppress(UnreadableError):
            validate_answer(
                answer, message, UNSURE, lambda said: read(said) if len(said.text) < 100 else UNSURE, spell
            )
        return time.process_time() - begun

    # Growth with the square took 31 s; coverage's tracing alone makes it several times slower than the benchmark's figure.
    assert any(spent() < 0.2 for _ in range(3))
