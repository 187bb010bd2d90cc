"""A question that nobody answered for ten minutes: it loses its buttons when one is pressed, and says what to do."""

import time as machine
from collections.abc import AsyncIterator

import pytest

from bot.app.clocks import SystemClock
from bot.local.fakeslack.workspace.people import ENGINEER
from tests.support.blockkit.check import check_message
from tests.support.bot_harness import Mode, Office, open_office
from tests.surfaces.saying.test_choices import UNSURE, asked, button, pressed
from tests.surfaces.steps import command, press, ticket, whispered

TEN_MINUTES = 600.0


class MovedTime(SystemClock):
    """The machine's clock, moved ahead by `ahead` seconds."""

    ahead = 0.0

    def now(self) -> float:
        return machine.time() + self.ahead


@pytest.fixture
def time() -> MovedTime:
    return MovedTime()


@pytest.fixture
async def office(mode: Mode, tmp_path, time) -> AsyncIterator[Office]:
    async with open_office(tmp_path, mode, clocks=time) as opened:
        yield opened


def has_buttons(message) -> bool:
    return any(block["type"] == "actions" for block in message["blocks"])


async def press_late(office: Office, user: str, message, clicked: tuple[str, str]) -> None:
    """Press what the person still sees, whatever the message shows by now."""
    await office.slack.press(user, "support", message["ts"], *clicked, forge=True)
    await office.idle()


async def test_a_question_loses_its_buttons_and_says_what_to_do(office, time):
    ts, question = await asked(office)
    time.ahead = TEN_MINUTES
    await press(office, "engineer", question, button(question, "Close T001"))
    (answer,) = office.thread("support", ts)
    check_message(answer)
    assert "expired, and nothing was done" in answer["text"]
    assert "write your message again" in answer["text"]
    assert not has_buttons(answer)
    assert (await ticket(office, "T001")).stat == "open"


async def test_so_does_a_question_that_its_asker_alone_sees(office, time):
    await command(office, "create login bug")
    await command(office, UNSURE)
    question = office.slack.ephemerals("engineer")[-1]
    time.ahead = TEN_MINUTES
    await press_late(office, "engineer", question, pressed(question, "Close T001"))
    answer = office.slack.ephemerals("engineer")[-1]
    assert "expired, and nothing was done" in answer["text"]
    assert not has_buttons(answer)


async def test_somebody_else_takes_no_buttons_from_an_open_question(office, time):
    ts, question = await asked(office)
    time.ahead = TEN_MINUTES / 2
    await press_late(office, "colleague", question, pressed(question, "Close T001"))
    assert office.thread("support", ts)[-1]["blocks"] == question["blocks"]
    assert "offered to somebody else" in whispered(office, "colleague")


async def test_what_came_of_a_question_is_not_replaced_by_a_late_press(office, time):
    ts, question = await asked(office)
    late = pressed(question, "Close T001")
    await press(office, "engineer", question, button(question, "Close T001"))
    time.ahead = 3 * 24 * 3600.0
    for user in ("engineer", "colleague"):
        await press_late(office, user, question, late)
    assert "closed T001" in office.thread("support", ts)[-1]["text"]


async def test_a_question_answered_in_time_is_never_said_to_have_expired(office, time):
    """Though what came of it is not shown yet."""
    ts, question = await asked(office)
    late = pressed(question, "Close T001")
    choice_id, _, option = late[1].partition(" ")
    assert await office.bot.core.store.take_choice(choice_id, ENGINEER, option, "key", time.now())
    time.ahead = TEN_MINUTES
    await press_late(office, "colleague", question, late)
    assert office.thread("support", ts)[-1]["blocks"] == question["blocks"]
