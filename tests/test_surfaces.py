"""Every surface in Slack, as people use it: over real Bolt, against the local Slack."""

from collections.abc import AsyncIterator

import pytest

from tests.office import Office, open_office
from tests.views.blockkit import check_message


@pytest.fixture(params=["socket", "http"])
async def office(request, tmp_path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, request.param) as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path) -> AsyncIterator[Office]:
    """Over Socket Mode alone, where the way in makes no difference."""
    async with open_office(tmp_path) as opened:
        yield opened


async def command(office: Office, text: str, user: str = "engineer", channel: str = "support"):
    answer = await office.slack.command(user, channel, "/ticket", text)
    await office.idle()
    return answer


async def ticket(office: Office, ticket_id: str):
    record = await office.bot.core.store.get(ticket_id)
    return record.ticket if record else None


def texts(messages) -> list[str]:
    return [message["text"] for message in messages]


def whispered(office: Office, user: str = "engineer") -> str:
    return office.slack.ephemerals(user)[-1]["text"]


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

    async def test_invited_the_bot_posts_in_the_channel_from_then_on(self, desk):
        await command(desk, "create API timeout", channel="lobby")
        await desk.slack.invite("tickets", "lobby", by="engineer")
        await command(desk, "create printer jam on floor 2", channel="lobby")
        assert "T002" in texts(desk.slack.messages("lobby"))[-1]

    async def test_a_change_is_answered_although_the_tickets_thread_is_gone(self, desk):
        ts = await desk.said("engineer", "support", "@tickets create API timeout")
        for message in desk.slack.messages("support", ts)[::-1]:
            desk.slack.workspace.messages["C0SUPPORT"].pop(message["ts"])
        await command(desk, "start T001", channel="private")
        assert (await ticket(desk, "T001")).stat == "prog"
        assert "Something went wrong" not in str(desk.slack.ephemerals("engineer"))

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
        ("text", "field", "value"),
        [
            ("in progress, looking at the LB", "stat", "prog"),
            ("done: fixed", "stat", "done"),
            ("pri 1", "pri", 1),
        ],
    )
    async def test_a_clear_command_needs_neither_mention_nor_id(self, desk, text, field, value):
        ts = await desk.said("engineer", "support", "@tickets create API timeout")
        await desk.said("colleague", "support", text, thread=ts)
        assert getattr(await ticket(desk, "T001"), field) == value

    async def test_a_thread_belongs_to_its_first_ticket(self, desk):
        ts = await desk.said("engineer", "support", "@tickets create API timeout")
        await desk.said("engineer", "support", "@tickets create second thing to do", thread=ts)
        await desk.said("engineer", "support", "pri 1", thread=ts)
        assert (await ticket(desk, "T001")).pri == 1
        assert (await ticket(desk, "T002")).pri == 2

    async def test_other_threads_are_nobodys_business(self, desk):
        ts = await desk.said("engineer", "support", "lunch?")
        await desk.said("colleague", "support", "done", thread=ts)
        assert len(desk.slack.called("chat.postMessage")) == 0


class TestDirectMessage:
    async def test_it_is_a_mention_without_one(self, office):
        ts = await office.slack.say("engineer", "dm", "create API timeout, urgent")
        await office.idle()
        card = office.slack.messages(office.slack.dm("engineer"), ts)[-1]
        assert "T001" in card["text"]

    async def test_a_ticket_born_there_is_seen_by_its_author_and_admins_only(self, desk):
        await desk.slack.say("engineer", "dm", "create salary question")
        await desk.idle()
        await command(desk, "view T001", "colleague")
        assert "There is no ticket T001" in whispered(desk, "colleague")
        await command(desk, "view T001", "engineer")
        assert "salary question" in whispered(desk, "engineer")
        await command(desk, "view T001", "admin")
        assert "salary question" in whispered(desk, "admin")


