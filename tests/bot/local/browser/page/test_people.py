"""Being somebody else: what one sees and may do changes with it."""

from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.workspace_page import WorkspacePage


async def places(workspace: WorkspacePage) -> list[str]:
    names = await workspace.page.get_by_role("navigation").locator(".side-name").all_text_contents()
    return [name.strip() for name in names]


async def test_everybody_sees_the_channels_that_slack_would_show_them(workspace: WorkspacePage):
    assert await places(workspace) == ["support", "private", "shared", "lobby", "Tickets"]
    await workspace.be("Cole Colleague")
    assert await places(workspace) == ["support", "shared", "lobby", "Tickets"]
    await workspace.be("Gus Guest")
    assert await places(workspace) == ["support", "Tickets"]
    await workspace.be("Pat Partner")
    assert await places(workspace) == ["shared"]


async def test_a_guest_does_not_find_a_ticket_of_another_channel(workspace: WorkspacePage):
    await workspace.go("private")
    await workspace.say("/ticket create root certificate ends in March")
    await expect(workspace.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await workspace.be("Gus Guest")
    await workspace.say("/ticket view T001")
    told = workspace.channel.get_by_role("listitem").filter(has_text="Only visible to you")
    await expect(told).to_contain_text("There is no ticket T001.")
    await workspace.say("/ticket view T002")
    await expect(told.last).to_contain_text("There is no ticket T002.")


async def test_only_an_admin_deletes(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout, urgent")
    await expect(workspace.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await workspace.say("/ticket delete T001")
    await expect(workspace.channel).to_contain_text("Only admins can delete tickets.")
    await workspace.be("Ada Admin")
    await workspace.say("/ticket delete T001")
    await expect(workspace.channel).to_contain_text("deleted T001")


async def test_somebody_from_elsewhere_has_no_command_and_no_shortcut_but_can_mention(
    workspace: WorkspacePage,
):
    await workspace.be("Pat Partner")
    await workspace.say("/ticket view open")
    await expect(
        workspace.page.get_by_role("status").filter(has_text="/ticket is not a command in your organisation")
    ).to_be_visible()
    await workspace.page.get_by_role("combobox", name="Message").fill("")
    await workspace.say("@tickets create webhook answers 500")
    said = workspace.channel.get_by_role("listitem").filter(has_text="webhook")
    await said.hover()
    await expect(said.get_by_role("button", name="Reply in thread")).to_be_visible()
    await expect(said.get_by_role("button", name="Create ticket")).to_have_count(0)
    await workspace.open_thread()
    await expect(workspace.thread.get_by_text("T001", exact=True)).to_be_visible()


async def test_what_others_said_meanwhile_is_marked_as_new(workspace: WorkspacePage):
    await workspace.say("good morning")
    await workspace.be("Cole Colleague")
    await workspace.go("shared")
    await workspace.be("Erin Engineer")
    await workspace.go("support")
    await workspace.say("is anybody there")
    await workspace.be("Cole Colleague")
    await workspace.go("shared")
    await workspace.be("Erin Engineer")
    await workspace.go("support")
    await workspace.say("hello?")
    await workspace.go("lobby")
    await workspace.be("Cole Colleague")
    link = workspace.page.get_by_role("link", name="support")
    await expect(link).to_contain_text("new messages")
    await link.click()
    await expect(link).not_to_contain_text("new messages")


async def test_a_direct_answer_is_counted_until_it_is_seen(workspace: WorkspacePage, local):
    slack = local.slack
    await slack.say("engineer", "dm", "create my laptop is slow")
    link = workspace.page.get_by_role("link", name="Tickets")
    await expect(link.get_by_label("1 new for you")).to_be_visible()
    await link.click()
    await workspace.page.get_by_role("tab", name="Messages").click()
    await expect(link.get_by_label("1 new for you")).to_have_count(0)


async def test_two_pages_are_two_people_and_follow_each_other(workspace: WorkspacePage):
    other = WorkspacePage(await workspace.page.context.new_page(), workspace.local)
    await other.open()
    await other.be("Ada Admin")
    await workspace.say("@tickets create API timeout, urgent")
    await other.open_thread()
    await other.thread.get_by_role("button", name="Start T001").click()
    await workspace.page.bring_to_front()  # what lies behind is drawn once a second
    await workspace.open_thread()
    await expect(workspace.thread).to_contain_text("Ada Admin started this ticket")
    await expect(workspace.page.get_by_role("combobox", name="You are Erin Engineer")).to_be_visible()
