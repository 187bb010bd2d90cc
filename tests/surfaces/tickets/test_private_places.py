"""A ticket that is made by a form or a command in a private place is private, also where the bot cannot see who is in that
place; and its card says who sees it.
"""

import pytest

from tests.support.blockkit.check import check_message
from tests.support.bot_harness import Office
from tests.surfaces.saying.test_choices import button
from tests.surfaces.steps import command, press, read, ticket, whispered

SECRET = "our payroll export shows every salary"


async def opened_from_message(office: Office, channel: str) -> None:
    """Erin opens the form from a message of hers."""
    ts = await office.slack.say("engineer", channel, SECRET)
    await office.slack.message_shortcut("engineer", channel, ts, "create_ticket")
    await office.idle()


async def submitted(office: Office, **values: str) -> None:
    assert await office.slack.submit("engineer", values=values) is None
    await office.idle()


async def is_private_to_its_reporter(office: Office) -> None:
    await command(office, "list", "colleague")
    assert whispered(office, "colleague") == "No open tickets."
    await command(office, "view T001", "colleague")
    assert "There is no ticket T001." in whispered(office, "colleague")
    for user in ("engineer", "admin"):
        await command(office, "list", user)
        assert SECRET in whispered(office, user)
    (card,) = office.slack.messages(office.slack.dm("engineer"))
    check_message(card)
    assert "Only engineer and admins can see this." in read(card)
    assert "Post in a channel…" in str(card["blocks"])


async def test_of_a_message_between_two_people(office):
    await opened_from_message(office, office.slack.workspace.dm("engineer", "admin").id)
    await submitted(office)
    await is_private_to_its_reporter(office)


async def test_of_a_message_in_a_private_channel_that_the_bot_is_not_in(office):
    await office.slack.kick("tickets", "private")
    await office.idle()
    await opened_from_message(office, "private")
    await submitted(office)
    await is_private_to_its_reporter(office)


async def test_by_the_button_of_the_help_in_a_private_channel_that_the_bot_is_not_in(office):
    await office.slack.kick("tickets", "private")
    await office.idle()
    await command(office, "", channel="private")
    await office.slack.press(
        "engineer", "private", office.slack.ephemerals("engineer")[-1]["ts"], "ticket.new"
    )
    await office.idle()
    await submitted(office, title=SECRET)
    await is_private_to_its_reporter(office)


@pytest.mark.parametrize("gone", ["tickets", "engineer"])
async def test_although_somebody_left_the_private_channel_while_it_was_open(office, gone):
    await opened_from_message(office, "private")
    await office.slack.kick(gone, "private")
    await office.idle()
    await submitted(office)
    await is_private_to_its_reporter(office)


async def test_of_a_public_channel_that_its_reporter_left_meanwhile_it_is_everybodys(office):
    await opened_from_message(office, "support")
    await office.slack.kick("engineer", "support")
    await office.idle()
    await submitted(office)
    await command(office, "list", "colleague")
    assert SECRET in whispered(office, "colleague")


async def test_posted_in_a_channel_and_taken_back_it_is_private_again(office):
    await opened_from_message(office, office.slack.workspace.dm("engineer", "admin").id)
    await submitted(office)
    dm = office.slack.dm("engineer")
    (card,) = office.slack.messages(dm)
    await office.slack.press("engineer", dm, card["ts"], "ticket.post")
    await office.idle()
    await submitted(office, channel="C0SUPPORT")
    await command(office, "list", "colleague")
    assert SECRET in whispered(office, "colleague")
    (line,) = office.slack.messages(dm)
    await office.slack.press("engineer", dm, line["ts"], "ticket.undo")
    await office.idle()
    await command(office, "list", "colleague")
    assert whispered(office, "colleague") == "No open tickets."
    assert office.slack.messages("support") == []
    again = office.slack.messages(dm)[-1]
    assert SECRET in read(again)
    assert "Post in a channel…" in str(again["blocks"])


async def test_by_a_command_between_two_people_its_card_says_that_both_see_it(office):
    between = office.slack.workspace.dm("engineer", "colleague").id
    await command(office, f"create {SECRET}", channel=between)
    told = "Only the people in its conversation, engineer and admins can see this."
    assert told in whispered(office)
    await command(office, "list", "colleague", channel=between)
    assert SECRET in whispered(office, "colleague")
    await command(office, "list", "colleague")
    assert whispered(office, "colleague") == "No open tickets."
    for channel in (between, "support"):
        await command(office, "view T001", channel=channel)
        assert told in whispered(office)


async def test_by_a_command_to_the_bot_nobody_else_sees_it_and_its_card_says_so(office):
    await command(office, f"create {SECRET}", channel="dm")
    await is_private_to_its_reporter(office)
    await command(office, "view T001")
    assert "Only engineer and admins can see this." in whispered(office)


async def test_of_a_question_that_was_asked_before_its_channel_became_private(office):
    ts = await office.said("engineer", "support", f"@tickets crate {SECRET}")
    (asked,) = office.thread("support", ts)
    where = office.slack.workspace.channel("support")
    where.kind = "private"
    where.members.remove("U0COLLEAGUE")
    office.bot.services.directory.forget()
    await press(office, "engineer", asked, button(asked, "New ticket"))
    assert (await ticket(office, "T001")).title == SECRET
    await command(office, "list", "colleague", channel="shared")
    assert whispered(office, "colleague") == "No open tickets."
