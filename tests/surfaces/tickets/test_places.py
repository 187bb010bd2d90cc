"""Links open what they name, and what is pressed in a thread is answered in that thread."""

import pytest

from store.errors import UnavailableError
from tests.support.bot_harness import open_office
from tests.surfaces.steps import command, offered, press, read, ticket, ticket_by_mention, whispered


async def test_a_link_to_a_card_in_a_thread_opens_that_thread(office):
    ts, card = await ticket_by_mention(office)
    await command(office, "list")
    shown = str(office.slack.ephemerals("engineer")[-1]["blocks"])
    place = card["ts"].replace(".", "")
    channel = office.slack.called("chat.postMessage")[0].args["channel"]
    assert f"/archives/{channel}/p{place}?thread_ts={ts}&amp;cid={channel}|T001>" in shown


async def test_what_is_pressed_in_a_thread_is_answered_there(office):
    ts, card = await ticket_by_mention(office)
    await press(office, "engineer", card, "ticket.menu", offered(card, "history"))
    told = office.slack.called("chat.postEphemeral")[-1]
    assert told.args["thread_ts"] == ts
    assert "History of T001" in told.args["text"]


@pytest.mark.parametrize("refusal", ["expired_trigger_id", "invalid_arguments"])
async def test_what_goes_wrong_with_a_press_in_a_thread_is_told_there(office, refusal):
    ts, card = await ticket_by_mention(office)
    office.slack.faults.fail("views.open", refusal)
    await press(office, "engineer", card, "ticket.edit")
    told = office.slack.ephemerals("engineer")[-1]
    assert told["thread_ts"] == ts
    assert ("press again" in read(told)) is (refusal == "expired_trigger_id")


async def test_what_is_pressed_in_the_channel_is_answered_in_the_channel(office):
    await command(office, "create API timeout")
    card = office.slack.messages("support")[0]
    await press(office, "engineer", card, "ticket.menu", offered(card, "history"))
    assert "History of T001" in whispered(office)
    assert office.slack.called("chat.postEphemeral") == []


async def test_a_second_click_on_confirm_shows_the_result_again(office):
    for number in range(2):
        await command(office, f'create "ticket number {number}" cat doc')
    await command(office, "close all open doc tickets")
    preview = office.slack.ephemerals("engineer")[-1]
    elements = [one for block in preview["blocks"] for one in block.get("elements", [])]
    token = next(one["value"] for one in elements if one.get("action_id") == "bulk.confirm")
    posted = None
    for _ in range(2):
        await office.slack.press("engineer", "support", preview["ts"], "bulk.confirm", token, forge=True)
        await office.idle()
        shown = office.slack.ephemerals("engineer")[-1]
        assert "engineer closed 2 tickets: T001, T002." in read(shown)
        assert "bulk.undo" in str(shown["blocks"])
        now = len(office.slack.called("chat.postMessage"))
        assert posted in (None, now)
        posted = now


async def test_the_metadata_of_a_new_ticket_are_the_whole_reply(office):
    await ticket_by_mention(office)
    posted = office.slack.called("chat.postMessage")[0].args["metadata"]
    assert posted["event_payload"]["action"] == "created"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("create *API* timeout", "API timeout"),
        ("*create login broken*", "login broken"),
        ("*create* bold verb broken", "bold verb broken"),
        ("create ~old~ _printer_ jam", "old printer jam"),
        ("create glob *.py and a_b_c broken", "glob *.py and a_b_c broken"),
        ("create login fails for @colleague", "login fails for @colleague"),
    ],
)
async def test_a_title_is_what_people_read(office, text, title):
    await ticket_by_mention(office, f"@tickets {text}")
    assert (await ticket(office, "T001")).title == title


