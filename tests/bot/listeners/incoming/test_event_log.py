"""One line of the log for each thing that somebody did, and none of their words in it."""

import logging

import pytest

from bot.views import controls
from tests.support.bot_harness import open_office


@pytest.fixture
async def office(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    async with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def lines(caplog):
    """The fields of each line, without how long it took."""

    def read():
        events = [record.event for record in caplog.records if hasattr(record, "event")]
        return [
            {name: value for name, value in event.items() if name not in ("ms", "delivery")}
            for event in events
        ]

    return read


async def test_a_mention_is_a_line(office, lines, caplog):
    ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
    assert lines() == [
        {
            "surface": "mention",
            "who": "U0ENGINEER",
            "action": "CREATE",
            "ticket": "T001",
            "parser": "rules",
            "tokens": 0,
            "outcome": "created",
        }
    ]
    (record,) = [record for record in caplog.records if hasattr(record, "event")]
    assert record.event["delivery"] == f"message:T0LOCAL:C0SUPPORT:{ts}"
    assert isinstance(record.event["ms"], int)
    assert record.getMessage().startswith(
        f"delivery=message:T0LOCAL:C0SUPPORT:{ts} surface=mention who=U0ENGINEER"
    )


async def test_each_surface_has_its_name(office, lines):
    slack = office.slack
    ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
    await office.said("engineer", "support", "in progress", thread=ts)
    await office.said("engineer", slack.dm("engineer"), "view open")
    await slack.command("engineer", "support", "/ticket", "view T999")
    await office.idle()
    card = slack.messages("support", ts)[1]
    await slack.press("engineer", "support", card["ts"], controls.EDIT)
    await office.idle()
    await slack.shortcut("engineer", controls.NEW_SHORTCUT)
    await office.idle()
    await slack.open_home("engineer")
    await office.idle()
    assert [(line["surface"], line["action"], line["outcome"], line["ticket"]) for line in lines()] == [
        ("mention", "CREATE", "created", "T001"),
        ("thread", "UPDATE", "updated", "T001"),
        ("dm", "VIEW", "list", ""),
        ("slash", "VIEW", "missing", ""),
        ("button", controls.EDIT, "done", ""),
        ("shortcut", controls.NEW_SHORTCUT, "done", ""),
        ("home", "", "done", ""),
    ]


async def test_an_error_is_the_outcome_with_its_reference(office, lines, mocker):
    mocker.patch.object(type(office.bot.core.router), "act", side_effect=KeyError("x"))
    await office.said("engineer", "support", "@tickets create API timeout, urgent")
    (line,) = lines()
    assert line["outcome"].startswith("error E-")


async def test_talk_among_people_is_no_event_and_no_word_of_anybody_is_in_the_log(office, lines, caplog):
    await office.said("engineer", "support", "the walrus is in the server room")
    ts = await office.said("engineer", "support", "lunch?")
    await office.said("engineer", "support", "walrus for lunch", thread=ts)
    assert lines() == []
    await office.said("engineer", "support", "@tickets create walrus, urgent")
    await office.slack.command("engineer", "support", "/ticket", "create walrus: walrus")
    await office.idle()
    assert len(lines()) == 2
    assert "walrus" not in caplog.text
