"""Everything goes without a mouse."""

from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.workspace_page import WorkspacePage


async def test_the_completion_offers_commands_and_enter_sends_what_is_typed(workspace: WorkspacePage):
    field = workspace.page.get_by_role("combobox", name="Message")
    await field.press_sequentially("/t")
    await expect(workspace.page.get_by_role("option", name="/ticket")).to_have_attribute(
        "aria-selected", "true"
    )
    await field.press("Enter")
    await expect(field).to_have_value("/ticket ")
    await field.press_sequentially("v")
    await expect(workspace.page.get_by_role("option", name="view open pri 1")).to_be_visible()
    await field.press("ArrowDown")
    await field.press("Enter")
    await expect(field).to_have_value("/ticket view open pri 1")
    await field.press("Enter")
    await expect(field).to_have_value("")
    await expect(workspace.channel).to_contain_text("Only visible to you")


async def test_a_mention_is_completed_and_examples_never_take_what_was_typed(workspace: WorkspacePage):
    field = workspace.page.get_by_role("combobox", name="Message")
    await field.press_sequentially("@ti")
    await field.press("Tab")
    await expect(field).to_have_value("@tickets ")
    suggestions = workspace.page.get_by_role("listbox", name="Suggestions")
    await expect(suggestions.first).to_be_visible()
    await field.press_sequentially("view open")
    await field.press("Enter")
    await expect(workspace.channel).to_contain_text("@tickets view open")
    await field.press_sequentially("@co")
    await field.press("Escape")
    await expect(suggestions).to_have_count(0)


async def test_channels_are_walked_with_the_arrows(workspace: WorkspacePage):
    support = workspace.page.get_by_role("link", name="support")
    await support.focus()
    await workspace.page.keyboard.press("ArrowDown")
    await workspace.page.keyboard.press("ArrowDown")
    await expect(workspace.page.get_by_role("link", name="shared")).to_be_focused()
    await workspace.page.keyboard.press("Enter")
    await expect(workspace.page.get_by_role("combobox", name="Message #shared")).to_be_visible()


async def test_messages_are_walked_with_the_arrows_and_their_buttons_reached_by_tab(workspace: WorkspacePage):
    for words in ("one", "two", "three"):
        await workspace.say(words)
    await expect(workspace.channel).to_contain_text("three")
    await workspace.channel.get_by_role("listitem").last.focus()
    await workspace.page.keyboard.press("ArrowUp")
    await expect(workspace.channel.get_by_role("listitem").nth(1)).to_be_focused()
    await workspace.page.keyboard.press("Tab")
    await expect(workspace.channel.get_by_role("listitem").nth(1).get_by_role("toolbar")).to_be_visible()


async def test_home_and_end_lead_to_the_first_and_last_message_also_from_a_button_of_one(
    workspace: WorkspacePage,
):
    await workspace.say("/ticket create API timeout, urgent")
    await expect(workspace.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await workspace.say("hello")
    await expect(workspace.channel.get_by_role("listitem")).to_have_count(2)
    rows = workspace.channel.get_by_role("listitem")
    card, last = rows.first, rows.last
    await card.get_by_role("button", name="Start T001").focus()
    await workspace.page.keyboard.press("ArrowDown")
    await expect(last).to_be_focused()
    await workspace.page.keyboard.press("Home")
    await expect(card).to_be_focused()
    await workspace.page.keyboard.press("End")
    await expect(last).to_be_focused()


async def test_the_buttons_of_other_messages_are_no_stops_of_tab(workspace: WorkspacePage):
    for words in ("one", "two", "three"):
        await workspace.say(words)
    await expect(workspace.channel).to_contain_text("three")
    await workspace.channel.get_by_role("listitem").last.focus()
    await workspace.page.keyboard.press("Shift+Tab")
    assert await workspace.page.evaluate("document.activeElement.closest('.message')") is None


async def test_one_begins_in_the_message_field(workspace: WorkspacePage):
    await expect(workspace.page.get_by_role("combobox", name="Message #support")).to_be_focused()


async def test_a_key_opens_a_menu_and_does_nothing_before_something_is_chosen(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout, urgent")
    more = workspace.channel.get_by_role("combobox", name="More…")
    await more.focus()
    before = len(workspace.local.slack.deliveries)
    for key in ("h", "ArrowDown", "End"):
        await workspace.page.keyboard.press(key)
        await workspace.page.keyboard.press("Escape")
        assert await more.input_value() == ""
    assert len(workspace.local.slack.deliveries) == before
    await workspace.choose(more, "History")
    await expect(workspace.channel).to_contain_text("History of T001")
    await expect(more).to_have_value("")


async def test_the_focus_stays_on_a_card_that_is_drawn_anew(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout, urgent")
    start = workspace.channel.get_by_role("button", name="Start T001")
    await start.focus()
    await workspace.page.keyboard.press("Enter")
    await expect(workspace.channel).to_contain_text("👀 In progress")
    assert await workspace.page.evaluate("document.activeElement.closest('.message') !== null")


async def test_escape_closes_a_form_and_then_a_thread(workspace: WorkspacePage):
    await workspace.say("@tickets create API timeout, urgent")
    await workspace.open_thread()
    await workspace.thread.get_by_role("button", name="Close T001").click()
    await expect(workspace.form).to_be_visible()
    await workspace.page.keyboard.press("Escape")
    await expect(workspace.form).to_have_count(0)
    await workspace.page.get_by_role("combobox", name="Reply").focus()
    await workspace.page.keyboard.press("Escape")
    await expect(workspace.page.get_by_role("complementary", name="Thread")).to_be_hidden()


async def test_colours_follow_the_system_unless_they_are_chosen(workspace: WorkspacePage):
    page = workspace.page
    colour = "getComputedStyle(document.querySelector('.place')).backgroundColor"
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(colour)
    await page.emulate_media(color_scheme="light")
    assert await page.evaluate(colour) != dark
    await page.get_by_role("button", name="Theme").click()
    await page.get_by_role("button", name="Theme: light").click()
    await expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert await page.evaluate(colour) == dark
    await page.reload()
    await expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert await page.evaluate(colour) == dark
