"""A form that was saved is worked on again, because its end could not be written: what was saved is not said to be lost."""

import asyncio

import pytest

from bot.listeners.forms import submitted
from store.errors import UnavailableError
from tests.surfaces.steps import buttons, command, press, read, ticket, ticket_by_mention


async def saved_but_not_finished(office, mocker, form, values):
    """The engineer's form is saved, and the colleague changes the ticket before the form is worked on again."""
    _, card = await ticket_by_mention(office)
    await press(office, "engineer", card, f"ticket.{form}")
    store = office.bot.core.store
    finish = store.finish
    away = mocker.patch.object(store, "finish", side_effect=UnavailableError("away"))
    await office.slack.submit("engineer", values)
    await office.idle()
    away.side_effect = finish
    await command(office, "T001 pri 1", "colleague")
    await office.retry()
    assert not any("Somebody changed" in read(told) for told in office.slack.ephemerals("engineer"))
    return await ticket(office, "T001")


async def test_an_edit_that_was_saved(office, mocker):
    found = await saved_but_not_finished(office, mocker, "edit", {"title": "API is slow"})
    assert (found.title, found.pri) == ("API is slow", 1)


async def test_a_close_that_was_saved(office, mocker):
    found = await saved_but_not_finished(office, mocker, "close", {"res": "new cable"})
    assert (found.stat, found.res, found.pri) == ("done", "new cable", 1)


async def test_an_edit_that_was_saved_and_not_told_is_told_then(office, mocker):
    ts, card = await ticket_by_mention(office)
    await press(office, "engineer", card, "ticket.edit")
    answer = submitted.reply
    away = mocker.patch.object(submitted, "reply", side_effect=UnavailableError("away"))
    await office.slack.submit("engineer", {"title": "API is slow", "desc": ""})
    await office.idle()
    away.side_effect = answer
    await office.retry()
    card, line = office.thread("support", ts)
    assert "API is slow" in read(card)
    assert read(line) == "engineer renamed this ticket to “API is slow”"
    assert buttons(line) == ["ticket.undo"]


@pytest.mark.parametrize("place", ["in a channel", "in a direct message", "where the bot is not"])
async def test_what_was_not_saved_is_given_back_then_too(office, mocker, place):
    _, card = await ticket_by_mention(office)
    await press(office, "engineer", card, "ticket.edit")
    channel, dm = "support", office.slack.dm("colleague")
    if place == "in a direct message":
        await office.said("colleague", "dm", "view T001")
        channel, card = dm, office.slack.messages(dm)[-1]
    elif place == "where the bot is not":
        await office.slack.kick("tickets", "support")
        await command(office, "view T001", "colleague")
        card = office.slack.ephemerals("colleague")[-1]
    await office.slack.press("colleague", channel, card["ts"], "ticket.edit")
    await office.idle()
    give_back, told = submitted.tell_also, []

    async def fail_at_first(services, ctx, shown):
        told.append(ctx.person.id)
        if len(told) == 1:
            raise UnavailableError("away")
        return await give_back(services, ctx, shown)

    mocker.patch.object(submitted, "tell_also", side_effect=fail_at_first)
    second = {"title": "API is down", "desc": "since noon"}
    await asyncio.gather(
        office.slack.submit("engineer", {"title": "API is slow"}), office.slack.submit("colleague", second)
    )
    await office.idle()
    await office.retry()
    assert told == ["U0COLLEAGUE"] * 2
    answers = [*office.slack.ephemerals("colleague"), *office.slack.messages(dm)]
    (given_back,) = [read(one) for one in answers if "Somebody changed" in read(one)]
    assert "API is down" in given_back
    assert "since noon" not in given_back
    found = await ticket(office, "T001")
    assert (found.title, found.desc) == ("API is slow", "since noon")
