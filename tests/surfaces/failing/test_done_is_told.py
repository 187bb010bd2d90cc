"""What is done is told, by the next way that is open; nothing that was accepted is given up for what is not its own fault."""

import asyncio

import pytest

from tests.support.bot_harness import HeldTime, open_office
from tests.support.environment import ON_POSTGRES
from tests.surfaces.steps import command, press, texts, ticket, ticket_by_mention, whispered


def dms(office, user="engineer"):
    return office.slack.messages(office.slack.dm(user))


def heard(office, user="engineer"):
    """All that reached somebody alone."""
    return texts(office.slack.ephemerals(user)) + texts(dms(office, user))


@pytest.mark.parametrize(
    "code",
    [
        "is_archived",
        "not_in_channel",
        "channel_not_found",
        "restricted_action_read_only_channel",
        "restricted_action",
        "thread_not_found",
        "cannot_reply_to_message",
        "message_limit_exceeded",
    ],
)
async def test_a_ticket_that_the_channel_cannot_be_shown_is_told_to_its_author(office, code):
    office.slack.faults.fail("chat.postMessage", code)
    await office.said("engineer", "support", "@tickets create API timeout")
    (told,) = heard(office)
    assert "T001" in told
    assert "whoever runs the bot" not in told
    assert (await ticket(office, "T001")).title == "API timeout"
    assert await office.bot.core.store.pending() == []
    assert await office.bot.core.store.parked() == []


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long"])
async def test_a_ticket_whose_card_slack_does_not_take_is_told_as_text(office, code):
    office.slack.faults.fail("chat.postMessage", code)
    ts = await office.said("engineer", "support", "@tickets create API timeout")
    (card,) = office.thread("support", ts)
    assert "T001 API timeout" in card["text"]


async def test_what_slack_refused_before_anything_was_done_is_kept_and_who_asked_knows_that(office):
    office.bot.services.directory.forget()
    office.slack.faults.fail("users.info", "a_code_that_nobody_knows")
    await office.said("engineer", "support", "@tickets create API timeout")
    (told,) = heard(office)
    begins = "Slack refused a part of this (a_code_that_nobody_knows). What you asked for is kept and will be tried again"
    assert told.startswith(begins)
    assert await ticket(office, "T001") is None
    await office.retry()
    assert (await ticket(office, "T001")).title == "API timeout"


async def test_what_is_not_kept_is_to_be_tried_again(office):
    _, card = await ticket_by_mention(office)
    office.slack.faults.fail("views.open", "a_code_that_nobody_knows")
    await press(office, "engineer", card, "ticket.edit")
    begins = "Slack refused a part of this (a_code_that_nobody_knows). Please try again. If it goes on, tell"
    assert whispered(office).startswith(begins)


async def test_in_a_channel_that_the_bot_was_taken_out_of_a_command_is_answered_with_a_hint(office):
    await command(office, "view open")
    office.slack.workspace.channel("support").members.remove("U0TICKETS")  # and no event says so
    await command(office, "create API timeout")
    assert "T001" in whispered(office)
    assert "/invite" in whispered(office)


async def test_in_a_direct_message_of_two_others_nobody_is_asked_to_invite_the_bot(office):
    theirs = office.slack.workspace.dm("engineer", "U0COLLEAGUE")
    await office.slack.command("engineer", theirs.id, "/ticket", "create API timeout")
    await office.idle()
    assert "T001" in whispered(office)
    assert "I cannot post in this conversation" in str(office.slack.ephemerals("engineer")[-1])
    assert "/invite" not in str(office.slack.ephemerals("engineer"))


async def test_a_change_that_the_channel_cannot_be_shown_is_told_to_whoever_made_it(office):
    await ticket_by_mention(office)
    office.slack.faults.fail("chat.postMessage", "is_archived", times=2)
    await command(office, "T001 pri 1")
    assert (await ticket(office, "T001")).pri == 1
    assert "T001" in whispered(office)


async def test_a_list_that_the_channel_cannot_be_shown_is_shown_to_whoever_asked(office):
    await ticket_by_mention(office)
    office.slack.faults.fail("chat.postMessage", "restricted_action")
    await office.said("engineer", "support", "@tickets view open")
    assert any("API timeout" in text for text in heard(office))