class TestCard:
    async def card(self, office):
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        return ts, office.thread("support", ts)[0]

    async def press(self, office, user, message, action, value=None):
        await office.slack.press(user, "support", message["ts"], action, value)
        await office.idle()

    def offered(self, card, beginning):
        elements = [one for block in card["blocks"] for one in block.get("elements", [])]
        (menu,) = [one for one in elements if one.get("action_id") == "ticket.menu"]
        values = [option["value"] for group in menu["option_groups"] for option in group["options"]]
        return next(value for value in values if value.startswith(beginning))

    async def test_start_close_and_reopen_work_and_the_parent_bears_one_mark(self, office):
        ts, card = await self.card(office)
        await self.press(office, "colleague", card, "ticket.start")
        assert (await ticket(office, "T001")).stat == "prog"
        card = office.thread("support", ts)[0]
        assert "colleague" in card["text"]
        await self.press(office, "colleague", card, "ticket.close")
        await office.slack.submit("colleague", values={"res": "fixed"})
        await office.idle()
        card = office.thread("support", ts)[0]
        check_message(card)
        assert set(office.slack.reactions("support", ts)) == {"white_check_mark"}
        await self.press(office, "colleague", card, "ticket.reopen")
        assert (await ticket(office, "T001")).stat == "open"
        assert set(office.slack.reactions("support", ts)) == {"ticket"}

    async def test_a_double_click_is_done_and_told_once(self, office):
        ts, card = await self.card(office)
        for _ in range(2):
            await office.slack.press("engineer", "support", card["ts"], "ticket.start", forge=True)
        await office.idle()
        assert len([text for text in texts(office.thread("support", ts))[1:] if "started" in text]) == 1

    async def test_the_menu_sets_priority_and_category_and_shows_the_history(self, desk):
        ts, card = await self.card(desk)
        await self.press(desk, "engineer", card, "ticket.menu", self.offered(card, "pri:1"))
        assert (await ticket(desk, "T001")).pri == 1
        card = desk.thread("support", ts)[0]
        await self.press(desk, "engineer", card, "ticket.menu", self.offered(card, "history"))
        assert "History of T001" in whispered(desk)

    async def test_the_edit_form_changes_what_was_edited_and_can_empty_a_field(self, desk):
        ts, card = await self.card(desk)
        await command(desk, 'update T001 desc "what was seen"')
        card = desk.thread("support", ts)[0]
        await self.press(desk, "engineer", card, "ticket.edit")
        assert (
            await desk.slack.submit("engineer", values={"title": "API timeouts", "desc": "", "pri": "1"})
            is None
        )
        await desk.idle()
        found = await ticket(desk, "T001")
        assert (found.title, found.desc, found.pri) == ("API timeouts", None, 1)

    async def test_a_form_that_was_open_while_the_ticket_changed_shows_the_newer_value(self, desk):
        _, card = await self.card(desk)
        await self.press(desk, "engineer", card, "ticket.edit")
        await command(desk, "T001 pri 1", "colleague")
        await desk.slack.submit("engineer", values={"title": "API timeouts"})
        await desk.idle()
        form = desk.slack.modal("engineer")
        assert "changed while this form was open" in str(form["blocks"])
        assert (await ticket(desk, "T001")).title == "API timeout"

    async def test_a_tampered_button_is_refused_like_an_unknown_ticket(self, desk):
        await desk.slack.say("admin", "dm", "create secret plans")
        await desk.idle()
        _, card = await self.card(desk)
        for value in ("T001 1", "T999 1"):
            await desk.slack.press("colleague", "support", card["ts"], "ticket.start", value, forge=True)
            await desk.idle()
        hidden, absent = texts(desk.slack.ephemerals("colleague"))
        assert hidden.replace("T001", "T999") == absent
        assert (await ticket(desk, "T001")).stat == "open"


class TestForms:
    async def test_a_field_that_is_wrong_says_so_and_nothing_is_made(self, office):
        await office.slack.shortcut("engineer", "new_ticket")
        await office.idle()
        errors = await office.slack.submit("engineer", values={"title": "   "}, forge=True)
        assert "title" in errors
        assert await ticket(office, "T001") is None
        assert await office.slack.submit("engineer", values={"title": "Printer jam", "pri": "3"}) is None
        await office.idle()
        assert (await ticket(office, "T001")).title == "Printer jam"

    async def test_a_ticket_of_a_message_is_filled_in_with_it_and_its_card_is_in_its_thread(self, office):
        ts = await office.said("colleague", "support", "The export of invoices & quotes is empty")
        await office.slack.message_shortcut("engineer", "support", ts, "create_ticket")
        await office.idle()
        assert "invoices & quotes" in str(office.slack.modal("engineer")["blocks"])
        await office.slack.submit("engineer", values={})
        await office.idle()
        assert "T001" in office.thread("support", ts)[0]["text"]
        assert set(office.slack.reactions("support", ts)) == {"ticket"}


class TestHome:
    async def test_it_shows_the_queue_and_opens_a_ticket(self, office):
        await office.said("engineer", "support", "@tickets create API timeout, urgent")
        await office.slack.open_home("colleague")
        await office.idle()
        assert "API timeout" in str(office.slack.home("colleague"))
        await office.slack.press_in_home("colleague", "ticket.open.T001")
        await office.idle()
        assert "T001" in str(office.slack.modal("colleague")["title"])

    async def test_its_filters_narrow_the_queue(self, desk):
        await desk.said("engineer", "support", "@tickets create API timeout, urgent")
        await desk.said("engineer", "support", "@tickets create typo in the README, low priority")
        await desk.slack.open_home("colleague")
        await desk.idle()
        await desk.slack.press_in_home("colleague", "home.filter.pri", "1")
        await desk.idle()
        home = str(desk.slack.home("colleague"))
        assert "T001" in home
        assert "engineer" in home
        assert "T002" not in home


