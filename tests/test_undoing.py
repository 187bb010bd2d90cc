"""Taking changes back: exactly what was, one's own, and never over what somebody else did since."""

import pytest

from bot.actions import read_action
from tests.desk import ADMIN, ENGINEER, OTHER, PRIVATE, asker, origin, router


@pytest.fixture
async def desk(store):
    """With two tickets."""
    found = router(store)
    for _ in range(2):
        await found.act(read_action({"action": "CREATE", "title": "login bug"}), asker(), origin())
    return found


async def change(desk, ticket_id="T001", **values):
    outcome = await desk.act(read_action({"action": "UPDATE", "id": ticket_id, **values}), asker(), origin())
    return outcome.changes[0].version


async def bulk(desk):
    """The first change of a bulk change: its ticket, and the version that it made."""
    asked = {"action": "bulk_update", "tickets": ["T001", "T002"], "changes": {"pri": 1}}
    outcome = await desk.act(read_action(asked), asker(), origin())
    return outcome.changes[0].ticket_id, outcome.changes[0].version


async def test_what_somebody_changed_since_is_not_overwritten(desk, store):
    number = await change(desk, pri=1)
    await desk.act(read_action({"action": "UPDATE", "id": "T001", "pri": 3}), asker(OTHER), origin(OTHER))
    assert (await desk.undoing.one("T001", number, asker(), origin())).reply.code == "er"
    assert (await store.get("T001")).ticket.pri == 3


async def test_an_undoing_can_itself_be_undone(desk, store):
    number = await change(desk, pri=1)
    undone = await desk.undoing.one("T001", number, asker(), origin())
    await desk.undoing.one("T001", undone.changes[0].version, asker(), origin())
    assert (await store.get("T001")).ticket.pri == 1


async def test_an_unknown_change_and_one_that_may_not_be_seen_are_answered_alike(desk):
    asked = read_action({"action": "CREATE", "title": "secret"})
    hidden = (await desk.act(asked, asker(OTHER, PRIVATE), origin(OTHER, PRIVATE))).changes[0]
    seen = await desk.undoing.one(hidden.ticket_id, hidden.version, asker(), origin())
    unknown = await desk.undoing.one("T999", 1, asker(), origin())
    assert seen.reply.json == unknown.reply.json


async def test_of_a_bulk_change_what_changed_since_is_left_and_named(desk, store):
    first = await bulk(desk)
    await change(desk, "T001", pri=3)
    undone = await desk.undoing.together(*first, asker(), origin())
    assert undone.skipped == ("T001",)
    assert (await store.get("T001")).ticket.pri == 3
    assert (await store.get("T002")).ticket.pri == 2


async def test_a_bulk_change_is_undone_once(desk):
    first = await bulk(desk)
    await desk.undoing.together(*first, asker(), origin())
    assert (await desk.undoing.together(*first, asker(), origin())).reply.code == "er"


async def test_nobody_undoes_somebody_elses_bulk_change_but_an_admin(desk, store):
    first = await bulk(desk)
    assert (await desk.undoing.together(*first, asker(OTHER), origin(OTHER))).reply.code == "er"
    assert (await desk.undoing.together(*first, asker(ADMIN), origin(ADMIN))).reply.code == "up"


async def test_what_was_changed_apart_is_not_undone_together(desk, store):
    version = await change(desk, pri=1)
    await change(desk, "T002", pri=1)
    await desk.undoing.together("T001", version, asker(), origin())
    assert [(await store.get(one)).ticket.pri for one in ("T001", "T002")] == [2, 1]


async def merge(desk, store, new, into, who=ENGINEER):
    record = await store.get(new)
    return await desk.undoing.merge(new, record.version if record else 1, into, asker(who), origin(who))


async def test_a_message_is_moved_by_its_author_or_an_admin_alone(desk, store):
    assert (await merge(desk, store, "T002", "T001", OTHER)).reply.code == "er"
    assert (await merge(desk, store, "T002", "T999")).reply.code == "nf"
    assert (await merge(desk, store, "T999", "T001")).reply.code == "nf"
    assert await store.get("T002")
    assert (await merge(desk, store, "T002", "T001", ADMIN)).reply.code == "ok"
    assert await store.get("T002") is None


async def test_what_was_moved_already_is_told_again_and_not_done_again(desk, store):
    number, once = (await store.get("T002")).version, origin(key="a click")
    first = await desk.undoing.merge("T002", number, "T001", asker(), once)
    again = await desk.undoing.merge("T002", number, "T001", asker(), once)
    assert (again.reply, again.repeated) == (first.reply, True)
    assert (await store.history("T001"))[1] == 2


async def test_what_was_deleted_already_is_told_again_and_not_done_again(desk, store):
    asked, once = read_action({"action": "DELETE", "id": "T001"}), origin(ADMIN, key="a command")
    first = await desk.act(asked, asker(ADMIN), once)
    again = await desk.act(asked, asker(ADMIN), once)
    assert (again.reply, again.repeated) == (first.reply, True)
    other = await desk.act(asked, asker(ADMIN), origin(ADMIN))
    assert other.reply.code == "nf"


async def test_a_ticket_that_was_worked_on_is_not_moved(desk, store):
    await change(desk, "T002", pri=1)
    assert (await merge(desk, store, "T002", "T001")).reply.code == "er"
    assert await store.get("T002")


async def test_a_ticket_is_moved_to_one_that_is_like_it_and_to_no_other(desk, store):
    other = {"action": "CREATE", "title": "buy more coffee"}
    await desk.act(read_action(other), asker(), origin())
    assert (await merge(desk, store, "T002", "T003")).reply.code == "er"
    assert await store.get("T002")


async def test_without_a_change_of_ones_own_there_is_nothing_to_undo(desk):
    undone = await desk.act(read_action({"action": "UNDO", "id": "T001"}), asker(OTHER), origin(OTHER))
    assert undone.reply.json == '{"status":"er","msg":"There is no change of yours on T001 to undo."}'
