"""What several processes share, so that together they are one."""

import pytest

from store.protocol import NotFoundError
from tests.store.factories import NOW


async def test_turns_in_a_channel_come_a_second_apart_in_the_order_of_asking(store):
    turns = [await store.reserve_turn("C1", NOW + at, 1.0) for at in (0, 0, 0.5, 10, 10)]
    assert turns == [NOW, NOW + 1, NOW + 2, NOW + 10, NOW + 11]


async def test_channels_do_not_wait_for_each_other(store):
    await store.reserve_turn("C1", NOW, 1.0)
    assert await store.reserve_turn("C2", NOW, 1.0) == NOW


async def test_a_card_that_shows_a_newer_version_is_not_drawn_backwards(store):
    drawn = [await store.mark_card_drawn("T001", version) for version in (2, 3, 3, 1, 4)]
    assert drawn == [True, True, False, False, True]
    assert await store.mark_card_drawn("T002", 1)
    with pytest.raises(NotFoundError):
        await store.mark_card_drawn("nonsense", 1)


async def test_a_person_has_so_many_calls_within_any_minute(store):
    allowed = [await store.allow_call("U1", NOW + at, 2) for at in (0, 30, 59, 60, 61, 90)]
    assert allowed == [True, True, False, True, False, True]
    assert await store.allow_call("U2", NOW, 1)
    assert not await store.allow_call("U3", NOW, 0)
