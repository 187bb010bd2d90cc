"""Undo says what happened, where it happened, and is offered once a thread."""

from itertools import count

import pytest

from store.errors import UnavailableError, UnwritableError
from store.models.tickets import Origin
from tests.support.blockkit.check import check_message
from tests.support.bot_harness import HeldTime, open_office
from tests.surfaces.steps import (
    buttons,
    command,
    offered,
    press,
    read,
    texts,
    ticket,
    ticket_by_mention,
    whispered,
)


def told(office, ts) -> list[str]:
    """What the bot wrote below a card."""
    return texts(one for one in office.thread("support", ts)[1:] if one.get("bot_id"))


def offering(office, ts) -> list[str]:
    """The lines of a thread that offer Undo."""
    lines = office.thread("support", ts)[1:]
    return [read(line) for line in lines if "ticket.undo" in buttons(line)]


class TestLine:
    async def test_one_that_was_undone_says_so_and_has_no_button(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        line = office.thread("support", ts)[-1]
        before, calls = len(office.thread("support", ts)), len(office.slack.calls)
        await press(office, "engineer", line, "ticket.undo")
        after = office.thread("support", ts)
        check_message(after[-1])
        assert read(after[-1]) == "engineer set the priority of this ticket to High · undone"
        assert buttons(after[-1]) == []
        assert len(after) == before
        assert (await ticket(office, "T001")).pri == 2
        assert len(office.slack.calls[calls:]) <= 4

    async def test_a_second_click_is_answered_to_that_person_alone(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        line = office.thread("support", ts)[-1]
        for _ in range(2):
            await office.slack.press("engineer", "support", line["ts"], "ticket.undo", "T001 2", forge=True)
            await office.idle()
        assert "undone already" in whispered(office)
        assert (await ticket(office, "T001")).pri == 2

    async def test_only_the_newest_of_a_thread_offers_undo(self, office):
        ts, _ = await ticket_by_mention(office)
        for text in ("pri 1", "in progress", "cat doc"):
            await office.said("colleague", "support", text, thread=ts)
        assert offering(office, ts) == ["colleague set the category of this ticket to Docs"]

    async def test_undone_by_a_message_in_its_thread_that_line_is_the_answer(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        asked = await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert told(office, ts) == ["engineer set the priority of this ticket to High · undone"]
        assert set(office.slack.reactions("support", asked)) == {"+1"}

    async def test_redone_by_a_message_in_its_thread_it_is_still_the_only_line(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        for _ in range(2):
            await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert told(office, ts) == ["engineer set the priority of this ticket to High"]
        assert (await ticket(office, "T001")).pri == 1

    @pytest.mark.parametrize("restarted", [False, True])
    async def test_redone_it_offers_undo_again_and_is_undone_by_it(self, office, restarted):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        for _ in range(2):
            await command(office, "undo")
        if restarted:
            office.bot.services.undo_lines._posted.clear()
        assert offering(office, ts) == ["engineer set the priority of this ticket to High"]
        await press(office, "engineer", office.thread("support", ts)[-1], "ticket.undo")
        assert told(office, ts) == ["engineer set the priority of this ticket to High · undone"]
        assert (await ticket(office, "T001")).pri == 2

    async def test_whose_delivery_is_worked_on_again_it_keeps_its_button(self, office, mocker):
        ts, _ = await ticket_by_mention(office)
        finish = office.bot.core.store.finish
        away = mocker.patch.object(office.bot.core.store, "finish", side_effect=UnavailableError("away"))
        await office.said("engineer", "support", "pri 1", thread=ts)
        away.side_effect = finish
        await office.retry()
        assert offering(office, ts) == ["engineer set the priority of this ticket to High"]

    @pytest.mark.parametrize("asked", ["pressed", "written"])
    async def test_it_offers_undo_although_an_older_one_is_undone_before_it_is_posted(
        self, office, mocker, asked
    ):
        ts, _ = await ticket_by_mention(office)
        await office.said("colleague", "support", "pri high", thread=ts)
        line, sender = office.thread("support", ts)[-1], office.bot.services.sender
        post = sender.post

        async def after_the_undo(*given, **named):
            mocker.patch.object(sender, "post", side_effect=post)
            if asked == "pressed":
                await office.slack.press("colleague", "support", line["ts"], "ticket.undo")
            else:
                await office.slack.say("colleague", "support", "undo", thread=ts)
            await office.slack.until(lambda: told(office, ts)[0].endswith("undone"))
            return await post(*given, **named)

        mocker.patch.object(sender, "post", side_effect=after_the_undo)
        await office.said("engineer", "support", "cat doc", thread=ts)
        assert told(office, ts) == [
            "colleague set the priority of this ticket to High · undone",
            "engineer set the category of this ticket to Docs",
        ]
        assert offering(office, ts) == ["engineer set the category of this ticket to Docs"]

    async def test_one_that_could_not_lose_its_button_loses_it_later(self, office, mocker):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        sender = office.bot.services.sender
        away = mocker.patch.object(sender, "update", side_effect=UnavailableError("away"))
        await office.said("engineer", "support", "cat doc", thread=ts)
        mocker.stop(away)
        await office.retry()
        assert offering(office, ts) == ["engineer set the category of this ticket to Docs"]

    async def test_redone_below_a_newer_line_it_offers_nothing(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        await office.said("colleague", "support", "cat doc", thread=ts)
        for _ in range(2):
            await command(office, "undo")
        assert offering(office, ts) == ["colleague set the category of this ticket to Docs"]

    @pytest.mark.parametrize("restarted", [False, True])
    async def test_undone_from_the_cards_menu_it_is_told_once(self, office, restarted):
        ts, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.start")
        if restarted:
            office.bot.services.undo_lines._posted.clear()
        card = office.thread("support", ts)[0]
        await press(office, "engineer", card, "ticket.menu", offered(card, "undo"))
        assert told(office, ts) == ["engineer started this ticket · undone"]

    async def test_undone_by_a_command_elsewhere_its_thread_is_told_by_that_line_alone(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        await command(office, "undo")
        assert told(office, ts) == ["engineer set the priority of this ticket to High · undone"]

    async def test_where_it_is_gone_another_one_tells_of_the_undo(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        office.slack.faults.fail("chat.update", "message_not_found", times=2)
        await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert told(office, ts)[1:] == ["engineer set the priority of this ticket back to Medium"]

    @pytest.mark.parametrize("restarted", [False, True])
    async def test_of_a_status_it_is_four_calls_to_slack(self, office, restarted):
        ts, card = await ticket_by_mention(office)
        await press(office, "colleague", card, "ticket.start")
        if restarted:  # nobody remembers how the message is marked
            office.bot.services.cards._marks.clear()
        calls = len(office.slack.calls)
        await press(office, "colleague", office.thread("support", ts)[-1], "ticket.undo")
        assert sorted(call.method for call in office.slack.calls[calls:]) == [
            "chat.update",
            "chat.update",
            "reactions.add",
            "reactions.remove",
        ]
        assert set(office.slack.reactions("support", ts)) == {"ticket"}

    async def test_a_line_that_has_lost_its_button_is_left_alone(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("colleague", "support", "pri 1", thread=ts)
        for stat in ("start T001", "close T001", "reopen T001"):
            await command(office, stat)
        updated = texts(call.args for call in office.slack.called("chat.update"))
        assert updated.count("colleague set the priority of this ticket to High") == 1

    async def test_undone_by_somebody_else_it_says_by_whom(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("colleague", "support", "pri 1", thread=ts)
        await press(office, "admin", office.thread("support", ts)[-1], "ticket.undo")
        assert told(office, ts) == ["colleague set the priority of this ticket to High · undone by admin"]

    async def test_redone_it_no_longer_says_so(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        await command(office, "undo")
        assert told(office, ts)[0].endswith("undone")
        await command(office, "undo")
        assert told(office, ts)[0] == "engineer set the priority of this ticket to High"
        assert (await ticket(office, "T001")).pri == 1

    async def test_it_stays_so_after_a_restart(self, tmp_path, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        office.bot.services.undo_lines._posted.clear()  # as in another process
        await command(office, "undo T001")
        assert told(office, ts)[0].endswith("undone")


class TestCommand:
    async def test_undo_twice_is_a_redo(self, office):
        await ticket_by_mention(office)
        await command(office, "close T001, fixed")
        await command(office, "T001 pri 1")
        await command(office, "undo")
        await command(office, "undo")
        found = await ticket(office, "T001")
        assert (found.pri, found.stat) == (1, "done")

    @pytest.mark.parametrize(
        ("asked", "undone", "redone"),
        [
            ("add a note to T001: looks like DNS", "undid the note on {}", "added the note to {} again"),
            ("close T001", "undid the close of {}", "closed {} again"),
            ("start T001", "undid the start of {}", "started {} again"),
            ("T001 pri 1", "set the priority of {} back to Medium", "set the priority of {} to High again"),
        ],
    )
    async def test_the_second_says_what_it_did_again(self, office, asked, undone, redone):
        await ticket_by_mention(office)
        await command(office, asked)
        named = "T001 “API timeout”"
        for said in (undone, redone) * 2:
            await command(office, "undo")
            assert read(office.slack.messages("support")[-1]) == f"engineer {said.format(named)}"

    async def test_the_second_says_of_several_tickets_what_it_did_again(self, office):
        for number in range(2):
            await command(office, f'create "ticket number {number}"')
        await command(office, "close T001 and T002")
        told = []
        for _ in range(4):
            await command(office, "undo")
            told.append(read(office.slack.messages("support")[-1]))
        assert told[:2] == [
            "engineer undid the close of 2 tickets: T001, T002.",
            "engineer closed 2 tickets again: T001, T002.",
        ]
        assert told[2:] == told[:2]

    async def test_a_bulk_change_is_undone_and_redone_together(self, office):
        for number in range(3):
            await command(office, f'create "ticket number {number}"')
        await command(office, "close T001, T002 and T003")
        await command(office, "undo")
        assert [(await ticket(office, f"T00{n}")).stat for n in (1, 2, 3)] == ["open"] * 3
        await command(office, "undo")
        assert [(await ticket(office, f"T00{n}")).stat for n in (1, 2, 3)] == ["done"] * 3

    async def test_a_deleted_ticket_is_restored_and_none_of_its_fields_are_told(self, office):
        await ticket_by_mention(office)
        await command(office, "delete T001", "admin")
        await command(office, "undo T001", "admin")
        assert read(office.slack.messages("support")[-1]) == "admin restored T001 “API timeout”"

    async def test_what_somebody_else_changed_since_is_said_in_plain_words(self, office):
        await ticket_by_mention(office)
        await command(office, "T001 pri 1")
        await command(office, "T001 pri 3", "colleague")
        await command(office, "undo")
        assert whispered(office) == "T001 was changed since, so nothing was undone. Try: /ticket history T001"

    async def test_what_was_deleted_since_is_said_without_a_way_that_leads_nowhere(self, office):
        await command(office, "create printer jam")
        await command(office, "delete T001", "admin")
        await command(office, "undo")
        assert whispered(office) == "T001 was deleted since, so nothing was undone."

    async def test_where_others_read_along_who_may_not_see_the_ticket_it_is_said_how_to_do_it_alone(
        self, office
    ):
        await office.said("engineer", "private", "@tickets create payroll is late")
        await office.said("engineer", "support", "@tickets undo")
        told = "Not everybody here may see T001. For you alone: /ticket undo"
        assert whispered(office) == told
        assert await ticket(office, "T001")
        await command(office, "undo")
        assert await ticket(office, "T001") is None

    async def test_whoever_may_not_see_the_ticket_any_more_has_nothing_there_to_undo(self, office):
        ts = await office.said("engineer", "private", "@tickets create payroll is late")
        await office.said("consultant", "private", "pri 1", thread=ts)
        await office.slack.kick("consultant", "private")
        for text, on_it in (("undo", ""), ("undo T001", " on T001"), ("undo T099", " on T099")):
            await command(office, text, "consultant")
            assert whispered(office, "consultant") == f"There is no change of yours{on_it} to undo."


class TestThreadOfSeveral:
    """`undo` without an id takes back what the person did last in the thread, not their latest change to its first ticket."""

    @pytest.fixture
    async def ts(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("engineer", "support", "pri 1", thread=ts)
        await office.said("engineer", "support", "@tickets create scanner jam", thread=ts)
        return ts

    @pytest.mark.parametrize("text", ["@tickets undo", "undo"])
    async def test_what_was_done_last_is_undone_and_done_again(self, office, ts, text):
        await office.said("engineer", "support", "@tickets start T002", thread=ts)
        await office.said("engineer", "support", text, thread=ts)
        assert ((await ticket(office, "T002")).stat, (await ticket(office, "T001")).pri) == ("open", 1)
        await office.said("engineer", "support", text, thread=ts)
        assert ((await ticket(office, "T002")).stat, (await ticket(office, "T001")).pri) == ("prog", 1)

    async def test_a_ticket_that_was_made_last_is_taken_back(self, office, ts):
        await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert await ticket(office, "T002") is None
        assert (await ticket(office, "T001")).pri == 1

    async def test_what_others_did_since_is_not_the_persons_own(self, office, ts):
        await office.said("colleague", "support", "@tickets start T002", thread=ts)
        await office.said("colleague", "support", "done: fixed", thread=ts)
        await office.said("admin", "support", "@tickets T002 pri 3", thread=ts)
        await office.said("colleague", "support", "@tickets undo", thread=ts)
        assert (await ticket(office, "T001")).stat == "open"
        assert ((await ticket(office, "T002")).stat, (await ticket(office, "T002")).pri) == ("prog", 3)

    async def test_what_was_changed_together_there_is_undone_and_done_again_together(self, office, ts):
        await office.said("engineer", "support", "@tickets close T001 and T002", thread=ts)
        for expected in ("open", "done"):
            await office.said("engineer", "support", "@tickets undo", thread=ts)
            assert [(await ticket(office, one)).stat for one in ("T001", "T002")] == [expected] * 2

    async def test_with_one_elsewhere_only_what_is_there_is_done_again(self, office, ts):
        await command(office, "create printer jam")
        await command(office, "close T001 and T003")
        await command(office, "undo")
        await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert [(await ticket(office, one)).stat for one in ("T001", "T003")] == ["done", "open"]

    async def test_talk_among_people_undoes_nothing(self, office, ts):
        await office.said("engineer", "support", "undo this, it was wrong", thread=ts)
        assert (await ticket(office, "T001")).pri == 1
        assert await ticket(office, "T002")

    async def test_a_named_one_is_the_named_one(self, office, ts):
        await office.said("engineer", "support", "@tickets start T002", thread=ts)
        await office.said("engineer", "support", "@tickets undo T001", thread=ts)
        assert ((await ticket(office, "T002")).stat, (await ticket(office, "T001")).pri) == ("prog", 2)


class TestBulk:
    @pytest.mark.parametrize("before", ["open", "done"])
    async def test_interrupted_in_the_middle_it_goes_on_from_there(self, office, mocker, before):
        await command(office, "create API timeout")
        await command(office, "create printer jam")
        await command(office, "close T001 and T002")
        if before == "open":
            await command(office, "undo")
        undo, times = office.bot.core.store.undo, count(1)

        async def interrupted(*arguments):
            if next(times) == 2:
                raise UnwritableError("away")
            return await undo(*arguments)

        mocker.patch.object(office.bot.core.store, "undo", side_effect=interrupted)
        await office.said("engineer", "support", "@tickets undo")
        assert {(await ticket(office, one)).stat for one in ("T001", "T002")} == {"open", "done"}
        await office.retry()
        after = {"open": "done", "done": "open"}[before]
        assert [(await ticket(office, one)).stat for one in ("T001", "T002")] == [after] * 2

    async def test_in_the_thread_of_one_of_them_its_line_tells_of_all_of_them(self, office):
        ts, _ = await ticket_by_mention(office)
        await command(office, "create printer jam")
        await office.said("engineer", "support", "close T001 and T002", thread=ts)
        closed = "engineer closed 2 tickets: T001, T002."
        for expected in (f"{closed} Undone.", closed):
            await command(office, "undo")
            assert told(office, ts) == [expected]

    async def test_undone_for_the_one_alone_whose_thread_it_is_its_line_tells_of_that_one(self, office):
        ts, _ = await ticket_by_mention(office)
        await command(office, "create printer jam")
        await office.said("engineer", "support", "close T001 and T002", thread=ts)
        await office.said("engineer", "support", "@tickets undo", thread=ts)
        assert [(await ticket(office, one)).stat for one in ("T001", "T002")] == ["open", "done"]
        assert told(office, ts) == ["engineer closed this ticket · undone"]

    async def test_its_line_says_who_did_what_and_then_that_it_is_undone(self, office):
        for number in range(2):
            await command(office, f'create "ticket number {number}"')
        await command(office, "close T001 and T002")
        line = office.slack.messages("support")[-1]
        assert line["text"] == "engineer closed 2 tickets: T001, T002."
        before = len(office.slack.messages("support"))
        await press(office, "engineer", line, "bulk.undo")
        line = office.slack.messages("support")[-1]
        check_message(line)
        assert line["text"] == "engineer closed 2 tickets: T001, T002. Undone."
        assert buttons(line) == []
        assert len(office.slack.messages("support")) == before
        assert (await ticket(office, "T001")).stat == "open"


async def test_what_somebody_else_undid_a_moment_before_is_undone_already_and_not_changed_since(
    office, mocker
):
    for one in range(2):
        await command(office, f"create ticket number {one}")
    await command(office, "close T001, T002")
    line = next(one for one in office.slack.messages("support") if "closed 2 tickets" in one["text"])
    store = office.bot.core.store
    undo = store.undo

    async def second(ticket_id, version, origin):
        await undo(ticket_id, version, Origin("", "U0ENGINEER", origin.timestamp))
        return await undo(ticket_id, version, origin)

    mocker.patch.object(store, "undo", side_effect=second)
    await press(office, "admin", line, "bulk.undo")
    assert whispered(office, "admin") == "That is undone already."


async def test_what_could_not_be_undone_of_several_is_told_to_whoever_asked(office):
    for title in ("API timeout", "printer jam"):
        await command(office, f"create {title}")
    ts = await office.said("engineer", "support", "@tickets close T001 and T002")
    await command(office, "T002 open", "colleague")
    await office.said("engineer", "support", "@tickets undo", thread=ts)
    assert [(await ticket(office, one)).stat for one in ("T001", "T002")] == ["open", "open"]
    assert len(office.thread("support", ts)) == 2
    assert whispered(office) == "Left alone, changed meanwhile: T002."


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_change_of_long_ago_is_named_and_asked_about_first(tmp_path, mode):
    time = HeldTime()

    async def work():
        async with open_office(tmp_path, mode, clocks=time) as office:
            await ticket_by_mention(office)
            await command(office, "T001 pri 1")
            await time.skip(3700)
            await command(office, "undo")
            assert (await ticket(office, "T001")).pri == 1
            question = office.slack.ephemerals("engineer")[-1]
            assert "you set the priority of T001 to High" in read(question)
            await press(office, "engineer", question, "ticket.undo")
            assert (await ticket(office, "T001")).pri == 2

    await time.until_done(work())


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_question_in_the_thread_of_the_line_is_answered_in_a_word(tmp_path, mode):
    time = HeldTime()

    async def work():
        async with open_office(tmp_path, mode, clocks=time) as office:
            ts, _ = await ticket_by_mention(office)
            await office.said("engineer", "support", "pri 1", thread=ts)
            await time.skip(3700)
            await office.said("engineer", "support", "@tickets undo", thread=ts)
            await press(office, "engineer", office.thread("support", ts)[-1], "ticket.undo")
            assert told(office, ts) == [
                "engineer set the priority of this ticket to High · undone",
                "Undone: T001.",
            ]

    await time.until_done(work())


async def test_the_history_tells_a_redo_from_an_undo(office):
    await ticket_by_mention(office)
    await command(office, "close T001")
    for _ in range(3):
        await command(office, "undo")
    await command(office, "history T001")
    told = [line.split(" · ")[2] for line in whispered(office).splitlines()[1:5]]
    undid = "undid the close of this ticket"
    assert told == [undid, "closed this ticket again", undid, "closed"]


async def test_the_history_says_of_a_ticket_that_was_taken_back_that_it_is_restored(office):
    await ticket_by_mention(office)
    for _ in range(2):
        await command(office, "undo")
    await command(office, "history T001")
    told = [line.split(" · ")[2] for line in whispered(office).splitlines()[1:3]]
    assert told == ["restored this ticket", "took back this ticket"]


async def test_the_history_says_who_took_a_ticket_over(office):
    await ticket_by_mention(office)
    await command(office, "start T001", "colleague")
    await command(office, "take T001")
    await command(office, "history T001")
    assert " · took over this ticket · " in whispered(office)


class TestAdmin:
    async def test_is_asked_before_somebody_elses_latest_change_is_undone(self, office):
        ts, _ = await ticket_by_mention(office)
        await command(office, "T001 cat doc", "admin")
        await office.said("colleague", "support", "pri 1", thread=ts)
        await command(office, "undo T001", "admin")
        question = office.slack.ephemerals("admin")[-1]
        assert "not yours: colleague set the priority of T001 to High." in read(question)
        assert (await ticket(office, "T001")).pri == 1
        await press(office, "admin", question, "ticket.undo")
        found = await ticket(office, "T001")
        assert (found.pri, found.cat) == (2, "doc")

    async def test_undoes_their_own_latest_change_at_once(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("colleague", "support", "pri 1", thread=ts)
        await command(office, "T001 cat doc", "admin")
        await command(office, "undo T001", "admin")
        found = await ticket(office, "T001")
        assert (found.pri, found.cat) == (1, "infra")

    async def test_nobody_else_is_offered_somebody_elses_change(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.said("colleague", "support", "pri 1", thread=ts)
        await command(office, "undo T001", "consultant")
        assert "There is no change of yours on T001 to undo." in whispered(office, "consultant")
