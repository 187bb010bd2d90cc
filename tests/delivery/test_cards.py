"""A card never shows an older state over a newer one, and its message bears exactly one mark."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.cards import Cards
from bot.delivery.sender import Sender
from bot.local.server import LocalSlack
from bot.views.card import card
from store.base import Deed, NewTicket
from store.opening import open_store
from tests.delivery.test_sender import Time
from tests.desk import TODAY


@pytest.fixture
async def slack():
    async with LocalSlack() as running:
        yield running


@pytest.fixture
async def store(tmp_path):
    opened = await open_store(str(tmp_path / "tickets.json"))
    yield opened
    await opened.close()


@pytest.fixture
def cards(slack, store):
    time = Time()
    client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
    sender = Sender(client, clock=time.clock, jitter=lambda: 1.0, sleep=time.sleep)

    async def draw(record):
        return card(record)

    return Cards(store, sender, draw, clock=time.clock, sleep=time.sleep)


@pytest.fixture
async def record(slack, store, cards):
    """A ticket made of a message, with its card below it."""
    ts = await slack.say("engineer", "support", "@tickets create printer jam")
    deed = Deed("key", "U0ENGINEER", 1.0, channel="C0SUPPORT", message=ts, thread=ts)
    made = (await store.create(NewTicket("printer jam", TODAY), deed)).record
    place = await cards._sender.post("C0SUPPORT", ts, card(made))
    await store.show_card("T001", place)
    await cards.keep(await store.get("T001"), drawn=True)
    return await store.get("T001")


async def change(store, **values):
    return (await store.update("T001", values, Deed("", "U0ENGINEER", 2.0))).record


def updates(slack):
    return [call.args["text"] for call in slack.called("chat.update")]


async def test_a_card_that_was_posted_just_now_is_not_drawn_again(slack, record):
    assert updates(slack) == []
    assert set(slack.reactions("support", record.born.message)) == {"ticket"}


async def test_fifty_changes_at_once_are_drawn_together_newest_last(slack, store, cards, record):
    changed = [await change(store, res=f"note {number}") for number in range(50)]
    await asyncio.gather(*(cards.keep(one) for one in changed))
    assert len(updates(slack)) == 1
    assert "note 49" in updates(slack)[0]


async def test_what_changes_while_a_card_is_being_written_is_drawn_after_it(slack, store, cards, record):
    slack.faults.slow("chat.update", held := asyncio.Event())
    first = asyncio.create_task(cards.keep(await change(store, res="first")))
    await asyncio.sleep(0)
    for number in range(10):
        newest = await change(store, res=f"then {number}")
    rest = asyncio.create_task(cards.keep(newest))
    held.set()
    await asyncio.gather(first, rest)
    assert len(updates(slack)) <= 2
    assert "then 9" in updates(slack)[-1]


async def test_a_record_that_is_older_than_what_is_shown_is_not_drawn(slack, store, cards, record):
    older, newer = await change(store, res="older"), await change(store, res="newer")
    await cards.keep(newer)
    await cards.keep(older)
    assert len(updates(slack)) == 1
    assert "newer" in updates(slack)[0]


@pytest.mark.parametrize(
    ("stat", "mark"), [("prog", "eyes"), ("done", "white_check_mark"), ("open", "ticket")]
)
async def test_the_message_bears_one_mark_also_after_a_restart(slack, store, cards, record, stat, mark):
    await change(store, stat="prog")
    cards._marks.clear()  # as a new process begins
    await cards.keep(await change(store, stat=stat))
    assert set(slack.reactions("support", record.born.message)) == {mark}


async def test_a_withdrawn_ticket_bears_no_mark_and_says_so(slack, store, cards, record):
    gone = (await store.delete("T001", Deed("", "U0ADMIN", 2.0))).record
    await cards.keep(gone)
    assert slack.reactions("support", record.born.message) == {}
    assert "Withdrawn" in updates(slack)[-1]


async def test_a_card_that_somebody_deleted_does_no_harm(slack, store, cards, record):
    await slack.until(lambda: True)
    slack.workspace.messages["C0SUPPORT"].pop(record.card.ts)
    await cards.keep(await change(store, stat="prog"))
    assert set(slack.reactions("support", record.born.message)) <= {"ticket", "eyes"}
