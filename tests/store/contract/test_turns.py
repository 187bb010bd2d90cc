"""What several processes share, so that together they are one."""

import pytest

from tests.store.factories import NOW


@pytest.fixture
def shared_store(store):
    """A store that several processes may use at the same time."""
    if not store.shared:
        pytest.skip("only one process opens it")
    return store


async def test_a_turn_is_one_processes_until_it_ends_it_and_its_number_is_for_the_next(shared_store):
    assert await shared_store.take_turn("C1", "one", NOW, NOW + 15) == (True, 0)
    assert not (await shared_store.take_turn("C1", "two", NOW + 1, NOW + 16)).mine
    await shared_store.end_turn("C1", "two", 9)  # it is not theirs to end
    await shared_store.end_turn("C1", "one", NOW + 2.5)
    assert await shared_store.take_turn("C1", "two", NOW + 2, NOW + 17) == (True, NOW + 2.5)


async def test_turns_of_other_names_do_not_wait(shared_store):
    await shared_store.take_turn("C1", "one", NOW, NOW + 15)
    assert (await shared_store.take_turn("C2", "two", NOW, NOW + 15)).mine


async def test_a_turn_ends_by_itself_when_its_process_has_died(shared_store):
    await shared_store.take_turn("C1", "one", NOW, NOW + 15)
    assert not (await shared_store.take_turn("C1", "two", NOW + 14, NOW + 29)).mine
    assert (await shared_store.take_turn("C1", "two", NOW + 15, NOW + 30)).mine
    await shared_store.end_turn("C1", "one", 7)  # too late
    assert not (await shared_store.take_turn("C1", "three", NOW + 16, NOW + 31)).mine


async def test_whoever_has_a_turn_can_make_it_last(shared_store):
    await shared_store.take_turn("C1", "one", NOW, NOW + 15)
    assert (await shared_store.take_turn("C1", "one", NOW + 10, NOW + 25)).mine
    assert not (await shared_store.take_turn("C1", "two", NOW + 20, NOW + 35)).mine


async def test_whoever_asked_first_and_asks_again_is_next(shared_store):
    await shared_store.take_turn("C1", "one", NOW, NOW + 15)
    await shared_store.take_turn("C1", "two", NOW + 1, NOW + 16)
    await shared_store.take_turn("C1", "three", NOW + 1, NOW + 16)
    await shared_store.end_turn("C1", "one", 0)
    assert not (await shared_store.take_turn("C1", "one", NOW + 1.5, NOW + 17)).mine
    assert not (await shared_store.take_turn("C1", "three", NOW + 1.5, NOW + 17)).mine
    assert (await shared_store.take_turn("C1", "two", NOW + 2, NOW + 17)).mine


async def test_nobody_waits_for_one_who_asked_and_does_not_ask_again(shared_store):
    await shared_store.take_turn("C1", "one", NOW, NOW + 15)
    await shared_store.take_turn("C1", "two", NOW + 1, NOW + 16)
    await shared_store.end_turn("C1", "one", 0)
    assert not (await shared_store.take_turn("C1", "one", NOW + 2, NOW + 17)).mine
    assert (await shared_store.take_turn("C1", "one", NOW + 3, NOW + 18)).mine


async def test_what_is_announced_is_told_once_to_everybody_who_asks(shared_store):
    one, names = await shared_store.announced(0)
    assert names == []
    await shared_store.announce(["person U1"])
    await shared_store.announce(["room C1", "room C2"])
    one, names = await shared_store.announced(one)
    assert names == ["person U1", "room C1", "room C2"]
    assert await shared_store.announced(one) == (one, [])
    assert (await shared_store.announced(0))[1] == ["person U1", "room C1", "room C2"]


async def test_where_too_much_was_announced_meanwhile_it_is_said_that_nothing_is_known(shared_store):
    before, _ = await shared_store.announced(0)
    for _ in range(6):
        await shared_store.announce([f"person U{number}" for number in range(1000)])
    after, names = await shared_store.announced(before)
    assert names is None
    assert await shared_store.announced(after) == (after, [])


async def test_a_person_has_so_many_calls_within_any_minute(store):
    allowed = [await store.allow_call("U1", NOW + at, 2) for at in (0, 30, 59, 60, 61, 90)]
    assert allowed == [True, True, False, True, False, True]
    assert await store.allow_call("U2", NOW, 1)
    assert not await store.allow_call("U3", NOW, 0)


async def test_calls_made_before_the_clock_was_set_back_count_no_longer(store):
    allowed = [await store.allow_call("U1", NOW + at, 2) for at in (3600, 3601, 3602, 1, 2, 3)]
    assert allowed == [True, True, False, True, True, False]


async def test_in_a_store_of_one_process_every_turn_is_its_own_with_the_number_it_kept(store):
    if store.shared:
        pytest.skip("several processes share it")
    for number in (0, 2.5):
        for _ in range(2):
            assert await store.take_turn("C1", "one", NOW, NOW + 15) == (True, number)
        await store.end_turn("C1", "one", 2.5)
    assert await store.take_turn("C2", "one", NOW, NOW + 15) == (True, 0)
    await store.announce(["person U1"])
    assert (await store.announced(0))[1] == []
