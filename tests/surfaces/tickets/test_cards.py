"""A card: its buttons, its menu, its forms; and the shortcuts' forms."""

import asyncio

import pytest

from bot.listeners.forms import checking
from store.errors import UnavailableError
from store.models.tickets import Origin
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_message, check_view
from tests.surfaces.steps import command, offered, press, read, texts, ticket, ticket_by_mention, whispered


class TestCard:
    async def test_start_close_and_reopen_work_and_the_parent_bears_one_mark(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        assert (await ticket(office, "T001")).stat == "prog"
        card = office.thread("support", ts)[0]
        assert "colleague" in card["text"]
        await press(office, "colleague", card, "ticket.close")
        await office.slack.submit("colleague", values={"res": "fixed"})
        await office.idle()
        card = office.thread("support", ts)[0]
        check_message(card)
        assert set(office.slack.reactions("support", ts)) == {"white_check_mark"}
        await press(office, "colleague", card, "ticket.reopen")
        assert (await ticket(office, "T001")).stat == "open"
        assert set(office.slack.reactions("support", ts)) == {"ticket"}

    async def test_its_menu_undoes_the_latest_change_of_whoever_chooses_it(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        await command(office, "T001 pri 1")
        card = office.thread("support", ts)[0]
        await press(office, "colleague", card, "ticket.menu", offered(card, "undo"))
        found = await ticket(office, "T001")
        assert (found.stat, found.pri) == ("open", 1)

    async def test_who_started_it_last_is_on_it(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        assert "In progress · colleague" in read(office.thread("support", ts)[0])
        await command(office, "T001 open")
        assert "· colleague" not in read(office.thread("support", ts)[0])
        await command(office, "start T001", "admin")
        assert "In progress · admin" in read(office.thread("support", ts)[0])

    async def test_starting_what_somebody_else_works_on_takes_it_over(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        await command(office, "start T001", "admin")
        thread = office.thread("support", ts)
        assert "In progress · admin" in read(thread[0])
        assert "took over" in thread[-1]["text"]

    async def test_a_double_click_is_done_and_told_once(self, office):
        ts, card = await ticket_by_mention(office)
        for _ in range(2):
            await office.slack.press("engineer", "support", card["ts"], "ticket.start", forge=True)
        await office.idle()
        assert len([text for text in texts(office.thread("support", ts))[1:] if "started" in text]) == 1

    async def test_the_menu_sets_priority_and_category_and_shows_the_history(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.menu", offered(card, "pri:1"))
        assert (await ticket(office, "T001")).pri == 1
        card = office.thread("support", ts)[0]
        await press(office, "engineer", card, "ticket.menu", offered(card, "history"))
        assert "History of T001" in whispered(office)

    async def test_the_edit_form_changes_what_was_edited_and_can_empty_a_field(self, office):
        ts, card = await ticket_by_mention(office)
        await command(office, 'update T001 desc "what was seen"')
        card = office.thread("support", ts)[0]
        await press(office, "engineer", card, "ticket.edit")
        assert (
            await office.slack.submit("engineer", values={"title": "API timeouts", "desc": "", "pri": "1"})
            is None
        )
        await office.idle()
        found = await ticket(office, "T001")
        assert (found.title, found.desc, found.pri) == ("API timeouts", None, 1)

    async def test_a_note_that_the_form_emptied_is_told_with_what_else_it_changed(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "note: looks like DNS", thread=ts)
        await press(office, "engineer", office.thread("support", ts)[0], "ticket.edit")
        await office.slack.submit("engineer", values={"res": "", "pri": "1"})
        await office.idle()
        told = "engineer set the priority of this ticket to High and removed the note"
        assert read(office.thread("support", ts)[-1]) == told

    async def test_a_form_that_was_open_while_the_ticket_changed_shows_the_newer_value(self, office):
        _, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.edit")
        await command(office, "T001 pri 1", "colleague")
        await office.slack.submit("engineer", values={"title": "API timeouts"})
        await office.idle()
        form = office.slack.modal("engineer")
        assert "changed while this form was open" in str(form["blocks"])
        assert (await ticket(office, "T001")).title == "API timeout"

    async def test_it_gives_back_what_that_person_filled_in_and_not_what_others_have_changed(self, office):
        _, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.edit")
        await command(office, "T001 pri 1", "colleague")
        await command(office, "T001 cat doc", "colleague")
        await office.slack.submit("engineer", values={"title": "API timeouts", "desc": "since Monday"})
        await office.idle()
        told = str(office.slack.modal("engineer")["blocks"][0])
        assert "Title: API timeouts" in told
        assert "Description: since Monday" in told
        assert "Priority" not in told
        assert "Category" not in told

    async def test_a_tampered_button_is_refused_like_an_unknown_ticket(self, office):
        await office.slack.say("admin", "dm", "create secret plans")
        await office.idle()
        _, card = await ticket_by_mention(office)
        for value in ("T001 1", "T999 1"):
            await office.slack.press("colleague", "support", card["ts"], "ticket.start", value, forge=True)
            await office.idle()
        hidden, absent = texts(office.slack.ephemerals("colleague"))
        assert hidden.replace("T001", "T999") == absent
        assert (await ticket(office, "T001")).stat == "open"


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
        assert "T001" in read(office.thread("support", ts)[0])
        assert set(office.slack.reactions("support", ts)) == {"ticket"}

    async def test_of_a_message_that_has_a_ticket_by_now_it_makes_no_other_one_and_shows_that(self, office):
        ts = await office.said("admin", "support", "The export of invoices is empty")
        for user in ("engineer", "colleague"):
            await office.slack.message_shortcut(user, "support", ts, "create_ticket")
            await office.idle()
        for user in ("engineer", "colleague"):
            assert await office.slack.submit(user, values={}) is None
            await office.idle()
        assert await ticket(office, "T002") is None
        shown = office.slack.modal("colleague")
        check_view(
            {
                name: shown[name]
                for name in ("type", "callback_id", "title", "close", "blocks")
                if name in shown
            }
        )
        assert "This message has a ticket by now, so no other one was made: T001." in str(shown["blocks"])

    async def test_two_that_are_sent_at_the_same_moment_make_one_ticket(self, office):
        ts = await office.said("admin", "support", "The export of invoices is empty")
        people = ("engineer", "colleague")
        for user in people:
            await office.slack.message_shortcut(user, "support", ts, "create_ticket")
            await office.idle()
        await asyncio.gather(*(office.slack.submit(user, values={}) for user in people))
        await office.idle()
        assert await ticket(office, "T001")
        assert await ticket(office, "T002") is None
        assert len(office.thread("support", ts)) == 1

    async def test_what_was_typed_for_a_message_that_has_a_ticket_by_now_is_given_back(self, office):
        ts = await office.said("admin", "support", "The export of invoices is empty")
        for user in ("engineer", "colleague"):
            await office.slack.message_shortcut(user, "support", ts, "create_ticket")
            await office.idle()
        await office.slack.submit("engineer", {"pri": "3"})
        await office.idle()
        typed = {"desc": "only for *customers*\nwith a VAT id", "cat": "doc"}
        assert await office.slack.submit("colleague", typed) is None
        shown = said(office.slack.modal("colleague")["blocks"])
        assert (
            "You had filled in: Description: “only for *customers* with a VAT id”; Category: “Docs”." in shown
        )
        assert "Title:" not in shown
        assert "Priority:" not in shown

    async def test_so_it_is_when_the_other_ticket_is_made_at_that_moment(self, office, mocker):
        ts = await office.said("admin", "support", "The export of invoices is empty")
        await office.slack.message_shortcut("colleague", "support", ts, "create_ticket")
        await office.idle()
        await office.slack.react("engineer", "support", ts, "ticket")
        await office.idle()
        mocker.patch.object(checking, "made_meanwhile", return_value=None)  # it was not there yet
        await office.slack.submit("colleague", {"title": "export empty", "desc": "since noon"})
        await office.idle()
        assert await ticket(office, "T002") is None
        card, told = office.slack.ephemerals("colleague")
        assert "T001" in read(card)
        assert "You had filled in: Title: “export empty”; Description: “since noon”." in read(told)

    async def test_line_breaks_of_a_description_and_a_note_are_kept(self, office):
        steps = "1. open the export\n\n  2. choose <!channel> & *July*  \n3. wait"
        ts, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.edit")
        await office.slack.submit(
            "engineer", values={"title": "Export\nis empty", "desc": steps, "res": "seen\ntwice"}
        )
        await office.idle()
        found = await ticket(office, "T001")
        assert found.title == "Export is empty"
        assert found.desc == "1. open the export\n2. choose <!channel> & *July*\n3. wait"
        assert found.res == "seen\ntwice"
        card = office.thread("support", ts)[0]
        check_message(card)
        shown = [block for block in card["blocks"] if block["type"] == "rich_text"]
        assert "3. wait" in card["text"]
        assert "<!channel>" not in card["text"]
        assert {"type": "text", "text": found.desc} in shown[0]["elements"][1]["elements"]
        assert {"type": "text", "text": "seen\ntwice"} in shown[1]["elements"][0]["elements"]

    async def test_one_with_lines_that_is_saved_as_it_was_just_closes(self, office):
        ts, card = await ticket_by_mention(office)
        for values in ({"desc": "one\ntwo"}, {}):
            await press(office, "engineer", card, "ticket.edit")
            await office.slack.submit("engineer", values=values)
            await office.idle()
            card = office.thread("support", ts)[0]
        assert (await office.bot.core.store.history("T001"))[1] == 2

    @pytest.mark.parametrize(
        ("button", "values"),
        [("ticket.close", {"res": "new cable"}), ("ticket.post", {"channel": "C0SUPPORT"})],
    )
    async def test_whoever_sent_one_hears_that_its_ticket_was_deleted_at_that_moment(
        self, office, mocker, button, values
    ):
        await office.said("engineer", "dm", "create printer jam")
        dm = office.slack.dm("engineer")
        await office.slack.press("engineer", dm, office.slack.messages(dm)[-1]["ts"], button)
        await office.idle()
        as_shown, store = checking.ticket_as_shown, office.bot.core.store

        async def deleted_then(*arguments):
            shown = await as_shown(*arguments)
            await store.delete("T001", Origin("", "U0ADMIN", 0.0))
            return shown

        mocker.patch.object(checking, "ticket_as_shown", deleted_then)
        assert await office.slack.submit("engineer", values=values) is None
        await office.idle()
        assert read(office.slack.messages(dm)[-1]) == "There is no ticket T001."

    async def test_how_it_was_solved_keeps_its_lines(self, office):
        _, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.close")
        await office.slack.submit("engineer", values={"res": "new cable\nsee runbook 7"})
        await office.idle()
        assert (await ticket(office, "T001")).res == "new cable\nsee runbook 7"

    async def test_a_note_that_looks_like_slacks_markup_is_told_once_in_the_history(self, office):
        _, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.close")
        await office.slack.submit("engineer", values={"res": "told <!here> & <@U0ADMIN>, a &lt; b"})
        await office.idle()
        await command(office, "history T001")
        told = whispered(office).splitlines()[1]
        assert told.endswith("Note added: told &lt;!here&gt; &amp; &lt;@U0ADMIN&gt;, a &amp;lt; b")

    async def test_one_that_is_saved_as_it_was_just_closes(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.edit")
        assert await office.slack.submit("engineer", values={}) is None
        await office.idle()
        assert office.slack.modal("engineer") is None
        assert len(office.thread("support", ts)) == 1


class TestState:
    async def test_who_asks_in_its_thread_is_told_in_a_line(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        for question in ("any update?", "who is on this?"):
            await office.said("engineer", "support", f"@tickets {question}", thread=ts)
            told = office.thread("support", ts)[-1]
            assert "In progress for less than a minute · colleague" in read(told)
            assert "ticket.close" not in str(told["blocks"])

    async def test_a_reopened_ticket_has_nobody_and_its_old_resolution_is_shown_as_such(self, office):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        await office.said("colleague", "support", "done: new cable", thread=ts)
        assert "Note: new cable" in read(office.thread("support", ts)[0])
        await office.said("colleague", "support", "reopen", thread=ts)
        card = read(office.thread("support", ts)[0])
        assert "Resolved before: new cable" in card
        assert "· colleague" not in card

    async def test_so_it_is_where_it_is_shown_to_one_person_alone(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "done: new cable", thread=ts)
        await office.said("engineer", "support", "reopen", thread=ts)
        await command(office, "view T001")
        assert "Resolved before: new cable" in whispered(office)
        await office.slack.message_shortcut("colleague", "support", ts, "create_ticket")
        await office.idle()
        assert "Resolved before: " in str(office.slack.modal("colleague")["blocks"])
        await office.slack.open_home("admin")
        await office.idle()
        await office.slack.press_in_home("admin", "ticket.open.T001")
        await office.idle()
        assert "Resolved before: " in str(office.slack.modal("admin")["blocks"])
        await office.slack.press_in_view("admin", "ticket.start")
        await office.idle()
        assert "Resolved before: " in str(office.slack.modal("admin")["blocks"])

    @pytest.mark.parametrize("words", ["take it", "on it", "assign to me"])
    async def test_taking_it_starts_it_and_hands_it_over(self, office, words):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        await office.said("engineer", "support", f"@tickets {words}", thread=ts)
        assert "In progress · engineer" in read(office.thread("support", ts)[0])
        assert "took over this ticket" in read(office.thread("support", ts)[-1])


class TestShownAlone:
    """A card that was shown to one person alone shows the ticket as it is by now when something is pressed in it."""

    async def shown(self, office):
        await command(office, "create API timeout")
        await command(office, "view T001")
        return office.slack.ephemerals("engineer")[-1]

    def now(self, office, card):
        return next(one for one in office.slack.ephemerals("engineer") if one["ts"] == card["ts"])

    async def test_after_its_own_button(self, office):
        card = await self.shown(office)
        await press(office, "engineer", card, "ticket.start")
        check_message(self.now(office, card))
        assert "In progress · engineer" in read(self.now(office, card))
        assert "ticket.start" not in str(self.now(office, card)["blocks"])

    async def test_after_a_change_by_somebody_else_that_a_click_brings_to_light(self, office):
        card = await self.shown(office)
        await command(office, "T001 pri 1", "colleague")
        await press(office, "engineer", card, "ticket.menu", offered(card, "cat:doc"))
        assert "High" in read(self.now(office, card))
        assert "Docs" in read(self.now(office, card))

    async def test_a_start_does_not_reopen_what_somebody_closed_meanwhile(self, office):
        card = await self.shown(office)
        await command(office, "close T001: new cable", "colleague")
        await press(office, "engineer", card, "ticket.start")
        assert (await ticket(office, "T001")).stat == "done"
        assert whispered(office) == "T001 was closed meanwhile, so nothing was changed."
        assert "Done" in read(self.now(office, card))
        assert "ticket.start" not in str(self.now(office, card)["blocks"])

    async def test_a_reopen_does_not_put_back_what_somebody_started_meanwhile(self, office):
        await command(office, "create API timeout")
        await command(office, "close T001")
        await command(office, "view T001")
        card = office.slack.ephemerals("engineer")[-1]
        await command(office, "start T001", "colleague")
        await press(office, "engineer", card, "ticket.reopen")
        found = await office.bot.core.store.get("T001")
        assert (found.ticket.stat, found.started_by) == ("prog", "U0COLLEAGUE")
        assert whispered(office) == "T001 was reopened meanwhile, so nothing was changed."

    async def test_a_press_that_is_worked_on_again_after_others_changed_more_is_no_late_one(
        self, office, mocker
    ):
        card = await self.shown(office)
        store = office.bot.core.store
        finish = store.finish
        away = mocker.patch.object(store, "finish", side_effect=UnavailableError("away"))
        await press(office, "engineer", card, "ticket.start")
        away.side_effect = finish
        await command(office, "close T001: new cable", "colleague")
        await office.retry()
        assert (await ticket(office, "T001")).stat == "done"
        assert "so nothing was changed" not in str(office.slack.ephemerals("engineer"))

    async def test_and_says_once_that_the_ticket_is_gone(self, office):
        card = await self.shown(office)
        await command(office, "delete T001", "admin")
        await press(office, "engineer", card, "ticket.start")
        assert [read(one).partition(".")[0] for one in office.slack.ephemerals("engineer")] == [
            "There is no ticket T001"
        ]

    async def test_so_does_one_that_a_whole_channel_was_shown(self, office):
        await command(office, "create API timeout")
        ts = await office.said("engineer", "support", "@tickets view T001")
        copy = office.thread("support", ts)[0]
        await press(office, "engineer", copy, "ticket.start")
        shown = office.thread("support", ts)[0]
        check_message(shown)
        assert "In progress · engineer" in read(shown)
        assert "ticket.start" not in str(shown["blocks"])

    async def test_what_is_pressed_keeps_the_mark_by_which_another_process_finds_that_it_was_posted(
        self, office
    ):
        """It may be the card of a process that died before it could store where the card is."""
        await command(office, "create API timeout")
        ts = await office.said("engineer", "support", "@tickets view T001")
        copy = office.thread("support", ts)[0]
        await press(office, "engineer", copy, "ticket.start")
        started = office.thread("support", ts)[0]
        assert "In progress" in read(started)
        assert started["blocks"][0]["block_id"] == copy["blocks"][0]["block_id"]
        assert copy["blocks"][0]["block_id"].startswith("sent.")
