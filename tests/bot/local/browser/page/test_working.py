"""The workspace's work, by hand and eye."""

from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.workspace_page import WorkspacePage


async def created(workspace: WorkspacePage, text: str = "@tickets create API timeout, urgent") -> None:
    await workspace.say(text)
    await workspace.open_thread()
    await expect(workspace.thread.get_by_text("T001", exact=True)).to_be_visible()


async def test_a_mention_makes_a_ticket_whose_card_is_in_its_thread(workspace: WorkspacePage):
    await created(workspace)
    card = workspace.thread.get_by_role("listitem").nth(1)
    await expect(card).to_contain_text("API timeout")
    await expect(card).to_contain_text("🔴 High · 🎫 Open")
    await expect(workspace.channel.get_by_role("button", name="ticket, 1")).to_be_visible()


async def test_a_slash_command_lists_for_the_asker_alone(workspace: WorkspacePage):
    await created(workspace)
    await workspace.say("/ticket view open")
    told = workspace.channel.get_by_role("listitem").filter(has_text="Only visible to you")
    await expect(told).to_contain_text("1 ticket · open")
    await expect(told).to_contain_text("T001")
    await workspace.be("Cole Colleague")
    await expect(workspace.channel).to_contain_text("create API timeout")
    await expect(workspace.channel).not_to_contain_text("Only visible to you")


async def test_a_button_starts_it_and_card_and_mark_follow(workspace: WorkspacePage):
    await created(workspace)
    await workspace.thread.get_by_role("button", name="Start T001").click()
    await expect(workspace.thread).to_contain_text("👀 In progress")
    await expect(workspace.thread.get_by_text("started this ticket")).to_be_visible()
    await expect(workspace.thread.get_by_role("button", name="Start T001")).to_have_count(0)
    await expect(workspace.channel.get_by_role("button", name="eyes, 1")).to_be_visible()


async def test_the_close_form_says_what_is_wrong_at_its_field_and_then_closes(workspace: WorkspacePage):
    await created(workspace)
    await workspace.thread.get_by_role("button", name="Close T001").click()
    note = workspace.form.get_by_label("How was it solved?")
    await expect(note).to_be_focused()
    await note.fill("x" * 101)
    await workspace.form.get_by_role("button", name="Close", exact=True).click()
    await expect(workspace.form.get_by_role("alert")).to_have_text("Must be at most 100 characters.")
    await expect(note).to_have_attribute("aria-invalid", "true")
    await note.fill("fixed load balancer configuration")
    await expect(workspace.form.get_by_role("alert")).to_have_count(0)
    await workspace.form.get_by_role("button", name="Close", exact=True).click()
    await expect(workspace.form).to_have_count(0)
    await expect(workspace.thread).to_contain_text("✅ Done")
    await expect(workspace.thread).to_contain_text("fixed load balancer configuration")
    await expect(workspace.channel.get_by_role("button", name="white check mark, 1")).to_be_visible()


async def test_a_reply_in_the_thread_is_enough_and_talk_is_left_alone(workspace: WorkspacePage):
    await created(workspace)
    await workspace.reply("has anybody seen my umbrella")
    await workspace.reply("done: fixed")
    await expect(workspace.thread).to_contain_text("closed this ticket")
    await expect(workspace.thread.get_by_role("listitem")).to_have_count(5)


async def test_what_was_done_can_be_undone(workspace: WorkspacePage):
    await created(workspace)
    await workspace.reply("done: fixed")
    await workspace.thread.get_by_role("button", name="Undo").last.click()
    await expect(workspace.thread).to_contain_text("closed this ticket · fixed · undone")
    await expect(workspace.thread.get_by_role("listitem").nth(1)).to_contain_text("🎫 Open")
    await expect(workspace.channel.get_by_role("button", name="ticket, 1")).to_be_visible()


async def test_a_message_becomes_a_ticket_by_its_shortcut(workspace: WorkspacePage):
    await workspace.say("the printer on floor 2 jams again")
    said = workspace.channel.get_by_role("listitem").filter(has_text="printer")
    await said.hover()
    await said.get_by_role("button", name="Create ticket").click()
    await expect(workspace.form.get_by_label("Title")).to_have_value("the printer on floor 2 jams again")
    await workspace.form.get_by_role("button", name="Create").click()
    await workspace.open_thread()
    await expect(workspace.thread.get_by_text("T001", exact=True)).to_be_visible()


