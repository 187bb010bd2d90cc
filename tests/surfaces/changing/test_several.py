"""Bulk changes, similar tickets, history and undo."""

import pytest

from bot.router import bulk
from store.models.tickets import Origin
from tests.support.blockkit.check import check_message
from tests.surfaces.steps import buttons, command, press, read, ticket, ticket_by_mention, whispered

LOW_AND_INFRA = '{"action":"bulk_update","where":{"stat":"open"},"changes":{"pri":3,"cat":"infra"}}'

SAME_TEXT = '{"action":"bulk_update","where":{"stat":"open"},"changes":{"desc":"on the fourth floor"}}'


async def three(office):
    for one in range(3):
        await command(office, f'create "ticket number {one}" cat doc')


class TestBulk:
    async def test_named_ids_run_at_once(self, office):
        await three(office)
        await command(office, "close T001, T002 and T003")
        assert [(await ticket(office, f"T00{one}")).stat for one in (1, 2, 3)] == ["done"] * 3

    async def test_by_filter_it_waits_for_a_click_of_that_person(self, office):
        await three(office)
        await command(office, "set all open doc tickets to pri 3")
        preview = office.slack.ephemerals("engineer")[-1]
        check_message(preview)
        assert (await ticket(office, "T001")).pri == 2
        await office.slack.press("engineer", "support", preview["ts"], "bulk.confirm")
        await office.idle()
        assert [(await ticket(office, f"T00{one}")).pri for one in (1, 2, 3)] == [3] * 3

    async def test_what_changed_since_the_preview_is_left_alone_and_named(self, office):
        await three(office)
        await command(office, "close all open doc tickets")
        preview = office.slack.ephemerals("engineer")[-1]
        await command(office, "T002 pri 1", "colleague")
        await press(office, "engineer", preview, "bulk.confirm")
        assert [(await ticket(office, f"T00{one}")).stat for one in (1, 2, 3)] == ["done", "open", "done"]
        assert "changed meanwhile: T002" in whispered(office)

    async def test_what_was_left_alone_is_named_in_the_order_of_the_preview(self, office):
        await three(office)
        await command(office, "close all open doc tickets")
        preview = office.slack.ephemerals("engineer")[-1]
        await command(office, "T001 pri 1", "colleague")
        await command(office, "delete T002", "admin")
        await press(office, "engineer", preview, "bulk.confirm")
        assert "changed meanwhile: T001, T002." in whispered(office)

    async def test_the_one_line_of_all_of_them_names_whoever_did_it(self, office):
        await three(office)
        await command(office, "close T001, T002", "admin")
        assert office.slack.messages("support")[-1]["text"].startswith("admin closed 2 tickets: T001, T002.")
        await command(office, "close T001, T003", "admin")
        assert office.slack.messages("support")[-1]["text"].startswith("admin closed T003.")

    async def test_only_tickets_that_would_change_count_against_its_limit(self, office, monkeypatch):
        monkeypatch.setattr(bulk, "MAX_TICKETS", 2)
        await three(office)
        await command(office, "T001 and T002 pri 3")
        await command(office, "set all open doc tickets to pri 3")
        await press(office, "engineer", office.slack.ephemerals("engineer")[-1], "bulk.confirm")
        assert (await ticket(office, "T003")).pri == 3

    async def test_tickets_that_are_like_that_already_in_every_field_do_not_count(self, office, monkeypatch):
        monkeypatch.setattr(bulk, "MAX_TICKETS", 2)
        await three(office)
        await command(office, "T001 and T002 pri 3 cat infra")
        await command(office, "T003 cat infra")
        await command(office, "create README of the printer")
        await command(office, "T004 pri 3")
        await command(office, LOW_AND_INFRA)
        await press(office, "engineer", office.slack.ephemerals("engineer")[-1], "bulk.confirm")
        found = [await ticket(office, f"T00{one}") for one in (1, 2, 3, 4)]
        assert [(one.pri, one.cat) for one in found] == [(3, "infra")] * 4

    @pytest.mark.parametrize(
        ("pages", "told"), [(20, "Change 1 ticket to"), (2, "too many to see which would")]
    )
    async def test_tickets_with_the_same_text_already_do_not_count(self, office, monkeypatch, pages, told):
        monkeypatch.setattr(bulk, "MAX_TICKETS", 1)
        monkeypatch.setattr(bulk, "MAX_PAGES", pages)
        await three(office)
        await command(office, "T001 and T002 desc: on the fourth floor")
        await command(office, SAME_TEXT)
        assert told in whispered(office)
        if pages > 2:
            await press(office, "engineer", office.slack.ephemerals("engineer")[-1], "bulk.confirm")
            assert (await ticket(office, "T003")).desc == "on the fourth floor"

    async def test_tickets_that_differ_in_different_fields_count_together(self, office, monkeypatch):
        monkeypatch.setattr(bulk, "MAX_TICKETS", 2)
        await three(office)
        await command(office, "T001 pri 3")
        await command(office, "T002 cat infra")
        await command(office, LOW_AND_INFRA)
        assert "more than" in whispered(office)

    async def test_where_all_are_like_that_already_it_says_so(self, office, monkeypatch):
        monkeypatch.setattr(bulk, "MAX_TICKETS", 2)
        await three(office)
        await command(office, "set all open tickets to open")
        assert "like that already" in whispered(office)

    async def test_of_more_than_its_limit_nothing_is_offered(self, office, monkeypatch):
        monkeypatch.setattr(bulk, "MAX_TICKETS", 2)
        await three(office)
        await command(office, "set all open doc tickets to pri 3")
        assert "more than" in whispered(office)
        assert buttons(office.slack.ephemerals("engineer")[-1]) == []

    async def test_cancelled_nothing_changes(self, office):
        await three(office)
        await command(office, "close all open doc tickets")
        preview = office.slack.ephemerals("engineer")[-1]
        await office.slack.press("engineer", "support", preview["ts"], "bulk.cancel")
        await office.idle()
        assert "nothing was changed" in whispered(office)
        assert (await ticket(office, "T001")).stat == "open"

    async def test_cancelled_after_it_was_confirmed_what_that_did_is_shown(self, office):
        await three(office)
        await command(office, "close all open doc tickets")
        preview = office.slack.ephemerals("engineer")[-1]
        await press(office, "engineer", preview, "bulk.confirm")
        cancel = next(
            one["value"]
            for block in preview["blocks"]
            for one in block.get("elements", [])
            if one.get("action_id") == "bulk.cancel"
        )
        await office.slack.press("engineer", "support", preview["ts"], "bulk.cancel", cancel, forge=True)
        await office.idle()
        assert whispered(office) == "engineer closed 3 tickets: T001, T002, T003."
        assert (await ticket(office, "T001")).stat == "done"


