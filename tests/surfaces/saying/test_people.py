"""Guests, other bots and admins."""

import asyncio

import pytest

from tests.surfaces.saying.test_choices import button
from tests.surfaces.steps import command, ticket, whispered

LEFT = "You are not in that channel any more, so you cannot use Tickets there."


class TestGuests:
    async def test_a_guest_sees_and_changes_only_what_was_born_in_the_channel_they_are_in(self, office):
        await office.said("engineer", "support", "@tickets create in support")
        await office.said("engineer", "shared", "@tickets create in shared")
        await command(office, "view T002", "guest")
        assert "There is no ticket T002" in whispered(office, "guest")
        await command(office, "T001 pri 1", "guest")
        assert (await ticket(office, "T001")).pri == 1

    async def test_a_list_that_outsiders_read_along_holds_only_what_was_born_there(self, office):
        await office.said("engineer", "support", "@tickets create in support")
        await office.said("engineer", "shared", "@tickets create in shared")
        ts = await office.said("engineer", "shared", "@tickets list open")
        listed = office.thread("shared", ts)[0]["text"]
        assert "T002" in listed
        assert "T001" not in listed

    async def test_other_bots_are_nobody(self, office):
        await office.said("buildbot", "support", "@tickets create build is broken")
        assert await ticket(office, "T001") is None


class TestWhoeverLeaves:
    @pytest.mark.parametrize(
        ("author", "user", "channel"),
        [("engineer", "guest", "support"), ("consultant", "engineer", "private")],
    )
    async def test_a_command_that_waits_while_they_leave_tells_nothing_of_the_channel(
        self, office, author, user, channel
    ):
        await office.said(author, channel, "@tickets create payroll is late")
        office.bot.services.directory.forget()
        office.slack.faults.slow("users.info", held := asyncio.Event())
        await office.slack.command(user, channel, "/ticket", "view T001")
        await office.slack.until(lambda: office.bot.runner._in_hand)
        await office.slack.kick(user, channel)
        held.set()
        await office.idle()
        told = [*office.slack.ephemerals(user), *office.slack.messages(office.slack.dm(user))]
        assert [one["text"] for one in told] == [LEFT]

    @pytest.mark.parametrize(
        ("author", "user", "channel"),
        [("engineer", "guest", "support"), ("consultant", "engineer", "private")],
    )
    async def test_a_page_that_they_turn_leaves_the_list_of_the_others_as_it_is(
        self, office, author, user, channel
    ):
        for number in range(12):
            await office.said(author, channel, f"@tickets create printer {number} is jammed")
        ts = await office.said(author, channel, "@tickets list")
        (listed,) = office.thread(channel, ts)
        office.bot.services.directory.forget()
        office.slack.faults.slow("users.info", held := asyncio.Event())
        await office.slack.press(user, channel, listed["ts"], button(listed, "Next"))
        await office.slack.until(lambda: office.bot.runner._in_hand)
        await office.slack.kick(user, channel)
        held.set()
        await office.idle()
        assert office.thread(channel, ts)[0]["text"] == listed["text"]
        told = [*office.slack.ephemerals(user), *office.slack.messages(office.slack.dm(user))]
        assert [one["text"] for one in told] == [LEFT]

    async def test_whoever_has_come_a_moment_ago_is_heard(self, office):
        await office.said("consultant", "private", "@tickets create payroll is late")
        await office.slack.kick("engineer", "private")
        await office.idle()
        office.slack.settings.subscriptions -= {"member_joined_channel"}  # or it comes later
        await office.slack.invite("engineer", "private")
        await command(office, "view T001", "engineer", channel="private")
        assert "payroll" in whispered(office, "engineer")


class TestAdmin:
    async def test_a_deleted_ticket_is_gone_from_lists_and_its_card_and_undo_brings_it_back(self, office):
        ts = await office.said("engineer", "support", "@tickets create printer jam on floor 2")
        await command(office, "delete T001", "engineer")
        assert "Only admins" in whispered(office)
        await command(office, "delete T001", "admin")
        assert await ticket(office, "T001") is None
        assert "Deleted" in office.thread("support", ts)[0]["text"]
        await command(office, "undo T001", "admin")
        assert (await ticket(office, "T001")).title == "printer jam on floor 2"
        assert "Withdrawn" not in office.thread("support", ts)[0]["text"]

    @pytest.mark.parametrize(
        ("said", "name", "beginning"),
        [("export", "tickets.jsonl", '{"id"'), ("export csv", "tickets.csv", "id,title")],
    )
    async def test_an_export_comes_as_a_file_to_the_admin_directly(self, office, said, name, beginning):
        await command(office, "create printer jam on floor 2")
        await command(office, said, "admin")
        assert office.slack.uploads()[name].decode().startswith(beginning)
        assert "Exported 1 ticket" in whispered(office, "admin")

    async def test_nobody_else_exports(self, office):
        await command(office, "export", "engineer")
        assert office.slack.uploads() == {}
        assert "Only admins" in whispered(office)

    async def test_usage_says_how_many_messages_the_rules_read(self, office):
        await command(office, "view open")
        await command(office, "usage", "admin")
        assert "Usage" in whispered(office, "admin")
        assert "100 %" in whispered(office, "admin")


class TestGuestsForms:
    async def test_a_ticket_from_a_form_that_belongs_nowhere_is_theirs_to_see(self, office):
        await office.slack.shortcut("consultant", "new_ticket")
        await office.idle()
        await office.slack.submit("consultant", {"title": "my laptop"})
        await office.idle()
        record = await office.bot.core.store.get("T001")
        assert record.private
        channel = office.slack.dm("consultant")
        ts = await office.said("consultant", "dm", "view T001")
        assert "my laptop" in str(office.thread(channel, ts) + office.slack.messages(channel)[-1:])
        await command(office, "view T001", "engineer")
        assert "There is no ticket T001" in whispered(office)
