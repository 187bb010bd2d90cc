"""Whoever reported a ticket hears once that somebody else closed it, and nobody is called for what they did themselves."""

from dataclasses import replace

import pytest

from tests.surfaces.steps import command, press, read, texts, ticket_by_mention

ENGINEER = "<@U0ENGINEER>"


def calls(office) -> list[str]:
    """The messages that mention whoever reported the tickets here."""
    posted = office.slack.called("chat.postMessage")
    return [one.args["text"] for one in posted if ENGINEER in one.args["text"]]


async def test_closed_by_somebody_else_in_its_thread_the_reporter_is_told_there(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("colleague", "support", "done: fixed", thread=ts)
    assert texts(office.thread("support", ts))[-1] == f"colleague closed this ticket · fixed · {ENGINEER}"
    assert len(calls(office)) == 1


async def test_closed_elsewhere_the_reporter_is_told_once_in_its_thread(office):
    await command(office, "create API timeout")
    await command(office, "close T001, fixed", "colleague")
    assert calls(office) == [f"colleague closed this ticket · fixed · {ENGINEER}"]


async def test_closed_by_its_form_the_reporter_is_told(office):
    _, card = await ticket_by_mention(office)
    await press(office, "colleague", card, "ticket.close")
    await office.slack.submit("colleague", values={"res": "fixed"})
    await office.idle()
    assert len(calls(office)) == 1


async def test_who_closes_their_own_ticket_is_not_called(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("engineer", "support", "done: fixed", thread=ts)
    assert calls(office) == []


async def test_undoing_it_calls_nobody_again(office):
    ts, _ = await ticket_by_mention(office)
    await office.said("colleague", "support", "done: fixed", thread=ts)
    await command(office, "undo", "colleague")
    assert len(calls(office)) == 1
    updated = office.slack.called("chat.update")
    assert not any(ENGINEER in one.args["text"] for one in updated)


async def test_closing_several_calls_their_reporter_once_in_one_line(office):
    for number in range(3):
        await command(office, f'create "ticket number {number}"')
    await command(office, "close T001, T002 and T003", "colleague")
    assert len(calls(office)) == 1
    assert "T001, T002, T003" in calls(office)[0]


@pytest.mark.parametrize("channel", ["support", "lobby"])
async def test_where_its_thread_cannot_be_written_to_the_reporter_is_told_directly(office, channel):
    await ticket_by_mention(office)
    office.slack.workspace.channel("support").is_archived = True
    await command(office, "close T001, fixed", "colleague", channel)
    told = office.slack.messages(office.slack.dm("engineer"))
    assert [read(one) for one in told] == ["colleague closed T001 “API timeout” · fixed"]


@pytest.mark.parametrize("whole", [False, True])
async def test_nobody_calls_a_reporter_who_is_deactivated(office, whole):
    ts, _ = await ticket_by_mention(office)
    workspace = office.slack.workspace
    gone = workspace.users["U0ENGINEER"] = replace(workspace.users["U0ENGINEER"], deleted=True)
    office.slack.platform.emit({"type": "user_change", "user": {**gone.shown(), "updated": 1_700_000_000}})
    await office.idle()
    if whole:
        await command(office, "create login loop", "colleague")
        await command(office, "close T001, T002", "colleague")
    else:
        await office.said("colleague", "support", "done: fixed", thread=ts)
        assert texts(office.thread("support", ts))[-1] == "colleague closed this ticket · fixed"
    assert calls(office) == []
