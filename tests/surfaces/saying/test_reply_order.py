"""A reply waits for the message that its thread began with, however they arrive."""

import asyncio
from dataclasses import replace

import pytest

from store.errors import UnavailableError
from tests.surfaces.steps import texts, ticket


async def settled(office):
    await office.slack.until(lambda: all(one.done for one in office.slack.deliveries))
    await office.bot.runner.idle()


async def test_a_reply_while_its_mention_is_still_worked_on_is_done_after_it(office):
    office.slack.faults.slow("users.info", held := asyncio.Event())
    ts = await office.slack.say("engineer", "support", "@tickets create slow parent")
    await office.slack.until(lambda: not office.slack.faults._planned)
    await office.slack.say("colleague", "support", "pri 1", thread=ts)
    await office.slack.say("colleague", "support", "thanks a lot", thread=ts)
    held.set()
    await office.idle()
    assert (await ticket(office, "T001")).pri == 1
    assert "High" in office.thread("support", ts)[-2]["text"] + office.thread("support", ts)[-1]["text"]


async def test_however_long_that_takes(office):
    office.slack.faults.slow("users.info", held := asyncio.Event())
    ts = await office.slack.say("engineer", "support", "@tickets create slow parent")
    await office.slack.until(lambda: not office.slack.faults._planned)
    threads = office.bot.services.threads
    now = threads._now
    threads._now = lambda: now() + 3600
    await office.slack.say("colleague", "support", "pri 1", thread=ts)
    await office.slack.until(lambda: all(one.done for one in office.slack.deliveries))
    held.set()
    await office.idle()
    assert (await ticket(office, "T001")).pri == 1


async def test_a_reply_waits_for_a_mention_that_failed_and_is_to_be_tried_again(office, mocker):
    broken = mocker.patch.object(office.bot.core.store, "create", side_effect=UnavailableError("away"))
    ts = await office.said("engineer", "support", "@tickets create second attempt")
    mocker.stop(broken)
    await office.slack.say("colleague", "support", "pri 1", thread=ts)
    await office.slack.until(lambda: all(one.done for one in office.slack.deliveries))
    await office.retry()
    assert (await ticket(office, "T001")).pri == 1


@pytest.mark.parametrize(("failed", "looks"), [(False, 0), (True, 1)])
async def test_a_mention_that_failed_is_waited_for_as_one_that_has_not_come(office, failed, looks):
    ts = await office.slack.say("engineer", "lobby", "@tickets create not worked on", raw=True)
    threads, channel = office.bot.services.threads, office.slack.workspace.channel("lobby").id

    async def has_ticket() -> bool:
        return True

    threads.note_arrival(channel, ts)
    if failed:
        threads.note_failure(channel, ts)
    await threads.wait_for_root(channel, ts, has_ticket)
    assert len(office.slack.called("conversations.replies")) == looks


async def test_the_card_shows_what_was_changed_before_it_was_posted(office):
    office.slack.faults.slow("chat.postMessage", held := asyncio.Event())
    ts = await office.slack.say("engineer", "support", "@tickets create slow card")
    await office.slack.until(lambda: not office.slack.faults._planned)
    await office.slack.say("colleague", "support", "pri 1", thread=ts)
    await office.slack.until(lambda: all(one.done for one in office.slack.deliveries))
    held.set()
    await office.idle()
    cards = [text for text in texts(office.thread("support", ts)) if text.startswith("T001 slow card")]
    assert len(cards) == 1
    assert "High" in cards[0]


@pytest.mark.parametrize("text", ["pri 1", "@tickets pri 1"])
async def test_a_reply_that_arrives_before_its_mention_waits_for_it(office, text):
    slack = office.slack
    every = slack.settings.subscriptions
    slack.settings.subscriptions = frozenset()  # the mention's own events are on their way
    ts = await slack.say("engineer", "support", "@tickets create late parent")
    slack.settings.subscriptions = every
    await slack.say("colleague", "support", text, thread=ts)
    await slack.until(lambda: slack.called("conversations.replies"))
    assert await ticket(office, "T001") is None
    message = slack.message("support", ts)
    event = {name: message[name] for name in ("user", "text", "ts")}
    slack.platform.emit(
        {"type": "app_mention", "channel": "C0SUPPORT", **event}, slack.workspace.channel("support")
    )
    await office.idle()
    assert (await ticket(office, "T001")).pri == 1


