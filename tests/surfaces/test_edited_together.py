"""Two people fill in forms of one ticket and submit them at the same moment."""

import asyncio

from tests.surfaces.steps import press, read, ticket, ticket_by_mention, whispered


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