async def test_the_global_shortcut_asks_for_what_is_needed(workspace: WorkspacePage):
    await workspace.page.get_by_role("button", name="New ticket").first.click()
    await workspace.form.get_by_role("button", name="Create").click()
    await expect(workspace.form.get_by_role("alert")).to_have_text("Please complete this required field.")
    await workspace.form.get_by_label("Title").fill("login bug")
    await workspace.choose(workspace.form.get_by_label("Priority"), "High")
    await workspace.form.get_by_role("button", name="Create").click()
    await expect(workspace.form).to_contain_text("T001")
    await workspace.page.keyboard.press("Escape")
    await expect(workspace.form).to_have_count(0)
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await expect(workspace.home).to_contain_text("T001")
    await expect(workspace.home).to_contain_text("🔴 High")


async def test_app_home_filters_and_opens_what_it_lists(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout in production, urgent")
    await expect(workspace.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await workspace.say("/ticket create typo in the handbook pri:3")
    await expect(workspace.channel.get_by_role("button", name="Start T002")).to_be_visible()
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await expect(workspace.home).to_contain_text("2 tickets")
    await workspace.choose(workspace.home.get_by_role("combobox", name="Priority"), "Low")
    await expect(workspace.home).to_contain_text("1 ticket")
    await expect(workspace.home).not_to_contain_text("API timeout")
    await workspace.home.get_by_role("button", name="View T002").click()
    await expect(workspace.form).to_contain_text("typo in the handbook")


async def test_a_direct_message_needs_no_mention(workspace: WorkspacePage):
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await workspace.page.get_by_role("tab", name="Messages").click()
    await workspace.say("create my laptop is slow")
    await expect(workspace.page.get_by_text("T001", exact=True)).to_be_visible()
    await expect(workspace.page.get_by_role("button", name="Post T001 in a channel")).to_be_visible()


async def test_a_menu_of_the_card_sets_its_priority(workspace: WorkspacePage):
    await created(workspace)
    await workspace.choose(workspace.thread.get_by_role("combobox", name="More…"), "Low")
    await expect(workspace.thread.get_by_role("listitem").nth(1)).to_contain_text("⚪ Low")


async def test_a_link_in_a_list_leads_to_the_card_without_loading_the_page_again(workspace: WorkspacePage):
    await created(workspace)
    await workspace.page.get_by_role("button", name="Close thread").click()
    await workspace.page.evaluate("window.stillHere = true")
    await workspace.say("/ticket view open")
    await workspace.channel.get_by_role("link", name="T001").click()
    await expect(workspace.thread.get_by_role("button", name="Start T001")).to_be_visible()
    assert await workspace.page.evaluate("window.stillHere")
    await workspace.open(workspace.page.url.removeprefix(workspace.local.address))
    await expect(workspace.thread.get_by_role("button", name="Start T001")).to_be_visible()


async def test_what_was_said_can_be_edited_and_deleted(workspace: WorkspacePage):
    await workspace.say("first wrods")
    await workspace.channel.get_by_text("first wrods").wait_for()
    field = workspace.page.get_by_role("combobox", name="Message")
    await field.press("ArrowUp")
    await workspace.page.get_by_label("Edit message").fill("first words")
    await workspace.page.get_by_label("Edit message").press("Enter")
    said = workspace.channel.get_by_role("listitem").filter(has_text="first words")
    await expect(said).to_contain_text("(edited)")
    await said.hover()
    await said.get_by_role("button", name="Delete message").click()
    await expect(said).to_have_count(0)


async def test_a_reaction_is_added_and_taken_back(workspace: WorkspacePage):
    await workspace.say("lunch at noon")
    said = workspace.channel.get_by_role("listitem").filter(has_text="lunch")
    await said.hover()
    await said.get_by_role("button", name="React with eyes").click()
    await said.get_by_role("button", name="eyes, 1", pressed=True).click()
    await expect(said.get_by_role("button", name="eyes, 1")).to_have_count(0)


async def test_where_the_bot_is_not_a_new_ticket_is_shown_to_the_asker_alone(workspace: WorkspacePage):
    await workspace.go("lobby")
    await workspace.say("/ticket create new chairs")
    told = workspace.channel.get_by_role("listitem").filter(has_text="Only visible to you")
    await expect(told).to_contain_text("/invite @tickets")
    await expect(told).to_contain_text("new chairs")


async def test_the_bot_is_brought_into_a_channel_where_it_is_not(workspace: WorkspacePage):
    await workspace.go("lobby")
    await workspace.say("/invite @tickets")
    await expect(workspace.page.get_by_role("link", name="lobby")).not_to_contain_text("no bot")
    await workspace.say("@tickets create new lamps")
    await workspace.open_thread()
    await expect(workspace.thread).to_contain_text("new lamps")
