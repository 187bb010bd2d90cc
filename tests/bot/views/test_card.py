import json
from dataclasses import replace

import pytest

from bot import replies
from bot.views import controls
from bot.views.card import card, card_view
from bot.views.changes.line import delta
from bot.views.controls import read_menu_choice, read_ticket_version
from store.models.filters import Match
from store.models.tickets import Category, Priority, Record, Status
from tests.bot.views.samples import (
    ALIKE,
    DONE,
    LARGEST,
    LINK,
    NAMES,
    SMALLEST,
    TICKETS,
    USUAL,
    WITHDRAWN,
    change,
    record,
)
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_message, check_view

OPEN, STARTED = record(), record(stat=Status.PROG)


def _elements(shown: Record) -> list[dict]:
    rows = [block for block in card(shown).blocks if block["type"] == "actions"]
    return rows[0]["elements"] if rows else []


def _labels(shown: Record) -> list[str]:
    return [one["text"]["text"] for one in _elements(shown) if one["type"] == "button"]


def _menu(shown: Record) -> dict[str, list[str]]:
    groups = _elements(shown)[-1]["option_groups"]
    return {one["label"]["text"]: [each["text"]["text"] for each in one["options"]] for one in groups}


@pytest.mark.parametrize("name", TICKETS)
def test_a_card_is_what_slack_accepts(name: str):
    shown = card(TICKETS[name], link=LINK, names=NAMES, similar=ALIKE, receipt="⚡ rules · 0 tokens")
    check_message(shown.payload())


def test_a_card_shows_everything_in_one_order():
    told = said(card(LARGEST, names=NAMES).blocks)
    parts = [
        "T9ZZZZ",
        "W" * 50,
        "d d d",
        "High",
        "In progress",
        "Bo",
        "Infra",
        "Ada",
        "2024-09-24",
        "r" * 100,
    ]
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("name", TICKETS)
def test_the_text_says_what_the_blocks_say(name: str):
    shown = card(TICKETS[name], names=NAMES)
    ours = [block for block in shown.blocks if block["type"] != "actions"]
    told = shown.text.replace("\n", " ").replace("\u00a0", " ").replace(" · ", " ")
    for word in said(ours).replace(" · ", " ").split():
        assert word in told


def test_an_open_ticket_can_be_started_closed_and_edited():
    assert _labels(OPEN) == ["Start", "Close…", "Edit…"]


def test_a_started_ticket_cannot_be_started_again():
    assert _labels(STARTED) == ["Close…", "Edit…"]


def test_a_done_ticket_can_be_reopened_and_neither_started_nor_closed():
    assert _labels(DONE) == ["Reopen", "Edit…"]


def test_a_deleted_ticket_offers_nothing():
    assert _elements(WITHDRAWN) == []


def test_a_deleted_ticket_can_be_brought_back_by_undo():
    shown = card(WITHDRAWN, undo=change("deleted", 13))
    button = shown.blocks[-1]["elements"][0]
    assert (button["action_id"], button["value"]) == (controls.UNDO, "T043 13")


@pytest.mark.parametrize("over", [DONE, WITHDRAWN])
def test_what_is_over_is_struck_out_and_not_urgent(over: Record):
    face = card(replace(over, ticket=over.ticket.model_copy(update={"pri": Priority.HIGH}))).blocks[0]
    runs = face["elements"][0]["elements"]
    assert runs[-1]["style"] == {"strike": True}
    assert "🔴" not in json.dumps(face, ensure_ascii=False)


def test_no_mark_stands_without_its_word():
    for priority in Priority:
        for status in Status:
            told = said(card(record(pri=priority, stat=status)).blocks)
            assert priority.name.capitalize() in told
            assert {"open": "Open", "prog": "In progress", "done": "Done"}[status] in told


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("category", Category)
def test_the_menu_offers_what_the_ticket_is_not_yet(priority: Priority, category: Category):
    menu = _menu(record(pri=priority, cat=category))
    assert len(menu["Set priority"]) == 2
    assert len(menu["Set category"]) == 3
    assert not any(priority.name.capitalize() in label for label in menu["Set priority"])
    assert menu["More"] == ["History", "Undo my latest change"]