class TestSimilar:
    async def test_a_message_can_be_added_to_a_similar_ticket_instead(self, office):
        await office.said("colleague", "support", "@tickets create payment API timeout in production")
        ts = await office.said(
            "engineer", "support", "@tickets create payment API timeout in production again"
        )
        card = office.thread("support", ts)[0]
        check_message(card)
        assert "Looks like T001" in card["text"]
        assert "|T001>" in str(card["blocks"])
        await office.slack.press("engineer", "support", card["ts"], "similar.add.T001")
        await office.idle()
        assert await ticket(office, "T002") is None
        assert "T002" in (await ticket(office, "T001")).res
        assert "Merged into T001" in office.thread("support", ts)[0]["text"]


class TestHintStays:
    """What a new ticket is like stands on its card until somebody works on it."""

    async def alike(self, office, where="support"):
        await office.said("engineer", where, "@tickets create payment API timeout in production")
        ts = await office.said(
            "engineer", "support", "@tickets create payment API timeout in production again"
        )
        return ts, lambda: office.thread("support", ts)[0]

    async def test_over_a_change_and_its_button_works_from_there(self, office):
        ts, card = await self.alike(office)
        await office.said("colleague", "support", "pri 1", thread=ts)
        check_message(card())
        assert "High" in card()["text"]
        assert "Looks like T001" in card()["text"]
        assert "|T001>" in str(card()["blocks"])
        await press(office, "engineer", card(), "similar.add.T001")
        assert "Merged into T001" in card()["text"]

    async def test_with_the_answer_that_was_found_meanwhile(self, office):
        ts, card = await self.alike(office)
        await command(office, "close T001: new certificate", "colleague")
        await office.said("colleague", "support", "pri 1", thread=ts)
        assert "solved by: new certificate" in card()["text"]

    @pytest.mark.parametrize("work", ["in progress", "note: looked at the logs", "done: fixed"])
    async def test_until_somebody_works_on_it(self, office, work):
        ts, card = await self.alike(office)
        await office.said("colleague", "support", work, thread=ts)
        assert "Looks like" not in card()["text"]

    async def test_and_an_earlier_ticket_is_not_likened_to_a_later_one(self, office):
        await self.alike(office)
        await command(office, "T001 pri 1")
        (first, *_) = [
            message for message in office.slack.messages("support") if "create payment" in message["text"]
        ]
        card = office.thread("support", first["ts"])[0]
        assert "High" in card["text"]
        assert "Looks like" not in card["text"]

    async def test_but_never_with_what_not_everybody_there_may_see(self, office):
        ts, card = await self.alike(office, "private")
        assert "Looks like" not in card()["text"]
        await office.said("admin", "support", "pri 1", thread=ts)
        assert "High" in card()["text"]
        assert "Looks like" not in card()["text"]

    async def test_in_a_direct_message_with_what_its_reader_may_see(self, office):
        await office.said("engineer", "dm", "create payment API timeout in production")
        await office.said("engineer", "dm", "create payment API timeout in production again")
        dm = office.slack.dm("engineer")
        card = office.slack.messages(dm)[-1]
        await office.said("engineer", "dm", "T002 pri 1")
        card = next(one for one in office.slack.messages(dm) if one["ts"] == card["ts"])
        assert "High" in card["text"]
        assert "Looks like T001" in card["text"]


