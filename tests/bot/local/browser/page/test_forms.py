"""A form is on the page that it was opened on, and is closed with it."""

import pytest

from bot.local.fakeslack.workspace.people import SUPPORT
from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.page_client import Refused, connect
from tests.bot.local.browser.workspace_page import WorkspacePage


async def card(local) -> str:
    """The timestamp of a ticket's card."""
    await local.slack.command("engineer", "support", "/ticket", "create API timeout, urgent")
    await local.slack.until(lambda: local.slack.messages(SUPPORT))
    await local.bot.runner.idle()
    return local.slack.messages(SUPPORT)[-1]["ts"]


async def open_form(client, local, ts: str) -> str:
    """The id of the form that the card's Close… opens."""
    message = local.slack.message(SUPPORT, ts)
    block = next(one for one in message["blocks"] if one["type"] == "actions")
    button = next(one for one in block["elements"] if one["action_id"] == "ticket.close")
    await client.ask(
        "press", where="message", channel=SUPPORT, ts=ts, action_id="ticket.close", block_id=block["block_id"], value=button["value"]
    )  # fmt: skip
    await local.slack.until(lambda: local.slack.modal("engineer"))
    return str(local.slack.modal("engineer")["id"])


def shown_on(client) -> list[str]:
    return [frame["modal"]["id"] for frame in client.told if frame.get("modal")]


async def test_another_page_of_the_same_person_does_not_show_it(local, http):
    ts = await card(local)
    async with connect(http, local) as here, connect(http, local) as there:
        await here.pushed("state")
        await there.pushed("state")
        form = await open_form(here, local, ts)
        for client in (here, there):
            await client.ask("home")
        assert form in shown_on(here)
        assert shown_on(there) == []


async def test_it_is_closed_with_its_page_and_cannot_be_sent_from_elsewhere(local, http):
    ts = await card(local)
    async with connect(http, local) as there:
        await there.pushed("state")
        async with connect(http, local) as here:
            await here.pushed("state")
            form = await open_form(here, local, ts)
        await local.slack.until(lambda: local.slack.modal("engineer") is None)
        with pytest.raises(Refused, match="already closed"):
            await there.ask("submit", view=form, values={"res": "too late"})
        assert await open_form(there, local, ts) != form


async def test_it_is_closed_when_its_page_becomes_another_persons(local, http):
    ts = await card(local)
    async with connect(http, local) as client:
        await open_form(client, local, ts)
        await client.ask("be", user="U0ADMIN")
        assert local.slack.modal("engineer") is None


async def test_a_page_begins_without_what_nobody_has_before_them(local, http):
    ts = await card(local)
    await local.slack.press("engineer", SUPPORT, ts, "ticket.close")
    await local.slack.until(lambda: local.slack.modal("engineer"))
    async with connect(http, local) as client:
        assert (await client.pushed("state"))["modal"] is None


async def test_a_reloaded_page_can_be_used_at_once(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout, urgent")
    await workspace.channel.get_by_role("button", name="Close T001").click()
    await expect(workspace.form).to_be_visible()
    await workspace.page.reload()
    await workspace.channel.get_by_role("button", name="Close T001").click()
    await workspace.form.get_by_role("button", name="Close", exact=True).click()
    await expect(workspace.channel).to_contain_text("✅ Done")


async def test_a_note_of_several_lines_is_shown_in_them(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout")
    await workspace.channel.get_by_role("button", name="Close T001").click()
    await workspace.form.get_by_label("How was it solved?").fill("new certificate\nsee runbook 7")
    await workspace.form.get_by_role("button", name="Close", exact=True).click()
    note = workspace.channel.get_by_role("blockquote")
    await expect(note).to_contain_text("new certificate")
    assert (await note.inner_text()).splitlines() == ["Note: new certificate", "see runbook 7"]