def test_every_option_of_the_menu_can_be_read_back():
    options = [one for group in _elements(OPEN)[-1]["option_groups"] for one in group["options"]]
    chosen = [read_menu_choice(one["value"]) for one in options]
    assert [(one.what, one.to) for one in chosen if one] == [
        ("pri", "1"),
        ("pri", "3"),
        ("cat", "code"),
        ("cat", "doc"),
        ("cat", "other"),
        ("history", ""),
        ("undo", ""),
    ]
    assert {one.pressed for one in chosen if one} == {controls.TicketVersion("T043", 12)}


def test_a_button_names_the_ticket_and_the_change_it_was_drawn_after():
    assert read_ticket_version(_elements(OPEN)[0]["value"]) == ("T043", 12)


def test_a_card_has_new_names_after_every_change_so_that_slack_forgets_what_was_chosen():
    before = {block["block_id"] for block in card(USUAL).blocks}
    after = {block["block_id"] for block in card(replace(USUAL, version=13)).blocks}
    assert not before & after


def test_at_most_three_similar_tickets_are_offered():
    shown = card(SMALLEST, similar=ALIKE * 2)
    buttons = [block["accessory"] for block in shown.blocks if "accessory" in block]
    below = [block for block in shown.blocks if block["block_id"].endswith(".1.actions")]
    buttons += [one for block in below for one in block["elements"]]
    assert [one["action_id"] for one in buttons] == [
        "similar.add.T012",
        "similar.add.T020",
        "similar.reopen.T031",
    ]
    assert {one["value"] for one in buttons} == {"T043 1"}


def test_of_a_done_one_how_it_was_solved_is_the_answer():
    solved = Match(record(id="T012", stat=Status.DONE, res="fixed load balancer configuration"), 0.9)
    shown = card(SMALLEST, similar=(solved,))
    check_message(shown.payload())
    assert "Looks like T012 API timeout issues in production · solved by: fixed load balancer" in shown.text
    assert "similar.solved.T012" in str(shown.blocks)
    assert "similar.reopen.T012" in str(shown.blocks)
    assert "similar.add" not in str(shown.blocks)


def test_what_would_show_a_private_title_to_more_people_says_so_beside_its_button():
    private = replace(SMALLEST, channel="G1", private=True)
    public = [Match(record(id="T012", stat=stat), 0.9) for stat in (Status.OPEN, Status.DONE)]
    there, elsewhere = (
        Match(replace(public[0].record, channel=channel, private=True), 0.9) for channel in ("G1", "G2")
    )
    told = {
        "Adding this to T012 shows this title to everyone who sees that ticket.": (public[0], elsewhere),
        "Reopening T012 shows this title to everyone who sees that ticket.": (public[1],),
    }
    for warning, matches in told.items():
        for match in matches:
            assert warning in said(card(private, similar=(match,)).blocks)
            assert warning not in said(card(SMALLEST, similar=(match,)).blocks)
    assert "shows this title" not in said(card(private, similar=(there,)).blocks)


def test_private_tickets_without_a_channel_have_the_same_readers_only_if_they_have_the_same_reporter():
    private = replace(SMALLEST, channel="", private=True)
    theirs = replace(record(id="T012"), channel="", private=True)
    others = replace(theirs, origin=replace(theirs.origin, user_id="U0OTHER"))
    assert theirs.origin.user_id == private.origin.user_id
    assert "shows this title" not in said(card(private, similar=(Match(theirs, 0.9),)).blocks)
    assert "shows this title" in said(card(private, similar=(Match(others, 0.9),)).blocks)


def test_a_card_carries_the_ticket_as_its_metadata():
    assert card(USUAL).metadata == {
        "event_type": "ticket_reply",
        "event_payload": json.loads(replies.one(USUAL.ticket).json),
    }