class TestMerged:
    """A message that was added to another ticket: one undo takes back both halves, and one redo does both again."""

    async def merged(self, office):
        first = await office.said("colleague", "support", "@tickets create Roof leaks above meeting room A")
        ts = await office.said("engineer", "support", "@tickets create Roof leaks above meeting room B")
        await press(office, "engineer", office.thread("support", ts)[0], "similar.add.T001")
        return first, ts

    async def is_merged(self, office, ts):
        found = [(await ticket(office, "T001")).res is not None, await ticket(office, "T002") is None]
        found.append("Merged into T001" in office.thread("support", ts)[0]["text"])
        assert len(set(found)) == 1, found
        return found[0]

    async def test_it_is_told_as_one_and_undone_by_one_press(self, office):
        first, ts = await self.merged(office)
        assert await self.is_merged(office, ts)
        line = office.thread("support", ts)[-1]
        check_message(line)
        told = "engineer added a note to T001: “Roof leaks above meeting room B (T002)”. "
        told += "engineer merged T002 into T001."
        assert read(line) == told
        assert "engineer added a note to this ticket" in read(office.thread("support", first)[-1])
        await press(office, "engineer", line, "bulk.undo")
        assert not await self.is_merged(office, ts)
        assert (await ticket(office, "T002")).stat == "open"
        assert read(office.thread("support", ts)[1]) == f"{told} Undone."

    @pytest.mark.parametrize("text", ["undo", "undo T001", "undo T002"])
    async def test_a_typed_undo_takes_back_both_and_the_next_does_both_again(self, office, text):
        _, ts = await self.merged(office)
        merged = [True]
        for _ in range(3):
            await office.said("engineer", "support", f"@tickets {text}", thread=ts)
            merged.append(await self.is_merged(office, ts))
        assert merged == [True, False, True, False]

    async def test_done_again_elsewhere_it_is_called_a_merge_as_the_first_time(self, office):
        await self.merged(office)
        await command(office, "undo")
        await command(office, "undo")
        assert read(office.slack.messages("support")[-1]) == "engineer merged T002 into T001 again."

    async def test_redone_its_line_tells_of_both_halves_again(self, office):
        _, ts = await self.merged(office)
        told = read(office.thread("support", ts)[1])
        await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert read(office.thread("support", ts)[1]) == f"{told} Undone."
        await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert read(office.thread("support", ts)[1]) == told

    async def test_whoever_comes_second_is_told_that_it_is_gone(self, office, mocker):
        await office.said("colleague", "support", "@tickets create Roof leaks above meeting room A")
        ts = await office.said("engineer", "support", "@tickets create Roof leaks above meeting room B")
        store = office.bot.core.store
        write, faster = store.bulk_update, Origin("", "U0ADMIN", 0.0)

        async def second(*arguments, **named):
            await store.delete("T002", faster)
            return await write(*arguments, **named)

        mocker.patch.object(store, "bulk_update", side_effect=second)
        await press(office, "engineer", office.thread("support", ts)[0], "similar.add.T001")
        assert whispered(office) == "There is no ticket T002. See what there is: @tickets list"
        assert (await ticket(office, "T001")).res is None


