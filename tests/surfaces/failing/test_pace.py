"""Much happens at once: what belongs together is shown together, and Slack is called no more often than it allows."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.bot_harness import HeldTime, Office, open_office
from tests.support.counts import again_and_again
from tests.surfaces.steps import texts, ticket_by_mention


@pytest.fixture
def time() -> HeldTime:
    return HeldTime()


@pytest.fixture(params=["socket", pytest.param("http", marks=again_and_again)])
async def office(request, tmp_path, time) -> AsyncIterator[Office]:
    """At Slack's own pace, in a time that the test moves on."""
    async with open_office(tmp_path, request.param, clocks=time, pace=1.0) as opened:
        yield opened
        await time.until_done(opened.idle())


async def changed(office: Office, **values) -> None:
    """Until the ticket is so."""
    async with asyncio.timeout(10):
        while (  # noqa: ASYNC110  # the store tells nobody
            values.items() - dict((await office.bot.core.store.get("T001")).ticket).items()
        ):
            await asyncio.sleep(0)


def cards(office: Office) -> list[str]:
    """What the card showed, one after another."""
    return [text for text in updated(office) if text.startswith("T001")]


def updated(office: Office) -> list[str]:
    return [call.args["text"] for call in office.slack.called("chat.update")]


def published(office: Office) -> int:
    return len(office.slack.called("views.publish"))


async def test_fifty_changes_in_a_second_are_one_update_of_the_card_and_a_line_each_in_order(office, time):
    ts, _ = await ticket_by_mention(office)
    await time.advance(10)
    for number in range(50):
        await office.slack.say("colleague", "support", f"in progress, note {number}", thread=ts)
        await changed(office, res=f"note {number}")
        await time.advance(0.019)
    await time.until_done(office.idle())
    (card,) = cards(office)
    assert "note 49" in card
    assert len(updated(office)) <= 3  # and the few lines of it whose Undo the newest one replaced
    lines = [text for text in texts(office.thread("support", ts)) if text.startswith("colleague ")]
    assert [line.rpartition(" ")[2] for line in lines] == [str(number) for number in range(50)]


async def test_a_single_change_is_on_the_card_after_a_quarter_of_a_second(office, time):
    ts, _ = await ticket_by_mention(office)
    await time.advance(10)
    await office.slack.say("colleague", "support", "in progress, looking", thread=ts)
    await changed(office, res="looking")
    await time.advance(0.24)
    assert cards(office) == []
    await time.advance(0.02)
    await office.slack.until(lambda: cards(office))
    assert "In progress" in cards(office)[0]


async def test_fifty_changes_in_a_second_redraw_a_home_at_most_twice(office, time):
    ts, _ = await ticket_by_mention(office)
    await office.slack.open_home("engineer")
    await time.until_done(office.idle())
    await time.advance(10)
    before = published(office)
    for number in range(50):
        await office.slack.say("colleague", "support", f"pri {number % 3 + 1}", thread=ts)
        await changed(office, pri=number % 3 + 1)
        await time.advance(0.019)
    await time.until_done(office.idle())
    assert 1 <= published(office) - before <= 2
    assert "Medium" in str(office.slack.home("engineer")["blocks"][-3:])