async def test_talk_in_a_thread_that_is_nobodys_is_not_written_down(office, mocker):
    accept = mocker.spy(office.bot.core.store, "accept")
    ts = await office.slack.say("engineer", "support", "shall we have lunch?")
    await office.slack.say("colleague", "support", "sounds good to me", thread=ts)
    await settled(office)
    accept.assert_not_called()


async def test_a_command_in_a_thread_that_is_nobodys_is_left_alone_at_once(office):
    ts = await office.slack.say("engineer", "support", "the printer")
    await office.slack.say("colleague", "support", "pri 1", thread=ts)
    await settled(office)
    assert office.thread("support", ts)[1:] == []
    assert await office.bot.core.store.pending() == []


async def test_in_an_old_thread_nothing_is_asked_of_slack(office):
    ts = await office.slack.say("engineer", "support", "the printer")
    threads = office.bot.services.threads
    old = threads._now
    threads._now = lambda: old() + 601
    await office.slack.say("colleague", "support", "pri 1", thread=ts)
    await settled(office)
    assert not office.slack.called("conversations.replies")


async def test_a_reply_in_a_thread_is_parsed_once(office, mocker):
    ts = await office.said("engineer", "support", "@tickets create API timeout")
    again = mocker.patch("bot.listeners.follow_ups.rules.read", side_effect=AssertionError("parsed again"))
    await office.said("engineer", "support", "pri 1", thread=ts)
    again.assert_not_called()
    assert (await ticket(office, "T001")).pri == 1


async def test_what_is_said_in_a_thread_is_done_in_its_order(office):
    ts = await office.said("engineer", "support", "@tickets create in order")
    for number in range(10):
        await office.slack.say("colleague", "support", f"in progress, note {number}", thread=ts)
        await office.slack.until(lambda: all(one.done for one in office.slack.deliveries))
    await office.idle()
    notes = [change.after["res"] for change in (await office.bot.core.store.history("T001"))[0][:-1]]
    assert notes[::-1] == [f"note {number}" for number in range(10)][-len(notes) :]


