"""What comes in is accepted before what came in is worked on."""

import asyncio

import pytest

from bot.listeners.incoming.rush import LONGEST, MANY, Rush


class Door:
    """So many deliveries are `coming`; each look at it takes a quarter of a second by its clock."""

    def __init__(self, coming):
        self.coming, self.now, self.begun = coming, 0.0, []
        self.rush = Rush(lambda: self.coming, lambda: self.now, self.sleep)

    async def sleep(self, seconds):
        self.now += 0.25 if seconds else 0.0
        await asyncio.sleep(0)

    async def work(self, name):
        await self.rush.wait()
        self.begun.append((name, self.now))


async def test_where_few_come_in_work_begins_at_once():
    door = Door(MANY - 1)
    await door.work("one")
    assert door.begun == [("one", 0.0)]


async def test_in_a_rush_work_waits_until_it_is_over_and_begins_in_its_order():
    door = Door(MANY)
    working = [asyncio.create_task(door.work(name)) for name in "abc"]
    for _ in range(5):
        await asyncio.sleep(0)
    assert door.begun == []
    door.coming = 0
    late = asyncio.create_task(door.work("d"))
    await asyncio.gather(*working, late)
    assert [name for name, _ in door.begun] == ["a", "b", "c", "d"]


async def test_work_does_not_wait_for_ever():
    door = Door(MANY)
    await asyncio.gather(*(door.work(name) for name in "ab"))
    assert door.begun == [("a", LONGEST), ("b", LONGEST)]


async def test_whoever_is_stopped_while_it_waits_holds_nobody_up():
    door = Door(MANY)
    stopped, other = (asyncio.create_task(door.work(name)) for name in "ab")
    await asyncio.sleep(0)
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    door.coming = 0
    await other
    assert [name for name, _ in door.begun] == ["b"]
