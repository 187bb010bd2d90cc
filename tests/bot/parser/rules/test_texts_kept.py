"""What somebody writes as a title, description or note is kept from its first word to its last."""

import pytest

from bot.actions import Close, Create, Update, View
from bot.parser.rules import read
from tests.bot.parser.phrases import message

BEGINNINGS = [
    "needs 32 GB of memory",
    "2 new laptops",
    "14:30 meeting room is double booked",
    "50% discount is not applied",
    "$500 invoice is missing",
    "#general is too noisy",
    "@here ping is broken",
    "[Docs] Add iPad Pro splash screens",
    "(optional) clean up the wiki",
    '"Save" button is grey',
    "`main()` raises TypeError",
    "*bold* start of a page",
    "~/.ssh has wrong permissions",
    ".env file is missing",
    "{json} payload is wrong",
    "- dash first",
    "?query param is lost",
    "T-shirts for the team",
    "T1000 overheats",
    "T005 has the same cause",
    "if empty, it crashes",
    "without VPN nothing works",
    "thanks page is blank",
    "because of the vendor",
    "🔥 in the server room",
]


@pytest.mark.parametrize("text", BEGINNINGS)
@pytest.mark.parametrize(
    ("before", "field"),
    [("title: ", "title"), ("desc: ", "desc"), ("description = ", "desc"), ("note: ", "res")],
)
def test_all_words_behind_a_fields_name_and_a_colon_are_its_value(before, field, text):
    reading = read(message(f"T003 {before}{text}"))
    assert (reading.action, reading.sure) == (Update(**{"id": "T003", field: text}), True)


@pytest.mark.parametrize("text", [text for text in BEGINNINGS if text[:2] not in ("T1", "T0", "ne")])
def test_a_new_title_may_begin_with_anything_but_an_id(text):
    reading = read(message(f"rename T003 to {text}"))
    assert (reading.action, reading.sure) == (Update(id="T003", title=text), True)


@pytest.mark.parametrize(
    "text",
    ['set title "Save as" for T003', 'rename T003 to "Save as" please', 'T003 title: "Save as" thanks'],
)
def test_a_quotation_ends_where_the_command_goes_on(text):
    assert read(message(text)).action == Update(id="T003", title="Save as")


@pytest.mark.parametrize(
    "text",
    ["all doors stick", "it is broken again", "this happens on Mondays", "again and again", "with two screens", "on hold", "for Ann", "2 of 3 are done", "(see the wiki) it works", "der Drucker ist kaputt"],
)  # fmt: skip
def test_a_note_without_a_colon_keeps_its_little_words(text):
    reading = read(message(f"T003 note {text}"))
    assert (reading.action, reading.sure) == (Update(id="T003", res=text), True)


@pytest.mark.parametrize(
    "text",
    [
        "[Docs] pictures added",
        "(api) endpoint added",
        "because of the vendor",
        "thanks page is up",
        "update the docs",
    ],
)
@pytest.mark.parametrize("before", ["close T003: ", "close T003 - ", "T003: done, "])
def test_a_closing_note_keeps_its_beginning(before, text):
    reading = read(message(f"{before}{text}"))
    assert (reading.action, reading.sure) == (Close(id="T003", res=text), True)


@pytest.mark.parametrize("before", ["close T003: ", "close T003 - "])
def test_brackets_around_a_whole_note_are_not_part_of_it(before):
    assert read(message(f"{before}(fixed in v2)")).action == Close(id="T003", res="fixed in v2")


@pytest.mark.parametrize(
    "text",
    ["that page is gone", "with two screens it flickers", "for Ann, a laptop", "on hold music is too loud"],
)
@pytest.mark.parametrize("before", ["ticket: ", "new ticket: ", "create a ticket: "])
def test_a_title_behind_a_colon_keeps_its_little_words(before, text):
    action = read(message(f"{before}{text}")).action
    assert isinstance(action, Create)
    assert action.title == text


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("close `T003`: fixed", Close(id="T003", res="fixed")),
        ("update `T003` pri 1", Update(id="T003", pri=1)),
    ],
)
def test_a_command_with_its_id_as_code_is_offered(text, action):
    assert read(message(text)).action.choices == (action,)


def test_a_ticket_whose_id_is_written_as_code_is_shown():
    assert read(message("view `T003`")).action == View(id="T003")


@pytest.mark.parametrize("text", ["close `T003`", "`T003` done"])
def test_code_in_a_thread_is_no_command(text):
    assert not read(message(f"[overheard T012] {text}")).addressed
