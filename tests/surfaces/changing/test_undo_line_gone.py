"""Undo is pressed in a line that Slack does not change any more, because it is gone or its channel is closed: it is done, and told."""

import pytest

from tests.surfaces.steps import command, press, read, ticket, ticket_by_mention, whispered

GONE = pytest.mark.parametrize("code", ["message_not_found", "is_archived", "cant_update_message"])


async def nothing_is_left(office) -> bool:
    store = office.bot.core.store
    return await store.pending() == await store.parked() == []


@GONE
async def test_another_line_tells_of_the_undo(office, code):
    ts, _ = await ticket_by_mention(office)
    await office.said("colleague", "support", "pri 1", thread=ts)
    office.slack.faults.fail("chat.update", code, times=None)
    await press(office, "colleague", office.thread("support", ts)[-1], "ticket.undo")
    assert (await ticket(office, "T001")).pri == 2
    assert (
        read(office.thread("support", ts)[-1]) == "colleague set the priority of this ticket back to Medium"
    )
    assert office.slack.ephemerals("colleague") == []
    assert await nothing_is_left(office)


@GONE
async def test_so_it_is_of_several(office, code):
    for title in ("printer jam", "login bug"):
        await command(office, f"create {title}")
    ts = await office.said("colleague", "support", "@tickets close T001 and T002")
    office.slack.faults.fail("chat.update", code, times=None)
    await press(office, "colleague", office.thread("support", ts)[-1], "bulk.undo")
    assert [(await ticket(office, one)).stat for one in ("T001", "T002")] == ["open"] * 2
    assert read(office.thread("support", ts)[-1]) == "colleague undid the close of 2 tickets: T001, T002."
    assert office.slack.ephemerals("colleague") == []
    assert await nothing_is_left(office)


async def test_where_nothing_can_be_posted_either_the_person_alone_is_told(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("colleague", "support", "pri 1", thread=ts)
    for method in ("chat.update", "chat.postMessage"):
        office.slack.faults.fail(method, "is_archived", times=None)
    await press(office, "colleague", office.thread("support", ts)[-1], "ticket.undo")
    assert (await ticket(office, "T001")).pri == 2
    assert "colleague set the priority of T001 “API timeout” back to Medium" in whispered(office, "colleague")
    assert await nothing_is_left(office)


async def test_a_posted_ticket_is_taken_back_and_its_reporter_told(office):
    dm = office.slack.dm("engineer")
    await office.said("engineer", "dm", "create staging database is out of disk")
    card = office.slack.messages(dm)[-1]
    await office.slack.press("engineer", dm, card["ts"], "ticket.post")
    await office.idle()
    await office.slack.submit("engineer", values={"channel": "C0SUPPORT"})
    await office.idle()
    office.slack.faults.fail("chat.update", "message_not_found", times=None)
    await office.slack.press("engineer", dm, card["ts"], "ticket.undo")
    await office.idle()
    assert (await office.bot.core.store.get("T001")).private
    assert "staging" not in str(office.slack.messages("support"))
    assert "🔒" in read(office.slack.messages(dm)[-1])
    assert whispered(office) == "engineer took T001 “staging database is out of disk” back from the channel"
    assert await nothing_is_left(office)
