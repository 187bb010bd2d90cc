"""A mention, a reply in a ticket's thread, a direct message."""

import pytest

from tests.support.blockkit.check import check_message
from tests.support.bot_harness import HeldTime, open_office
from tests.surfaces.steps import command, ticket, whispered


class TestMention:
    async def test_the_answer_is_in_the_thread_and_never_in_the_channel_as_well(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("engineer", "support", "@tickets list open")
        assert office.slack.messages("support")[0]["ts"] == ts
        assert len(office.slack.messages("support")) == 2
        assert not any(call.args.get("reply_broadcast") for call in office.slack.called("chat.postMessage"))

    async def test_both_events_of_a_mention_make_one_ticket(self, office):
        await office.said("engineer", "support", "@tickets create API timeout")
        assert len(office.slack.deliveries) >= 2
        assert await ticket(office, "T001")
        assert await ticket(office, "T002") is None

    async def test_an_edited_mention_is_no_second_ticket(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.slack.edit("engineer", "support", ts, "@tickets create API timeouts, urgent")
        await office.idle()
        assert await ticket(office, "T002") is None
        assert (await ticket(office, "T001")).pri == 2

    async def test_deleting_the_message_that_made_a_ticket_changes_no_ticket(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.slack.remove("engineer", "support", ts)
        await office.idle()
        assert (await ticket(office, "T001")).stat == "open"

    async def test_nothing_typed_becomes_a_live_mention_or_link(self, office):
        ts = await office.said(
            "engineer", "support", "@tickets create <!channel> <https://evil.example|bank> *bold* & <b>"
        )
        card = office.thread("support", ts)[0]
        check_message(card)
        assert "<!channel>" not in str(card["blocks"])
        assert "<https://evil.example|" not in card["text"]

    async def test_talk_to_the_bot_changes_nothing(self, office):
        for text in ("@tickets", "@tickets 🔥", "@tickets thanks!", "@tickets should we close T001?"):
            await office.said("engineer", "support", text)
        assert await ticket(office, "T001") is None


class TestThread:
    async def test_talk_among_people_is_left_alone_silently(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        before = len(office.slack.calls)
        await office.said("colleague", "support", "I saw that too, is it the load balancer?", thread=ts)
        assert len(office.thread("support", ts)) == 2
        assert office.slack.ephemerals("colleague") == []
        assert [call.method for call in office.slack.calls[before:] if call.method.startswith("chat.")] == []

    @pytest.mark.parametrize(
        "text",
        [
            "done() fires twice, see line 41",
            "close(fd) returned -1",
            "close the second one",
            "close the urgent one",
            "undo the other one",
            "undo everything",
        ],
    )
    async def test_what_is_no_command_for_this_ticket_is_left_alone_silently(self, office, text):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("engineer", "support", "in progress, low", thread=ts)
        before = await ticket(office, "T001"), len(office.thread("support", ts))
        await office.said("engineer", "support", text, thread=ts)
        assert (await ticket(office, "T001"), len(office.thread("support", ts)) - 1) == before

    @pytest.mark.parametrize(
        ("text", "field", "value"),
        [
            ("in progress, looking at the LB", "stat", "prog"),
            ("done: fixed", "stat", "done"),
            ("pri 1", "pri", 1),
        ],
    )
    async def test_a_clear_command_needs_neither_mention_nor_id(self, office, text, field, value):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("colleague", "support", text, thread=ts)
        assert getattr(await ticket(office, "T001"), field) == value

    async def test_a_thread_belongs_to_its_first_ticket(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("engineer", "support", "@tickets create second thing to do", thread=ts)
        await office.said("engineer", "support", "pri 1", thread=ts)
        assert (await ticket(office, "T001")).pri == 1
        assert (await ticket(office, "T002")).pri == 2

    async def test_with_a_mention_anything_goes_and_the_id_may_be_left_out(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("colleague", "support", "@tickets please make it urgent, category infra", thread=ts)
        found = await ticket(office, "T001")
        assert (found.pri, found.cat) == (1, "infra")

    @pytest.mark.parametrize(
        ("text", "note"),
        [
            ("add: happens also in Munich", "happens also in Munich"),
            ("fyi vendor replied", "vendor replied"),
            ("update: vendor replied", "vendor replied"),
        ],
    )
    async def test_what_may_be_a_note_or_a_new_ticket_is_asked(self, office, text, note):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("colleague", "support", f"@tickets {text}", thread=ts)
        question = office.thread("support", ts)[-1]
        check_message(question)
        assert "New ticket" in str(question["blocks"])
        await office.slack.press("colleague", "support", question["ts"], "choice.take.0")
        await office.idle()
        assert (await ticket(office, "T001")).res == note
        assert await ticket(office, "T002") is None

    async def test_a_category_is_set_by_handing_it_over(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("colleague", "support", "@tickets reassign to doc", thread=ts)
        assert (await ticket(office, "T001")).cat == "doc"

    async def test_where_a_second_ticket_was_made_replies_name_the_id(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("engineer", "support", "@tickets create second thing to do", thread=ts)
        await office.said("colleague", "support", "T002 done: not needed", thread=ts)
        assert (await ticket(office, "T001")).stat == "open"
        assert (await ticket(office, "T002")).stat == "done"

    async def test_what_a_mention_got_wrong_is_told_to_that_person_alone(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        await office.said("colleague", "support", "@tickets T001 pri 9", thread=ts)
        assert len(office.thread("support", ts)) == 2
        assert office.slack.ephemerals("colleague")

    async def test_other_threads_are_nobodys_business(self, office):
        ts = await office.said("engineer", "support", "lunch?")
        await office.said("colleague", "support", "done", thread=ts)
        assert len(office.slack.called("chat.postMessage")) == 0


class TestDirectMessage:
    async def test_it_is_a_mention_without_one(self, office):
        ts = await office.slack.say("engineer", "dm", "create API timeout, urgent")
        await office.idle()
        said, card = office.slack.messages(office.slack.dm("engineer"))
        assert said["ts"] == ts
        assert "T001" in card["text"]

    async def test_its_answers_stand_in_the_flow_and_threads_are_below_cards_alone(self, office):
        await office.said("engineer", "dm", "create API timeout, urgent")
        await office.said("engineer", "dm", "my open tickets")
        await office.said("engineer", "dm", "help")
        shown = office.slack.messages(office.slack.dm("engineer"))
        assert len(shown) == 6
        card = shown[1]
        await office.slack.say("engineer", "dm", "done: fixed", thread=card["ts"])
        await office.idle()
        assert (await ticket(office, "T001")).res == "fixed"
        assert len(office.slack.messages(office.slack.dm("engineer"), card["ts"])) == 3

    @pytest.mark.parametrize(
        ("text", "field", "value"),
        [
            ("done: fixed", "res", "fixed"),
            ("pri 1", "pri", 1),
            ("close it", "stat", "done"),
            ("in progress", "stat", "prog"),
            ("cat doc", "cat", "doc"),
            ("note: asked the vendor", "res", "asked the vendor"),
        ],
    )
    async def test_what_follows_a_ticket_made_there_may_be_about_it(self, office, text, field, value):
        await office.said("engineer", "dm", "create printer jam")
        await office.said("engineer", "dm", text)
        dm = office.slack.dm("engineer")
        question = office.slack.messages(dm)[-1]
        check_message(question)
        assert getattr(await ticket(office, "T001"), field) != value
        await office.slack.press("engineer", dm, question["ts"], "choice.take.0")
        await office.idle()
        assert getattr(await ticket(office, "T001"), field) == value

    async def test_a_list_that_it_may_ask_for_is_offered_beside_it(self, office):
        await office.said("engineer", "dm", "create printer jam")
        await office.said("engineer", "dm", "pri 1")
        dm = office.slack.dm("engineer")
        question = office.slack.messages(dm)[-1]
        await office.slack.press("engineer", dm, question["ts"], "choice.take.1")
        await office.idle()
        assert "No tickets found: high" in office.slack.messages(dm)[-1]["text"]

    async def test_how_the_ticket_made_there_is_can_be_asked_without_its_id(self, office):
        await office.said("engineer", "dm", "create printer jam")
        await office.said("engineer", "dm", "any update?")
        assert "T001 printer jam" in office.slack.messages(office.slack.dm("engineer"))[-1]["text"]

    async def test_what_can_be_read_by_itself_is_done_as_ever(self, office):
        await office.said("engineer", "dm", "create printer jam")
        for text in ("my open tickets", "list", "create VPN drops", "help", "view T001"):
            await office.said("engineer", "dm", text)
        assert not any(
            "Do you mean" in message["text"] for message in office.slack.messages(office.slack.dm("engineer"))
        )

    async def test_what_was_made_elsewhere_is_not_guessed_at(self, office):
        await command(office, "create printer jam")
        await office.said("engineer", "dm", "pri 1")
        assert "No tickets found: high" in office.slack.messages(office.slack.dm("engineer"))[-1]["text"]

    async def test_what_is_made_there_says_who_can_see_it(self, office):
        await office.said("engineer", "dm", "create salary question")
        card = office.slack.messages(office.slack.dm("engineer"))[-1]
        assert "🔒" in card["text"]
        assert "Only engineer and admins can see this." in card["text"]

    async def test_a_ticket_born_there_is_seen_by_its_author_and_admins_only(self, office):
        await office.slack.say("engineer", "dm", "create salary question")
        await office.idle()
        await command(office, "view T001", "colleague")
        assert "There is no ticket T001" in whispered(office, "colleague")
        await command(office, "view T001", "engineer")
        assert "salary question" in whispered(office, "engineer")
        await command(office, "view T001", "admin")
        assert "salary question" in whispered(office, "admin")


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_ticket_made_in_a_direct_message_is_not_guessed_at_an_hour_later(tmp_path, mode):
    time = HeldTime()

    async def work():
        async with open_office(tmp_path, mode, clocks=time) as office:
            await office.said("engineer", "dm", "create printer jam")
            await time.skip(3600)
            await office.said("engineer", "dm", "pri 1")
            assert "No tickets found: high" in office.slack.messages(office.slack.dm("engineer"))[-1]["text"]

    await time.until_done(work())