def test_a_name_that_is_not_known_is_the_plain_id():
    shown = card(USUAL)
    assert "from U0ADA · 2024-09-24 10:12 UTC" in shown.text


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "https://a|b", "https://a b", "<https://a>"])
def test_a_link_that_is_none_is_not_shown_as_one(link: str):
    told = said(card(USUAL, link=link).blocks)
    assert "|" not in told
    assert "<" not in card(USUAL, link=link).text


def test_the_card_as_a_view():
    view = card_view(USUAL, link=LINK, names=NAMES)
    check_view(view)
    assert view["private_metadata"] == "T043 12"


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (
            change(before={"stat": "open"}, after={"stat": "prog", "res": "investigating load balancer"}),
            "Ada started this ticket · investigating load balancer",
        ),
        (change(before={"stat": "done"}, after={"stat": "prog"}), "Ada started this ticket again"),
        (change(before={"stat": "done"}, after={"stat": "open"}), "Ada reopened this ticket"),
        (change(before={"stat": "prog"}, after={"stat": "open"}), "Ada put this ticket back to open"),
        (change("closed", before={"stat": "prog"}, after={"stat": "done"}), "Ada closed this ticket"),
        (
            change(after={"pri": 1, "cat": "code"}, before={"pri": 2, "cat": "infra"}),
            "Ada set the priority of this ticket to High and set the category to Code",
        ),
        (change(after={"title": "API"}, before={"title": "x"}), "Ada renamed this ticket to “API”"),
        (
            change(after={"desc": "More"}, before={"desc": None}),
            "Ada changed the description of this ticket to “More”",
        ),
        (change(after={"desc": None}, before={"desc": "x"}), "Ada removed the description of this ticket"),
        (change(after={"res": "call Bo"}, before={"res": None}), "Ada added a note to this ticket · call Bo"),
        (change(after={"res": None}, before={"res": "x"}), "Ada removed the note of this ticket"),
        (change("created", after={"title": "x"}), "Ada opened this ticket"),
        (change("deleted"), "Ada deleted this ticket"),
        (
            change("undone", before={"stat": "done"}, after={"stat": "prog", "res": None}),
            "Ada undid the close of this ticket",
        ),
        (
            change("undone", before={"stat": "prog"}, after={"stat": "open"}),
            "Ada undid the start of this ticket",
        ),
        (change("undone", after={"pri": 2}), "Ada set the priority of this ticket back to Medium"),
        (change("undone", after={"res": None}), "Ada undid the note on this ticket"),
        (
            change("undone", after={"pri": 2, "cat": "code"}),
            "Ada undid a change to this ticket: priority Medium, category Code",
        ),
        (change("undone", metadata={"deleted": False}, after={"title": "x"}), "Ada restored this ticket"),
        (change("undone", metadata={"deleted": True}), "Ada took back this ticket"),
        (change("undone", metadata={"started_by": "U0BO"}), "Ada undid the takeover of this ticket"),
        (change("undone"), "Ada undid a change to this ticket"),
        (
            change(before={"stat": "done"}, after={"stat": "open", "pri": 1, "cat": "infra"}),
            "Ada reopened this ticket, set the priority to High and set the category to Infra",
        ),
    ],
)
def test_a_delta_says_who_did_what_in_a_line(done, told: str):
    shown = delta(done, "Ada")
    check_message(shown.payload())
    assert shown.text == told
    assert said(shown.blocks) == told.replace("Ada", "*Ada*")


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (
            change(before={"stat": "open"}, after={"stat": "prog", "pri": 1}),
            "started T043 “API timeout issues in production” and set the priority to High",
        ),
        (change(before={"stat": "done"}, after={"stat": "prog"}), "started T043 again"),
        (change("closed", after={"stat": "done", "res": "fixed"}), "closed T043 · fixed"),
        (change(before={"stat": "done"}, after={"stat": "open"}), "reopened T043"),
        (change(before={"stat": "prog"}, after={"stat": "open"}), "put T043 back to open"),
        (change(after={"cat": "doc"}), "set the category of T043 to Docs"),
        (change(after={"title": "API"}), "renamed T043 to “API”"),
        (change(after={"desc": "x"}), "changed the description of T043 to “x”"),
        (change(after={"res": "call Bo"}), "added a note to T043 · call Bo"),
        (change(after={"res": None}), "removed the note of T043"),
        (change("created"), "opened T043"),
        (change("deleted"), "deleted T043"),
        (change("undone", after={"pri": 2}), "set the priority of T043 back to Medium"),
    ],
)
def test_a_delta_names_the_ticket_where_that_is_not_plain(done, told: str):
    shown = delta(done, "Ada", record=record()).text
    assert shown.replace(" “API timeout issues in production”", "", 1) == f"Ada {told}".replace(
        " “API timeout issues in production”", "", 1
    )


