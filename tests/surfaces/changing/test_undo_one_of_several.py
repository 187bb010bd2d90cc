"""Of several tickets that were changed together one is undone by itself: the line of all of them says which, and offers the rest."""

import pytest

from tests.support.blockkit.check import check_message
from tests.surfaces.changing.test_undo import buttons
from tests.surfaces.steps import press, read, ticket

CLOSED = "colleague closed 3 tickets: T001, T002, T003."


async def closed_together(office):
    """Returns the threads of the three tickets, and a function for the line of all of them."""
    threads = [
        await office.said("colleague", "support", f"@tickets create {title}")
        for title in ("login bug", "printer jam", "disk full")
    ]
    ts = await office.said("colleague", "support", "@tickets close T001, T002 and T003")
    return threads, lambda: office.thread("support", ts)[-1]


async def stats(office) -> list[str]:
    return [(await ticket(office, one)).stat for one in ("T001", "T002", "T003")]


@pytest.mark.parametrize("which", [0, 1])
async def test_its_line_says_which_one_is_undone_and_undoes_the_rest(office, which):
    threads, line = await closed_together(office)
    await office.said("colleague", "support", "undo", thread=threads[which])
    assert [stat == "open" for stat in await stats(office)] == [number == which for number in range(3)]
    check_message(line())
    assert read(line()) == f"{CLOSED} Undone: T00{which + 1}."
    await press(office, "colleague", line(), "bulk.undo")
    assert await stats(office) == ["open"] * 3
    assert read(line()) == f"{CLOSED} Undone."
    assert buttons(line()) == []


@pytest.mark.parametrize("which", [0, 1])
async def test_redone_the_line_says_nothing_of_it_any_more(office, which):
    threads, line = await closed_together(office)
    for _ in range(2):
        await office.said("colleague", "support", "undo", thread=threads[which])
    assert await stats(office) == ["done"] * 3
    assert read(line()) == CLOSED
    assert buttons(line()) == ["bulk.undo"]


@pytest.mark.parametrize("which", [0, 1])
async def test_of_all_that_were_undone_one_is_redone(office, which):
    threads, line = await closed_together(office)
    await press(office, "colleague", line(), "bulk.undo")
    await office.said("colleague", "support", "undo", thread=threads[which])
    assert [stat == "done" for stat in await stats(office)] == [number == which for number in range(3)]
    others = [f"T00{number + 1}" for number in range(3) if number != which]
    assert read(line()) == f"{CLOSED} Undone: {', '.join(others)}."


async def test_what_changed_since_is_not_said_to_be_undone(office):
    threads, line = await closed_together(office)
    await office.said("engineer", "support", "reopen", thread=threads[1])
    await press(office, "colleague", line(), "bulk.undo")
    assert read(line()) == f"{CLOSED} Undone: T001, T003."
    assert buttons(line()) == []


async def test_a_newer_line_in_its_thread_takes_the_button_of_the_rest(office):
    threads, line = await closed_together(office)
    first = line()
    await office.said("colleague", "support", "undo", thread=threads[0])
    await office.said("colleague", "support", "@tickets T003 pri 1", thread=first["thread_ts"])
    now = office.slack.message("C0SUPPORT", first["ts"])
    assert read(now) == f"{CLOSED} Undone: T001."
    assert buttons(now) == []
