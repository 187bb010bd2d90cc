"""The store keeps something, and its answer is lost: what it then counts as this process's is worked on by nobody here. Replies stay
in order all the same, and nothing waits until the lease ends.
"""

import pytest

from bot.listeners.incoming import leases
from store.errors import UnwritableError
from tests.support.bot_harness import Office
from tests.surfaces.saying.test_reply_during_claim import left_over
from tests.surfaces.steps import ticket_by_mention


@pytest.fixture(autouse=True)
def _long_leases(monkeypatch):
    monkeypatch.setattr(leases, "TERM", 3600.0)


def lose_an_answer(office: Office, mocker, name: str) -> None:
    """The next call of this method is carried out, but raises as if the connection had been lost."""
    store = office.bot.core.store
    method = getattr(store, name)

    async def lost(*given, **named):
        await method(*given, **named)
        mocker.patch.object(store, name, side_effect=method)
        error = UnwritableError("The database went away while this was being saved.")
        error.uncertain = True
        raise error

    mocker.patch.object(store, name, side_effect=lost)


async def notes(office: Office) -> list[str]:
    history, _ = await office.bot.core.store.history("T001")
    return [change.after["res"] for change in reversed(history) if "res" in change.after]


async def reply(office: Office, ts: str, text: str) -> None:
    await office.slack.say("engineer", "support", f"in progress, {text}", thread=ts)


async def until_noted(office: Office, *wanted: str) -> None:
    await office.slack.until(lambda: len(office.slack.called("chat.postMessage")) > len(wanted))
    await office.idle()
    assert await notes(office) == list(wanted)


async def test_a_reply_that_is_stored_is_done_before_the_next_one(office, mocker):
    ts, _ = await ticket_by_mention(office)
    lose_an_answer(office, mocker, "accept")
    await reply(office, ts, "the first")
    await office.slack.until(lambda: all(one.done for one in office.slack.deliveries))
    await reply(office, ts, "the second")
    await until_noted(office, "the first", "the second")


async def test_what_was_claimed_is_done_before_the_next_reply(office, mocker):
    ts, _ = await ticket_by_mention(office)
    lose_an_answer(office, mocker, "claim")
    await office.bot.core.store.accept(left_over(office, ts, "in progress, the first"))
    await office.slack.until(lambda: office.bot.core.store.claim.await_count)
    await reply(office, ts, "the second")
    await until_noted(office, "the first", "the second")
