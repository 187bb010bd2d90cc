"""One commit for all of a change, and the same key once."""

import asyncio
from dataclasses import replace

import pytest

from store.errors import NotFoundError, StoreError
from store.models.filters import Filter
from store.models.tickets import Priority, Status
from tests.store.factories import DAY, NOW, ids, new_ticket, origin


async def test_the_same_key_again_makes_no_second_ticket(store):
    first = await store.create(new_ticket(), origin(key="once"))
    again = await store.create(new_ticket("something else"), origin(key="once"))
    assert again.repeated
    assert again.change == first.change
    assert again.record == first.record
    assert await ids(store) == ["T001"]


async def test_the_same_key_twice_at_once_makes_one_ticket(store):
    written = await asyncio.gather(
        *(store.create(new_ticket(), origin(key=f"k{number % 3}")) for number in range(12))
    )
    assert len({each.record.ticket.id for each in written}) == 3
    assert sum(not each.repeated for each in written) == 3


async def test_a_repeated_update_shows_the_ticket_as_it_is_now(store):
    await store.create(new_ticket(), origin())
    first = await store.update("T001", {"pri": 1}, origin(key="once"))
    await store.update("T001", {"pri": 3}, origin())
    again = await store.update("T001", {"pri": 1}, origin(key="once"))
    assert again.change == first.change
    assert again.record.ticket.pri is Priority.LOW


async def test_without_a_key_everything_is_done(store):
    for _ in range(2):
        await store.create(new_ticket(), origin(key=""))
    assert len(await ids(store)) == 2


async def test_keys_live_seven_days(store):
    await store.create(new_ticket(), origin(key="old"))
    await store.create(new_ticket(), origin(at=NOW + 7 * DAY - 1))
    assert (await store.create(new_ticket(), origin(key="old"))).repeated
    await store.create(new_ticket(), origin(at=NOW + 7 * DAY + 1))
    assert not (await store.create(new_ticket(), origin(key="old"))).repeated


@pytest.mark.parametrize("at", [NOW - 400 * DAY, NOW])
async def test_a_key_whose_history_was_removed_is_a_new_one(store, at):
    """Also for a message that is as old itself."""
    await store.create(new_ticket(), origin(key="old", at=NOW - 400 * DAY))
    await store.update("T001", {"stat": Status.DONE}, origin(at=NOW - 400 * DAY))
    assert (await store.trim_history(NOW - 365 * DAY, 365, NOW)).tickets == 1
    async with asyncio.timeout(20):
        assert not (await store.create(new_ticket(), origin(key="old", at=at))).repeated
    assert await ids(store) == ["T002", "T001"]


async def test_bulk_is_done_for_all_or_none(store):
    for _ in range(3):
        await store.create(new_ticket(), origin())
    with pytest.raises(NotFoundError):
        await store.bulk_update({"T001": {"pri": 1}, "T009": {"pri": 1}}, origin())
    assert await ids(store, Filter(pri=(Priority.HIGH,))) == []
    await store.update("T002", {"pri": 1}, origin())
    written = await store.bulk_update(
        {"T003": {"pri": 1}, "T002": {"pri": 1}, "T001": {"stat": "done"}}, origin(key="b")
    )
    assert [each.record.ticket.id for each in written] == ["T003", "T002", "T001"]
    assert [each.change.kind if each.change else None for each in written] == ["updated", None, "closed"]
    again = await store.bulk_update(
        {"T003": {"pri": 1}, "T002": {"pri": 1}, "T001": {"stat": "done"}}, origin(key="b")
    )
    assert [each.change for each in again] == [each.change for each in written]
    assert all(each.repeated for each in again)


async def test_a_repeated_bulk_that_names_another_ticket_names_it_as_the_caller_did(store):
    await store.create(new_ticket(), origin())
    await store.bulk_update({"T001": {"pri": 1}}, origin(key="b"))
    with pytest.raises(NotFoundError) as refused:
        await store.bulk_update({"T001": {"pri": 1}, "T042": {"pri": 1}}, origin(key="b"))
    assert refused.value.ticket_id == "T042"


async def test_bulk_leaves_alone_what_was_changed_since_it_was_looked_at(store):
    for _ in range(4):
        await store.create(new_ticket(), origin())
    await store.update("T002", {"res": "meanwhile"}, origin("U2"))
    await store.delete("T003", origin("U2"))
    written = await store.bulk_update(
        {key: {"pri": 1} for key in ("T001", "T002", "T003", "T004")},
        origin(),
        expected={"T001": 1, "T002": 1, "T003": 1},
    )
    assert [each.record.ticket.id for each in written] == ["T001", "T002", "T003", "T004"]
    assert [each.change is not None for each in written] == [True, False, False, True]
    assert await ids(store, Filter(pri=(Priority.HIGH,))) == ["T001", "T004"]


async def test_bulk_of_what_goes_together_changes_nothing_if_one_was_changed_and_can_be_tried_again(store):
    for _ in range(2):
        await store.create(new_ticket(), origin())
    await store.update("T001", {"res": "meanwhile"}, origin("U2"))
    asked, key = {"T001": {"pri": 1}, "T002": None}, origin(key="b")
    left = await store.bulk_update(asked, key, {"T001": 1, "T002": 1}, together=True)
    assert [(each.change, each.repeated) for each in left] == [(None, False)] * 2
    assert [each.record.version for each in left] == [2, 1]
    done = await store.bulk_update(asked, key, {"T001": 2, "T002": 1}, together=True)
    assert [each.change.kind for each in done] == ["updated", "deleted"]
    again = await store.bulk_update(asked, key, {"T001": 2, "T002": 1}, together=True)
    assert [(each.change, each.repeated) for each in again] == [(each.change, True) for each in done]


async def test_bulk_names_no_ticket_twice(store):
    await store.create(new_ticket(), origin())
    with pytest.raises(StoreError, match="twice"):
        await store.bulk_update({"T001": {"pri": 1}, "T1": {"pri": 3}}, origin())
    assert await store.bulk_update({}, origin()) == []


async def test_the_same_key_is_known_for_every_kind_of_change(store):
    await store.create(new_ticket(), origin(channel="D1", private=True))
    acts = (
        lambda: store.post("T001", "C1", origin(key="post"), private=False),
        lambda: store.undo("T001", 2, origin(key="undo")),
        lambda: store.delete("T001", origin(key="delete")),
    )
    for act in acts:
        first, again = await act(), await act()
        assert (first.repeated, again.repeated) == (False, True)
        assert replace(again.change, undone_by=None) == replace(first.change, undone_by=None)
    assert (await store.history("T001"))[1] == 4