async def test_a_card_that_went_to_a_direct_message_is_the_tickets_card(office):
    ts = await office.slack.say("engineer", "lobby", "the printer is on fire")
    await office.slack.message_shortcut("engineer", "lobby", ts, "create_ticket")
    await office.idle()
    await office.slack.submit("engineer", {})
    await office.idle()
    (card,) = dms(office)
    assert "T001" in card["text"]
    await office.slack.press("engineer", office.slack.dm("engineer"), card["ts"], "ticket.start")
    await office.idle()
    assert "In progress" in dms(office)[0]["text"]
    await office.said("engineer", "dm", "done: fixed", thread=card["ts"])
    assert (await ticket(office, "T001")).stat == "done"


async def test_somebody_who_cannot_be_written_to_leaves_nothing_parked(office):
    office.slack.faults.fail("chat.postEphemeral", "user_not_in_channel", times=None)
    office.slack.faults.fail("conversations.open", "cannot_dm_bot", times=None)
    await office.said("engineer", "support", "@tickets help")
    assert await office.bot.core.store.pending() == []


async def test_a_form_that_cannot_be_opened_in_time_says_press_again(office):
    _, card = await ticket_by_mention(office)
    office.slack.faults.fail("views.open", "expired_trigger_id")
    await press(office, "engineer", card, "ticket.edit")
    assert whispered(office) == "That took too long: please press again."


class TestForms:
    async def test_what_slack_is_needed_for_is_checked_within_two_seconds_and_then_done_all_the_same(
        self, office, monkeypatch
    ):
        monkeypatch.setattr("bot.listeners.forms.checking.CHECK_TIMEOUT", 0.05)
        _, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.close")
        office.bot.services.directory.forget()
        held = asyncio.Event()
        office.slack.faults.slow("users.info", held)
        assert await office.slack.submit("engineer", {"res": "restarted"}) is None
        assert (await ticket(office, "T001")).stat == "open"
        held.set()
        await office.idle()
        assert (await ticket(office, "T001")).res == "restarted"

    async def test_somebody_elses_change_is_not_overwritten_by_one_that_could_not_be_checked(
        self, office, monkeypatch
    ):
        monkeypatch.setattr("bot.listeners.forms.checking.CHECK_TIMEOUT", 0.05)
        _, card = await ticket_by_mention(office)
        await press(office, "engineer", card, "ticket.edit")
        await command(office, "T001 pri 1", "colleague")
        office.bot.services.directory.forget()
        held = asyncio.Event()
        office.slack.faults.slow("users.info", held)
        assert await office.slack.submit("engineer", {"title": "Another title"}) is None
        held.set()
        await office.idle()
        assert (await ticket(office, "T001")).title == "API timeout"
        assert any("Somebody changed T001" in text for text in heard(office))


# what lasts


@pytest.mark.skipif(
    ON_POSTGRES, reason="tickets that are made at one moment have their numbers by chance there"
)
@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "org_login_required", "ekm_access_denied"])
async def test_a_refusal_of_everything_parks_nothing_and_all_is_answered_in_order_when_it_ends(
    tmp_path, code
):
    time = HeldTime()
    async with open_office(tmp_path, clocks=time) as office:
        await time.until_done(office.idle())
        office.slack.faults.fail("*", code, times=None)
        said = [
            await office.slack.say("engineer", "support", f"@tickets create printer {number}")
            for number in range(3)
        ]
        for _ in range(60):
            await time.advance(10)
        assert await office.bot.core.store.parked() == []
        assert office.bot.services.sender.outage.code
        office.slack.faults.clear()
        await time.until_done(office.idle())
        for ts in said:
            assert len(office.thread("support", ts)) == 1
        assert [f"T00{n}" for n in (1, 2, 3)] == [office.thread("support", ts)[0]["text"][:4] for ts in said]
        assert await office.bot.core.store.pending() == []
        assert not office.bot.services.sender.outage.code


async def test_what_was_accepted_during_it_is_done_after_a_restart(tmp_path):
    time = HeldTime()
    async with open_office(tmp_path, clocks=time, keep_slack=True) as office:
        slack = office.slack
        await time.until_done(office.idle())
        slack.faults.fail("*", "token_revoked", times=None)
        ts = await slack.say("engineer", "support", "@tickets create API timeout")
        await slack.until(lambda: slack.deliveries[-1].done)
        await time.advance(400)
        leaving = asyncio.create_task(office.bot.runner.stop(0.1))
        await time.until_done(leaving_done(leaving))
    slack.faults.clear()
    async with open_office(tmp_path, slack=slack) as office:
        await slack.until(lambda: office.thread("support", ts))
        await office.idle()
        (card,) = office.thread("support", ts)
        assert "T001" in card["text"]


