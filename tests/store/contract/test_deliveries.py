"""What Slack delivered is accepted once and worked on until it is done."""

import asyncio

import pytest

from store.errors import NotFoundError, StoreError
from store.models.deliveries import Delivery, Posted
from store.models.tickets import MessageRef
from tests.store.factories import DAY, NOW, new_ticket, origin


async def test_a_delivery_is_accepted_once_by_any_of_its_keys(store):
    first = await store.accept(Delivery(("E1", "m:1"), NOW, {"text": "hi", "blocks": None}))
    assert (first.new, first.key) == (True, "E1")
    twin = await store.accept(Delivery(("E2", "m:1", "c:9"), NOW, {}))
    assert (twin.new, twin.key, twin.state) == (False, "E1", "pending")
    by_the_twins_key = await store.accept(Delivery(("E3", "c:9"), NOW, {}))
    assert (by_the_twins_key.new, by_the_twins_key.key) == (False, "E1")
    assert [delivery.payload for delivery in await store.pending()] == [{"text": "hi", "blocks": None}]


async def test_twins_at_once_are_one_delivery(store):
    found = await asyncio.gather(*(store.accept(Delivery((f"E{n}", "m:1"), NOW, {})) for n in range(8)))
    assert sum(each.new for each in found) == 1
    assert {each.key for each in found} == {next(each.key for each in found if each.new)}


async def test_what_is_done_is_answered_again_from_its_reply(store):
    await store.accept(Delivery(("E1",), NOW, {}))
    await store.finish("E1", {"status": "ok", "data": None})
    again = await store.accept(Delivery(("E1",), NOW, {}))
    assert (again.new, again.state, again.reply) == (False, "done", {"status": "ok", "data": None})
    assert await store.pending() == []


async def test_what_fails_every_time_is_parked_and_blocks_nothing(store):
    await store.accept(Delivery(("E1",), NOW, {"n": 1}))
    await store.accept(Delivery(("E2",), NOW + 1, {"n": 2}))
    assert await store.fail("E1", "boom", park=False) == 1
    assert await store.fail("E1", "boom again", park=True) == 2
    assert [delivery.keys for delivery in await store.pending()] == [("E2",)]
    [parked] = await store.parked()
    assert (parked.delivery.payload, parked.reason) == ({"n": 1}, "boom again")
    assert (await store.accept(Delivery(("E1",), NOW, {}))).state == "parked"


async def test_done_deliveries_are_forgotten_after_seven_days_and_pending_ones_are_not(store):
    for key in ("E1", "E2"):
        await store.accept(Delivery((key,), NOW, {}))
    await store.finish("E1", None)
    assert not (await store.accept(Delivery(("E1",), NOW + 7 * DAY - 1, {}))).new
    assert (await store.accept(Delivery(("E1",), NOW + 7 * DAY + 1, {}))).new
    assert not (await store.accept(Delivery(("E2",), NOW + 7 * DAY + 1, {}))).new


async def test_finishing_what_was_never_accepted_is_refused(store):
    with pytest.raises(StoreError):
        await store.finish("E9")
    with pytest.raises(StoreError):
        await store.accept(Delivery((), NOW, {}))


async def test_what_was_posted_is_kept_by_the_commit_that_finishes(store):
    await store.create(new_ticket(), origin(channel="C1"))
    await store.accept(Delivery(("E1",), NOW, {}))
    card = MessageRef("C1", "5.5", "4.4")
    await store.finish("E1", {"status": "ok"}, posted=Posted(cards=(("T001", card),)))
    assert (await store.get("T001")).card == card
    assert await store.find_by_thread("C1", "4.4") == "T001"


async def test_a_delivery_is_its_owners_until_the_lease_is_over(store):
    await store.accept(Delivery(("E2",), NOW + 1, {"n": 2}), "one", NOW + 30)
    await store.accept(Delivery(("E1",), NOW, {"n": 1}), "one", NOW + 30)
    await store.accept(Delivery(("E3",), NOW + 2, {"n": 3}))
    assert [each.keys for each in await store.claim("two", NOW + 10, NOW + 40)] == [("E3",)]
    assert await store.claim("three", NOW + 10, NOW + 40) == []
    assert [each.keys for each in await store.claim("two", NOW + 31, NOW + 60)] == [("E1",), ("E2",)]
    assert len(await store.pending()) == 3


async def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(store):
    for number in (3, 1, 2):
        await store.accept(Delivery((f"E{number}",), NOW + number, {}))
    claimed = [await store.claim(owner, NOW + 9, NOW + 40, 2) for owner in ("one", "two")]
    assert [[each.keys[0] for each in some] for some in claimed] == [["E1", "E2"], ["E3"]]


async def test_a_lease_is_renewed_by_its_owner_alone_and_while_it_is_theirs(store):
    for key in ("E1", "E2", "E3"):
        await store.accept(Delivery((key,), NOW, {}), "one", NOW + 30)
    await store.finish("E3")
    assert await store.renew("two", ["E1"], NOW + 90) == []
    assert await store.renew("one", ["E1", "E3", "E9"], NOW + 90) == ["E1"]
    assert [each.keys for each in await store.claim("two", NOW + 31, NOW + 60)] == [("E2",)]
    assert await store.renew("one", ["E1", "E2"], NOW + 120) == ["E1"]


async def test_two_who_claim_at_once_get_none_twice(store):
    for number in range(20):
        await store.accept(Delivery((f"E{number}",), NOW + number, {}))
    claimed = await asyncio.gather(*(store.claim(f"w{n}", NOW + 99, NOW + 200, 6) for n in range(4)))
    keys = [each.keys[0] for some in claimed for each in some]
    assert sorted(keys) == sorted(f"E{number}" for number in range(20))


