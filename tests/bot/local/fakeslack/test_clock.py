"""The clock that tests move, ids, and waiting for something to happen."""

import asyncio

import pytest

from bot.local.fakeslack.clock import ManualClock, SystemClock
from bot.local.fakeslack.delivery.dispatcher import MAX_KEPT
from bot.local.fakeslack.event_bus import EventBus
from bot.local.fakeslack.ids import Ids
from bot.local.fakeslack.platform import MAX_CALLS_KEPT, ApiCall


async def test_a_manual_clock_wakes_sleepers_in_the_order_of_their_time():
    clock, woken = ManualClock(100), []

    async def sleep(seconds):
        await clock.sleep(seconds)
        woken.append((seconds, clock.time()))

    tasks = [asyncio.create_task(sleep(seconds)) for seconds in (5, 1, 3)]
    await clock.advance(4)
    assert woken == [(1, 101), (3, 103)]
    assert clock.time() == 104
    await clock.advance(1)
    await asyncio.gather(*tasks)
    assert woken[-1] == (5, 105)


async def test_a_sleeper_that_sleeps_again_is_woken_again_in_the_same_move():
    clock, woken = ManualClock(0), []

    async def twice():
        for _ in range(2):
            await clock.sleep(2)
            woken.append(clock.time())

    task = asyncio.create_task(twice())
    await clock.advance(10)
    await task
    assert woken == [2, 4]


async def test_no_sleep_needs_no_move():
    await asyncio.wait_for(ManualClock().sleep(0), 1)


async def test_a_sleeper_that_was_cancelled_is_passed_over():
    clock = ManualClock()
    task = asyncio.create_task(clock.sleep(1))
    await asyncio.sleep(0)
    task.cancel()
    await clock.advance(2)
    assert task.cancelled()


async def test_the_systems_clock_moves_by_itself():
    clock = SystemClock()
    before = clock.time()
    await clock.sleep(0.001)
    assert clock.time() > before


async def test_timestamps_only_grow():
    clock = ManualClock(100)
    ids = Ids(clock)
    stamps = [ids.ts(), ids.ts()]
    await clock.advance(5)
    stamps.append(ids.ts())
    clock._now = 50
    stamps.append(ids.ts())
    assert stamps == sorted(set(stamps)) == ["100.000001", "100.000002", "105.000001", "105.000002"]


async def test_waiting_ends_when_it_happens():
    bus, happened = EventBus(), []
    waiting = asyncio.create_task(bus.until(lambda: happened, 5))
    await asyncio.sleep(0)
    happened.append("it")
    bus.publish("message")
    assert await waiting == ["it"]


async def test_what_nobody_told_is_seen_soon():
    happened = []
    waiting = asyncio.create_task(EventBus().until(lambda: happened, 5))
    await asyncio.sleep(0)
    happened.append("it")
    assert await waiting == ["it"]


async def test_waiting_for_what_does_not_happen_says_what_did(slack, client):
    await client.auth_test()
    with pytest.raises(TimeoutError, match=r"the last calls:\nauth\.test"):
        await slack.until(lambda: False, timeout=0.01)


async def test_a_watcher_sees_all_until_it_leaves(slack, client):
    kinds = []
    leave = slack.watch(lambda happening: kinds.append(happening.kind))
    ts = await slack.say("engineer", "lobby", "hello")
    await slack.edit("engineer", "lobby", ts, "hello again")
    await slack.react("engineer", "lobby", ts, "eyes")
    await slack.remove("engineer", "lobby", ts)
    await client.auth_test()
    assert kinds == ["message", "changed", "reaction", "deleted", "calling", "call"]
    leave()
    leave()
    await slack.say("engineer", "lobby", "hello")
    assert len(kinds) == 6


async def test_calls_are_recorded_with_what_was_asked_and_answered(slack, clock, client):
    await client.chat_postMessage(channel="C0SUPPORT", text="hello")
    (call,) = slack.called("chat.postMessage")
    assert (call.args["text"], call.answer["channel"], call.status, call.ok) == (
        "hello",
        "C0SUPPORT",
        200,
        True,
    )
    assert call.at == clock.time()


async def test_records_do_not_grow_for_ever(slack):
    slack.settings.subscriptions = frozenset()
    for number in range(MAX_CALLS_KEPT + 1):
        slack.platform.record(ApiCall("auth.test", {"n": number}, {}, 200, 0.0))
    assert len(slack.calls) <= MAX_CALLS_KEPT
    assert slack.calls[-1].args == {"n": MAX_CALLS_KEPT}
    dispatcher = slack.platform.dispatcher
    for _ in range(MAX_KEPT + 1):
        dispatcher._record(None)
    assert len(slack.deliveries) <= MAX_KEPT
