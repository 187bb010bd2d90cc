from dataclasses import replace

import pytest

from bot import replies
from bot.actions import View
from bot.results import Outcome
from bot.views import controls
from bot.views.answer import answer
from bot.views.lists.message import NO_QUERY, ticket_list
from store.models.tickets import Priority, Status
from tests.bot.views.samples import DONE, LINK, NAMES, NOON, listed, record
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_message


def _rows(shown) -> list[dict]:
    return [block for block in shown.blocks if block["block_id"].startswith("row.")]


def _turns(shown) -> dict[str, View | None]:
    buttons = [
        one for block in shown.blocks if block["block_id"] == "list.pages" for one in block["elements"]
    ]
    return {one["action_id"]: controls.read_query(one["value"]) for one in buttons}


@pytest.mark.parametrize("number", [0, 1, 10, 11])
def test_a_list_is_what_slack_accepts(number: int):
    shown = ticket_list(listed(number), {"T001": LINK})
    check_message(shown.payload())


def test_the_largest_list_is_what_slack_accepts():
    query = View(
        text="&" * 200, tickets=tuple(f"T{one:03d}" for one in range(1, 101)), stat=tuple(Status), mine=True
    )
    shown = ticket_list(listed(10**6, page=50_000, query=query, title="&" * 50))
    check_message(shown.payload())
    assert len(_rows(shown)) == 10
    assert set(_turns(shown)) == {"list.page.previous", "list.page.next"}


def _found(one, query=NO_QUERY, **more):
    reply = replies.listed([one.ticket], 1, 1, 1, query)
    return Outcome(reply, records=(one,), query=query, count=1, asked_at=NOON + 9 * 86_400, **more)


def _told(one, query=NO_QUERY) -> list[str]:
    """The two lines of a ticket in a list, as they are read."""
    shown = ticket_list(_found(one, query), names=NAMES)
    return [said([block]) for block in shown.blocks if block["block_id"].startswith(("row.", "rest."))]


def test_a_row_has_two_lines_and_opens_its_ticket():
    one = record(pri=Priority.HIGH, stat=Status.PROG, started_by="U0BO")
    (row,) = _rows(ticket_list(_found(one), {"T043": LINK}))
    assert row["text"]["text"] == f"🔴\u00a0*<{LINK}|T043>* API timeout issues in production"
    assert _told(one)[1] == "In progress · Bo · Infra · from Ada · 9 days"
    assert row["accessory"]["text"]["text"] == "View"
    assert row["accessory"]["action_id"] == "ticket.open.T043"
    assert controls.read_ticket_version(row["accessory"]["value"]) == ("T043", 12)


def test_a_done_ticket_is_struck_out_in_a_list():
    closed = replace(DONE, closed_at=NOON + 6 * 86_400)
    assert _told(closed) == [
        "*T043* ~API timeout issues in production~ View",
        "Done · Infra · from Ada · closed 3 days ago",
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (View(stat="open"), ["🟠 *T043* API timeout issues in production View", "Infra · from Ada · 9 days"]),
        (View(pri=2), ["*T043* API timeout issues in production View", "Open · Infra · from Ada · 9 days"]),
        (View(cat="infra", by="ada"), ["🟠 *T043* API timeout issues in production View", "Open · 9 days"]),
    ],
)
def test_a_row_says_nothing_that_the_filter_says(query: View, told: list[str]):
    assert _told(record(), query) == told


def test_a_ticket_that_is_not_for_everybody_bears_a_lock():
    private = replace(record(), private=True)
    assert "T043* 🔒 API" in _told(private)[0]
    assert "not for everybody" in ticket_list(_found(private)).text


@pytest.mark.parametrize("prefix", ["/ticket", "@tickets", ""])
def test_what_a_list_leaves_out_is_said_with_the_command_that_shows_it(prefix: str):
    shown = ticket_list(_found(record(), hidden=21), prefix=prefix)
    check_message(shown.payload())
    assert f"21 done not shown: `{prefix} list all`".replace("` ", "`") in shown.text


def test_a_list_of_more_than_were_counted_says_so_wherever_it_says_how_many():
    found = replace(listed(1_000), more=True, hidden=1_000, more_hidden=True)
    shown = ticket_list(found)
    check_message(shown.payload())
    assert shown.text.startswith("1,000+ tickets")
    assert "Page 1 of 100+" in shown.text
    assert "1,000+ done not shown" in shown.text


def test_counts_are_told_in_a_line():
    counts = {"open": 12, "prog": 4, "done": 21, "high": 3}
    found = Outcome(replies.stats(counts), query=View(stats=True), counts=counts)
    shown = answer(found)
    check_message(shown.payload())
    assert shown.text == "12 open (3 high) · 4 in progress · 21 done"


def test_the_text_has_every_row():
    shown = ticket_list(listed(10))
    assert all(f"T{one:03d} Ticket {one}" in shown.text for one in range(1, 11))


def test_the_heading_says_how_many_there_are_and_what_was_asked_for():
    query = View(stat="open", pri=1, cat="infra", text="api", mine=True, by="<@U0ADA>", started_by="me")
    assert said(ticket_list(listed(11, query=query), names=NAMES).blocks).startswith(
        "*11 tickets* · open · high · infra · matching “api” · yours · from Ada · started by you"
    )


def test_one_page_is_not_turned():
    assert _turns(ticket_list(listed(10))) == {}


def test_the_first_page_has_next_the_last_previous_and_one_between_both():
    query = View(stat="open", pri=1, text="api")
    turns = [_turns(ticket_list(listed(25, page=page, query=query))) for page in (1, 2, 3)]
    assert [list(one) for one in turns] == [
        ["list.page.next"],
        ["list.page.previous", "list.page.next"],
        ["list.page.previous"],
    ]
    assert turns[1]["list.page.previous"] == query.model_copy(update={"page": 1})
    assert turns[1]["list.page.next"] == query.model_copy(update={"page": 3})


def test_which_page_it_is_is_said():
    assert "Page 2 of 3" in ticket_list(listed(25, page=2)).text


def test_an_empty_list_says_what_was_asked_for_and_offers_a_new_ticket():
    shown = ticket_list(listed(0, query=View(stat="open", pri=1)))
    assert shown.text == "No tickets found: open · high."
    assert shown.blocks[-1]["elements"][0]["action_id"] == controls.NEW


def test_where_nothing_is_to_be_done_that_is_said():
    assert ticket_list(listed(0, query=View())).text == "No open tickets."


def test_ids_that_are_not_there_are_named():
    one = record()
    query = View(tickets=("T043", "T999"))
    found = Outcome(
        replies.listed([one.ticket], 1, 1, 1, query), records=(one,), query=query, count=1, missing=("T999",)
    )
    assert "Not found: T999" in ticket_list(found).text


def test_a_list_carries_its_reply():
    found = listed(11)
    assert ticket_list(found).metadata == {"event_type": "ticket_reply", "event_payload": found.reply.data}
