"""What is done with a form, a button or a message whose message or card was deleted in Slack meanwhile."""

import pytest

from tests.surfaces.steps import command, press, read, ticket, ticket_by_mention, whispered


async def test_a_ticket_of_a_deleted_message_has_its_card_in_the_channel(office):
    ts = await office.said("colleague", "support", "the printer is broken")
    await office.slack.message_shortcut("engineer", "support", ts, "create_ticket")
    await office.slack.remove("colleague", "support", ts)
    assert await office.slack.submit("engineer", {"title": "printer broken"}) is None
    await office.idle()
    (card,) = office.slack.messages("support")
    assert read(card).startswith("T001 printer broken")
    assert "T001" in whispered(office)
    await office.said("colleague", "support", "pri 1", thread=card["ts"])
    assert (await ticket(office, "T001")).pri == 1
    assert "High" in str(office.slack.messages("support")[0]["blocks"])


@pytest.mark.parametrize(
    ("form", "values"), [("edit", {"title": "API is slow"}), ("close", {"res": "fixed"})]
)
async def test_a_change_of_a_ticket_whose_card_is_gone_is_told_in_plain_words(office, form, values):
    await command(office, "create API timeout")
    (card,) = office.slack.messages("support")
    await press(office, "engineer", card, f"ticket.{form}")
    await office.slack.remove("admin", "support", card["ts"])
    assert await office.slack.submit("engineer", values) is None
    await office.idle()
    assert "its thread was deleted" in whispered(office)
    assert next(iter(values.values())) in str(office.slack.ephemerals("engineer")[-1]["blocks"])
    assert getattr(await ticket(office, "T001"), next(iter(values))) == next(iter(values.values()))
    assert await office.bot.core.store.pending() == []


async def test_a_change_of_a_ticket_whose_card_is_gone_is_told_in_the_thread_that_is_left(office):
    ts, card = await ticket_by_mention(office)
    await press(office, "engineer", card, "ticket.edit")
    await office.slack.remove("admin", "support", card["ts"])
    assert await office.slack.submit("engineer", {"title": "API is slow"}) is None
    await office.idle()
    assert "API is slow" in read(office.thread("support", ts)[-1])


@pytest.mark.parametrize("asked", ["undo", "thanks"])
async def test_a_message_that_is_gone_before_it_is_acknowledged_is_no_error(office, asked):
    ts, _ = await ticket_by_mention(office)
    await office.said("engineer", "support", "pri 1", thread=ts)
    office.slack.faults.fail("reactions.add", "message_not_found", times=None)
    await office.said("engineer", "support", f"@tickets {asked}", thread=ts)
    assert office.slack.ephemerals("engineer") == []
    assert (await ticket(office, "T001")).pri == (2 if asked == "undo" else 1)
    assert await office.bot.core.store.pending() == []


async def test_nothing_that_was_chosen_in_a_question_that_is_gone_is_told_as_such(office):
    await command(office, "create login bug")
    ts = await office.said("engineer", "support", "@tickets close the login bug")
    question = office.thread("support", ts)[-1]
    office.slack.faults.fail("chat.update", "message_not_found")
    await press(office, "engineer", question, "choice.take.nothing")
    assert whispered(office) == "Nothing was done."
