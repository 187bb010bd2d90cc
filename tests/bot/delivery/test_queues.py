"""Named locks: first come, first served, and nothing kept for a name that nobody uses."""

import asyncio

import pytest

from bot.delivery.pacing.queues import Queues


async def until_waiting(task):
    """Until `task` can go no further by itself."""
    for _ in range(3):
        await asyncio.sleep(0)
    assert not task.done()


@pytest.fixture
def queues():
    return Queues()


@pytest.fixture
def done():
    return []


@pytest.fixture
def use(queues, done):
    """Notes who has had a turn, in order."""

    async def take(who, within=None):
        async with queues.turn("C1", within):
            done.append(who)

    return take


async def test_turns_are_given_in_order_of_arrival(queues, use, done):
    async with queues.turn("C1"):
        waiting = [asyncio.create_task(use(who)) for who in ("first", "second")]
        await until_waiting(waiting[0])
        assert done == []
    await asyncio.gather(*waiting)
    assert done == ["first", "second"]
    assert len(queues) == 0


async def test_another_name_does_not_wait(queues, done):
    async with queues.turn("C1"), queues.turn("C2"):
        assert len(queues) == 2


async def test_who_would_wait_too_long_goes_on_without_a_turn_and_leaves_it_to_others(queues, use, done):
    async with queues.turn("C1"):
        await use("impatient", within=0)
        assert done == ["impatient"]
        patient = asyncio.create_task(use("patient"))
        await until_waiting(patient)  # the impatient one has not ended somebody else's turn
    await patient
    assert done == ["impatient", "patient"]
    assert "C1" not in queues


async def test_a_limit_does_not_matter_where_nobody_waits(queues):
    async with queues.turn("C1", within=0):
        second = asyncio.create_task(queues.turn("C1").__aenter__())
        await until_waiting(second)  # so the first holds the turn
    await second


async def test_who_is_cancelled_while_waiting_is_forgotten(queues, use, done):
    async with queues.turn("C1"):
        waiting = asyncio.create_task(use("cancelled"))
        await until_waiting(waiting)
        waiting.cancel()
        await asyncio.wait({waiting})
    assert done == []
    assert len(queues) == 0