async def parked(store):
    await store.accept(Delivery(("E1", "m:1"), NOW, {"n": 1}), "one", NOW + 30)
    await store.fail("E1", "boom", park=True)


async def test_a_parked_delivery_can_be_tried_again_as_if_it_had_never_failed(store):
    await parked(store)
    await store.retry_parked("m:1")
    assert await store.parked() == []
    assert [each.payload for each in await store.claim("two", NOW + 1, NOW + 60)] == [{"n": 1}]
    assert await store.fail("E1", "boom", park=False) == 1


async def test_a_parked_delivery_can_be_given_up(store):
    await parked(store)
    await store.drop_parked("E1")
    assert (await store.parked(), await store.pending()) == ([], [])
    again = await store.accept(Delivery(("m:1",), NOW, {}))
    assert (again.new, again.state, again.reply) == (False, "done", None)


async def test_only_what_is_parked_is_tried_again_or_given_up(store):
    await store.accept(Delivery(("E1",), NOW, {}))
    for act in (
        store.retry_parked("E1"),
        store.drop_parked("E1"),
        store.retry_parked("E9"),
        store.drop_parked("E9"),
    ):
        with pytest.raises(NotFoundError):
            await act
    assert len(await store.pending()) == 1


def in_thread(number, thread="C1 1.1", **how):
    return Delivery((f"E{number}",), NOW + number, {"n": number}, thread, **how)


async def keys_claimed(store, owner, at):
    return [each.keys[0] for each in await store.claim(owner, NOW + at, NOW + at + 30)]


async def test_one_of_a_thread_waits_for_what_another_process_works_on_there(store):
    assert not (await store.accept(in_thread(1), "one", NOW + 30)).waits
    assert (await store.accept(in_thread(2), "two", NOW + 30)).waits
    assert not (await store.accept(in_thread(3, "C1 2.2"), "two", NOW + 30)).waits
    assert await keys_claimed(store, "two", 5) == []
    await store.finish("E1")
    assert await keys_claimed(store, "two", 6) == ["E2"]


async def test_a_process_works_on_a_thread_of_its_own_without_waiting(store):
    await store.accept(in_thread(1), "one", NOW + 30)
    assert not (await store.accept(in_thread(2), "one", NOW + 30)).waits


async def test_of_a_thread_the_oldest_is_claimed_first_and_by_others_nothing_after_it(store):
    for number in (1, 2, 3):
        await store.accept(in_thread(number))
    assert [await keys_claimed(store, owner, 9) for owner in ("one", "two")] == [["E1"], []]
    assert [await keys_claimed(store, "one", 9) for _ in range(3)] == [["E2"], ["E3"], []]


async def test_what_begins_a_thread_waits_for_nothing_and_everything_there_waits_for_it(store):
    await store.accept(in_thread(1), "one", NOW + 30)  # a reply that came before what it replies to
    assert not (await store.accept(in_thread(2, begins=True), "two", NOW + 60)).waits
    assert await keys_claimed(store, "three", 31) == []
    await store.finish("E2")
    assert await keys_claimed(store, "three", 32) == ["E1"]


async def test_a_thread_passes_on_with_what_its_process_left_when_it_died(store):
    await store.accept(in_thread(1), "one", NOW + 30)
    await store.accept(in_thread(2), "two", NOW + 30)
    assert [await keys_claimed(store, "two", 31) for _ in range(2)] == [["E1"], ["E2"]]


async def test_what_is_released_is_claimed_at_its_time_and_nothing_waits_for_it(store):
    await store.accept(in_thread(1), "one", NOW + 30)
    await store.release("two", ["E1"], NOW)  # it is not theirs
    await store.release("one", ["E1"], NOW + 60)
    assert not (await store.accept(in_thread(2), "two", NOW + 30)).waits
    assert await keys_claimed(store, "two", 59) == ["E2"]
    assert await keys_claimed(store, "two", 60) == ["E1"]
    assert await store.renew("one", ["E1"], NOW + 99) == []


async def test_a_thread_is_kept_with_the_delivery(store):
    await store.accept(in_thread(1, begins=True))
    assert await store.claim("one", NOW + 1, NOW + 9) == [in_thread(1, begins=True)]


async def test_what_is_released_in_line_is_waited_for_by_whoever_released_it_too(store):
    await store.accept(in_thread(1), "one", NOW + 30)
    await store.release("one", ["E1"], NOW + 60, in_line=True)
    assert (await store.accept(in_thread(2), "one", NOW + 30)).waits
    assert await keys_claimed(store, "one", 59) == []
    assert [await keys_claimed(store, "two", 60) for _ in range(2)] == [["E1"], ["E2"]]


async def test_what_another_has_finished_stays_done_when_whoever_had_it_before_fails(store):
    await store.accept(Delivery(("E1",), NOW, {}), "first", NOW + 30)
    assert await store.claim("second", NOW + 60, NOW + 90)
    await store.finish("E1", {"json": "{}"})
    assert await store.fail("E1", "boom", park=True) == 0
    assert (await store.parked(), await store.pending()) == ([], [])
    assert (await store.accept(Delivery(("E1",), NOW, {}))).state == "done"


async def test_what_came_at_one_time_is_in_the_order_in_which_it_came(store):
    keys = [f"E{number}" for number in range(12)]
    for key in keys:
        await store.accept(Delivery((key,), NOW, {}))
    assert [each.keys[0] for each in await store.pending()] == keys
    for key in keys:
        await store.fail(key, "boom", park=True)
    assert [each.delivery.keys[0] for each in await store.parked()] == keys
