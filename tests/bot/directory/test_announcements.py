"""What one process hears of Slack's events, all of them know; what it said itself it need not hear again."""

import asyncio

import pytest

from bot.directory.announcements import Announcements
from store.errors import UnavailableError
from tests.store.reference.memory_store import MemoryStore


class SharedStore(MemoryStore):
    shared = True
    away = False

    async def announce(self, names):
        if self.away:
            raise UnavailableError("it does not answer")
        await super().announce(names)


class SlowStore(SharedStore):
    """What it answers was so when it looked."""

    def __init__(self):
        super().__init__()
        self.has_looked, self.answers, self.asked = asyncio.Event(), asyncio.Event(), 0

    async def announced(self, after):
        self.asked += 1
        found = await super().announced(after)
        self.has_looked.set()
        await self.answers.wait()
        return found


async def test_what_one_process_announces_the_others_forget_and_it_does_not():
    store, forgotten, own = SharedStore(), [], []
    one, other = Announcements(store, own.extend), Announcements(store, forgotten.extend)
    await one.announce("person U1")
    for each in (one, other):
        await each.catch_up()
    assert (own, forgotten) == ([], ["person U1"])


async def test_what_could_not_be_announced_is_heard_when_another_process_announces_it():
    store, forgotten = SharedStore(), []
    one, other = Announcements(store, forgotten.extend), Announcements(store, lambda _: None)
    store.away = True
    with pytest.raises(UnavailableError):
        await one.announce("person U1")
    store.away = False
    await other.announce("person U1")
    await one.catch_up()
    assert forgotten == ["person U1"]


async def test_an_answer_that_was_on_its_way_before_does_not_do():
    store, forgotten = SlowStore(), []
    one, other = Announcements(store, forgotten.extend), Announcements(store, lambda _: None)
    early = asyncio.create_task(one.catch_up())
    await store.has_looked.wait()
    await other.announce("person U1")
    late = [asyncio.create_task(one.catch_up()) for _ in range(3)]
    await asyncio.sleep(0)
    store.answers.set()
    await asyncio.gather(early, *late)
    assert (forgotten, store.asked) == (["person U1"], 2)