async def leaving_done(task):
    await task


async def test_the_author_of_a_command_hears_at_once_that_it_was_done(tmp_path):
    time = HeldTime()
    async with open_office(tmp_path, clocks=time) as office:
        await time.until_done(command(office, "view open"))
        office.slack.faults.fail("chat.postMessage", "token_revoked", times=5)
        made = asyncio.create_task(command(office, "create API timeout"))
        await office.slack.until(
            lambda: office.slack.ephemerals("engineer")[-1]["text"].startswith("Done: T001")
        )
        await time.until_done(leaving_done(made))
        assert any("T001 API timeout" in text for text in texts(office.slack.messages("support")))


@pytest.mark.parametrize(
    "event",
    [
        {"type": "tokens_revoked", "tokens": {"bot": ["U0TICKETS"]}},
        {"type": "app_uninstalled"},
    ],
)
async def test_the_end_of_the_installation_is_said_and_goes_by_by_itself(office, caplog, event):
    office.slack.platform.emit(event)
    await office.idle()
    assert office.bot.services.sender.outage.code in ("token_revoked", "account_inactive")
    assert "Slack refuses everything" in caplog.text
    await office.said("engineer", "support", "@tickets create API timeout")
    assert await ticket(office, "T001")
    assert not office.bot.services.sender.outage.code


async def test_a_store_that_cannot_be_written_parks_nothing(office, mocker):
    from store.errors import UnwritableError  # noqa: PLC0415

    store = office.bot.core.store
    refused = mocker.patch.object(store, "create", side_effect=UnwritableError("the disk is full"))
    ts = await office.said("engineer", "support", "@tickets create API timeout")
    for _ in range(6):
        await office.retry()
    assert await store.parked() == []
    mocker.stop(refused)
    await office.retry()
    assert "T001" in texts(office.thread("support", ts))[-1]


async def test_what_fails_by_its_own_content_is_parked_and_its_author_is_told(office, mocker):
    mocker.patch.object(office.bot.core.store, "create", side_effect=KeyError("odd"))
    await office.said("engineer", "support", "@tickets create API timeout")
    for _ in range(3):
        await office.retry()
    assert len(await office.bot.core.store.parked()) == 1
    assert "I could not do “create API timeout”" in whispered(office)


async def test_more_than_can_be_in_hand_waits_in_the_store_and_is_done_too(office, monkeypatch):
    monkeypatch.setattr("bot.listeners.runner.MAX_IN_HAND", 3)
    said = [f"@tickets create printer {number}" for number in range(12)]
    held = asyncio.Event()
    office.slack.faults.slow("chat.postMessage", held, times=3)
    sent = [await office.slack.say("engineer", "support", text) for text in said]
    await office.slack.until(lambda: all(one.done for one in office.slack.deliveries))
    assert len(office.bot.runner._in_hand) <= 3
    held.set()
    while await office.bot.core.store.pending():
        await office.retry()
    assert [len(office.thread("support", ts)) for ts in sent] == [1] * 12


async def test_a_change_that_is_told_outside_of_its_thread_names_the_ticket(office):
    ts, _ = await ticket_by_mention(office)
    office.slack.faults.fail("chat.postMessage", "is_archived", times=None)
    await office.slack.react("engineer", "support", ts, "white_check_mark")
    await office.idle()
    assert whispered(office).endswith("\nengineer closed T001 “API timeout”")


async def test_a_card_that_a_stop_overtakes_is_drawn_after_the_next_start_and_its_work_ends_with_the_bot(
    tmp_path, mocker, caplog
):
    mocker.patch("bot.app.slack.SHUTDOWN_TIMEOUT", 0.05)
    time = HeldTime()
    async with open_office(tmp_path, clocks=time, keep_slack=True) as office:
        await time.until_done(office.idle())
        slack = office.slack
        ts = await slack.say("engineer", "support", "@tickets create API timeout")
        await time.until_done(office.idle())
        slack.faults.fail("chat.update", "internal_error", times=None)
        await slack.say("engineer", "support", "pri 1", thread=ts)
        await time.until_done(
            slack.until(lambda: slack.called("chat.update") and office.thread("support", ts)[1:])
        )
        await time.until_done(slack.until(lambda: all(one.done for one in slack.deliveries)))
    await time.advance(600)
    assert "Drawing the card" not in caplog.text
    slack.faults.clear()
    async with open_office(tmp_path, slack=slack) as office:
        await office.retry()
        await office.idle()
        assert "High" in str(office.thread("support", ts)[0])
