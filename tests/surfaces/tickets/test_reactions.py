"""🎫 makes a ticket of any message, 👀 starts it, ✅ closes it, and taking one away undoes that. Nobody types anything."""

import asyncio
from contextlib import suppress

import pytest

from tests.support.blockkit.check import check_message
from tests.support.bot_harness import open_office
from tests.surfaces.steps import command, read, ticket, ticket_by_mention


async def react(office, user, ts, name, *, added=True, channel="support"):
    await office.slack.react(user, channel, ts, name, added=added)
    await office.idle()


async def said(office, text, user="colleague"):
    ts = await office.slack.say(user, "support", text)
    await office.idle()
    return ts


async def test_a_ticket_is_made_of_any_message_by_whoever_reacts(office):
    ts = await said(office, "prod db is down since 9, urgent")
    await react(office, "engineer", ts, "ticket")
    found = await office.bot.core.store.get("T001")
    assert (found.ticket.pri, found.ticket.cat) == (1, "infra")
    assert found.origin.user_id == "U0ENGINEER"
    card = office.thread("support", ts)[0]
    check_message(card)
    assert "from engineer" in read(card)
    assert "a message by colleague" in read(card)
    assert "U0ENGINEER" in office.slack.reactions("support", ts)["ticket"]


async def test_where_there_is_a_ticket_already_it_is_shown_to_that_person_alone(office):
    ts, _ = await ticket_by_mention(office)
    await react(office, "colleague", ts, "ticket")
    assert await ticket(office, "T002") is None
    assert "T001 API timeout" in read(office.slack.ephemerals("colleague")[-1])
    assert len(office.thread("support", ts)) == 1


async def test_of_a_list_that_the_bot_posted_no_ticket_is_made(office):
    await ticket_by_mention(office)
    asked = await office.said("engineer", "support", "@tickets list")
    (listed,) = office.thread("support", asked)
    await react(office, "colleague", listed["ts"], "ticket")
    assert await ticket(office, "T002") is None
    assert read(office.slack.ephemerals("colleague")[-1]).startswith("I wrote that message myself")
    assert len(office.thread("support", asked)) == 1


@pytest.mark.parametrize("place", ["card", "message"])
async def test_eyes_start_and_a_check_mark_closes(office, place):
    ts, card = await ticket_by_mention(office)
    on = card["ts"] if place == "card" else ts
    await react(office, "colleague", on, "eyes")
    found = await office.bot.core.store.get("T001")
    assert (found.ticket.stat, found.started_by) == ("prog", "U0COLLEAGUE")
    assert "colleague started this ticket" in read(office.thread("support", ts)[-1])
    await react(office, "colleague", on, "white_check_mark")
    assert (await ticket(office, "T001")).stat == "done"


async def test_on_the_reply_that_a_ticket_was_made_of_they_work_too(office):
    root = await said(office, "good morning")
    ts = await office.slack.say("engineer", "support", "the printer on floor 2 is jammed", thread=root)
    await office.idle()
    await react(office, "engineer", ts, "ticket")
    await react(office, "colleague", ts, "eyes")
    assert (await ticket(office, "T001")).stat == "prog"
    await react(office, "colleague", ts, "eyes", added=False)
    assert (await ticket(office, "T001")).stat == "open"
    await react(office, "colleague", ts, "white_check_mark")
    assert (await ticket(office, "T001")).stat == "done"


async def test_in_a_thread_of_several_tickets_they_mean_the_one_of_that_message(office):
    root, _ = await ticket_by_mention(office)
    ts = await office.said("engineer", "support", "@tickets create scanner jam", thread=root)
    await react(office, "colleague", ts, "eyes")
    assert [(await ticket(office, one)).stat for one in ("T001", "T002")] == ["open", "prog"]
    await react(office, "colleague", ts, "eyes", added=False)
    assert (await ticket(office, "T002")).stat == "open"
    card = (await office.bot.services.store.get("T002")).card
    await react(office, "colleague", card.ts, "white_check_mark")
    assert [(await ticket(office, one)).stat for one in ("T001", "T002")] == ["open", "done"]


async def test_the_history_shows_the_reaction(office):
    _, card = await ticket_by_mention(office)
    await react(office, "colleague", card["ts"], "white_check_mark")
    await command(office, "history T001")
    assert "Status: Open → Done · “✅”" in read(office.slack.ephemerals("engineer")[-1])


async def test_taken_away_it_is_undone(office):
    ts, card = await ticket_by_mention(office)
    await react(office, "colleague", card["ts"], "eyes")
    await react(office, "colleague", card["ts"], "eyes", added=False)
    found = await office.bot.core.store.get("T001")
    assert (found.ticket.stat, found.started_by) == ("open", "")
    assert read(office.thread("support", ts)[-1]) == "colleague started this ticket · undone"