async def test_a_name_in_a_note_is_no_live_mention(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("engineer", "support", "done: fixed by @colleague", thread=ts)
    assert (await ticket(office, "T001")).res == "fixed by @colleague"
    assert "<@U0COLLEAGUE>" not in str(office.slack.called("chat.postMessage"))


NAMED = "create <!subteam^S0OPS> and <!subteam^S0DEV|@dev> ask about <#C0SUPPORT|> and <#C0PRIVATE>"


async def test_channels_and_groups_have_names_too_and_private_ones_keep_theirs(office):
    ts = await office.slack.say("engineer", "support", f"<@U0TICKETS> {NAMED}", raw=True)
    await office.idle()
    title = "@group and @dev ask about #support and…\n…#private-channel"  # broken off where it is cut
    assert title in read(office.thread("support", ts)[0])
    await command(office, "history T001")
    assert "create @group and @dev ask about #support and #private-channel" in whispered(office)


async def test_where_the_bot_is_no_member_what_is_pressed_is_answered_by_slacks_own_address(office):
    ts, card = await ticket_by_mention(office)
    await office.slack.kick("tickets", "support")
    await office.idle()
    await press(office, "engineer", card, "ticket.menu", offered(card, "history"))
    answered = office.slack.called("response_url")[-1]
    assert "History of T001" in answered.args["text"]
    assert answered.args["response_type"] == "ephemeral"
    assert len(office.thread("support", ts)) == 1


async def test_in_a_direct_message_of_others_nobody_is_told_to_invite_the_bot(office):
    workspace = office.slack.workspace
    between = workspace.dm("engineer", "colleague")
    await command(office, "create API timeout", channel=between.id)
    told = whispered(office)
    assert "T001" in told
    assert "I cannot post in this conversation, so only you can see this." in told
    assert "/invite" not in told


async def test_the_signs_of_a_list_stay_in_no_title(office):
    await ticket_by_mention(office, "@tickets create:\n• login is broken\n• since Monday")
    assert (await ticket(office, "T001")).title.startswith("login is broken")


async def test_what_was_struck_out_is_not_done(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("engineer", "support", "@tickets ~close T001~ thanks", thread=ts)
    assert (await ticket(office, "T001")).stat == "open"


def links(message) -> str:
    return str([block for block in message["blocks"] if "archives" in str(block)])


async def test_in_its_own_thread_no_link_leads_to_the_ticket(office):
    ts, card = await ticket_by_mention(office)
    await office.said("engineer", "support", "@tickets T001 open", thread=ts)
    await office.slack.react("engineer", "support", card["ts"], "ticket")
    await office.idle()
    shown = office.slack.called("chat.postEphemeral")[-2:]
    assert [("T001" in call.args["text"], call.args["thread_ts"]) for call in shown] == [(True, ts)] * 2
    assert not any("Go to thread" in str(call.args["blocks"]) for call in shown)


async def test_in_the_channel_the_link_leads_to_the_tickets_thread(office):
    ts, _ = await ticket_by_mention(office)
    await office.slack.react("engineer", "support", ts, "ticket")
    await office.idle()
    assert f"?thread_ts={ts}" in links(office.slack.ephemerals("engineer")[-1])
    assert "Go to thread" in links(office.slack.ephemerals("engineer")[-1])


async def test_a_link_to_the_message_that_a_ticket_was_made_of_says_so(office):
    first = await office.said("engineer", "support", "prod db is down since 9")
    await office.said("engineer", "support", "@tickets create a ticket for this", thread=first)
    assert "|original message>" in links(office.thread("support", first)[-1])
    other = await office.said("colleague", "support", "the printer jams")
    await office.said("engineer", "support", "@tickets create a ticket for this", thread=other)
    card = office.thread("support", other)[-1]
    assert "made from <" in links(card)
    assert "|a message by colleague>" in links(card)


async def test_what_is_pressed_where_the_bot_is_not_is_answered_with_commands_that_work_there(office):
    await command(office, "create lobby lamp blinks", channel="lobby")
    card = office.slack.ephemerals("engineer")[-1]
    await command(office, "delete T001", "admin")
    await office.slack.press("engineer", "lobby", card["ts"], "ticket.start")
    await office.idle()
    assert whispered(office) == "There is no ticket T001. See what there is: /ticket list"


async def test_a_card_that_is_read_elsewhere_says_in_which_channel_the_bot_is_not(office):
    ts = await office.slack.say("engineer", "lobby", "the lamp blinks")
    await office.slack.message_shortcut("engineer", "lobby", ts, "create_ticket")
    await office.idle()
    await office.slack.submit("engineer", values={})
    await office.idle()
    (told,) = office.slack.messages(office.slack.dm("engineer"))
    begins = "I am not in that channel, so only you can see this. To post there, type there: /invite @tickets"
    assert read(told).startswith(begins)


async def test_a_ticket_of_what_was_not_understood_in_a_thread_has_its_card_there(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("engineer", "support", "@tickets gibberish here now", thread=ts)
    await press(office, "engineer", office.slack.ephemerals("engineer")[-1], "ticket.new")
    before = len(office.slack.messages("support"))
    await office.slack.submit("engineer", values={"title": "the blinds flap"})
    await office.idle()
    assert "T002 the blinds flap" in read(office.thread("support", ts)[-1])
    assert len(office.slack.messages("support")) == before


class TestInvitedAgain:
    async def test_the_bot_draws_the_cards_anew_that_changed_while_it_was_away(self, office):
        ts, _ = await ticket_by_mention(office)
        await command(office, "create login loop")
        await office.slack.kick("tickets", "support")
        await office.said("engineer", "dm", "T001 pri 1")
        assert "High" not in read(office.thread("support", ts)[0])
        await office.slack.invite("tickets", "support")
        await office.idle()
        assert "High" in read(office.thread("support", ts)[0])

    async def test_what_interrupts_that_only_postpones_it(self, office, mocker):
        ts, _ = await ticket_by_mention(office)
        await office.slack.kick("tickets", "support")
        await office.said("engineer", "dm", "T001 pri 1")
        away = mocker.patch.object(office.bot.core.store, "view", side_effect=UnavailableError("away"))
        await office.slack.invite("tickets", "support")
        await office.idle()
        mocker.stop(away)
        await office.retry()
        assert "High" in read(office.thread("support", ts)[0])

    async def test_a_card_that_is_elsewhere_is_left_alone(self, mode, tmp_path):
        async with open_office(tmp_path, mode, keep_slack=True) as office:
            ts = await office.slack.say("colleague", "support", "the blinds flap")
            await office.slack.kick("tickets", "support")
            await office.slack.message_shortcut("engineer", "support", ts, "create_ticket")
            await office.slack.submit("engineer")
            await office.idle()
            record = await office.bot.core.store.get("T001")
            assert record.origin.channel == "C0SUPPORT"
            assert record.card.channel == office.slack.dm("engineer")
        async with open_office(tmp_path, mode, slack=office.slack) as office:
            before = len(office.slack.calls)
            await office.slack.invite("tickets", "support")
            await office.idle()
            assert "chat.update" not in [call.method for call in office.slack.calls[before:]]

    async def test_nobody_elses_arrival_draws_anything(self, office):
        await ticket_by_mention(office)
        await office.slack.kick("colleague", "support")
        before = len(office.slack.calls)
        await office.slack.invite("colleague", "support")
        await office.idle()
        assert "chat.update" not in [call.method for call in office.slack.calls[before:]]


class TestNoLongerArchived:
    async def test_the_cards_are_drawn_anew_that_changed_meanwhile(self, office):
        ts, _ = await ticket_by_mention(office)
        await office.slack.archive("admin", "support")
        await office.said("colleague", "dm", "close T001: fixed")
        assert "Open" in read(office.thread("support", ts)[0])
        assert set(office.slack.reactions("support", ts)) == {"ticket"}
        await office.slack.unarchive("admin", "support")
        await office.idle()
        assert "Done" in read(office.thread("support", ts)[0])
        assert set(office.slack.reactions("support", ts)) == {"white_check_mark"}

    async def test_a_private_channel_is_no_exception(self, office):
        await command(office, "create API timeout", channel="private")
        await office.slack.archive("admin", "private")
        await office.said("engineer", "dm", "T001 pri 1")
        await office.slack.unarchive("admin", "private")
        await office.idle()
        assert "High" in read(office.slack.messages("private")[0])

    async def test_who_did_that_is_told_of_no_error(self, office, mocker):
        ts, _ = await ticket_by_mention(office)
        await office.slack.archive("admin", "support")
        await office.said("engineer", "dm", "T001 pri 1")
        away = mocker.patch.object(office.bot.core.store, "view", side_effect=UnavailableError("away"))
        await office.slack.unarchive("admin", "support")
        await office.idle()
        mocker.stop(away)
        await office.retry()
        assert "High" in read(office.thread("support", ts)[0])
        assert office.slack.ephemerals("admin") == []
        assert office.slack.messages(office.slack.dm("admin")) == []
