"""The same button pressed twice while Slack takes no message, before the bot stops: the next start tells of the change once."""

import pytest

from tests.support.bot_harness import HeldTime, open_office
from tests.surfaces.saying.test_choices import UNSURE, pressed
from tests.surfaces.steps import texts


@pytest.fixture(autouse=True)
def stop_at_once(mocker):
    mocker.patch("bot.app.slack.SHUTDOWN_TIMEOUT", 0.05)


@pytest.mark.parametrize(
    ("text", "labels", "lines_here"),
    [
        (UNSURE, ("Close T001", "Close T001"), 1),
        (UNSURE, ("Close T001", "Nothing"), 1),
        ("close all open tickets", ("Close", "Close"), 0),
    ],
)
async def test_a_change_is_told_once_in_the_channel_and_in_the_ticket_s_thread(
    tmp_path, text, labels, lines_here
):
    time = HeldTime()
    async with open_office(tmp_path, clocks=time, keep_slack=True) as office:
        slack = office.slack
        ts = await slack.say("engineer", "support", "@tickets create login bug")
        await time.until_done(office.idle())
        await slack.command("engineer", "support", "/ticket", text)
        await time.until_done(office.idle())
        question = slack.ephemerals("engineer")[-1]
        answered, posted = len(slack.called("response_url")), len(slack.messages("support"))
        for method in ("response_url", "chat.postMessage", "chat.update"):
            slack.faults.fail(method, 503, times=None)
        for label in labels:
            await slack.press("engineer", "support", question["ts"], *pressed(question, label), forge=True)
        await slack.until(lambda: len(slack.called("response_url")) >= answered + 2)
        assert len(await office.bot.core.store.pending()) == 2
    slack.faults.clear()
    async with open_office(tmp_path, clocks=time, slack=slack) as office:
        await time.until_done(office.retry())
        await time.until_done(office.idle())
        assert await office.bot.core.store.pending() == []
        assert texts(office.thread("support", ts))[1:] == ["engineer closed this ticket"]
        assert len(slack.messages("support")) == posted + lines_here
        assert (await office.bot.core.store.history("T001"))[1] == 2