class TestBulk:
    async def made(self, office, number=3):
        for one in range(number):
            await command(office, f'create "ticket number {one}" cat doc')

    async def test_named_ids_run_at_once(self, office):
        await self.made(office)
        await command(office, "close T001, T002 and T003")
        assert [(await ticket(office, f"T00{one}")).stat for one in (1, 2, 3)] == ["done"] * 3

    async def test_by_filter_it_waits_for_a_click_of_that_person(self, office):
        await self.made(office)
        await command(office, "set all open doc tickets to pri 3")
        preview = office.slack.ephemerals("engineer")[-1]
        check_message(preview)
        assert (await ticket(office, "T001")).pri == 2
        await office.slack.press("engineer", "support", preview["ts"], "bulk.confirm")
        await office.idle()
        assert [(await ticket(office, f"T00{one}")).pri for one in (1, 2, 3)] == [3] * 3

    async def test_cancelled_nothing_changes(self, desk):
        await self.made(desk)
        await command(desk, "close all open doc tickets")
        preview = desk.slack.ephemerals("engineer")[-1]
        await desk.slack.press("engineer", "support", preview["ts"], "bulk.cancel")
        await desk.idle()
        assert "nothing was changed" in whispered(desk)
        assert (await ticket(desk, "T001")).stat == "open"


class TestSimilar:
    async def test_a_message_can_be_added_to_a_similar_ticket_instead(self, office):
        await office.said("colleague", "support", "@tickets create payment API timeout in production")
        ts = await office.said(
            "engineer", "support", "@tickets create payment API timeout in production again"
        )
        card = office.thread("support", ts)[0]
        check_message(card)
        assert "Looks like T001" in card["text"]
        await office.slack.press("engineer", "support", card["ts"], "similar.add.T001")
        await office.idle()
        assert await ticket(office, "T002") is None
        assert "T002" in (await ticket(office, "T001")).res
        assert "Withdrawn" in office.thread("support", ts)[0]["text"]


class TestHistoryAndUndo:
    async def test_history_says_who_changed_what_and_in_which_words(self, office):
        await command(office, "create API timeout")
        await command(office, "start T001, looking at it", "colleague")
        await command(office, "history T001")
        told = whispered(office)
        assert "colleague" in told
        assert "looking at it" in told

    async def test_undo_takes_back_ones_own_latest_change(self, office):
        await command(office, "create API timeout")
        await command(office, "T001 pri 1")
        await command(office, "undo")
        assert (await ticket(office, "T001")).pri == 2


class TestGuests:
    async def test_a_guest_sees_and_changes_only_what_was_born_in_the_channel_they_are_in(self, desk):
        await desk.said("engineer", "support", "@tickets create in support")
        await desk.said("engineer", "shared", "@tickets create in shared")
        await command(desk, "view T002", "guest")
        assert "There is no ticket T002" in whispered(desk, "guest")
        await command(desk, "T001 pri 1", "guest")
        assert (await ticket(desk, "T001")).pri == 1

    async def test_a_list_that_outsiders_read_along_holds_only_what_was_born_there(self, desk):
        await desk.said("engineer", "support", "@tickets create in support")
        await desk.said("engineer", "shared", "@tickets create in shared")
        ts = await desk.said("engineer", "shared", "@tickets list open")
        listed = desk.thread("shared", ts)[0]["text"]
        assert "T002" in listed
        assert "T001" not in listed

    async def test_other_bots_are_nobody(self, desk):
        await desk.said("buildbot", "support", "@tickets create build is broken")
        assert await ticket(desk, "T001") is None


class TestAdmin:
    async def test_a_deleted_ticket_is_gone_from_lists_and_its_card_and_undo_brings_it_back(self, office):
        ts = await office.said("engineer", "support", "@tickets create printer jam on floor 2")
        await command(office, "delete T001", "engineer")
        assert "Only an admin" in whispered(office)
        await command(office, "delete T001", "admin")
        assert await ticket(office, "T001") is None
        assert "Withdrawn" in office.thread("support", ts)[0]["text"]
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

    async def test_nobody_else_exports(self, desk):
        await command(desk, "export", "engineer")
        assert desk.slack.uploads() == {}
        assert "Only an admin" in whispered(desk)

    async def test_usage_says_how_many_messages_the_rules_read(self, desk):
        await command(desk, "view open")
        await command(desk, "usage", "admin")
        assert "Usage" in whispered(desk, "admin")
        assert "100 %" in whispered(desk, "admin")


class TestUndoOfBulk:
    async def test_one_click_undoes_all_of_it(self, office):
        for one in range(3):
            await command(office, f'create "ticket number {one}" cat doc')
        await command(office, "close T001, T002 and T003")
        told = office.slack.messages("support")[-1]
        check_message(told)
        await office.slack.press("engineer", "support", told["ts"], "bulk.undo")
        await office.idle()
        assert [(await ticket(office, f"T00{one}")).stat for one in (1, 2, 3)] == ["open"] * 3

    async def test_the_word_undo_undoes_all_of_it_too(self, desk):
        for one in range(3):
            await command(desk, f'create "ticket number {one}" cat doc')
        await command(desk, "T001-T003 pri 1")
        await command(desk, "undo")
        assert [(await ticket(desk, f"T00{one}")).pri for one in (1, 2, 3)] == [2] * 3