def test_a_delta_offers_to_undo_it():
    shown = delta(change(after={"stat": "prog"}), "Ada", undo=True)
    check_message(shown.payload())
    (block,) = shown.blocks
    assert (block["accessory"]["action_id"], block["accessory"]["value"]) == (controls.UNDO, "T043 12")


def test_a_delta_in_another_tickets_thread_names_the_ticket():
    shown = delta(change(after={"stat": "prog"}), "Ada", record=record())
    assert shown.text == "Ada started T043 “API timeout issues in production”"


def test_a_delta_that_is_undone_says_so_and_has_no_button():
    shown = delta(change(after={"stat": "prog"}), "Ada", undo=True, undone="undone")
    assert shown.text == "Ada started this ticket · undone"
    assert "accessory" not in shown.blocks[0]


def test_a_delta_mentions_whoever_is_to_hear_of_it_and_nobody_that_is_no_user():
    done = change("closed", after={"stat": "done", "res": "fixed"})
    assert delta(done, "Bo", tell="U0ADA").text == "Bo closed this ticket · fixed · <@U0ADA>"
    assert delta(done, "Bo", tell="U0ADA> <!channel").text == "Bo closed this ticket · fixed"


def test_a_delta_carries_only_what_changed():
    done = change(before={"stat": "open"}, after={"stat": "prog", "res": "investigating load balancer"})
    assert delta(done, "Ada").metadata == {
        "event_type": "ticket_reply",
        "event_payload": {
            "status": "ok",
            "action": "updated",
            "data": {"id": "T043", "stat": "prog", "res": "investigating load balancer"},
        },
    }


@pytest.mark.parametrize(
    ("title", "desc", "told"),
    [
        ("prod db is down", "prod db is down. It began at 9.", "prod db is down.\nIt began at 9."),
        (
            "the whole monitoring of the…",
            "the whole monitoring of the site",
            "the whole monitoring of the…\n…site",
        ),
        ("the export", "the export of T-shirts fails", "the export…\n…of T-shirts fails"),
        ("the export", "the export -", "the export"),
        ("API timeout", "API timeout", "API timeout"),
        ("API", "APIs time out", "API\nAPIs time out"),
        ("API timeout", "since Monday", "API timeout\nsince Monday"),
    ],
)
def test_a_title_and_a_description_that_say_the_same_are_shown_once(title: str, desc: str, told: str):
    shown = card(record(title=title, desc=desc))
    check_message(shown.payload())
    assert shown.text.startswith(f"T043 {told}\n🟠")
    assert said(shown.blocks[:1]).count(title.removesuffix("…")) == told.count(title.removesuffix("…"))


def test_of_a_sentence_that_is_over_every_part_is_struck_out():
    shown = card(
        record(title="access to the grafana…", desc="access to the grafana for the two", stat=Status.DONE)
    )
    title, rest = [part["elements"] for part in shown.blocks[0]["elements"][:2]]
    assert (title[-1]["text"], rest[-1]["text"]) == ("access to the grafana…", "…for the two")
    assert title[-1]["style"] == rest[-1]["style"] == {"strike": True}
