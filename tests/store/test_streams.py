"""Accepted once, done once: streams of deliveries with twins, repeats, another order, double clicks, and a crash anywhere."""

import asyncio
from contextlib import suppress
from random import Random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from store.base import EVERYTHING, Delivery, Filter, StoreError
from store.tiny import TinyStore
from store.writer import QUICK
from tests.profiles import examples
from tests.store.disks import SLOW, RamDisk
from tests.store.people import NOW, deed, new

PATH = "/desk/tickets.json"


class Message(NamedTuple):
    """One thing that a person wants; it reaches the bot as one or two events, or as clicks, some of them repeated."""

    number: int
    as_mention: bool
    clicks: bool
    repeats: int

    def deliveries(self) -> list[Delivery]:
        intent, payload = f"m:C1:{self.number}", {"number": self.number, "clicks": self.clicks}
        kinds = ["click"] if self.clicks else ["message", "mention"] if self.as_mention else ["message"]
        return [
            Delivery((f"{kind}:{self.number}", intent), NOW + self.number, payload)
            for kind in kinds
            for _ in range(1 + self.repeats)
        ]


class Bot:
    """Takes deliveries as the product does: accepted durably, then done, then finished."""

    def __init__(self, store: TinyStore) -> None:
        self._store = store

    async def take(self, delivery: Delivery) -> None:
        accepted = await self._store.accept(delivery)
        if accepted.new:
            await self.do(delivery)

    async def do(self, delivery: Delivery) -> None:
        number = delivery.payload["number"]
        by = deed(key=f"do:{number}", at=delivery.at)
        if delivery.payload["clicks"]:
            written = await self._store.update("T001", {"res": f"click {number}"}, by)
        else:
            written = await self._store.create(new(f"ticket {number}"), by)
        await self._store.finish(delivery.keys[0], {"id": written.record.ticket.id})

    async def recover(self) -> None:
        for delivery in await self._store.pending():
            await self.do(delivery)


async def deliver(disk: RamDisk, waiting: list[Delivery], together: int, quick: float) -> list[Delivery]:
    """Start the bot and give it what is waiting, some at once; what was not acknowledged comes again."""
    try:
        store = await TinyStore.open(PATH, files=disk, fold_at=3000, quick=quick, imaged=0)
    except StoreError:
        return waiting
    bot = Bot(store)
    left: list[Delivery] = []
    try:
        if await store.get("T001") is None:
            await store.create(new("the first"), deed(key="first"))
        await bot.recover()
        while waiting:
            some, waiting = waiting[:together], waiting[together:]
            done = await asyncio.gather(*map(bot.take, some), return_exceptions=True)
            left += [
                each
                for each, error in zip(some, done, strict=True)
                if isinstance(error, StoreError | OSError)
            ]
    except (StoreError, OSError):
        left += waiting
    with suppress(StoreError, OSError):
        await store.close()
    return left


messages = st.builds(Message, st.integers(1, 6), st.booleans(), st.booleans(), st.integers(0, 2))
streams = st.lists(messages, min_size=1, max_size=5, unique_by=lambda message: message.number)


@examples(10)
@given(
    streams,
    st.randoms(use_true_random=False),
    st.integers(1, 4),
    st.lists(st.integers(1, 120), max_size=3),
    st.sampled_from([QUICK, SLOW]),
    st.data(),
)
async def test_tickets_are_intents_none_lost_and_none_doubled(stream, random, together, crashes, quick, data):
    waiting = [delivery for message in stream for delivery in message.deliveries()]
    random.shuffle(waiting)
    disk = RamDisk()
    for crash in crashes:
        disk.crash_at = crash
        waiting = await deliver(disk, waiting, together, quick)
        left = disk.crashed or disk.copy()
        power_cut = data.draw(st.booleans())
        if power_cut:
            # How much it asks of chance depends on what threads had written, which is not to be what hypothesis remembers.
            chance = Random(data.draw(st.integers(0, 2**32)))
            left = left.after_power_cut(data.draw(st.sampled_from([0.0, 0.5, 1.0])), chance=chance)
        disk = left
    while waiting:
        waiting = await deliver(disk, waiting, together, quick)
    disk = disk.copy()
    store = await TinyStore.open(PATH, files=disk, imaged=0)
    await Bot(store).recover()
    records = (await store.view(Filter(), EVERYTHING, size=100)).records
    titles = sorted(record.ticket.title for record in records)
    assert titles == sorted(["the first", *(f"ticket {each.number}" for each in stream if not each.clicks)])
    clicks = [
        change.deed.key for change in (await store.history("T001", size=100))[0] if change.kind == "updated"
    ]
    assert sorted(clicks) == sorted(f"do:{each.number}" for each in stream if each.clicks)
    assert await store.pending() == []
    await store.close()
