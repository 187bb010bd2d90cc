"""Help, hints and errors are in the form of where they stand, and say what was wrong in the person's own words."""

import pytest

from tests.surfaces.steps import command, read, ticket, whispered

PLACES = {"slash": "/ticket ", "mention": "@tickets ", "dm": ""}


async def answer(office, place: str, text: str) -> str:
    """What somebody is answered, and nobody else is."""
    if place == "slash":
        await command(office, text)
    elif place == "mention":
        await office.said("engineer", "support", f"@tickets {text}")
    else:
        await office.said("engineer", "dm", text)
        return office.slack.called("chat.postMessage")[-1].args["text"]
    return whispered(office)


@pytest.mark.parametrize("place", PLACES)
async def test_help_is_in_the_form_of_where_it_was_asked_for(office, place):
    told = await answer(office, place, "help")
    for example in ("view open pri 1", "close T012: fixed", "undo"):
        assert f"{PLACES[place]}{example}" in told
    assert ("/ticket" in told) is (place == "slash")


@pytest.mark.parametrize("place", PLACES)
async def test_what_was_not_understood_is_quoted(office, place):
    told = await answer(office, place, "foo bar")
    assert "I didn’t understand “foo bar”." in told
    assert f"Try: {PLACES[place]}help" in told


@pytest.mark.parametrize("text", ["foo bar", "new ticket", "create"])
async def test_what_may_be_about_a_new_ticket_comes_with_its_form(office, text):
    await command(office, text)
    await office.slack.press(
        "engineer", "support", office.slack.ephemerals("engineer")[-1]["ts"], "ticket.new"
    )
    await office.idle()
    assert office.slack.modal("engineer")["callback_id"] == "form.new"


async def test_of_several_tickets_it_is_said_that_the_others_were_not_changed(office):
    await command(office, "create API timeout")
    await command(office, "close T001 and T099: fixed")
    assert "There is no ticket T099. T001 was not changed." in whispered(office)
    assert (await ticket(office, "T001")).stat == "open"


async def test_what_matches_no_ticket_is_offered_as_a_new_one(office):
    await command(office, "close the printer bug")
    question = office.slack.ephemerals("engineer")[-1]
    assert "No open ticket matches “printer bug”." in whispered(office)
    await office.slack.press("engineer", "support", question["ts"], "choice.take.0")
    await office.idle()
    assert (await ticket(office, "T001")).title == "printer bug"


async def test_to_be_reopened_a_ticket_is_looked_for_among_the_done(office):
    await command(office, "create the fridge smells")
    await command(office, "reopen the fridge one")
    assert "No done ticket matches “fridge”." in whispered(office)
    await command(office, "close T001")
    await command(office, "reopen the fridge one")
    question = office.slack.ephemerals("engineer")[-1]
    await office.slack.press("engineer", "support", question["ts"], "choice.take.0")
    await office.idle()
    assert (await ticket(office, "T001")).stat == "open"


WORD = "frobnicate" * 6


@pytest.mark.parametrize(
    ("text", "filled_in"),
    [
        ("foo bar", {"title": "foo bar", "desc": None}),
        (f"foo {WORD}", {"title": f"foo {WORD[:45]}…", "desc": f"foo {WORD}"}),
    ],
)
async def test_the_form_holds_what_was_not_understood(office, text, filled_in):
    await command(office, text)
    asked = office.slack.ephemerals("engineer")[-1]
    await office.slack.press("engineer", "support", asked["ts"], "ticket.new")
    await office.idle()
    fields = {one["block_id"].partition(".")[0]: one for one in office.slack.modal("engineer")["blocks"]}
    assert {name: fields[name]["element"].get("initial_value") for name in filled_in} == filled_in


async def test_a_wrong_id_is_put_right_with_a_click_and_loses_nothing(office):
    await command(office, "create API timeout")
    await command(office, "close T0001, new cable")
    question = office.slack.ephemerals("engineer")[-1]
    assert "T0001 is not a ticket id; did you mean T001?" in read(question)
    assert (await ticket(office, "T001")).stat == "open"
    await office.slack.press("engineer", "support", question["ts"], "choice.take.0")
    await office.idle()
    found = await ticket(office, "T001")
    assert (found.stat, found.res) == ("done", "new cable")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("close all open doc tickets", "Nothing to change: no open doc tickets match."),
        ("set all high priority tickets to low", "Nothing to change: no high-priority tickets match."),
    ],
)
async def test_a_bulk_change_of_nothing_says_of_what(office, asked, told):
    await command(office, asked)
    assert told in whispered(office)


@pytest.mark.parametrize("place", PLACES)
async def test_a_ticket_that_is_not_there_comes_with_the_command_that_lists_them(office, place):
    assert f"See what there is: {PLACES[place]}list" in await answer(office, place, "close T999")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("usage", "Only admins can see usage."),
        ("export", "Only admins can export tickets."),
        ("delete T001", "Only admins can delete tickets."),
    ],
)
async def test_each_thing_that_an_admin_alone_may_do_has_its_words(office, asked, told):
    await command(office, asked)
    assert told in whispered(office)


async def test_what_is_so_already_is_said(office):
    await command(office, "create API timeout, urgent")
    await command(office, "T001 pri 1")
    assert "T001 “API timeout” already has priority High." in whispered(office)


@pytest.mark.parametrize("place", ["mention", "dm"])
async def test_thanks_get_a_reaction_and_no_answer(office, place):
    calls = len(office.slack.calls)
    text = "@tickets thanks!" if place == "mention" else "thanks!"
    ts = await office.said("engineer", "support" if place == "mention" else "dm", text)
    channel = "support" if place == "mention" else office.slack.dm("engineer")
    assert set(office.slack.reactions(channel, ts)) == {"+1"}
    assert not [one for one in office.slack.calls[calls:] if one.method.startswith("chat.")]


async def test_several_that_are_not_there_are_named_together(office):
    await command(office, "close T098, T099")
    assert "There are no tickets T098, T099." in whispered(office)
