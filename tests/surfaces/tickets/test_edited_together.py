"""Two people fill in forms of one ticket and submit them at the same moment."""

import asyncio

from store.models.tickets import Origin
from tests.surfaces.steps import command, press, read, texts, ticket, ticket_by_mention, whispered


async def submit_together(office, form, first, second):
    """The engineer's form is submitted, and the colleague's before the first is carried out."""
    _, card = await ticket_by_mention(office)
    for user in ("engineer", "colleague"):
        await press(office, user, card, f"ticket.{form}")
    await asyncio.gather(office.slack.submit("engineer", first), office.slack.submit("colleague", second))
    await office.idle()
    return await ticket(office, "T001")


async def test_both_forms_are_saved_where_they_change_different_fields(office):
    found = await submit_together(office, "edit", {"title": "API is slow"}, {"desc": "since noon"})
    assert (found.title, found.desc) == ("API is slow", "since noon")
    assert office.slack.ephemerals("colleague") == []


async def test_a_field_that_both_change_keeps_the_first_value_and_the_second_person_is_told(office):
    found = await submit_together(
        office, "edit", {"title": "API is slow"}, {"title": "API is down", "desc": "since noon"}
    )
    assert (found.title, found.desc) == ("API is slow", "since noon")
    told = whispered(office, "colleague")
    assert "Somebody changed T001" in told
    assert "API is down" in told
    assert "since noon" not in told


async def test_of_a_form_of_which_nothing_is_saved_everything_is_given_back(office):
    found = await submit_together(office, "edit", {"title": "API is slow"}, {"title": "API is down"})
    assert found.title == "API is slow"
    (told,) = office.slack.ephemerals("colleague")
    assert "API is down" in read(told)


async def test_the_same_change_twice_is_no_conflict(office):
    found = await submit_together(office, "edit", {"title": "API is slow"}, {"title": "API is slow"})
    assert found.title == "API is slow"
    assert not any("Somebody changed" in read(told) for told in office.slack.ephemerals("colleague"))


async def test_of_two_who_close_a_ticket_the_second_is_told_and_gets_their_words_back(office):
    found = await submit_together(office, "close", {"res": "new cable"}, {"res": "restarted it"})
    assert (found.stat, found.res) == ("done", "new cable")
    assert "restarted it" in whispered(office, "colleague")


async def start_together(office):
    ts, card = await ticket_by_mention(office)
    pressed = (card["ts"], "ticket.start", "T001 1")
    await asyncio.gather(
        *[office.slack.press(user, "support", *pressed, forge=True) for user in ("engineer", "colleague")]
    )
    await office.idle()
    return ts, await office.bot.core.store.get("T001")


async def test_of_two_who_start_a_ticket_together_the_first_has_it_and_the_second_is_told(office):
    ts, found = await start_together(office)
    assert (found.ticket.stat, found.started_by) == ("prog", "U0ENGINEER")
    assert texts(office.thread("support", ts)[1:]) == ["engineer started this ticket"]
    assert read(office.slack.ephemerals("colleague")[-1]).startswith("engineer has started T001 meanwhile")
    assert office.slack.ephemerals("engineer") == []


async def test_whoever_was_too_late_may_still_take_it_over_with_a_command(office):
    await start_together(office)
    await command(office, "start T001", "colleague")
    assert (await office.bot.core.store.get("T001")).started_by == "U0COLLEAGUE"


async def test_a_start_on_an_old_copy_of_the_card_takes_nothing_over(office):
    await ticket_by_mention(office)
    await command(office, "view T001", "colleague")
    shown = office.slack.ephemerals("colleague")[-1]
    await command(office, "start T001")
    await press(office, "colleague", shown, "ticket.start")
    assert (await office.bot.core.store.get("T001")).started_by == "U0ENGINEER"
    assert "engineer has started T001 meanwhile" in whispered(office, "colleague")


async def test_a_start_of_a_ticket_that_keeps_being_changed_changes_nothing(office, mocker):
    """Each attempt comes after a change by somebody else; it is not carried out blindly in the end."""
    _, card = await ticket_by_mention(office)
    router, store, count = office.bot.services.router, office.bot.core.store, 0
    edit = router.edit

    async def change_first(*arguments):
        nonlocal count
        count += 1
        await store.update("T001", {"desc": f"change {count}"}, Origin("", "U0COLLEAGUE", 0.0))
        return await edit(*arguments)

    mocker.patch.object(router, "edit", side_effect=change_first)
    await press(office, "engineer", card, "ticket.start")
    assert (await ticket(office, "T001")).stat == "open"
    assert "is being changed at this moment" in whispered(office)
