from dataclasses import replace
from typing import Any

import pytest

from bot.actions import View
from bot.views import controls
from bot.views.lists import home
from store.models.tickets import Category, Priority, Status
from tests.bot.views.samples import LINK, listed
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_view


def _selects(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (row,) = [block for block in view["blocks"] if block["block_id"].startswith("home.filters")]
    return {one["action_id"]: one for one in row["elements"]}


def _state(view: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: {"selected_option": one["initial_option"]} for name, one in _selects(view).items()}
    return {"values": {"home.filters": chosen}}


@pytest.mark.parametrize("number", [0, 1, 10, 11])
def test_home_is_what_slack_accepts(number: int):
    view = home.home(listed(number, query=home.first_query()), {"T001": LINK})
    check_view(view)


def test_home_says_when_there_are_more_than_were_counted():
    view = home.home(replace(listed(1_000, query=home.first_query()), more=True))
    check_view(view)
    assert "1,000+ tickets · Page 1 of 100+" in said(view["blocks"])


def test_the_queue_is_what_is_open_and_in_progress():
    assert home.first_query() == View(stat=(Status.OPEN, Status.PROG))


@pytest.mark.parametrize(
    "query",
    [
        home.first_query(),
        View(stat=(Status.OPEN,), pri=(Priority.HIGH,)),
        View(stat=(Status.PROG,), cat=(Category.INFRA,), mine=True),
        View(stat=(Status.OPEN, Status.PROG), started_by="me"),
        View(stat=(Status.DONE,), pri=(Priority.LOW,), cat=(Category.DOC,)),
    ],
)
def test_the_filters_show_what_was_asked_for_and_are_read_back(query: View):
    assert home.read_filters(_state(home.home(listed(3, query=query)))) == query


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"values": None},
        {"values": {"x": None}},
        {"values": {"x": {"home.filter.pri": None}}},
        {"values": {"x": {"home.filter.pri": {"selected_option": {"value": "9"}}}}},
        {"values": {"x": {"home.filter.cat": {"selected_option": {"value": "food"}}}}},
        {"values": {"x": {"home.filter.stat": {"selected_option": None}}}},
        {"values": {"x": {"other.stat": {"selected_option": {"value": "done"}}}}},
    ],
)
def test_filters_of_another_shape_ask_for_the_queue(state: dict[str, Any]):
    assert home.read_filters(state) == home.first_query()


def test_each_priority_begins_with_its_name():
    outcome = listed(3, query=home.first_query())
    outcome = outcome.__class__(
        outcome.reply, records=tuple(sorted(outcome.records, key=lambda one: one.ticket.pri)), count=3
    )
    told = said(home.home(outcome)["blocks"])
    assert told.index("*🔴 High*") < told.index("*🟠 Medium*") < told.index("*⚪ Low*")


def test_filters_that_show_something_else_are_another_block():
    """Or Slack would keep showing what was chosen before."""
    queries = [home.first_query(), View(stat=(Status.DONE,)), View(pri=(Priority.LOW,)), View(mine=True)]
    names = {home.home(listed(3, query=query))["blocks"][2]["block_id"] for query in queries}
    assert len(names) == len(queries)


def test_home_is_turned_with_its_filters():
    query = View(stat=(Status.OPEN,), pri=(Priority.HIGH,))
    view = home.home(listed(25, page=2, query=query))
    (row,) = [block for block in view["blocks"] if block["block_id"] == "home.pages"]
    assert [one["action_id"] for one in row["elements"]] == ["home.page.previous", "home.page.next"]
    assert controls.read_query(row["elements"][1]["value"]) == query.model_copy(update={"page": 3})


def test_an_empty_queue_is_good_news_and_an_empty_filter_is_not():
    assert "No open tickets" in said(home.home(listed(0, query=home.first_query()))["blocks"])
    assert "No tickets match these filters" in said(
        home.home(listed(0, query=View(stat=(Status.DONE,))))["blocks"]
    )
