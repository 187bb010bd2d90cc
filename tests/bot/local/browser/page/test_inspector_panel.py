"""The panel that shows what became of a message, step by step."""

from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.workspace_page import WorkspacePage


async def test_it_shows_the_action_the_compressed_json_and_the_calls(workspace: WorkspacePage):
    panel = await workspace.inspector()
    await workspace.say("@tickets create API timeout, urgent")
    await expect(panel).to_contain_text("⚡ rules · 0 tokens")
    await panel.get_by_text("create API timeout, urgent").click()
    await expect(panel).to_contain_text('"action": "CREATE"')
    await expect(panel).to_contain_text('{"status":"ok","action":"created","data":{"id":"T001"')
    await expect(panel.get_by_text("chat.postMessage")).to_be_visible()
    await panel.get_by_text("chat.postMessage").click()
    await expect(panel).to_contain_text('"blocks"')
    await expect(panel.get_by_text("app_mention").first).to_be_visible()


async def test_a_message_and_the_answer_to_it_lead_to_the_same_entry(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout, urgent")
    card = workspace.channel.get_by_role("listitem").filter(has_text="T001")
    await card.hover()
    await card.get_by_role("button", name="Inspect").click()
    panel = await workspace.inspector()
    await expect(panel.get_by_text("Understood")).to_be_visible()
    await expect(panel).to_contain_text("/ticket create API timeout, urgent")


async def test_a_click_shows_what_it_sent_and_what_came_back(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout, urgent")
    await workspace.channel.get_by_role("button", name="Start T001").click()
    panel = await workspace.inspector()
    await panel.get_by_text("pressed Start").click()
    await expect(panel).to_contain_text('"action":"updated"')
    await panel.get_by_text("block_actions", exact=True).click()
    await expect(panel).to_contain_text('"action_id": "ticket.start"')


async def test_it_stays_open_when_the_page_is_loaded_again(workspace: WorkspacePage):
    await workspace.inspector()
    await workspace.page.reload()
    await expect(workspace.page.get_by_role("complementary", name="Inspector")).to_be_visible()
    await workspace.page.get_by_role("button", name="Close inspector").click()
    await expect(workspace.page.get_by_role("complementary", name="Inspector")).to_be_hidden()


async def test_what_scrolls_in_it_has_the_narrow_bar_of_the_page(workspace: WorkspacePage):
    panel = await workspace.inspector()
    await workspace.say("@tickets create API timeout, urgent")
    await panel.get_by_text("create API timeout, urgent").click()
    await panel.get_by_text("chat.postMessage").click()
    await expect(panel.locator("pre").first).to_be_visible()
    scrolling = """() => [...document.querySelectorAll(".inspector *")]
        .filter((one) => getComputedStyle(one).overflowY === "auto")
        .map((one) => getComputedStyle(one).scrollbarWidth)"""
    widths = await workspace.page.evaluate(scrolling)
    assert len(widths) > 1
    assert set(widths) == {"thin"}
