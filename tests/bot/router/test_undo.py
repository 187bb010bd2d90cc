"""Taking changes back: exactly what was, one's own, and never over what somebody else did since."""

from dataclasses import replace

import pytest

from bot.actions import read_action
from tests.support.factories import ADMIN, ENGINEER, OTHER, PRIVATE, make_router, origin, requester


@pytest.fixture
async def router(store):
    """With two tickets."""
    found = make_router(store)
    for _ in range(2):
        await found.act(read_action({"action": "CREATE", "title": "login bug"}), requester(), origin())
    return found


async def change(router, ticket_id="T001", **values):
    outcome = await router.act(
        read_action({"action": "UPDATE", "id": ticket_id, **values}), requester(), origin()
    )
    return outcome.changes[0].version


async def bulk(router):
    """The first change of a bulk change: its ticket, and the version that it made."""
    asked = {"action": "bulk_update", "tickets": ["T001", "T002"], "changes": {"pri": 1}}
    outcome = await router.act(read_action(asked), requester(), origin())
    return outcome.changes[0].ticket_id, outcome.changes[0].version


async def test_what_somebody_changed_since_is_not_overwritten(router, store):
    number = await change(router, pri=1)
    await router.act(
        read_action({"action": "UPDATE", "id": "T001", "pri": 3}), requester(OTHER), origin(OTHER)
    )
    assert (await router.undo_service.undo_one("T001", number, requester(), origin())).reply.code == "er"
    assert (await store.get("T001")).ticket.pri == 3


async def test_an_undoing_can_itself_be_undone(router, store):
    number = await change(router, pri=1)
    undone = await router.undo_service.undo_one("T001", number, requester(), origin())
    await router.undo_service.undo_one("T001", undone.changes[0].version, requester(), origin())
    assert (await store.get("T001")).ticket.pri == 1


async def test_an_unknown_change_and_one_that_may_not_be_seen_are_answered_alike(router):
    asked = read_action({"action": "CREATE", "title": "secret"})
    hidden = (await router.act(asked, requester(OTHER, PRIVATE), origin(OTHER, PRIVATE))).changes[0]
    seen = await router.undo_service.undo_one(hidden.ticket_id, hidden.version, requester(), origin())
    unknown = await router.undo_service.undo_one("T999", 1, requester(), origin())
    assert seen.reply.json == unknown.reply.json


async def test_of_a_bulk_change_what_changed_since_is_left_and_named(router, store):
    first = await bulk(router)
    await change(router, "T001", pri=3)
    undone = await router.undo_service.undo_together(*first, requester(), origin())
    assert undone.skipped == ("T001",)
    assert (await store.get("T001")).ticket.pri == 3
    assert (await store.get("T002")).ticket.pri == 2


async def test_a_bulk_change_is_undone_once(router):
    first = await bulk(router)
    await router.undo_service.undo_together(*first, requester(), origin())
    assert (await router.undo_service.undo_together(*first, requester(), origin())).reply.code == "er"


async def test_nobody_undoes_somebody_elses_bulk_change_but_an_admin(router, store):
    first = await bulk(router)
    assert (
        await router.undo_service.undo_together(*first, requester(OTHER), origin(OTHER))
    ).reply.code == "er"
    assert (
        await router.undo_service.undo_together(*first, requester(ADMIN), origin(ADMIN))
    ).reply.code == "up"


async def test_what_was_changed_apart_is_not_undone_together(router, store):
    version = await change(router, pri=1)
    await change(router, "T002", pri=1)
    await router.undo_service.undo_together("T001", version, requester(), origin())
    assert [(await store.get(one)).ticket.pri for one in ("T001", "T002")] == [2, 1]


async def merge(router, store, new, into, who=ENGINEER):
    record = await store.get(new)
    return await router.similar.merge(new, record.version if record else 1, into, requester(who), origin(who))


async def test_a_message_is_moved_by_its_author_or_an_admin_alone(router, store):
    assert (await merge(router, store, "T002", "T001", OTHER)).reply.code == "er"
    assert (await merge(router, store, "T002", "T999")).reply.code == "nf"
    assert (await merge(router, store, "T999", "T001")).reply.code == "nf"
    assert await store.get("T002")
    assert (await merge(router, store, "T002", "T001", ADMIN)).reply.code == "up"
    assert await store.get("T002") is None


