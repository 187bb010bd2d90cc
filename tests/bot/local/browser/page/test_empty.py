"""Where nothing has been said, the page says what to try."""

import pytest

from bot.app.local import demo
from bot.local.fakeslack.workspace.people import BOT_USER, SUPPORT
from store.models.filters import EVERYTHING, Filter
from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.page_client import Refused, connect
from tests.bot.local.browser.workspace_page import WorkspacePage


async def test_an_empty_channel_proposes_what_to_say_and_it_works_as_it_stands(workspace: WorkspacePage):
    await workspace.page.get_by_role("button", name="@tickets the VPN drops").click()
    field = workspace.page.get_by_role("combobox", name="Message")
    await expect(field).to_be_focused()
    await field.press("Enter")
    await workspace.open_thread()
    await expect(workspace.thread).to_contain_text("T001")
    await expect(workspace.page.get_by_role("button", name="Load sample tickets")).to_have_count(0)


async def test_direct_messages_propose_the_same_without_the_mention(workspace: WorkspacePage):
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await workspace.page.get_by_role("tab", name="Messages").click()
    await workspace.page.get_by_role("button", name="the VPN drops").click()
    field = workspace.page.get_by_role("combobox", name="Message Tickets")
    assert not (await field.input_value()).startswith("@")


async def test_a_channel_without_the_bot_says_how_to_invite_it(workspace: WorkspacePage):
    await workspace.go("lobby")
    await workspace.page.get_by_role("button", name="/invite @tickets").click()
    await workspace.page.get_by_role("combobox", name="Message #lobby").press("Enter")
    await expect(workspace.page.get_by_role("link", name="lobby")).not_to_contain_text("no bot")


async def test_a_button_loads_the_samples_with_their_own_times(workspace: WorkspacePage, local, monkeypatch):
    short = list(demo.steps())[:3]
    monkeypatch.setattr(demo, "steps", lambda: short)
    await workspace.page.get_by_role("button", name="Load sample tickets").click()
    await expect(workspace.channel).to_contain_text(short[0].text.removeprefix("@tickets ").split('"')[-2])
    await local.slack.until(lambda: not local.browser.hub.loading)
    first = float(local.slack.messages(SUPPORT)[0]["ts"])
    now = local.bot.clocks.now()
    assert abs(now - short[0].seconds_ago - first) < 60
    assert (await local.bot.core.store.view(Filter(), EVERYTHING)).count > 0
    await workspace.say("hello")
    await local.slack.until(lambda: abs(float(local.slack.messages(SUPPORT)[-1]["ts"]) - now) < 60)


async def test_they_are_all_loaded_although_the_page_is_closed_meanwhile(local, http, monkeypatch):
    short = list(demo.steps())[:3]
    monkeypatch.setattr(demo, "steps", lambda: short)
    async with connect(http, local) as client:
        await client.send({"id": 7, "do": "samples"})
        await local.slack.until(lambda: local.browser.hub.loading)
    await local.slack.until(lambda: not local.browser.hub.loading)
    said = local.slack.workspace.messages[SUPPORT].values()
    assert len([one for one in said if one["user"] != BOT_USER]) == len(short)


async def test_samples_are_not_loaded_among_what_somebody_said(local, http):
    async with connect(http, local) as client:
        await client.ask("say", channel=SUPPORT, text="hello")
        with pytest.raises(Refused, match="empty workspace"):
            await client.ask("samples")