class TestPeopleAndRooms:
    """Who may do what follows Slack's events at once."""

    def changed(self, office, user, **parts):
        workspace = office.slack.workspace
        workspace.users[user] = replace(workspace.users[user], **parts)
        office.slack.platform.emit(
            {"type": "user_change", "user": {**workspace.users[user].shown(), "updated": 1_700_000_000}}
        )

    async def test_somebody_demoted_or_deactivated_changes_nothing_from_then_on(self, office):
        ts = await office.said("engineer", "private", "@tickets create secret")
        await office.said("engineer", "support", "@tickets create open")
        self.changed(office, "U0ENGINEER", is_restricted=True)
        await office.idle()
        await office.slack.command("engineer", "private", "/ticket", "T002 pri 1")
        await office.idle()
        assert (await ticket(office, "T002")).pri == 2
        self.changed(office, "U0ENGINEER", is_bot=True)
        await office.idle()
        await office.said("engineer", "private", "pri 1", thread=ts)
        assert (await ticket(office, "T001")).pri == 2

    async def test_somebody_taken_out_of_a_private_channel_changes_nothing_there_from_then_on(self, office):
        await office.said("admin", "private", "@tickets create secret")
        (card,) = office.slack.messages("private")[-1:]
        thread = office.thread("private", card["ts"])
        await office.slack.press("engineer", "private", thread[0]["ts"], "ticket.edit")
        await office.idle()
        await office.slack.kick("engineer", "private")
        await office.idle()
        answer = await office.slack.submit("engineer", {"title": "Mine now"})
        await office.idle()
        assert answer is not None
        assert (await ticket(office, "T001")).title == "secret"

    async def test_a_partner_who_was_just_let_in_reads_nothing_of_other_channels(self, office):
        office.slack.workspace.channel("support").members[:] = ["U0ENGINEER", "U0COLLEAGUE", "U0TICKETS"]
        office.bot.services.directory.forget()
        await office.said("engineer", "shared", "@tickets create in shared")
        ts = await office.said("engineer", "support", "@tickets view open")
        assert "in shared" in office.thread("support", ts)[0]["text"]
        await office.slack.invite("partner", "support")
        await office.idle()
        ts = await office.said("engineer", "support", "@tickets view open")
        assert "in shared" not in office.thread("support", ts)[0]["text"]

    async def test_the_first_answer_waits_for_no_listing(self, office):
        office.slack.faults.slow("users.list", asyncio.Event(), times=None)
        office.bot.services.directory.forget()
        before = len(office.slack.calls)
        await office.said("engineer", "support", "@tickets create at once")
        asked = [call.method for call in office.slack.calls[before:]]
        assert sorted(method for method in asked if method.startswith(("users.", "conversations."))) == [
            "conversations.info",
            "conversations.members",
            "users.info",
        ]

    async def test_a_missing_scope_is_the_operators_to_mend_and_no_verdict(self, office, caplog):
        office.bot.services.directory.forget()
        office.slack.settings.scopes = frozenset({"chat:write", "channels:read"})
        ts = await office.said("engineer", "support", "@tickets create API timeout")
        assert "users:read" in caplog.text
        (told,) = office.slack.ephemerals("engineer")
        assert "the Slack scope users:read" in told["text"]
        office.slack.settings.scopes = None
        await office.retry()
        await office.idle()
        assert "T001" in office.thread("support", ts)[0]["text"]

    async def test_history_with_three_hundred_mentions_asks_for_a_few_names(self, office):
        people = " ".join(f"<@U{number:05d}>" for number in range(300))
        await office.slack.say("engineer", "support", f"<@U0TICKETS> create {people}", raw=True)
        await office.idle()
        before = len(office.slack.called("users.info"))
        await office.slack.command("engineer", "support", "/ticket", "history T001")
        await office.idle()
        assert len(office.slack.called("users.info")) - before <= 10


class TestPrivateWords:
    """What is set on a ticket is its readers' to see; what was typed in a private place, and where, is not."""

    @pytest.fixture
    async def changed_in_private(self, office):
        """By somebody in a private channel of members only, and in a direct message."""
        office.slack.workspace.channel("private").members.remove("U0CONSULTANT")
        office.bot.services.directory.forget()
        await office.said("engineer", "support", "@tickets create API timeout")
        await office.said(
            "engineer", "private", "@tickets T001 pri 1 because the merger with Acme is at risk"
        )
        await office.said("engineer", "dm", "T001 in progress")

    async def test_what_was_set_is_shown_and_the_words_are_not(self, office, changed_in_private):
        await office.slack.command("colleague", "support", "/ticket", "history T001")
        await office.idle()
        told = str(office.slack.ephemerals("colleague")[-1])
        assert "Priority: Medium → High" in told
        assert "Status: Open → In progress" in told
        assert "T001 pri 1" not in told
        assert "C0PRIVATE" not in told

    async def test_where_they_were_typed_they_are(self, office, changed_in_private):
        ts = await office.said("engineer", "private", "@tickets history T001")
        told = str(office.slack.ephemerals("engineer")[-1:]) + str(office.thread("private", ts))
        assert "T001 pri 1" in told

    async def test_no_link_leads_into_a_private_channel_for_those_outside(self, office):
        await office.said("admin", "private", "@tickets create secret")
        await office.slack.command("admin", "support", "/ticket", "view open")
        await office.idle()
        assert "C0PRIVATE" in str(office.slack.ephemerals("admin")[-1])
        record = await office.bot.core.store.get("T001")
        shared = replace(record, private=False, channel="C0SUPPORT")
        from store.models.filters import Scope  # noqa: PLC0415

        assert office.bot.services.link(shared, Scope()) == ""
        assert office.bot.services.link(shared, Scope(channels=frozenset({"C0PRIVATE"})))
