"""What is given up is given up in the store before anything else is asked of it."""

import asyncio

from bot.listeners.incoming.leases import Leases


class SlowStore:
    """Releases once it is `ready`."""

    def __init__(self) -> None:
        self.ready, self.asked, self.released = asyncio.Event(), asyncio.Event(), []
        self.until = {}

    async def release(self, _owner, keys, until, *, in_line):
        self.asked.set()
        await self.ready.wait()
        self.released += [(key, in_line) for key in keys]
        self.until |= dict.fromkeys(keys, until)


async def test_what_is_released_while_something_else_is_being_released_is_released_as_well():
    store = SlowStore()
    leases = Leases(store, "this", lambda: 0.0)
    first = asyncio.create_task(leases.release(["first"], in_line=True))
    await store.asked.wait()
    second = asyncio.create_task(leases.release(["second"], in_line=True))
    before_accepting = asyncio.create_task(leases.release_rest())
    await asyncio.sleep(0)
    store.ready.set()
    await asyncio.wait_for(before_accepting, 5)
    assert store.released == [("first", True), ("second", True)]
    await asyncio.gather(first, second)


async def test_each_is_released_until_its_own_time():
    store = SlowStore()
    leases = Leases(store, "this", lambda: 0.0)
    first = asyncio.create_task(leases.release(["first"]))
    await store.asked.wait()
    others = [
        asyncio.create_task(leases.release([key], until)) for key, until in (("late", 300.0), ("soon", 5.0))
    ]
    await asyncio.sleep(0)
    store.ready.set()
    await asyncio.wait_for(asyncio.gather(first, *others), 5)
    assert store.until == {"first": 0.0, "late": 300.0, "soon": 5.0}


async def test_nothing_waits_for_what_was_claimed_and_never_begun_once_its_lease_has_ended():
    leases = Leases(SlowStore(), "this", lambda: 100.0)
    leases.hold("claimed", 90.0, "C0SUPPORT 1.000001")
    waiting = asyncio.create_task(leases.wait_for_claimed("C0SUPPORT 1.000001"))
    await asyncio.sleep(0)
    assert not waiting.done()
    await leases.renew([])
    for _ in range(5):
        await asyncio.sleep(0)
    assert waiting.done()
    waiting.cancel()
