"""A line about one ticket in its own thread never names what was changed together with it: not everybody there may see that."""

import pytest

from tests.surfaces.steps import buttons, command, press, read


async def closed_with_a_private_one(office) -> str:
    """Returns the thread of T001 and T002. Engineer has closed T001 together with T003, which nobody else may see."""
    ts = await office.said("colleague", "support", "@tickets create login bug")
    await office.said("colleague", "support", "@tickets create printer jam", thread=ts)
    await office.said("engineer", "dm", "create staging database is out of disk")
    await command(office, "close T001 and T003")
    assert read(office.thread("support", ts)[-1]).startswith("engineer closed T001 “login bug”")
    return ts


async def undo_by_button(office, ts):
    line = office.thread("support", ts)[-1]
    await press(office, "engineer", line, buttons(line)[-1])


async def undo_elsewhere(office, _):
    await office.said("engineer", "dm", "undo")


async def undo_here(office, ts):
    await office.said("engineer", "support", "@tickets undo T001", thread=ts)


async def change_another(office, ts):
    await office.said("engineer", "support", "@tickets T002 pri 1", thread=ts)


async def delete_and_change_another(office, ts):
    await command(office, "delete T001", "admin")
    await change_another(office, ts)


@pytest.mark.parametrize(
    "act", [undo_by_button, undo_elsewhere, undo_here, change_another, delete_and_change_another]
)
async def test_the_line_is_drawn_again_without_the_private_ticket(office, act):
    ts = await closed_with_a_private_one(office)
    line = office.thread("support", ts)[-1]
    await act(office, ts)
    now = office.slack.message("C0SUPPORT", line["ts"])
    assert "T003" not in str(office.slack.messages("support", ts))
    assert buttons(now) == [] or act is undo_elsewhere
    assert ("undone" in read(now)) == (act not in (change_another, delete_and_change_another))
