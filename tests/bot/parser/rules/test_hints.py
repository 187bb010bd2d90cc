"""What is offered to somebody who was not understood: never the opposite, and never for one ticket what was said of another."""

import pytest

from bot.actions import Ask
from bot.parser.rules import format_command, read
from tests.bot.parser.phrases import message


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("close T014, set T015 to low", "close T014"),
        ("T014 to in progress, T015 to done", "update T014 stat prog"),
        ("T014 is fixed but T015 is not", "close T014"),
        ("close T002 instead of T001", "close T002"),
        ("don't close T001, close T002", "close T002"),
        ("T001 is no longer urgent", "view T001"),
        ("I haven't closed T001", "view T001"),
        ("undo closing T001", "undo T001"),
        ("T003 is fine, close T004", "view T003"),
        ("[T014] close this one, T015 stays open", "close T014"),
        ("[T012] in progress, T003 is done", "update T012 stat prog"),
        ("[T012] done - T013 next", 'close T012, "T013 next"'),
        ("set T050 to infra, T051 to doc", "update T050 cat infra"),
        ("[T012] once T003 is in, close this", "close T012"),
        ("when T003 is done, close T004", "close T004"),
    ],
)
def test_the_nearest_command_is_of_what_was_said_first_and_not_denied(said, offered):
    reading = read(message(said))
    assert isinstance(reading.action, Ask)
    assert format_command(reading.action.choices[0]) == offered


@pytest.mark.parametrize(
    "said",
    ["[T012] close the other ticket", "[T012] make the next one p1", "close the second issue in the list"],
)
def test_nothing_is_offered_for_a_ticket_that_nobody_can_know(said):
    asked = read(message(said)).action
    assert isinstance(asked, Ask)
    assert asked.msg.startswith("Which ticket?")
    assert not asked.choices
