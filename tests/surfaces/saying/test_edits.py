"""What somebody corrects soon after writing it is read again, once; a ticket follows its message if its writer says so."""

import asyncio

import pytest

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.server import LocalSlack
from store.errors import UnavailableError
from tests.support.bot_harness import open_office
from tests.surfaces.steps import command, read, ticket, ticket_by_mention


async def edit(office, ts, text, channel="support", user="engineer"):
    await office.slack.edit(user, channel, ts, text)
    await office.idle()


async def test_a_mention_that_was_added_is_heard(office):
    ts = await office.said("engineer", "support", "tickets create scanner broken")
    await edit(office, ts, "@tickets create scanner broken")
    assert (await ticket(office, "T001")).title == "scanner broken"
    assert await ticket(office, "T002") is None


async def test_a_command_that_was_mended_is_read_again_once(office):
    await ticket_by_mention(office)
    ts = await office.said("engineer", "support", "@tickets close T099")
    await edit(office, ts, "@tickets close T001")
    assert (await ticket(office, "T001")).stat == "done"
    await edit(office, ts, "@tickets reopen T001")
    assert (await ticket(office, "T001")).stat == "done"


async def test_what_is_corrected_while_it_is_still_being_read_is_read_again_after_that(office):
    await command(office, "create API timeout")
    office.bot.services.directory.forget()
    held = asyncio.Event()
    office.slack.faults.slow("users.info", held)
    ts = await office.slack.say("engineer", "support", "@tickets close T099")
    await office.slack.until(lambda: office.bot.runner._in_hand)
    begun = len(office.slack.deliveries)
    await office.slack.edit("engineer", "support", ts, "@tickets close T001")
    await office.slack.until(lambda: len(office.slack.deliveries) > begun)
    held.set()
    await office.idle()
    assert (await ticket(office, "T001")).stat == "done"


async def test_a_ticket_that_was_made_by_the_correction_follows_the_next_one_if_its_writer_says_so(office):
    ts = await office.said("engineer", "support", "@tickets what is this")
    await edit(office, ts, "@tickets create scanner dead")
    assert (await ticket(office, "T001")).title == "scanner dead"
    await edit(office, ts, "@tickets create scanner on floor 3 dead")
    assert "Update T001 to this?" in read(office.slack.ephemerals("engineer")[-1])
    await accept(office)
    assert (await ticket(office, "T001")).title == "scanner on floor 3 dead"
    assert await ticket(office, "T002") is None


async def test_in_a_direct_message_it_is_the_same(office):
    ts = await office.said("engineer", "dm", "cloze T001x")
    await edit(office, ts, "create printer jam", office.slack.dm("engineer"))
    assert (await ticket(office, "T001")).title == "printer jam"


async def test_in_a_direct_message_the_question_stands_in_the_flow_like_every_answer(office):
    ts = await office.said("engineer", "dm", "create printer jam")
    dm = office.slack.dm("engineer")
    await edit(office, ts, "create printer jam on floor 3", dm)
    question = office.slack.messages(dm)[-1]
    assert "Update T001 to this?" in read(question)
    assert question.get("thread_ts") is None


async def test_of_a_message_that_made_a_ticket_its_writer_alone_is_asked(office):
    ts, _ = await ticket_by_mention(office)
    await edit(office, ts, "@tickets create API timeouts in production, urgent")
    assert (await ticket(office, "T001")).title == "API timeout"
    assert await ticket(office, "T002") is None
    question = office.slack.ephemerals("engineer")[-1]
    assert "Update T001 to this?" in read(question)
    assert office.slack.ephemerals("colleague") == []
    await office.slack.press("engineer", "support", question["ts"], "choice.take.0")
    await office.idle()
    found = await ticket(office, "T001")
    assert (found.title, found.pri) == ("API timeouts in production", 1)


async def accept(office):
    question = office.slack.ephemerals("engineer")[-1]
    await office.slack.press("engineer", "support", question["ts"], "choice.take.0")
    await office.idle()


LONG = "@tickets create the monitor arm in the open space wobbles and hits the window"
EDITED = "@tickets create the monitor arm in meeting room Zurich wobbles, urgent"


async def test_a_description_of_the_words_that_were_there_goes_with_them(office):
    ts, _ = await ticket_by_mention(office, LONG)
    assert "window" in (await ticket(office, "T001")).desc
    await edit(office, ts, EDITED)
    await accept(office)
    found = await ticket(office, "T001")
    assert (found.title, found.desc) == ("the monitor arm in meeting room Zurich wobbles", None)


async def test_a_description_that_somebody_gave_since_stays(office):
    ts, _ = await ticket_by_mention(office, LONG)
    await command(office, 'update T001 desc "ask the landlord"')
    await edit(office, ts, EDITED)
    await accept(office)
    assert (await ticket(office, "T001")).desc == "ask the landlord"


@pytest.mark.parametrize("text", ["@tickets create API timeout", "@tickets create API timeout!"])
async def test_what_says_the_same_asks_nothing(office, text):
    ts, _ = await ticket_by_mention(office)
    await edit(office, ts, text)
    assert office.slack.ephemerals("engineer") == []


async def test_talk_that_is_edited_stays_talk(office):
    ts = await office.said("engineer", "support", "lunch?")
    await edit(office, ts, "lunch at noon?")
    assert office.slack.called("chat.postMessage") == []


@pytest.mark.parametrize("mode", ["socket", "http"])
@pytest.mark.parametrize(("minutes", "done"), [(4.9, True), (5.1, False)])
async def test_what_is_corrected_within_five_minutes_is_read_again(tmp_path, mode, minutes, done):
    clock = ManualClock()
    async with open_office(tmp_path, mode, slack=LocalSlack(clock)) as office:
        await ticket_by_mention(office)
        ts = await office.said("engineer", "support", "@tickets close T099")
        await clock.advance(60 * minutes)
        await edit(office, ts, "@tickets close T001")
        assert ((await ticket(office, "T001")).stat == "done") is done


async def test_a_question_that_an_edit_leads_to_is_asked_once_and_not_lost(office, mocker):
    ts, _ = await ticket_by_mention(office)
    store = office.bot.core.store
    away = mocker.patch.object(store, "add_choice", side_effect=UnavailableError("away"))
    await edit(office, ts, "@tickets create API gone")
    mocker.stop(away)
    await office.retry()

    def times_asked() -> int:
        return sum("Update T001 to this?" in read(one) for one in office.slack.ephemerals("engineer"))

    assert times_asked() == 1
    changed = [one for one in office.slack.deliveries if "API gone" in str(one.payload)]
    (edited,) = [one for one in changed if one.payload["event"].get("subtype") == "message_changed"]
    office.slack.repeat(edited)
    await office.idle()
    assert times_asked() == 1
