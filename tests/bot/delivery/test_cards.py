"""A card never shows an older state over a newer one, and its message bears exactly one mark."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.cards import Cards, DebouncePolicy
from bot.delivery.pacing.turns import local_turns
from bot.local.fakeslack.clock import ManualClock
from bot.views.card import card
from bot.views.rendered import Rendered
from store.errors import UnavailableError
from store.models.tickets import MessageRef, NewTicket, Origin, Record, Ticket
from tests.store.factories import show_card
from tests.support.factories import TODAY


@pytest.fixture
def cards(store, sender, time):
    async def draw(record):
        return card(record)

    return Cards(store, sender, draw, local_turns(time.clock, time.sleep), clock=time.clock, sleep=time.sleep)


@pytest.fixture
async def record(slack, store, sender, cards):
    """A ticket made of a message, with its card below it."""
    ts = await slack.say("engineer", "support", "@tickets create printer jam")
    origin = Origin("key", "U0ENGINEER", 1.0, channel="C0SUPPORT", message=ts, thread=ts)
    made = (await store.create(NewTicket("printer jam", TODAY), origin)).record
    place = await sender.post("C0SUPPORT", ts, card(made))
    await show_card(store, "T001", place)
    await cards.refresh(await store.get("T001"), posted_version=1)
    return await store.get("T001")


async def change(store, **values):
    return (await store.update("T001", values, Origin("", "U0ENGINEER", 2.0))).record


def updates(slack):
    return [call.args["text"] for call in slack.called("chat.update")]


async def test_a_card_that_was_posted_just_now_is_not_drawn_again(slack, record):
    assert updates(slack) == []
    assert set(slack.reactions("support", record.origin.message)) == {"ticket"}


async def test_fifty_changes_at_once_are_drawn_together_newest_last(slack, store, cards, record):
    changed = [await change(store, res=f"note {number}") for number in range(50)]
    await asyncio.gather(*(cards.refresh(one) for one in changed))
    assert len(updates(slack)) == 1
    assert "note 49" in updates(slack)[0]


async def test_what_changes_while_a_card_is_being_written_is_drawn_after_it(slack, store, cards, record):
    slack.faults.slow("chat.update", held := asyncio.Event())
    first = cards.refresh(await change(store, res="first"))
    await asyncio.sleep(0)
    for number in range(10):
        newest = await change(store, res=f"then {number}")
    rest = cards.refresh(newest)
    held.set()
    await asyncio.gather(first, rest)
    assert len(updates(slack)) <= 2
    assert "then 9" in updates(slack)[-1]


async def test_a_record_that_is_older_than_what_is_shown_is_not_drawn(slack, store, cards, record):
    older, newer = await change(store, res="older"), await change(store, res="newer")
    await cards.refresh(newer)
    await cards.refresh(older)
    assert len(updates(slack)) == 1
    assert "newer" in updates(slack)[0]


@pytest.mark.parametrize(
    ("stat", "mark"), [("prog", "eyes"), ("done", "white_check_mark"), ("open", "ticket")]
)
async def test_the_message_bears_one_mark_also_after_a_restart(slack, store, cards, record, stat, mark):
    await change(store, stat="prog")
    cards._marks.clear()  # as a new process begins
    await cards.refresh(await change(store, stat=stat))
    assert set(slack.reactions("support", record.origin.message)) == {mark}


async def test_a_deleted_ticket_bears_no_mark_and_says_so(slack, store, cards, record):
    gone = (await store.delete("T001", Origin("", "U0ADMIN", 2.0))).record
    await cards.refresh(gone)
    assert slack.reactions("support", record.origin.message) == {}
    assert "Deleted" in updates(slack)[-1]


async def test_a_card_that_somebody_deleted_does_no_harm(slack, store, cards, record):
    await slack.until(lambda: True)
    slack.workspace.messages["C0SUPPORT"].pop(record.card.ts)
    await cards.refresh(await change(store, stat="prog"))
    assert set(slack.reactions("support", record.origin.message)) <= {"ticket", "eyes"}


async def test_its_mark_is_set_although_somebody_deleted_the_card(slack, store, cards, record):
    slack.workspace.messages["C0SUPPORT"].pop(record.card.ts)
    await cards.refresh(await change(store, stat="prog"))
    assert set(slack.reactions("support", record.origin.message)) == {"eyes"}


async def test_a_single_change_is_drawn_after_a_quarter_of_a_second(slack, store, cards, record, time):
    time.now += 60
    await cards.refresh(await change(store, stat="prog"))
    assert time.slept == [0.25]
    assert "In progress" in updates(slack)[0]


class Changing:
    """One ticket whose number grows, a Slack that takes its time, and what it was sent, when."""

    def __init__(self, latency: float) -> None:
        self.clock, self.latency = ManualClock(0.0), latency
        self.number = 1
        self.sent: list[tuple[float, int]] = []
        self.cards = Cards(
            self,
            self,
            self.draw,
            local_turns(self.clock.time, self.clock.sleep),
            clock=self.clock.time,
            sleep=self.clock.sleep,
            debounce=RHYTHM,
        )

    def record(self, number: int) -> Record:
        origin = Origin("key", "U1", 1.0)
        return Record(
            Ticket(id="T001", title="t", created=TODAY), origin, number, 1.0, card=MessageRef("C1", "1.1")
        )

    async def get(self, _: str) -> Record:
        return self.record(self.number)

    async def draw(self, record: Record) -> Rendered:
        return Rendered(str(record.version), [])

    async def update(self, _: MessageRef, rendered: Rendered, around, key) -> None:
        async with around():
            self.sent.append((self.clock.time(), int(rendered.text)))
            await self.clock.sleep(self.latency)

    async def end(self, kept: list[asyncio.Task[None]]) -> None:
        while not all(task.done() for task in kept):
            await self.clock.advance(0.5)
        await asyncio.gather(*kept)


RHYTHM = DebouncePolicy(settling=0.25, pace=1.0)
# Seconds to the next change, and how many of the changes before it are made known only then, the oldest last.
STEPS = st.lists(st.tuples(st.floats(0, 1.5), st.integers(1, 3)), min_size=1, max_size=40)


async def happened(
    steps: list[tuple[float, int]], latency: float
) -> tuple[Changing, list[tuple[float, int]]]:
    """What was sent, and which change was made known when."""
    ticket, kept, known = Changing(latency), [], []
    for gap, late in steps:
        await ticket.clock.advance(gap)
        ticket.number += 1
        for number in range(ticket.number, max(1, ticket.number - late), -1):
            known.append((ticket.clock.time(), number))
            kept.append(ticket.cards.refresh(ticket.record(number)))
    await ticket.end(kept)
    return ticket, known


@given(STEPS, st.floats(0, 3))
def test_no_older_state_is_ever_sent_after_a_newer_one_and_the_newest_is_sent_last(steps, latency):
    ticket, _ = asyncio.run(happened(steps, latency))
    numbers = [number for _, number in ticket.sent]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == ticket.number


@given(STEPS)
def test_every_change_is_shown_within_a_second_and_a_card_is_drawn_once_a_second_at_most(steps):
    ticket, known = asyncio.run(happened(steps, latency=0.0))
    times = [at for at, _ in ticket.sent]
    assert all(later - sooner > 0.999 for sooner, later in pairwise(times))
    for at, number in known:
        assert any(drawn >= number and when <= at + 1.001 for when, drawn in ticket.sent)


@given(st.lists(st.floats(0, 0.02), min_size=50, max_size=50))
def test_fifty_changes_within_a_second_are_one_update(gaps):
    ticket, _ = asyncio.run(happened([(gap * 0.99, 1) for gap in gaps], latency=0.1))
    assert [number for _, number in ticket.sent] == [51]


async def test_a_state_that_another_process_has_covered_is_drawn_again():
    ticket = Changing(latency=0.5)
    ticket.number = 2
    kept = ticket.cards.refresh(ticket.record(2))
    await ticket.clock.advance(0.3)  # it is being written
    ticket.number = 3  # there, and drawn there
    await ticket.end([kept])
    assert [number for _, number in ticket.sent] == [2, 3]


@pytest.mark.parametrize("name", ["take_turn", "get"])
async def test_a_card_is_drawn_once_the_store_answers_again(slack, store, cards, record, mocker, name):
    changed = await change(store, pri=1)
    where = cards._turns._store if name == "take_turn" else store
    answers, failures = getattr(where, name), [UnavailableError("away")] * 2

    async def fail_at_first(*given):
        if failures:
            raise failures.pop()
        return await answers(*given)

    mocker.patch.object(where, name, side_effect=fail_at_first)
    await cards.refresh(changed)
    assert "High" in updates(slack)[-1]
    assert not failures
