import pytest

from bot import replies
from bot.actions import View
from bot.results import Outcome
from bot.views import controls
from bot.views.lists import ticket_list
from store.models import Priority, Status
from tests.views.alt_text import said
from tests.views.blockkit import check_message
from tests.views.samples import DONE, LINK, listed, record
from tests.views.snapshots import same_as_before


def _rows(shown) -> list[dict]:
    return [block for block in shown.blocks if block["block_id"].startswith("row.")]


def _turns(shown) -> dict[str, View | None]:
    buttons = [
        one for block in shown.blocks if block["block_id"] == "list.pages" for one in block["elements"]
    ]
    return {one["action_id"]: controls.read_query(one["value"]) for one in buttons}


@pytest.mark.parametrize("number", [0, 1, 10, 11])
def test_a_list_is_what_slack_accepts_and_looks_as_it_did(number: int):
    shown = ticket_list(listed(number), {"T001": LINK})
    check_message(shown.payload())
    same_as_before(f"list-{number}", shown.payload())


def test_the_largest_list_is_what_slack_accepts():
    query = View(
        text="&" * 200, tickets=tuple(f"T{one:03d}" for one in range(1, 101)), stat=tuple(Status), mine=True
    )
    shown = ticket_list(listed(10**6, page=50_000, query=query, title="&" * 50))
    check_message(shown.payload())
    assert len(_rows(shown)) == 10
    assert set(_turns(shown)) == {"list.page.previous", "list.page.next"}


def test_a_row_has_id_title_priority_and_status_and_opens_its_ticket():
    one = record(pri=Priority.HIGH, stat=Status.PROG)
    found = Outcome(replies.listed([one.ticket], 1, 1, 1, View()), records=(one,), query=View(), count=1)
    (row,) = _rows(ticket_list(found, {"T043": LINK}))
    assert row["text"]["text"] == (
        f"*<{LINK}|T043>* API timeout issues in production · 🔴 High · 👀 In progress · Infra · "
        "<!date^1727172720^{date_short_pretty}|2024-09-24>"
    )
    assert row["accessory"]["action_id"] == "ticket.open.T043"
    assert controls.read_pressed(row["accessory"]["value"]) == ("T043", 12)


def test_a_done_ticket_is_struck_out_in_a_list():
    found = Outcome(replies.listed([DONE.ticket], 1, 1, 1, View()), records=(DONE,), query=View(), count=1)
    (row,) = _rows(ticket_list(found))
    assert row["text"]["text"].startswith(
        "*T043* ~API timeout issues in production~ · Medium · ✅ Done · Infra · "
    )


def test_the_text_has_every_row():
    shown = ticket_list(listed(10))
    assert all(f"T{one:03d} Ticket {one}" in shown.text for one in range(1, 11))


def test_the_heading_says_how_many_there_are_and_what_was_asked_for():
    query = View(stat="open", pri=1, cat="infra", text="api", mine=True)
    assert said(ticket_list(listed(11, query=query)).blocks).startswith(
        "*11 tickets* · open · high · infra · matching “api” · yours"
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
    assert shown.text == "No tickets match: open · high. Widen the search, or make a new one."
    assert shown.blocks[-1]["elements"][0]["action_id"] == controls.NEW


def test_an_empty_desk_offers_the_first_ticket():
    assert ticket_list(listed(0, query=View())).text == "There are no tickets yet. Make the first one."


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
