"""A line about a ticket that is deleted by now names it wherever the line is not in the ticket's own thread."""

import time as machine

import pytest

from bot.app.clocks import SystemClock
from tests.support.bot_harness import open_office
from tests.surfaces.steps import buttons, command, read, ticket, ticket_by_mention


async def test_in_the_thread_of_another_ticket_it_is_not_taken_for_that_one(office):
    ts, _ = await ticket_by_mention(office)
    await command(office, "create printer jam", "colleague")
    await office.said("colleague", "support", "@tickets close T002", thread=ts)
    await command(office, "delete T002", "admin")
    await office.said("engineer", "support", "pri 1", thread=ts)  # the line above loses its button
    _, above, _ = [read(one) for one in office.thread("support", ts) if one.get("bot_id")]
    assert above == "colleague closed T002"
    assert (await ticket(office, "T001")).stat == "open"


async def test_in_the_channel_too(office):
    await ticket_by_mention(office)
    await command(office, "delete T001", "admin")
    line = office.slack.messages("support")[-1]
    assert read(line) == "admin deleted T001 “API timeout”"
    for _ in range(2):  # undone, and done again
        await command(office, "undo", "admin")
    assert read(office.slack.message("support", line["ts"])) == "admin deleted T001"


async def test_in_its_own_thread_it_is_still_this_ticket(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("engineer", "support", "pri 1", thread=ts)
    await command(office, "delete T001", "admin")
    assert [read(one) for one in office.thread("support", ts)[-2:]] == [
        "engineer set the priority of this ticket to High",
        "admin deleted this ticket",
    ]


async def test_what_is_left_in_its_thread_is_named_since_it_may_be_restored(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("engineer", "support", "@tickets create printer jam", thread=ts)
    await command(office, "delete T001", "admin")
    for said in ("pri 1", "done: fixed"):
        await office.said("engineer", "support", said, thread=ts)
    await command(office, "undo", "admin")
    told = [read(one) for one in office.thread("support", ts)]
    assert "engineer set the priority of T002 “printer jam” to High" in told


@pytest.mark.parametrize("place", ["support", "dm"])
async def test_so_does_the_question_before_an_old_ticket_is_taken_back(mode, tmp_path, place):
    class Later(SystemClock):
        ahead = 0.0

        def now(self) -> float:
            return machine.time() + self.ahead

    clocks = Later()
    async with open_office(tmp_path, mode, clocks=clocks) as office:
        await command(office, "create API timeout")
        clocks.ahead = 86_400.0
        if place == "support":
            await command(office, "undo")
            question = office.slack.ephemerals("engineer")[-1]
        else:
            await office.said("engineer", "dm", "undo")
            question = office.slack.messages(office.slack.dm("engineer"))[-1]
        await office.slack.press("engineer", place, question["ts"], *buttons(question))
        await office.idle()
        shown = office.slack.ephemerals("engineer") if place == "support" else []
        shown = shown or office.slack.messages(office.slack.dm("engineer"))
        assert "engineer opened T001 · undone" in [read(one) for one in shown]
