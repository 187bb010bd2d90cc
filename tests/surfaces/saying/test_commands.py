"""`/ticket …`: for the person alone, unless a ticket was made or changed."""

import pytest

from tests.support.blockkit.check import check_message
from tests.surfaces.steps import command, press, texts, ticket, whispered


class TestCommand:
    async def test_a_created_ticket_is_posted_in_the_channel_and_its_thread_is_the_tickets(self, office):
        await command(office, "create API timeout, urgent")
        (card,) = office.slack.messages("support")
        check_message(card)
        assert "T001" in card["text"]
        await office.said("colleague", "support", "pri 3", thread=card["ts"])
        assert (await ticket(office, "T001")).pri == 3

    async def test_where_the_bot_is_not_the_answer_is_for_the_person_alone_with_a_hint_to_invite_it(
        self, office
    ):
        await command(office, "create API timeout", channel="lobby")
        assert "T001" in whispered(office)
        assert "/invite" in whispered(office)
        assert office.slack.messages("lobby") == []

    @pytest.mark.parametrize("text", ["T001 pri 1", "close T001 and T002: fixed", "undo"])
    async def test_a_change_there_has_the_same_hint(self, office, text):
        await command(office, "create API timeout")
        await command(office, "create printer jam")
        await command(office, text, channel="lobby")
        check_message(office.slack.ephemerals("engineer")[-1])
        hint = "I am not in this channel, so only you can see this. To post here, type: /invite @tickets"
        assert whispered(office).startswith(f"{hint}\nengineer ")

    async def test_where_slack_does_not_take_a_change_it_says_why_only_the_person_sees_it(self, office):
        await command(office, "create API timeout")
        office.slack.faults.fail("chat.postMessage", "restricted_action")
        await command(office, "T001 pri 1")
        told = "It is done, but I could not say so in the channel (Slack says restricted_action)"
        assert whispered(office).startswith(told)
        assert "set the priority of T001" in whispered(office)

    async def test_a_change_of_what_not_everybody_there_may_see_has_no_hint(self, office):
        await office.said("engineer", "private", "@tickets create secret merger")
        await command(office, "T001 pri 1", channel="lobby")
        assert "/invite" not in whispered(office)

    async def test_invited_the_bot_posts_in_the_channel_from_then_on(self, office):
        await command(office, "create API timeout", channel="lobby")
        await office.slack.invite("tickets", "lobby", by="engineer")
        await command(office, "create printer jam on floor 2", channel="lobby")
        assert "T002" in texts(office.slack.messages("lobby"))[-1]

    async def test_a_change_is_answered_although_the_tickets_thread_is_gone(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        for message in office.slack.messages("support", ts)[::-1]:
            office.slack.workspace.messages["C0SUPPORT"].pop(message["ts"])
        await command(office, "start T001", channel="private")
        assert (await ticket(office, "T001")).stat == "prog"
        assert "Something went wrong" not in str(office.slack.ephemerals("engineer"))

    async def test_lists_help_errors_and_denials_are_for_the_person_alone(self, office):
        for text in ("view open", "help", "close T999", "update T001 pri 9", "delete T001", ""):
            await command(office, text)
        assert len(office.slack.ephemerals("engineer")) == 6
        assert office.slack.messages("support") == []

    async def test_a_changed_ticket_is_told_in_the_channel_and_in_its_own_thread(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await command(office, "start T001")
        assert "started" in texts(office.slack.messages("support"))[-1]
        assert "started" in texts(office.thread("support", ts))[-1]
        assert "In progress" in texts(office.thread("support", ts))[0]

    async def test_help_offers_the_form_for_a_new_ticket(self, office):
        await command(office, "")
        told = office.slack.ephemerals("engineer")[-1]
        check_message(told)
        await office.slack.press("engineer", "support", told["ts"], "ticket.new")
        await office.idle()
        assert office.slack.modal("engineer")["callback_id"] == "form.new"

    async def test_pages_turn_in_place(self, office):
        for number in range(12):
            await command(office, f'create "ticket number {number}" cat other')
        await command(office, "view open")
        first = office.slack.ephemerals("engineer")[-1]
        check_message(first)
        assert "Page 1 of 2" in first["text"]
        await office.slack.press("engineer", "support", first["ts"], "list.page.next")
        await office.idle()
        assert "Page 2 of 2" in whispered(office)
        assert "T011" in whispered(office)

    async def test_every_line_of_a_list_opens_its_ticket_for_the_person_alone(self, office):
        await command(office, "create API timeout")
        await command(office, "view open")
        listed = office.slack.ephemerals("engineer")[-1]
        await press(office, "engineer", listed, "ticket.open.T001")
        shown = office.slack.ephemerals("engineer")[-1]
        check_message(shown)
        assert "ticket.start" in str(shown["blocks"])
        assert len(office.slack.messages("support")) == 1

    async def test_a_list_in_a_thread_turns_in_place_for_everybody(self, office):
        for number in range(12):
            await command(office, f'create "ticket number {number}" cat other')
        ts = await office.said("engineer", "support", "@tickets list open")
        (listed,) = office.thread("support", ts)
        await press(office, "colleague", listed, "list.page.next")
        (listed,) = office.thread("support", ts)
        check_message(listed)
        assert "Page 2 of 2" in listed["text"]

    async def test_a_wrong_command_gets_the_nearest_right_one(self, office):
        await command(office, "close T0003")
        assert "close T003" in whispered(office)
