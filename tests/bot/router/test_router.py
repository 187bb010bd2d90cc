"""Who may do what is decided here, at the time of the act; and what is not to be seen is as if it were not there."""

from typing import ClassVar

import pytest

from bot.actions import read_action
from store.models.filters import PAGE_SIZE
from tests.store.reference.memory_store import MemoryStore
from tests.support.factories import (
    ADMIN,
    ENGINEER,
    GUEST,
    NOBODY,
    NOW,
    OTHER,
    PRIVATE,
    PUBLIC,
    make_router,
    origin,
    requester,
)

CREATE = {"action": "CREATE", "title": "login bug"}


@pytest.fixture
def router(store):
    return make_router(store)


async def act(router, action, who=ENGINEER, room=PUBLIC, *, alone=True, made=None):
    return await router.act(read_action(action), requester(who, room, alone=alone), made or origin(who, room))


@pytest.mark.parametrize(
    "action",
    [
        {"action": "VIEW", "id": "T001"},
        {"action": "UPDATE", "id": "T001", "pri": 1},
        {"action": "CLOSE", "id": "T001"},
        {"action": "HISTORY", "id": "T001"},
        {"action": "bulk_update", "tickets": ["T001"], "changes": {"pri": 1}},
        {"action": "bulk_update", "tickets": ["T001", "T001"], "changes": {"pri": 1}},
    ],
)
async def test_a_ticket_that_may_not_be_seen_is_answered_like_one_that_is_not_there(router, action):
    await act(router, CREATE, who=OTHER, room=PRIVATE)
    hidden = await act(router, action)
    absent = await act(
        router, {**action, **({"tickets": ["T999"]} if "tickets" in action else {"id": "T999"})}
    )
    assert hidden.reply.json == absent.reply.json.replace("T999", "T001")
    assert hidden.records == ()


async def test_a_list_holds_only_what_may_be_seen(router):
    await act(router, CREATE, who=OTHER, room=PRIVATE)
    await act(router, CREATE)
    assert [one.ticket.id for one in (await act(router, {"action": "VIEW"})).records] == ["T002"]
    assert (await act(router, {"action": "VIEW"}, who=ADMIN)).count == 2
    assert (await act(router, {"action": "VIEW"}, who=ADMIN, alone=False)).count == 1


@pytest.mark.parametrize(
    "action", [{"action": "DELETE", "id": "T001"}, {"action": "USAGE"}, {"action": "EXPORT"}]
)
async def test_only_admins_delete_export_and_see_usage(router, action):
    await act(router, CREATE)
    assert (await act(router, action)).reply.code == "er"
    assert (await act(router, action, who=GUEST)).reply.code == "er"


async def test_nobody_outside_the_workspace_does_anything(router, store):
    assert (await act(router, CREATE, who=NOBODY)).reply.code == "er"
    assert await store.get("T001") is None


async def test_the_author_undoes_their_change_and_others_do_not(router, store):
    await act(router, CREATE)
    changed = await act(router, {"action": "UPDATE", "id": "T001", "pri": 1})
    number = changed.changes[0].version
    assert (
        await router.undo_service.undo_one("T001", number, requester(OTHER), origin(OTHER))
    ).reply.code == "er"
    assert (await router.undo_service.undo_one("T001", number, requester(), origin())).reply.kind == "undone"
    assert (await store.get("T001")).ticket.pri == 2


async def test_an_admin_undoes_anybodys_change(router, store):
    await act(router, CREATE)
    changed = await act(router, {"action": "UPDATE", "id": "T001", "pri": 1})
    assert (
        await router.undo_service.undo_one(
            changed.changes[0].ticket_id, changed.changes[0].version, requester(ADMIN), origin(ADMIN)
        )
    ).reply.kind == "undone"


async def test_undo_without_an_id_takes_back_the_persons_latest_change(router, store):
    await act(router, CREATE)
    await act(router, {"action": "UPDATE", "id": "T001", "pri": 1})
    await act(router, {"action": "UPDATE", "id": "T001", "cat": "doc"}, who=OTHER)
    await act(router, {"action": "UNDO"})
    ticket = (await store.get("T001")).ticket
    assert (ticket.pri, ticket.cat) == (2, "doc")


async def test_the_same_key_is_done_once_and_answered_the_same(router, store):
    made = origin(key="same")
    first = await act(router, CREATE, made=made)
    second = await act(router, CREATE, made=made)
    assert second.repeated
    assert first.reply.json == second.reply.json
    assert (await act(router, {"action": "VIEW"})).count == 1


