"""What one process hears of Slack's events, all of them know; what it said itself it need not hear again."""

import pytest

from bot.directory.announcements import Announcements
from store.errors import UnavailableError
from tests.store.memory_store import MemoryStore


class SharedStore(MemoryStore):
    shared = True
    away = False

    async def announce(self, names):
        if self.away:
            raise UnavailableError("it does not answer")
        await super().announce(names)


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