async def in_both(store):
    """Whether the note is in the one, and whether the other is there."""
    first = await store.get("T001")
    return first.ticket.res is not None, await store.get("T002") is not None


@pytest.mark.parametrize("asked_for", ["", "T001", "T002"])
async def test_what_was_moved_is_taken_back_and_done_again_as_a_whole(router, store, asked_for):
    await merge(router, store, "T002", "T001")
    for number in range(4):
        undoing = read_action({"action": "UNDO", "id": asked_for or None})
        outcome = await router.act(undoing, requester(), replace(origin(), timestamp=100.0 + number))
        assert outcome.redone == bool(number % 2)
        assert await in_both(store) == ((True, False) if number % 2 else (False, True))


@pytest.mark.parametrize("half", [0, 1])
async def test_either_half_of_what_was_moved_takes_back_the_other(router, store, half):
    change = (await merge(router, store, "T002", "T001")).changes[half]
    await router.undo_service.undo_one(change.ticket_id, change.version, requester(), origin())
    assert await in_both(store) == (False, True)


async def test_a_bulk_change_is_taken_back_as_a_whole_however_often(router, store):
    await bulk(router)
    for number in range(4):
        undoing = read_action({"action": "UNDO"})
        await router.act(undoing, requester(), replace(origin(), timestamp=100.0 + number))
        done = [(await store.get(one)).ticket.pri for one in ("T001", "T002")]
        assert done == ([1, 1] if number % 2 else [2, 2])


async def test_what_was_moved_already_is_told_again_and_not_done_again(router, store):
    number, once = (await store.get("T002")).version, origin(key="a click")
    first = await router.similar.merge("T002", number, "T001", requester(), once)
    again = await router.similar.merge("T002", number, "T001", requester(), once)
    assert (again.reply, again.repeated) == (first.reply, True)
    assert (await store.history("T001"))[1] == 2


async def test_what_was_deleted_already_is_told_again_and_not_done_again(router, store):
    asked, once = read_action({"action": "DELETE", "id": "T001"}), origin(ADMIN, key="a command")
    first = await router.act(asked, requester(ADMIN), once)
    again = await router.act(asked, requester(ADMIN), once)
    assert (again.reply, again.repeated) == (first.reply, True)
    other = await router.act(asked, requester(ADMIN), origin(ADMIN))
    assert other.reply.code == "nf"


async def test_a_ticket_that_was_only_described_better_is_moved_all_the_same(router, store):
    await change(router, "T002", pri=1)
    assert (await merge(router, store, "T002", "T001")).reply.code == "up"


@pytest.mark.parametrize("work", [{"stat": "prog"}, {"res": "looked at it"}, {"stat": "done"}])
async def test_a_ticket_that_was_worked_on_is_not_moved(router, store, work):
    await change(router, "T002", **work)
    assert (await merge(router, store, "T002", "T001")).reply.code == "er"
    assert await store.get("T002")


async def test_a_ticket_is_moved_to_one_that_is_like_it_and_to_no_other(router, store):
    other = {"action": "CREATE", "title": "buy more coffee"}
    await router.act(read_action(other), requester(), origin())
    assert (await merge(router, store, "T002", "T003")).reply.code == "er"
    assert await store.get("T002")


async def test_without_a_change_of_ones_own_there_is_nothing_to_undo(router):
    undone = await router.act(read_action({"action": "UNDO", "id": "T001"}), requester(OTHER), origin(OTHER))
    assert undone.reply.json == '{"status":"er","msg":"There is no change of yours on T001 to undo."}'


async def test_where_everything_of_a_bulk_change_changed_since_all_of_it_is_named(router):
    first = await bulk(router)
    await change(router, "T001", pri=3)
    await change(router, "T002", pri=3)
    told = (await router.undo_service.undo_together(*first, requester(), origin())).reply.json
    assert "T001, T002 were changed since" in told
