"""Every JSON line of the product, byte for byte, as the result of an action on a store."""

import json

from bot import replies
from bot.actions import View, read_action
from tests.support.factories import make_router, origin, requester


async def run(store, *actions):
    """The reply to the last action."""
    router, answer = make_router(store), ""
    for action in actions:
        answer = (await router.act(read_action(action), requester(), origin())).reply.json
    return answer


async def fill(store, number):
    """Create tickets until the next one gets that number."""
    await run(
        store,
        *[{"action": "CREATE", "title": f"ticket {n}", "pri": 3, "cat": "other"} for n in range(1, number)],
    )


async def test_the_dialogue_of_creating_updating_and_closing_comes_out_exactly(store):
    await fill(store, 43)
    title = "API timeout issues in production"
    created = await run(store, {"action": "CREATE", "title": title, "cat": "infra", "pri": 2})
    assert created == (
        '{"status":"ok","action":"created","data":{"id":"T043","title":"API timeout issues in production",'
        '"cat":"infra","pri":2,"stat":"open","created":"2024-09-24"}}'
    )
    updated = await run(
        store, {"action": "UPDATE", "id": "T043", "stat": "prog", "res": "investigating load balancer"}
    )
    assert updated == (
        '{"status":"ok","action":"updated","data":{"id":"T043","stat":"prog","res":"investigating load balancer"}}'
    )
    close = {"action": "CLOSE", "id": "T043", "res": "fixed load balancer configuration"}
    assert await run(store, close) == (
        '{"status":"ok","action":"closed","data":{"id":"T043","stat":"done","res":"fixed load balancer configuration"}}'
    )
    assert await run(store, close) == '{"status":"ok","action":"unchanged","data":{"id":"T043"}}'


async def test_a_list_leaves_out_the_status_that_its_filter_fixes(store):
    await fill(store, 40)
    create = {"action": "CREATE", "pri": 1}
    await run(
        store,
        {**create, "title": "DB connection fails", "cat": "infra"},
        {**create, "title": "Build pipeline broken", "cat": "code"},
    )
    assert await run(store, {"action": "VIEW", "stat": "open", "pri": 1}) == (
        '{"status":"ok","count":2,"data":[{"id":"T040","title":"DB connection fails","cat":"infra","pri":1},'
        '{"id":"T041","title":"Build pipeline broken","cat":"code","pri":1}]}'
    )


async def test_a_list_of_several_states_says_each_ones(store):
    await fill(store, 2)
    listed = json.loads(await run(store, {"action": "VIEW", "stat": ["open", "prog"]}))
    assert listed["data"] == [{"id": "T001", "title": "ticket 1", "cat": "other", "pri": 3, "stat": "open"}]


async def test_past_one_page_the_page_and_the_pages_follow_the_count(store):
    await fill(store, 13)
    listed = await run(store, {"action": "VIEW", "page": 2})
    assert listed.startswith('{"status":"ok","count":12,"page":2,"pages":2,"data":[')
    assert [one["id"] for one in json.loads(listed)["data"]] == ["T011", "T012"]


def test_a_list_of_more_than_were_counted_says_so():
    reply = replies.listed([], 1_000, 2, 100, View(), more=True)
    assert reply.json == '{"status":"ok","count":1000,"more":true,"page":2,"pages":100,"data":[]}'
    assert reply.kind == replies.listed([], 1_000, 2, 100, View()).kind


async def test_a_bulk_update_names_what_it_changed(store):
    await fill(store, 4)
    bulk = {"action": "bulk_update", "tickets": ["T001", "T002", "T003"], "changes": {"stat": "done"}}
    assert (
        await run(store, bulk)
        == '{"status":"up","action":"bulk_updated","count":3,"data":["T001","T002","T003"]}'
    )


async def test_a_bulk_update_over_an_unknown_id_changes_nothing(store):
    await fill(store, 3)
    bulk = {"action": "bulk_update", "tickets": ["T001", "T999"], "changes": {"stat": "done"}}
    assert await run(store, bulk) == '{"status":"nf","msg":"T999"}'
    assert (await store.get("T001")).ticket.stat == "open"


async def test_an_unknown_ticket_is_not_found(store):
    assert await run(store, {"action": "VIEW", "id": "T999"}) == '{"status":"nf","msg":"T999"}'
    assert await run(store, {"action": "UPDATE", "id": "T999", "pri": 1}) == '{"status":"nf","msg":"T999"}'


async def test_what_is_missing_is_asked_for_as_an_error(store):
    assert (
        await run(store, {"action": "ASK", "msg": "Which ticket?"}) == '{"status":"er","msg":"Which ticket?"}'
    )


async def test_one_ticket_is_shown_with_every_field_that_it_has(store):
    await run(store, {"action": "CREATE", "title": "login bug", "cat": "code", "pri": 1})
    assert await run(store, {"action": "VIEW", "id": "T001"}) == (
        '{"status":"ok","data":{"id":"T001","title":"login bug","cat":"code","pri":1,"stat":"open","created":"2024-09-24"}}'
    )


async def test_a_title_that_is_too_long_is_cut_at_a_word_and_kept_whole_in_the_description(store):
    title = "the export of last year's invoices for the Acme account ends with an empty file"
    created = json.loads(await run(store, {"action": "CREATE", "title": title}))["data"]
    assert created["title"] == "the export of last year's invoices for the Acme…"
    assert created["desc"] == title
