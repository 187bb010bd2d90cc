"""A reaction to a mention reaches the bot before the mention itself, which Slack delivers on its own way: one ticket is made."""

import pytest

from bot.local.fakeslack.clock import SystemClock
from bot.local.fakeslack.server import LocalSlack
from tests.support.bot_harness import Office, open_office
from tests.surfaces.steps import read, ticket


class EarlierClock(SystemClock):
    """Slack's clock, by which a message is three seconds old when it reaches the bot."""

    def time(self) -> float:
        return super().time() - 3


@pytest.fixture
async def office(mode, tmp_path):
    async with open_office(tmp_path, mode, slack=LocalSlack(EarlierClock())) as opened:
        yield opened


async def mention_after_reaction(office: Office, text: str, thread: str | None = None) -> str:
    """Erin's message is on its way when Cole makes a ticket of it; then it arrives."""
    slack = office.slack
    every = slack.settings.subscriptions
    slack.settings.subscriptions = frozenset({"reaction_added"})
    ts = await slack.say("engineer", "support", text, thread=thread)
    await slack.react("colleague", "support", ts, "ticket")
    await office.idle()
    slack.settings.subscriptions = every
    message = slack.message("support", ts)
    event = {name: message[name] for name in ("user", "text", "ts", "thread_ts") if name in message}
    slack.platform.emit(
        {"type": "app_mention", "channel": "C0SUPPORT", **event}, slack.workspace.channel("support")
    )
    await office.idle()
    return ts


@pytest.mark.parametrize("said", ["", "is anybody there?"])
async def test_what_asks_for_a_new_ticket_is_shown_the_one_that_is_there(office, said):
    thread = await office.said("colleague", "support", said) if said else None
    ts = await mention_after_reaction(office, "@tickets create login page is slow, urgent", thread)
    assert (await ticket(office, "T001")).pri == 1
    assert await ticket(office, "T002") is None
    assert read(office.thread("support", thread or ts)[-1]).startswith("T001: 🎫 Open")


async def test_what_asks_for_something_else_is_done(office):
    await office.said("engineer", "support", "@tickets create login page is slow")
    await mention_after_reaction(office, "@tickets close T001")
    assert (await ticket(office, "T001")).stat == "done"


async def test_several_commands_are_done(office):
    await mention_after_reaction(office, "@tickets create login page is slow\ncreate printer jam")
    assert (await ticket(office, "T003")).title == "printer jam"
