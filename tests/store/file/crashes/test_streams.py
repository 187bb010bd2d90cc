"""Accepted once, done once: streams of deliveries with twins, repeats, another order, double clicks, and a crash anywhere."""

import asyncio
from contextlib import suppress
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import StoreError
from store.file.store import FileStore
from store.file.writer import QUICK
from store.models.deliveries import Delivery, Posted
from store.models.tickets import MessageRef, MessageUsage
from tests.store.factories import NOW, TODAY, new_ticket, origin
from tests.store.file.disks import SLOW, RamDisk
from tests.store.file.workload import open_at
from tests.support.counts import count

STREAMS = count(150, 20_000)


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

    def __init__(self, store: FileStore) -> None:
        self._store = store

    async def take(self, delivery: Delivery) -> None:
        if (await self._store.accept(delivery)).new:
            await self.do(delivery)

    async def do(self, delivery: Delivery) -> None:
        number = delivery.payload["number"]
        usage = MessageUsage(TODAY, "U1", "rules")
        by = origin(key=f"do:{number}", at=delivery.timestamp, usage=usage)
        if delivery.payload["clicks"]:
            written = await self._store.update("T001", {"res": f"click {number}"}, by)
            posted = Posted()
        else:
            written = await self._store.create(new_ticket(f"ticket {number}"), by)
            posted = Posted(((written.record.ticket.id, MessageRef("C1", str(number))),))
        await self._store.finish(delivery.keys[0], {"id": written.record.ticket.id}, posted=posted)

    async def recover(self) -> None:
        for delivery in await self._store.pending():
            await self.do(delivery)


async def deliver(disk: RamDisk, waiting: list[Delivery], together: int, quick: float) -> list[Delivery]:
    """Start the bot and give it what is waiting, some at once; what was not acknowledged comes again."""
    try:
        store = await open_at(disk, compact_at=3000, segment_size=1500, quick=quick)
    except StoreError:
        assert disk.crashed, "a store that opens no more is no crash"
        return waiting
    bot = Bot(store)
    left: list[Delivery] = []
    try:
        if await store.get("T001") is None:
            await store.create(new_ticket("the first"), origin(key="first"))
        await bot.recover()
        while waiting:
            some, waiting = waiting[:together], waiting[together:]
            done = await asyncio.gather(*map(bot.take, some), return_exceptions=True)
            pairs = zip(some, done, strict=True)
            left += [each for each, error in pairs if isinstance(error, StoreError | OSError)]
    except (StoreError, OSError):
        left += waiting
    with suppress(StoreError, OSError):
        await store.close()
    return left


messages = st.builds(Message, st.integers(1, 6), st.booleans(), st.booleans(), st.integers(0, 2))
streams = st.lists(messages, min_size=1, max_size=5, unique_by=lambda message: message.number)


@settings(max_examples=STREAMS, deadline=None)
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
        if data.draw(st.booleans()):
            # How much it asks of chance depends on what threads had written, which is not to be what hypothesis remembers.
            chance = Random(data.draw(st.integers(0, 2**32)))
            left = left.after_power_cut(
                data.draw(st.sampled_from([0.0, 0.5, 1.0])), names=True, chance=chance
            )
        disk = left
    while waiting:
        waiting = await deliver(disk, waiting, together, quick)
    store = await open_at(disk.copy())
    await Bot(store).recover()
    records = await store.scan()
    titles = sorted(record.ticket.title for record in records)
    created = [each.number for each in stream if not each.clicks]
    assert titles == sorted(["the first", *(f"ticket {number}" for number in created)])
    cards = sorted(int(record.card.ts) for record in records if record.card)
    assert cards == sorted(created)
    changes = (await store.history("T001", size=100))[0]
    clicks = [change.origin.idempotency_key for change in changes if change.kind == "updated"]
    assert sorted(clicks) == sorted(f"do:{each.number}" for each in stream if each.clicks)
    assert [day.messages for day in await store.usage(9)] == [len(stream)]
    assert await store.pending() == []
    await store.close()
