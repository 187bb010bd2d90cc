"""A card offers something about a similar ticket that has changed meanwhile: nothing is lost, and the card then shows what
it is like now.
"""

import asyncio

import pytest

from tests.support.blockkit.check import check_message
from tests.support.bot_harness import Office
from tests.surfaces.steps import command, press, read, ticket, whispered

FIXED = "fixed load balancer configuration"


async def alike(office: Office):
    """Two tickets that look alike. Returns the thread of the second and a function for its card."""
    await office.said("colleague", "support", "@tickets create payment API timeout in production")
    ts = await office.said("engineer", "support", "@tickets create payment API timeout in production again")
    return ts, lambda: office.thread("support", ts)[0]


async def test_nothing_is_added_to_a_ticket_that_was_closed_and_the_past_answer_is_shown(office):
    _, card = await alike(office)
    await command(office, f"close T001: {FIXED}", "colleague")
    await press(office, "engineer", card(), "similar.add.T001")
    assert whispered(office) == "T001 was closed meanwhile, so nothing was changed."
    assert (await ticket(office, "T002")).stat == "open"
    assert (await ticket(office, "T001")).res == FIXED
    check_message(card())
    assert f"solved by: {FIXED}" in read(card())
    await press(office, "engineer", card(), "similar.solved.T001")
    assert (await ticket(office, "T002")).res == FIXED


async def test_what_is_open_again_solved_nothing_and_can_be_added_to(office):
    await office.said("colleague", "support", "@tickets create payment API timeout in production")
    await command(office, f"close T001: {FIXED}", "colleague")
    ts = await office.said("engineer", "support", "@tickets create payment API timeout in production again")
    await command(office, "reopen T001", "colleague")
    for action in ("solved", "reopen"):
        await office.slack.press(
            "engineer",
            "support",
            office.thread("support", ts)[0]["ts"],
            f"similar.{action}.T001",
            "T002 1",
            forge=True,
        )
        await office.idle()
        assert whispered(office) == "T001 is not done any more."
    card = office.thread("support", ts)[0]
    check_message(card)
    assert "Looks like T001 payment API timeout in production · 🟠 Medium" in read(card)
    await press(office, "engineer", card, "similar.add.T001")
    assert await ticket(office, "T002") is None


async def test_what_was_deleted_is_not_offered_any_more(office):
    _, card = await alike(office)
    await command(office, "delete T001", "admin")
    await press(office, "engineer", card(), "similar.add.T001")
    assert "There is no ticket T001." in whispered(office)
    assert (await ticket(office, "T002")).stat == "open"
    assert "Looks like" not in read(card())
    check_message(card())


async def test_somebody_elses_refused_press_takes_nothing_from_the_card(office):
    _, card = await alike(office)
    before = card()["blocks"]
    await press(office, "colleague", card(), "similar.add.T001")
    assert "Only whoever made T002, or an admin, can add it to T001" in whispered(office, "colleague")
    assert card()["blocks"] == before


async def test_nothing_is_added_to_a_ticket_that_is_closed_at_the_same_moment(office):
    _, card = await alike(office)
    await asyncio.gather(
        office.slack.command("colleague", "support", "/ticket", f"close T001: {FIXED}"),
        office.slack.press("engineer", "support", card()["ts"], "similar.add.T001"),
    )
    await office.idle()
    changes, _ = await office.bot.core.store.history("T001")
    assert changes[0].kind == "closed"
    assert (await ticket(office, "T001")).res == FIXED


async def test_a_ticket_whose_priority_is_set_at_the_same_moment_is_added_to(office):
    _, card = await alike(office)
    await asyncio.gather(
        office.slack.command("colleague", "support", "/ticket", "T001 pri 1"),
        office.slack.press("engineer", "support", card()["ts"], "similar.add.T001"),
    )
    await office.idle()
    assert await ticket(office, "T002") is None
    assert (await ticket(office, "T001")).pri == 1
    assert (await ticket(office, "T001")).res == "payment API timeout in production again (T002)"


@pytest.mark.parametrize("presses", [("solved", "reopen"), ("reopen", "solved")])
async def test_of_two_who_use_a_past_answer_at_the_same_moment_one_does(office, presses):
    await office.said("colleague", "support", "@tickets create payment API timeout in production")
    await command(office, f"close T001: {FIXED}", "colleague")
    ts = await office.said("engineer", "support", "@tickets create payment API timeout in production again")
    card = office.thread("support", ts)[0]["ts"]
    await asyncio.gather(
        *(
            office.slack.press(user, "support", card, f"similar.{action}.T001")
            for user, action in zip(("engineer", "colleague"), presses, strict=True)
        )
    )
    await office.idle()
    changes, _ = await office.bot.core.store.history("T002")
    assert [change.kind for change in changes] == ["closed", "created"]
    reopened = (await ticket(office, "T001")).stat == "open"
    assert ((await ticket(office, "T002")).res == FIXED) is not reopened