async def test_the_line_that_is_undone_keeps_the_mark_by_which_another_process_finds_that_it_was_posted(
    office,
):
    ts, card = await ticket_by_mention(office)
    await react(office, "colleague", card["ts"], "eyes")
    mark = office.thread("support", ts)[-1]["blocks"][0]["block_id"]
    await react(office, "colleague", card["ts"], "eyes", added=False)
    undone = office.thread("support", ts)[-1]
    assert read(undone).endswith("undone")
    assert mark.startswith("sent.")
    assert undone["blocks"][0]["block_id"] == mark


async def test_a_ticket_that_a_reaction_made_is_taken_back_with_it(office):
    ts = await said(office, "the printer on floor 2 is jammed")
    await react(office, "engineer", ts, "ticket")
    await react(office, "engineer", ts, "ticket", added=False)
    assert await ticket(office, "T001") is None


async def test_added_again_it_brings_back_the_ticket_that_was_taken_back(office):
    ts = await said(office, "the printer on floor 2 is jammed")
    await react(office, "engineer", ts, "ticket")
    for _ in range(2):
        await react(office, "engineer", ts, "ticket", added=False)
        assert await ticket(office, "T001") is None
        await react(office, "engineer", ts, "ticket")
        assert (await ticket(office, "T001")).stat == "open"
    assert await ticket(office, "T002") is None
    assert "T001" in read(office.thread("support", ts)[0])
    assert all("ticket.undo" not in str(line) for line in office.thread("support", ts)[1:])


async def test_a_ticket_that_an_admin_deleted_is_not_brought_back(office):
    ts = await said(office, "the printer on floor 2 is jammed")
    await react(office, "engineer", ts, "ticket")
    await command(office, "delete T001", "admin")
    await react(office, "engineer", ts, "ticket", added=False)
    await react(office, "engineer", ts, "ticket")
    assert await ticket(office, "T001") is None
    assert await ticket(office, "T002") is not None


async def test_where_a_thread_has_two_tickets_a_line_names_the_one_that_changed(office):
    ts = await said(office, "the printer on floor 2 is jammed")
    await react(office, "engineer", ts, "ticket")
    await command(office, "delete T001", "admin")
    await react(office, "colleague", ts, "ticket")
    await command(office, "undo T001", "admin")
    await office.said("engineer", "support", "done: a new tray", thread=ts)
    assert read(office.thread("support", ts)[-1]).startswith("engineer closed T001 “the printer")
    await command(office, "T002 pri 1")
    assert read(office.thread("support", ts)[-1]).startswith("engineer set the priority of T002 “the printer")


async def test_what_changed_since_or_was_somebody_elses_is_not_undone(office):
    _, card = await ticket_by_mention(office)
    await react(office, "colleague", card["ts"], "eyes")
    await command(office, "T001 pri 1")
    await react(office, "colleague", card["ts"], "eyes", added=False)
    assert (await ticket(office, "T001")).stat == "prog"


async def test_other_messages_and_other_reactions_ask_for_nothing_and_are_not_kept(office):
    ts = await said(office, "lunch?")
    _, card = await ticket_by_mention(office)
    kept = office.slack.called("reactions.get")
    await react(office, "engineer", ts, "eyes")
    await react(office, "engineer", card["ts"], "tada")
    assert office.slack.called("reactions.get") == kept
    assert (await ticket(office, "T001")).stat == "open"


async def test_of_another_bot_it_asks_for_nothing(office):
    ts = await office.said("engineer", "support", "the coffee machine is on fire")
    await office.slack.react("buildbot", "support", ts, "ticket")
    await office.idle()
    assert await ticket(office, "T001") is None
    assert office.slack.called("chat.postEphemeral") == []


async def test_a_reaction_that_is_delivered_again_is_done_once(office):
    ts = await said(office, "the printer on floor 2 is jammed")
    await react(office, "engineer", ts, "ticket")
    for delivery in list(office.slack.deliveries):
        office.slack.repeat(delivery)
    await office.idle()
    assert await ticket(office, "T002") is None


async def test_turned_off_they_ask_for_nothing(tmp_path):
    async with open_office(tmp_path, reactions="off") as office:
        ts = await said(office, "the printer on floor 2 is jammed")
        await react(office, "engineer", ts, "ticket")
        assert await ticket(office, "T001") is None


