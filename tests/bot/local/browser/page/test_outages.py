"""Slack and the model at the turn of a switch, and the bot coping."""

from contextlib import AsyncExitStack

import pytest_asyncio

from bot import settings as configured
from bot.app.local import open_local
from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.workspace_page import WorkspacePage
from tests.support.model_server import running_model_server, says

UNCLEAR = "@tickets the thing that Erin showed on Monday went sideways once more for the Acme people, sigh"
LONG = 30_000  # milliseconds: the bot waits longer from try to try


@pytest_asyncio.fixture(loop_scope="session")
async def model():
    async with running_model_server() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def local(tmp_path, model):
    async with AsyncExitStack() as stack:
        settings = configured.load(
            None,
            local_port=0,
            store=str(tmp_path / "tickets.json"),
            OPENAI_BASE_URL=model.url,
            OPENAI_API_KEY="sk-secret",
        )
        opened = await open_local(settings, stack)
        await opened.slack.until(lambda: opened.slack.sockets)
        yield opened


async def test_with_slack_down_an_answer_waits_and_comes_once_it_is_back(workspace: WorkspacePage):
    await workspace.say("/ticket help")
    await expect(workspace.channel).to_contain_text("Make a ticket")
    await workspace.outages("Slack", "Down")
    panel = await workspace.inspector()
    await workspace.say("@tickets create API timeout, urgent")
    await expect(panel).to_contain_text("failed")
    await expect(workspace.channel.get_by_role("button", name="view thread")).to_have_count(0)
    await workspace.outages("Slack", "Normal")
    await expect(workspace.channel.get_by_role("button", name="1 reply")).to_be_visible(timeout=LONG)
    await workspace.open_thread()
    await expect(workspace.thread.get_by_text("T001", exact=True)).to_be_visible()
    await expect(workspace.thread.get_by_role("listitem")).to_have_count(2)


async def test_a_button_that_slack_cannot_deliver_says_so(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout, urgent")
    start = workspace.channel.get_by_role("button", name="Start T001")
    await expect(start).to_be_visible()
    await workspace.outages("Slack", "Disconnected")
    await start.click()
    await expect(workspace.page.get_by_role("status").filter(has_text="cannot be reached")).to_be_visible()
    await workspace.outages("Slack", "Normal")


async def test_while_the_model_reads_the_person_is_told(workspace: WorkspacePage, model):
    model.does(says("create p2 code: Monday demo fails again for Acme"))
    await workspace.outages("Model", "Slow")
    await workspace.say(UNCLEAR)
    await expect(workspace.channel).to_contain_text("is reading your message…")
    await expect(workspace.channel.get_by_role("button", name="1 reply")).to_be_visible(timeout=LONG)
    await expect(workspace.channel).not_to_contain_text("is reading your message…")
    await workspace.open_thread()
    await expect(workspace.thread).to_contain_text("gpt-6-luna · 100 tokens")


async def test_with_the_model_down_a_clear_command_works_and_an_unclear_one_asks_nothing_of_it(
    workspace: WorkspacePage, model
):
    await workspace.outages("Model", "Down")
    await workspace.say("@tickets create printer jam on floor 2 cat:other")
    await expect(workspace.channel.get_by_role("button", name="1 reply")).to_be_visible()
    await workspace.say(UNCLEAR)
    panel = await workspace.inspector()
    await expect(panel).to_contain_text("rules, the model did not answer")
    assert model.requests == []
