"""What is not certain is offered as buttons: that person's, for ten minutes, done once, checked again at the click."""

import pytest

from tests.support.blockkit.check import check_message
from tests.support.bot_harness import open_office
from tests.surfaces.steps import command, press, texts, ticket, whispered

UNSURE = "close the login bug"


def button(message, label: str) -> str:
    """The action id of the button that is labelled so."""
    elements = [one for block in message["blocks"] for one in block.get("elements", [])]
    buttons = [one for one in elements if one["type"] == "button"]
    found = [one["action_id"] for one in buttons if one["text"]["text"].startswith(label)]
    assert found, f"no button {label!r} in {message['text']!r}"
    return found[0]


def pressed(message, label: str) -> tuple[str, str]:
    """A button's action id and value, as they were before it was pressed."""
    action = button(message, label)
    elements = [one for block in message["blocks"] for one in block.get("elements", [])]
    return action, next(one["value"] for one in elements if one.get("action_id") == action)


async def asked(office, text: str = UNSURE):
    """A mention that is answered by a question, in the thread of the message."""
    await command(office, "create login bug")
    ts = await office.said("engineer", "support", f"@tickets {text}")
    return ts, office.thread("support", ts)[-1]


class TestMention:
    async def test_a_ticket_named_by_its_words_is_offered_and_not_changed(self, office):
        _, question = await asked(office)
        check_message(question)
        assert "close T001" in question["text"]
        assert "Close T001 · login bug" in str(question["blocks"])
        assert (await ticket(office, "T001")).stat == "open"

    async def test_what_any_ticket_may_be_called_need_not_stand_in_its_title(self, office):
        await command(office, "create API timeout")
        ts = await office.said("engineer", "support", "@tickets close the timeout bug")
        assert "Close T001 · API timeout" in str(office.thread("support", ts)[-1]["blocks"])

    async def test_a_click_does_it_and_the_question_becomes_the_result(self, office):
        ts, question = await asked(office)
        await press(office, "engineer", question, button(question, "Close T001"))
        assert (await ticket(office, "T001")).stat == "done"
        answers = office.thread("support", ts)
        assert len(answers) == 1
        assert "closed T001" in answers[0]["text"]
        assert "ticket.undo" in str(answers[0]["blocks"])

    async def test_a_misspelt_verb_is_asked_about_and_not_the_beginning_of_a_title(self, office):
        ts = await office.said("engineer", "support", "@tickets crate login broken")
        (question,) = office.thread("support", ts)
        check_message(question)
        assert await ticket(office, "T001") is None
        assert button(question, "New ticket “crate login broken”")
        await press(office, "engineer", question, button(question, "New ticket “login broken”"))
        assert (await ticket(office, "T001")).title == "login broken"

    async def test_nothing_does_nothing(self, office):
        ts, question = await asked(office)
        await press(office, "engineer", question, button(question, "Nothing"))
        assert (await ticket(office, "T001")).stat == "open"
        assert texts(office.thread("support", ts)) == ["Nothing was done."]

    async def test_a_second_click_shows_what_the_first_one_did(self, office):
        ts, question = await asked(office)
        for label in ("Close T001", "Nothing"):
            await office.slack.press(
                "engineer", "support", question["ts"], *pressed(question, label), forge=True
            )
            await office.idle()
        assert "closed T001" in office.thread("support", ts)[-1]["text"]
        assert (await office.bot.core.store.history("T001"))[1] == 2

    async def test_however_often_it_is_clicked_undo_stays_until_it_is_undone(self, office):
        ts, question = await asked(office)
        clicked = pressed(question, "Close T001")
        for _ in range(3):
            await office.slack.press("engineer", "support", question["ts"], *clicked, forge=True)
            await office.idle()
            assert "ticket.undo" in str(office.thread("support", ts)[-1]["blocks"])
        await press(office, "engineer", question, "ticket.undo")
        await office.slack.press("engineer", "support", question["ts"], *clicked, forge=True)
        await office.idle()
        line = office.thread("support", ts)[-1]
        assert line["text"] == "engineer closed T001 “login bug” · undone"
        assert "ticket.undo" not in str(line["blocks"])

    async def test_a_second_click_leaves_the_card_as_it_is_by_now(self, office):
        ts = await office.said("engineer", "support", "@tickets crate login broken")
        question = office.thread("support", ts)[-1]
        await press(office, "engineer", question, button(question, "New ticket “login broken”"))
        await command(office, "T001 pri 1")
        card = office.thread("support", ts)[0]
        assert "High" in card["text"]
        clicked = pressed(question, "New ticket “login broken”")
        await office.slack.press("engineer", "support", question["ts"], *clicked, forge=True)
        await office.idle()
        assert office.thread("support", ts)[0]["blocks"] == card["blocks"]

    async def test_somebody_else_chooses_nothing(self, office):
        _, question = await asked(office)
        await office.slack.press(
            "colleague", "support", question["ts"], *pressed(question, "Close T001"), forge=True
        )
        await office.idle()
        assert (await ticket(office, "T001")).stat == "open"

    async def test_what_is_gone_meanwhile_is_not_there(self, office):
        _, question = await asked(office)
        await office.slack.command("admin", "support", "/ticket", "delete T001")
        await office.idle()
        await press(office, "engineer", question, button(question, "Close T001"))
        assert (await office.bot.core.store.history("T001"))[1] == 2


class TestSlash:
    async def test_a_question_to_a_command_is_for_its_asker_alone_and_the_result_stands_in_the_channel(
        self, office
    ):
        await command(office, "create login bug")
        await command(office, UNSURE)
        question = office.slack.ephemerals("engineer")[-1]
        await office.slack.press(
            "engineer", "support", question["ts"], *pressed(question, "Close T001"), forge=True
        )
        await office.idle()
        assert (await ticket(office, "T001")).stat == "done"
        assert "Done: T001" in whispered(office)


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_choices_outlive_a_restart(tmp_path, mode):
    async with open_office(tmp_path, mode, keep_slack=True) as office:
        _, question = await asked(office)
        await office.idle()
        slack = office.slack
    async with open_office(tmp_path, mode, slack=slack) as office:
        await press(office, "engineer", question, button(question, "Close T001"))
        assert (await ticket(office, "T001")).stat == "done"


async def test_several_commands_have_an_answer_and_an_undo_each(office):
    for title in ("first thing", "second thing"):
        await command(office, f"create {title}")
    ts = await office.said("engineer", "support", "@tickets close T001, fixed\nT002 pri 1")
    answers = texts(office.thread("support", ts))
    assert ["closed T001" in answers[0], "T002" in answers[1]] == [True, True]
    assert (await ticket(office, "T001")).res == "fixed"
    assert ((await ticket(office, "T002")).pri, (await ticket(office, "T002")).res) == (1, None)


async def test_a_person_that_nobody_knows_is_said_with_the_list_of_everybody(office):
    await command(office, "create login bug")
    await command(office, "open tickets by Zaphod")
    question = office.slack.ephemerals("engineer")[-1]
    assert "nobody called “Zaphod”" in question["text"]
    assert "List" in str(question["blocks"])


async def test_a_change_of_all_tickets_of_a_kind_is_a_button_in_words(office):
    await command(office, "create login bug")
    ts = await office.said(
        "engineer",
        "support",
        "@tickets close all open doc tickets\ncreate three\nT001 pri 1\nview T001\nlist\nhelp\nundo",
    )
    question = office.thread("support", ts)[-1]
    assert button(question, "Close all open · docs")
    check_message(question)
