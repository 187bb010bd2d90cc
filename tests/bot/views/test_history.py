import pytest

from bot.views import controls
from bot.views.changes.history import history
from tests.bot.views.samples import NAMES, change, history_of
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_message


def _one(done):
    outcome = history_of(1)
    return outcome.__class__(outcome.reply, history=(done,), count=1)


@pytest.mark.parametrize("number", [0, 1, 10, 11])
def test_a_history_is_what_slack_accepts(number: int):
    shown = history(history_of(number), NAMES)
    check_message(shown.payload())


def test_ten_changes_with_the_longest_texts_fit():
    check_message(history(history_of(100, page=5, text="<&>" * 1400), NAMES).payload())


def test_an_entry_says_who_when_what_changed_and_what_they_wrote():
    done = change(
        before={"stat": "open", "res": None}, after={"stat": "prog", "res": "looking"}, text="on it, looking"
    )
    shown = history(_one(done), NAMES)
    for told in (said(shown.blocks), shown.text):
        for part in (
            "Ada",
            "2024-09-24 10:12 UTC",
            "updated",
            "Status: Open → In progress",
            "on it, looking",
        ):
            assert part in told
        assert "Note added: looking" in told


def test_what_they_wrote_is_shown_as_they_saw_it():
    done = change(
        after={"pri": 1}, text="<@U0TICKETS> pri 1 &amp; ask <@U2|x>, see <https://example.com|this>"
    )
    shown = history(_one(done), {**NAMES, "U0TICKETS": "tickets", "U2": "Bob"})
    for told in (said(shown.blocks), shown.text.replace("&amp;", "&")):
        assert "@tickets pri 1 & ask @Bob, see this" in told


def test_what_became_the_note_is_not_told_twice():
    done = change(after={"stat": "done", "res": "new cable"}, text="new cable")
    assert said(history(_one(done), NAMES).blocks).count("new cable") == 1


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (change("created", after={"title": "x", "pri": 2}), "opened"),
        (change("closed", before={"stat": "open"}, after={"stat": "done"}), "closed"),
        (change("deleted"), "deleted"),
        (change("undone", undoes=7, before={"stat": "done"}, after={"stat": "open"}), "undid the close"),
        (change("undone"), "undid a change"),
        (change(after={"pri": 1}, undone_by=9), "undone"),
    ],
)
def test_every_kind_of_change_has_its_word(done, told: str):
    assert told in said(history(_one(done), NAMES).blocks)


def test_a_new_ticket_shows_what_it_was_made_with():
    done = change("created", after={"title": "API timeout", "pri": 1, "cat": "infra", "stat": "open"})
    assert "Title: API timeout Priority: High Status: Open Category: Infra" in said(
        history(_one(done)).blocks
    )


def test_the_pages_of_a_history_name_its_ticket():
    shown = history(history_of(25, page=2), NAMES)
    (row,) = [block for block in shown.blocks if block["block_id"] == "history.pages"]
    assert [one["text"]["text"] for one in row["elements"]] == ["Newer", "Older"]
    assert [controls.read_history_page(one["value"]) for one in row["elements"]] == [("T043", 1), ("T043", 3)]
    assert "25 changes · Page 2 of 3" in shown.text