class TestPreview:
    """A change to tickets that nobody named one by one waits for a click."""

    CHANGE: ClassVar = {"action": "bulk_update", "where": {"stat": "open"}, "changes": {"pri": 3}}

    async def shown(self, router):
        for _ in range(3):
            await act(router, CREATE)
        return await act(router, self.CHANGE)

    async def test_it_names_the_tickets_and_changes_nothing(self, router, store):
        shown = await self.shown(router)
        assert (
            shown.reply.json == '{"status":"ok","action":"preview","count":3,"data":["T001","T002","T003"]}'
        )
        assert (await store.get("T001")).ticket.pri == 2

    async def test_confirmed_it_changes_what_was_shown_and_only_once(self, router, store):
        token = (await self.shown(router)).token
        await act(router, CREATE)
        done = await router.bulk.confirm(token, requester(), origin())
        assert (
            done.reply.json
            == '{"status":"up","action":"bulk_updated","count":3,"data":["T001","T002","T003"]}'
        )
        assert (await store.get("T004")).ticket.pri == 2
        again = await router.bulk.confirm(token, requester(), origin())
        assert (again.reply, again.repeated) == (done.reply, True)

    async def test_a_ticket_that_changed_meanwhile_is_skipped_and_named(self, router, store):
        token = (await self.shown(router)).token
        await act(router, {"action": "UPDATE", "id": "T002", "pri": 1}, who=OTHER)
        done = await router.bulk.confirm(token, requester(), origin())
        assert done.skipped == ("T002",)
        assert (await store.get("T002")).ticket.pri == 1

    async def test_nobody_else_confirms_it(self, router, store):
        token = (await self.shown(router)).token
        assert (await router.bulk.confirm(token, requester(OTHER), origin(OTHER))).reply.code == "er"
        assert (await router.bulk.confirm(token, requester(), origin())).reply.code == "up"

    async def test_after_ten_minutes_it_is_no_longer_valid(self, router, store):
        token = (await self.shown(router)).token
        assert (await router.bulk.confirm(token, requester(), origin(at=NOW + 601))).reply.code == "er"

    async def test_cancelled_it_is_gone(self, router):
        token = (await self.shown(router)).token
        assert await router.bulk.cancel(token, requester(), origin()) is None
        assert (await router.bulk.confirm(token, requester(), origin())).reply.code == "er"


async def test_a_message_moved_to_a_similar_ticket_is_a_note_there_and_its_own_ticket_is_withdrawn(
    router, store
):
    await act(router, {"action": "CREATE", "title": "payment API timeout in production"})
    created = await act(router, {"action": "CREATE", "title": "payment API timeout in production again"})
    assert [match.record.ticket.id for match in created.similar] == ["T001"]
    await router.similar.merge("T002", created.changes[0].version, "T001", requester(), origin())
    assert (await store.get("T001")).ticket.res == "payment API timeout in production again (T002)"
    assert await store.get("T002") is None


class CountsFew(MemoryStore):
    """A store that counts two tickets, unless it must count exactly."""

    async def view(self, where, scope, page=1, size=PAGE_SIZE, *, exact=False):
        found = await super().view(where, scope, page, size)
        return found if exact or found.count <= 2 else found._replace(count=2, more=True)


async def test_a_list_of_more_than_the_store_counted_says_so_and_counts_are_exact():
    router = make_router(CountsFew())
    for done in (False, True) * 3:
        made = await act(router, CREATE)
        if done:
            await act(router, {"action": "CLOSE", "id": made.records[0].ticket.id})
    listed = await act(router, {"action": "VIEW"})
    assert (listed.count, listed.more, listed.hidden, listed.more_hidden) == (2, True, 2, True)
    assert (await act(router, {"action": "VIEW", "stats": True})).counts == {
        "open": 3,
        "prog": 0,
        "done": 3,
        "high": 0,
    }
    allowed = await act(router, {"action": "VIEW", "stat": "prog"})
    assert (allowed.count, allowed.more, allowed.more_hidden) == (0, False, False)


async def test_a_list_that_leaves_done_ones_out_names_the_command_for_the_same_list_with_them(router):
    await act(router, {"action": "CREATE", "title": "old crash", "pri": 1})
    await act(router, {"action": "CLOSE", "id": "T001"})
    assert (await act(router, {"action": "VIEW", "pri": [1]})).hint == "list all pri 1"
    assert (await act(router, {"action": "VIEW"})).hint == "list all"
    assert not (await act(router, {"action": "VIEW", "stale": True})).hidden


async def test_a_ticket_that_is_done_is_not_offered_to_be_closed(router):
    await act(router, {"action": "CREATE", "title": "login page crashes on safari"})
    await act(router, {"action": "CLOSE", "id": "T001"})
    asked = await act(router, {"action": "CLOSE", "about": "login page crashes in safari"})
    assert "T001" not in asked.reply.json
