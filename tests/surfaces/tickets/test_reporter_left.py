"""A guest who has left a ticket's channel may not see the ticket. They are not told of it in their direct messages either."""

import dataclasses

import pytest

from tests.support.bot_harness import Office
from tests.surfaces.steps import command, read

NOTE = "the supplier is insolvent"


async def told(office: Office, user: str) -> str:
    """All that the bot has posted in this person's direct messages, in threads, too."""
    channel = office.slack.dm(user)
    posted = office.slack.messages(channel)
    return "\n".join(read(one) for each in posted for one in office.slack.messages(channel, each["ts"]))


async def made_where_the_bot_is_not(office: Office, user: str) -> None:
    """A ticket of #support, whose card is in its reporter's direct messages. The bot joins the channel afterwards."""
    await office.slack.kick("tickets", "support")
    await office.idle()
    ts = await office.slack.say(user, "support", "the printer is broken")
    await office.slack.message_shortcut(user, "support", ts, "create_ticket")
    await office.idle()
    await office.slack.submit(user, values={"title": "printer jam"})
    await office.idle()  # the card is posted before the bot joins
    await office.slack.invite("tickets", "support")
    await office.idle()


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_card_there_follows_the_ticket_only_as_long_as_they_are_in_its_channel(office, leaves):
    await made_where_the_bot_is_not(office, "guest")
    if leaves:
        await office.slack.kick("guest", "support")
        await office.idle()
    await command(office, "close T001: " + NOTE, "engineer")
    shown = await told(office, "guest")
    assert "printer jam" in shown
    assert (NOTE in shown) is not leaves
    assert ("Done" in shown) is not leaves


@pytest.mark.parametrize("leaves", [True, False])
async def test_that_it_was_closed_they_are_told_only_as_long_as_they_are_in_its_channel(office, leaves):
    await office.said("guest", "support", "@tickets create printer jam")
    if leaves:
        await office.slack.kick("guest", "support")
        await office.idle()
    office.slack.faults.fail("chat.postMessage", "is_archived")  # in the ticket's thread
    await command(office, "close T001: " + NOTE, "engineer", channel="shared")
    assert (NOTE in await told(office, "guest")) is not leaves


async def test_whoever_was_made_a_guest_is_told_no_more_than_other_guests(office):
    await made_where_the_bot_is_not(office, "engineer")
    users = office.slack.workspace.users
    users["U0ENGINEER"] = dataclasses.replace(users["U0ENGINEER"], is_restricted=True)
    office.bot.services.directory.forget()
    await office.slack.kick("engineer", "support")
    await office.idle()
    await command(office, "close T001: " + NOTE, "colleague")
    assert NOTE not in await told(office, "engineer")
