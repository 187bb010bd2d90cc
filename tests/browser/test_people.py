"""Being somebody else: what one sees and may do changes with it."""

from tests.browser.chromium import expect
from tests.browser.desk import Desk


async def places(desk: Desk) -> list[str]:
    names = await desk.page.get_by_role("navigation").locator(".side-name").all_text_contents()
    return [name.strip() for name in names]


async def test_everybody_sees_the_channels_that_slack_would_show_them(desk: Desk):
    assert await places(desk) == ["support", "private", "shared", "lobby", "Tickets"]
    await desk.be("Cole Colleague")
    assert await places(desk) == ["support", "shared", "lobby", "Tickets"]
    await desk.be("Gus Guest")
    assert await places(desk) == ["support", "Tickets"]
    await desk.be("Pat Partner")
    assert await places(desk) == ["shared"]


async def test_a_guest_does_not_find_a_ticket_of_another_channel(desk: Desk):
    await desk.go("private")
    await desk.say("/ticket create root certificate ends in March")
    await expect(desk.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await desk.be("Gus Guest")
    await desk.say("/ticket view T001")
    told = desk.channel.get_by_role("listitem").filter(has_text="Only visible to you")
    await expect(told).to_contain_text("There is no ticket T001.")
    await desk.say("/ticket view T002")
    await expect(told.last).to_contain_text("There is no ticket T002.")


async def test_only_an_admin_deletes(desk: Desk):
    await desk.say("/ticket create API timeout, urgent")
    await expect(desk.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await desk.say("/ticket delete T001")
    await expect(desk.channel).to_contain_text("Only an admin of this desk can delete")
    await desk.be("Ada Admin")
    await desk.say("/ticket delete T001")
    await expect(desk.channel).to_contain_text("withdrew T001")


async def test_somebody_from_elsewhere_has_no_command_and_no_shortcut_but_can_mention(desk: Desk):
    await desk.be("Pat Partner")
    await desk.say("/ticket view open")
    await expect(desk.page.get_by_role("status").filter(has_text="no slash command")).to_be_visible()
    await desk.page.get_by_role("combobox", name="Message").fill("")
    await desk.say("@tickets create webhook answers 500")
    said = desk.channel.get_by_role("listitem").filter(has_text="webhook")
    await said.hover()
    await expect(said.get_by_role("button", name="Reply in thread")).to_be_visible()
    await expect(said.get_by_role("button", name="Create ticket")).to_have_count(0)
    await desk.open_thread()
    await expect(desk.thread.get_by_text("T001", exact=True)).to_be_visible()


async def test_what_others_said_meanwhile_is_marked_as_new(desk: Desk):
    await desk.say("good morning")
    await desk.be("Cole Colleague")
    await desk.go("shared")
    await desk.be("Erin Engineer")
    await desk.go("support")
    await desk.say("is anybody there")
    await desk.be("Cole Colleague")
    await desk.go("shared")
    await desk.be("Erin Engineer")
    await desk.go("support")
    await desk.say("hello?")
    await desk.go("lobby")
    await desk.be("Cole Colleague")
    link = desk.page.get_by_role("link", name="support")
    await expect(link).to_contain_text("new messages")
    await link.click()
    await expect(link).not_to_contain_text("new messages")


async def test_a_direct_answer_is_counted_until_it_is_seen(desk: Desk, local):
    slack = local.slack
    await slack.say("engineer", "dm", "create my laptop is slow")
    link = desk.page.get_by_role("link", name="Tickets")
    await expect(link.get_by_label("1 new for you")).to_be_visible()
    await link.click()
    await desk.page.get_by_role("tab", name="Messages").click()
    await expect(link.get_by_label("1 new for you")).to_have_count(0)


async def test_two_pages_are_two_people_and_follow_each_other(desk: Desk):
    other = Desk(await desk.page.context.new_page(), desk.local)
    await other.open()
    await other.be("Ada Admin")
    await desk.say("@tickets create API timeout, urgent")
    await other.open_thread()
    await other.thread.get_by_role("button", name="Start T001").click()
    await desk.page.bring_to_front()  # what lies behind is drawn once a second
    await desk.open_thread()
    await expect(desk.thread).to_contain_text("Ada Admin started T001")
    await expect(desk.page.get_by_role("button", name="You are Erin Engineer")).to_be_visible()
