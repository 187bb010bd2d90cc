"""What is posted and drawn by several processes: a message a second a channel, and no card backwards."""

import asyncio
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.cards import Cards
from bot.delivery.pacing.ownership import NotOursError, is_ours
from bot.delivery.pacing.turns import HOLD, Turns
from bot.delivery.sender import Sender
from bot.local.fakeslack.clock import ManualClock
from bot.views.card import card
from bot.views.notices import notice
from store.models.tickets import MessageRef, NewTicket, Origin
from tests.store.factories import show_card
from tests.store.reference.shared_turns import SharedTurns
from tests.support.factories import TODAY
from tests.support.slack_calls import Time


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def senders(slack, clock):
    """Of two processes."""
    shared, made = SharedTurns(), []
    for owner in ("one", "two"):
        client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
        turns = Turns(shared, owner, clock.time, clock.sleep)
        made.append(Sender(client, now=clock.time, jitter=lambda: 1.0, sleep=clock.sleep, turns=turns))
    yield made
    for each in made:
        await each.close()


async def test_together_they_post_a_message_a_second_in_a_channel_and_take_turns(slack, clock, senders):
    sent = []
    slack.watch(
        lambda what: (
            sent.append((clock.time(), what.data["call"].args["text"])) if what.kind == "call" else None
        )
    )
    work = [
        asyncio.create_task(sender.post("C0SUPPORT", "", notice(f"{name} {number}")))
        for number in range(4)
        for name, sender in zip("ab", senders, strict=True)
    ]
    while not all(one.done() for one in work):
        await clock.advance(0.05)
        await asyncio.sleep(0.001)
    assert len(sent) == 8
    assert all(later - sooner >= 1 for (sooner, _), (later, _) in pairwise(sent))
    assert "aaaa" not in "".join(text[0] for _, text in sent)


async def test_what_two_processes_post_again_with_the_same_key_is_posted_once(slack, clock, senders):
    slack.faults.slow("conversations.history", held := asyncio.Event(), times=None)
    work = [
        asyncio.create_task(sender.post("C0SUPPORT", "", notice("done"), key="press", maybe_sent=True))
        for sender in senders
    ]
    while not all(one.done() for one in work):
        held.set()
        await clock.advance(0.05)
        await asyncio.sleep(0.001)
    assert len(slack.called("chat.postMessage")) == 1
    assert work[0].result() == work[1].result()


async def test_nothing_is_posted_for_what_another_process_has_taken_over(slack, clock, senders):
    async def gone():
        return False

    is_ours.set(gone)
    with pytest.raises(NotOursError):
        await senders[0].post("C0SUPPORT", "", notice("too late"))
    assert slack.called("chat.postMessage") == []


async def test_a_card_that_another_process_has_drawn_newer_is_left_as_it_is(slack, store, sender, time):
    async def draw(record):
        return card(record)

    shared = SharedTurns()
    one, two = (
        Cards(
            store,
            sender,
            draw,
            Turns(shared, name, time.clock, time.sleep),
            clock=time.clock,
            sleep=time.sleep,
        )
        for name in ("one", "two")
    )
    made = (await store.create(NewTicket("printer jam", TODAY), Origin("k", "U0ENGINEER", 1.0))).record
    place = await sender.post("C0SUPPORT", "", card(made))
    await show_card(store, "T001", MessageRef(place.channel, place.ts))
    older = (await store.update("T001", {"res": "older"}, Origin("", "U1", 2.0))).record
    newer = (await store.update("T001", {"res": "newer"}, Origin("", "U1", 3.0))).record
    await two.refresh(newer)
    early, read = [older, older], one._fetch_newest  # it has read the ticket before the other changed it
    one._fetch_newest = lambda record: _given(early.pop()) if early else read(record)
    await one.refresh(older)
    drawn = [call.args["text"] for call in slack.called("chat.update")]
    assert ["newer" in text for text in drawn] == [True]


async def _given(record):
    return record


async def test_a_card_that_was_drawn_after_its_turn_had_expired_is_drawn_again(
    slack, store, senders, sender, time
):
    """The process was suspended while it drew, longer than its turn lasts, and another one drew a newer version."""

    async def draw(record):
        return card(record)

    shared = SharedTurns()
    one, two = (
        Cards(
            store, its, draw, Turns(shared, name, time.clock, time.sleep), clock=time.clock, sleep=time.sleep
        )
        for name, its in (("one", sender), ("two", senders[0]))
    )
    made = (await store.create(NewTicket("printer jam", TODAY), Origin("k", "U0ENGINEER", 1.0))).record
    place = await sender.post("C0SUPPORT", "", card(made))
    await show_card(store, "T001", MessageRef(place.channel, place.ts))
    older = (await store.update("T001", {"res": "older"}, Origin("", "U1", 2.0))).record
    update = sender.update

    async def late(place, rendered, around, *rest):
        """What the other process does while this one stands still between its turn and its call."""

        @asynccontextmanager
        async def suspended():
            async with around():
                sender.update = update
                time.now += HOLD
                newer = await store.update("T001", {"res": "newer"}, Origin("", "U1", 3.0))
                await two.refresh(newer.record)
                yield

        await update(place, rendered, suspended, *rest)

    sender.update = late
    async with asyncio.timeout(10):
        await one.refresh(older)
    drawn = [call.args["text"] for call in slack.called("chat.update")]
    assert "older" in drawn[1]
    assert "newer" in drawn[-1]


async def test_a_turn_whose_answer_came_too_late_is_asked_for_again():
    time, shared = Time(), SharedTurns()
    take = shared.take_turn

    async def suspended(*given):
        shared.take_turn = take
        answer = await take(*given)
        time.now += HOLD
        await take("C1", "two", time.now, time.now + HOLD)
        await shared.end_turn("C1", "two", 7.0)
        return answer

    shared.take_turn = suspended
    turns = Turns(shared, "one", time.clock, time.sleep)
    assert await turns.take("C1") == 7.0
    assert turns.holds("C1")