class TestSolvedBefore:
    """A ticket that is like one that was solved shows how, at once."""

    async def again(self, office):
        await office.said("colleague", "support", "@tickets create payment API timeout in production")
        await command(office, "close T001: fixed load balancer configuration", "colleague")
        ts = await office.said(
            "engineer", "support", "@tickets create payment API timeout in production again"
        )
        card = office.thread("support", ts)[0]
        check_message(card)
        assert "solved by: fixed load balancer configuration" in card["text"]
        return ts, card

    async def test_it_is_the_past_answer_of_what_the_asker_may_see_alone(self, office):
        await office.said("admin", "private", "@tickets create payroll export is empty")
        await command(office, "close T001: new mapping", "admin", channel="private")
        ts = await office.said("colleague", "support", "@tickets create payroll export is empty again")
        assert "Looks like" not in office.thread("support", ts)[0]["text"]
        ts = await office.said("engineer", "support", "@tickets create payroll export is empty, again")
        assert "T001" not in office.thread("support", ts)[0]["text"]

    async def test_nothing_that_is_only_a_little_like_it_is_shown(self, office):
        await command(office, "create the printer on floor 2 jams", "colleague")
        await command(office, "close T001: new tray", "colleague")
        ts = await office.said("engineer", "support", "@tickets create VPN drops every 20 minutes")
        assert "Looks like" not in office.thread("support", ts)[0]["text"]

    async def test_that_solved_it_closes_the_new_one_with_that_note(self, office):
        _, card = await self.again(office)
        await press(office, "engineer", card, "similar.solved.T001")
        found = await ticket(office, "T002")
        assert (found.stat, found.res) == ("done", "fixed load balancer configuration")

    async def test_reopened_it_takes_the_message_in_and_the_new_one_is_its_duplicate_with_one_undo(
        self, office
    ):
        ts, card = await self.again(office)
        await press(office, "engineer", card, "similar.reopen.T001")
        first, second = await ticket(office, "T001"), await ticket(office, "T002")
        assert first.stat == "open"
        assert "T002" in first.res
        assert (second.stat, second.res) == ("done", "duplicate of T001")
        line = office.thread("support", ts)[-1]["text"]
        assert "engineer closed T002: “duplicate of T001”." in line
        await press(office, "engineer", office.thread("support", ts)[-1], "bulk.undo")
        assert (await ticket(office, "T001")).stat == "done"
        assert (await ticket(office, "T002")).stat == "open"

    @pytest.mark.parametrize("text", ["undo", "undo T001", "undo T002"])
    async def test_a_typed_undo_takes_back_both_halves_of_a_reopening_and_the_next_does_both_again(
        self, office, text
    ):
        ts, card = await self.again(office)
        await press(office, "engineer", card, "similar.reopen.T001")
        told = read(office.thread("support", ts)[1])
        for stats, line in [(("done", "open"), f"{told} Undone."), (("open", "done"), told)] * 2:
            await office.said("engineer", "support", f"@tickets {text}", thread=ts)
            assert tuple([(await ticket(office, one)).stat for one in ("T001", "T002")]) == stats
            assert read(office.thread("support", ts)[1]) == line


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

    async def test_a_change_is_undone_by_its_maker_or_an_admin_and_that_can_be_undone_too(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("colleague", "support", "pri 1", thread=ts)
        changed = office.thread("support", ts)[-1]
        await press(office, "engineer", changed, "ticket.undo")
        assert (await ticket(office, "T001")).pri == 1
        assert "Only the person who made a change" in whispered(office)
        await press(office, "admin", changed, "ticket.undo")
        assert (await ticket(office, "T001")).pri == 2
        await command(office, "undo", "admin")
        assert (await ticket(office, "T001")).pri == 1

    async def test_undo_refuses_when_somebody_changed_the_same_since(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("colleague", "support", "pri 1", thread=ts)
        changed = office.thread("support", ts)[-1]
        await office.said("engineer", "support", "pri 3", thread=ts)
        await office.slack.press("colleague", "support", changed["ts"], "ticket.undo", "T001 2", forge=True)
        await office.idle()
        assert (await ticket(office, "T001")).pri == 3
        assert "changed since" in whispered(office, "colleague")

    async def test_the_pages_of_a_history_turn_in_place(self, office):
        await ticket_by_mention(office)
        for number in range(11):
            await command(office, f"T001 pri {number % 3 + 1}")
        await command(office, "history T001")
        await press(office, "engineer", office.slack.ephemerals("engineer")[-1], "history.page.next")
        assert "Page 2 of 2" in whispered(office)


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

    async def test_the_word_undo_undoes_all_of_it_too(self, office):
        for one in range(3):
            await command(office, f'create "ticket number {one}" cat doc')
        await command(office, "T001-T003 pri 1")
        await command(office, "undo")
        assert [(await ticket(office, f"T00{one}")).pri for one in (1, 2, 3)] == [2] * 3
