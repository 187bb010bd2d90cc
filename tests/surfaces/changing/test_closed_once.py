"""A ticket that is done is not closed again: what solved it stays, whoever else closes it, at once or later."""

import asyncio

import pytest

from tests.support.blockkit.check import check_message
from tests.support.bot_harness import Office
from tests.surfaces.steps import command, press, read, ticket, whispered


async def resolution(office: Office, ticket_id: str = "T001") -> str | None:
    found = await ticket(office, ticket_id)
    assert found.stat == "done"
    return found.res


async def test_of_several_who_close_it_at_the_same_moment_one_does(office):
    await command(office, "create printer jam on floor 2")
    people = ("engineer", "colleague", "admin")
    await asyncio.gather(
        *(
            office.slack.command(user, "support", "/ticket", f"close T001: solved by {user}")
            for user in people
        )
    )
    await office.idle()
    changes, _ = await office.bot.core.store.history("T001")
    assert [change.kind for change in changes] == ["closed", "created"]
    assert await resolution(office) == changes[0].after["res"]
    first = changes[0].origin.user_id
    others = [user for user in people if f"U0{user.upper()}" != first]
    for user in others:
        assert "is already done" in whispered(office, user)


async def test_a_close_of_several_leaves_what_is_done_as_it_is(office):
    for number in range(3):
        await command(office, f"create printer {number} jams")
    await command(office, "close T001: new tray")
    await command(office, "close T001, T002: swept the floor")
    assert await resolution(office) == "new tray"
    assert await resolution(office, "T002") == "swept the floor"


async def test_nor_does_one_by_filter_name_it(office):
    for number in range(2):
        await command(office, f"create printer {number} jams")
    await command(office, "close T001: new tray")
    await command(office, "close all tickets by @engineer: swept the floor")
    preview = office.slack.ephemerals("engineer")[-1]
    check_message(preview)
    assert "T001" not in preview["text"]
    await press(office, "engineer", preview, "bulk.confirm")
    assert await resolution(office) == "new tray"
    assert await resolution(office, "T002") == "swept the floor"


@pytest.mark.parametrize("reverse", [False, True])
async def test_of_who_closes_one_and_who_closes_several_at_the_same_moment_one_resolves_it(office, reverse):
    await command(office, "create printer jam on floor 2")
    await command(office, "create lamp is broken")
    said = [("engineer", "close T001: new tray"), ("colleague", "close T001, T002: swept the floor")]
    await asyncio.gather(
        *(
            office.slack.command(user, "support", "/ticket", text)
            for user, text in (said[::-1] if reverse else said)
        )
    )
    await office.idle()
    changes, _ = await office.bot.core.store.history("T001")
    assert [change.kind for change in changes] == ["closed", "created"]
    assert await resolution(office) == changes[0].after["res"]
    assert await resolution(office, "T002") == "swept the floor"


async def test_a_close_that_sets_something_else_too_leaves_what_solved_it(office):
    await command(office, "create printer jam on floor 2")
    await command(office, "close T001: new tray")
    await command(office, "T001 pri 1, done: swept the floor", "colleague")
    assert await resolution(office) == "new tray"
    assert (await ticket(office, "T001")).pri == 1
    line = office.slack.messages("support")[-1]
    check_message(line)
    assert read(line).endswith("T001 was done already, so its note stays.")


async def test_so_does_one_of_several(office):
    for number in range(2):
        await command(office, f"create printer {number} jams")
    await command(office, "close T001: new tray")
    await command(office, "T001, T002 done pri 1: swept the floor")
    assert await resolution(office) == "new tray"
    assert await resolution(office, "T002") == "swept the floor"
    line = office.slack.messages("support")[-1]
    check_message(line)
    assert "T001 was done already, so its note stays." in read(line)


async def test_the_note_of_what_is_done_can_still_be_changed(office):
    await command(office, "create printer jam on floor 2")
    await command(office, "close T001: new tray")
    await command(office, "T001 note: new tray and roller")
    assert await resolution(office) == "new tray and roller"