class TestAtOnce:
    """What several people do to one message at the same moment is worked on one after the other."""

    async def test_one_ticket_is_made_and_the_others_are_shown_it(self, office):
        ts = await office.said("engineer", "support", "the coffee machine is on fire")
        people = ("engineer", "colleague", "admin")
        await asyncio.gather(*(office.slack.react(one, "support", ts, "ticket") for one in people))
        await office.idle()
        assert await ticket(office, "T002") is None
        assert len(office.thread("support", ts)) == 1
        shown = [read(one)[:4] for person in people for one in office.slack.ephemerals(person)]
        assert shown == ["T001", "T001"]

    async def test_so_it_is_with_a_request_in_words_and_a_reply_as_its_message(self, office):
        root = await office.said("engineer", "support", "good morning")
        ts = await office.said("engineer", "support", "the coffee machine is on fire", thread=root)
        await asyncio.gather(
            office.slack.react("colleague", "support", ts, "ticket"),
            office.slack.react("engineer", "support", root, "ticket"),
            office.slack.say("admin", "support", "@tickets create a ticket for this", thread=root),
        )
        await office.idle()
        assert await ticket(office, "T001")
        assert await ticket(office, "T002") is None

    async def test_while_a_mention_is_being_read_a_reaction_to_it_waits_for_its_ticket(self, office):
        held = asyncio.Event()
        office.slack.faults.slow("users.info", held, times=1)
        ts = await office.slack.say("engineer", "support", "@tickets create coffee machine is on fire")
        await office.slack.until(lambda: office.slack.called("users.info") or office.bot.runner._in_hand)
        await office.slack.react("colleague", "support", ts, "ticket")
        await office.slack.react("admin", "support", ts, "eyes")
        await office.slack.until(lambda: len(office.bot.runner._in_hand) == 3)
        held.set()
        await office.idle()
        assert (await ticket(office, "T001")).stat == "prog"
        assert await ticket(office, "T002") is None

    async def test_added_and_taken_away_at_once_nothing_is_left_of_it(self, office):
        ts, _ = await ticket_by_mention(office)
        for name in ("eyes", "white_check_mark"):
            await office.slack.react("colleague", "support", ts, name)
            await office.slack.react("colleague", "support", ts, name, added=False)
        await office.idle()
        assert (await ticket(office, "T001")).stat == "open"

    async def test_so_it_is_where_the_store_takes_longer_over_the_first(self, office, mocker):
        ts, _ = await ticket_by_mention(office)
        accept, second = office.bot.core.store.accept, asyncio.Event()

        async def accept_slowly(delivery, *rest):
            if delivery.payload["event"]["type"] == "reaction_added":
                with suppress(TimeoutError):
                    await asyncio.wait_for(
                        second.wait(), 0.2
                    )  # in which the second would be stored, if it could
            accepted = await accept(delivery, *rest)
            second.set()
            return accepted

        mocker.patch.object(office.bot.core.store, "accept", accept_slowly)
        await office.slack.react("colleague", "support", ts, "eyes")
        await office.slack.react("colleague", "support", ts, "eyes", added=False)
        await office.idle()
        assert (await ticket(office, "T001")).stat == "open"


@pytest.mark.parametrize("asked", ["reaction", "words"])
async def test_a_ticket_that_was_made_and_not_told_before_a_restart_is_told_by_its_card(
    office, asked, monkeypatch
):
    async def killed(*_):
        raise RuntimeError

    ts = await office.said("engineer", "support", "the coffee machine is on fire")
    with monkeypatch.context() as patched:
        listener = "reactions" if asked == "reaction" else "mentions"
        patched.setattr(f"bot.listeners.{listener}.reply", killed)
        if asked == "reaction":
            await office.slack.react("colleague", "support", ts, "ticket")
        else:
            await office.slack.say("colleague", "support", "@tickets create a ticket for this", thread=ts)
        await office.idle()
    assert await ticket(office, "T001")
    await office.retry()
    told = [read(one) for one in office.thread("support", ts) if one.get("bot_id")]
    assert [one.partition("\n")[0] for one in told] == ["T001 the coffee machine is on fire"]
    assert await ticket(office, "T002") is None


class TestOvertaken:
    """Slack delivers again after a minute what was not acknowledged; what the person did since is there before."""

    async def arrive_in_reverse(self, office, mocker, ts, name, *gestures):
        late = mocker.patch.object(office.slack.platform.dispatcher, "post")
        for added in gestures:
            await office.slack.react("colleague", "support", ts, name, added=added)
        mocker.stop(late)
        for call in reversed(late.call_args_list):
            office.slack.platform.dispatcher.post(*call.args)
            await office.idle()

    async def test_a_reaction_that_was_taken_away_since_makes_no_ticket(self, office, mocker):
        ts = await office.said("engineer", "support", "the coffee machine is on fire")
        await self.arrive_in_reverse(office, mocker, ts, "ticket", True, False)
        assert await ticket(office, "T001") is None
        assert office.thread("support", ts) == []

    async def test_it_starts_nothing(self, office, mocker):
        ts, card = await ticket_by_mention(office)
        await self.arrive_in_reverse(office, mocker, card["ts"], "eyes", True, False)
        assert (await ticket(office, "T001")).stat == "open"
        assert len(office.thread("support", ts)) == 1

    async def test_a_reaction_that_was_added_again_since_is_not_undone(self, office, mocker):
        _, card = await ticket_by_mention(office)
        await office.slack.react("colleague", "support", card["ts"], "eyes")
        await office.idle()
        await self.arrive_in_reverse(office, mocker, card["ts"], "eyes", False, True)
        assert (await ticket(office, "T001")).stat == "prog"

    async def test_another_persons_reaction_counts_all_the_same(self, office, mocker):
        ts = await office.said("engineer", "support", "the coffee machine is on fire")
        await self.arrive_in_reverse(office, mocker, ts, "ticket", True, False)
        await office.slack.react("admin", "support", ts, "ticket")
        await office.idle()
        assert (await ticket(office, "T001")).title == "the coffee machine is on fire"
