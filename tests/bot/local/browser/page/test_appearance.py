"""The page can be read and used at any width, in light and in dark."""

import pytest

from bot.app.local.demo import NOTE
from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.workspace_page import WorkspacePage

# The contrast of every visible text to what it stands on, where it is less than 4.5 (WCAG 2.2, 1.4.3).
FAINT = """() => {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => {
    const mix = (name) => top[name] * top.a + under[name] * (1 - top.a);
    return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
  };
  const luminance = (colour) => {
    const [r, g, b] = [colour.r, colour.g, colour.b]
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parents = (node) => (node ? [node, ...parents(node.parentElement)] : []);
  const faint = [];
  const judge = (node, colour, words) => {
    if (!/[\\p{L}\\p{N}]/u.test(words)) return;
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return;
    const line = parents(node);
    const behind = line
      .map((one) => parse(getComputedStyle(one).backgroundColor))
      .reduceRight((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
    const text = parse(colour);
    text.a *= line.reduce((all, one) => all * Number(getComputedStyle(one).opacity), 1);
    const [light, dark] = [luminance(over(text, behind)), luminance(behind)].sort((one, other) => other - one);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) faint.push(`${words.trim().slice(0, 40)}: ${contrast.toFixed(2)}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!node.closest("select, noscript, script")) judge(node, getComputedStyle(node).color, texts.currentNode.data);
  }
  for (const node of document.querySelectorAll("select, input, textarea")) {
    const hint = !node.value && node.placeholder;
    const words = hint || node.selectedOptions?.[0]?.text || node.value || "";
    judge(node, getComputedStyle(node, hint ? "::placeholder" : null).color, words);
  }
  return faint;
}"""

# Buttons and menus of the messages that the visible toolbar lies over.
COVERED = """(list) => {
  const bar = [...list.querySelectorAll(".toolbar")].find((one) => getComputedStyle(one).visibility === "visible");
  const at = bar.getBoundingClientRect();
  return [...list.querySelectorAll("button, select, textarea")]
    .filter((one) => !bar.contains(one) && one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.left < at.right && box.right > at.left && box.top < at.bottom && box.bottom > at.top;
    })
    .map((one) => one.textContent || one.ariaLabel);
}"""

# Texts of messages that a time lies over, the widest time that there is.
OVERLAPPED = """(list) => {
  const times = [...list.querySelectorAll(".message .time")];
  const inGutter = times.filter((one) => one.closest(".gutter"));
  for (const one of inGutter) one.textContent = "12:58";
  const boxOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const parts = [...list.querySelectorAll(".message :is(.author, .tag, .words, .rich-line, .button, .toolbar)")];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  return times.filter(shown).flatMap((time) => {
    const at = boxOf(time);
    return parts
      .filter(shown)
      .map((part) => [part, boxOf(part)])
      .filter(([, box]) => box.left < at.right && box.right > at.left && box.top < at.bottom && box.bottom > at.top)
      .map(([part]) => `${time.textContent} over ${part.textContent}`);
  });
}"""


async def narrow(workspace: WorkspacePage, width: int) -> None:
    await workspace.page.set_viewport_size({"width": width, "height": 780})


async def conversation(workspace: WorkspacePage) -> None:
    """A card, a list for one person alone, lines of one person's one after the other, and a thread with an Undo."""
    await workspace.say("/ticket create API timeout in production, urgent")
    await expect(workspace.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await workspace.say("/ticket view open")
    await expect(workspace.channel).to_contain_text("Only visible to you")
    await workspace.say("first line")
    await workspace.say("second line, which is of the same person and therefore stands without another name")
    await workspace.say("@tickets create Build pipeline broken")
    await expect(workspace.channel.get_by_role("button", name="view thread")).to_be_visible()
    await workspace.open_thread()
    await workspace.reply("in progress, looking")
    await expect(workspace.thread.get_by_text("started this ticket")).to_be_visible()
    await workspace.reply("pri 1")
    await expect(workspace.thread.get_by_text("set the priority")).to_be_visible()
    await expect(workspace.thread.get_by_role("button", name="Undo")).to_have_count(1)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_every_text_stands_out_from_what_it_stands_on(workspace: WorkspacePage, colours):
    page = workspace.page
    await page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    assert await page.evaluate(FAINT) == []  # an empty channel
    await conversation(workspace)
    await workspace.thread.get_by_role("listitem").last.hover()
    panel = await workspace.inspector()
    await panel.locator(".entry > summary").first.click()
    await panel.get_by_text("chat.postMessage").first.click()
    await workspace.outages("Slack", "Busy")
    await workspace.page.get_by_role("combobox", name="Reply").fill("@tickets ")
    assert await page.evaluate(FAINT) == []
    await workspace.outages("Slack", "Normal")
    await narrow(workspace, 390)
    assert await page.evaluate(FAINT) == []
    await page.get_by_role("button", name="Close inspector").click()
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await workspace.home.get_by_role("button", name="View T001").click()
    await expect(workspace.form).to_be_visible()
    assert await page.evaluate(FAINT) == []
    await page.keyboard.press("Escape")
    await workspace.home.get_by_role("button", name="New ticket").click()
    await workspace.form.get_by_role("button", name="Create").click()
    await expect(workspace.form.get_by_role("alert")).to_be_visible()
    assert await page.evaluate(FAINT) == []


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_toolbar_covers_no_button_and_no_time_covers_a_text(workspace: WorkspacePage, width):
    await conversation(workspace)
    await narrow(workspace, width)
    for messages in (workspace.thread, workspace.channel):
        rows = messages.locator(".message")
        assert await rows.count() > 3
        for row in await rows.all():
            await row.focus()
            if await row.locator(".toolbar").count():
                assert await messages.evaluate(COVERED) == []
            assert await messages.evaluate(OVERLAPPED) == []
        if await workspace.page.get_by_role("button", name="Close thread").is_visible():
            await workspace.page.get_by_role("button", name="Close thread").click()


async def test_a_narrow_window_names_every_channel_and_cuts_nothing_off(workspace: WorkspacePage):
    await narrow(workspace, 390)
    for name in ("support", "private", "shared", "lobby", "Tickets"):
        link = workspace.page.get_by_role("navigation").get_by_role("link", name=name)
        await expect(link).to_be_visible()
        assert await link.locator(".side-name").evaluate("(node) => node.scrollWidth <= node.clientWidth")
        box = await link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    for name in ("Inspector", "Theme"):
        box = await workspace.page.get_by_role("button", name=name).bounding_box()
        assert box["height"] <= 32  # in one line


@pytest.mark.parametrize("width", [1280, 390])
async def test_long_json_is_broken_and_not_cut(workspace: WorkspacePage, width):
    await workspace.say(f"@tickets create {'x' * 45} urgent")
    await narrow(workspace, width)
    panel = await workspace.inspector()
    await panel.locator(".entry > summary").first.click()
    for fold in await panel.locator(".entry-body details > summary").all():
        await fold.click()
    for json in await panel.locator(".json").all():
        assert await json.evaluate("(node) => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize("width", [1280, 390, 300])
async def test_no_button_is_wider_than_its_message(workspace: WorkspacePage, width):
    await workspace.say("@tickets create login bug of everybody on the second floor")
    await expect(workspace.channel.get_by_role("button", name="view thread")).to_be_visible()
    await workspace.say("@tickets close the login bug")
    await expect(workspace.channel.get_by_role("button", name="view thread")).to_have_count(2)
    await workspace.open_thread()
    await narrow(workspace, width)
    choice = workspace.thread.get_by_role("button", name="Close T001 · ")
    await expect(choice).to_be_visible()
    inside = (
        "(node) => node.parentElement.getBoundingClientRect().right >= node.getBoundingClientRect().right"
    )
    assert await choice.evaluate(inside)
    assert await workspace.thread.evaluate("(node) => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize("width", [1280, 1000])
async def test_a_long_notice_in_the_bar_is_broken_and_not_cut(workspace: WorkspacePage, width):
    await narrow(workspace, width)
    note = workspace.page.locator("#note")
    await note.evaluate("(node, told) => { node.textContent = told; node.hidden = false; }", NOTE)
    assert await note.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    bar, box = await workspace.page.get_by_role("banner").bounding_box(), await note.bounding_box()
    assert bar["y"] <= box["y"]
    assert box["y"] + box["height"] <= bar["y"] + bar["height"]


async def test_a_narrow_window_says_where_the_bot_is_not(workspace: WorkspacePage):
    await narrow(workspace, 390)
    lobby = workspace.page.get_by_role("navigation").get_by_role("link", name="lobby")
    await expect(lobby.get_by_text("no bot")).to_be_visible()


async def test_a_thread_counts_its_replies_as_the_channel_does(workspace: WorkspacePage):
    await workspace.say("@tickets create API timeout")
    await workspace.open_thread()
    await workspace.reply("@tickets export")
    await expect(workspace.thread).to_contain_text("Only visible to you")
    await expect(workspace.channel.get_by_role("button", name="2 replies, view thread")).to_be_visible()
    await expect(workspace.thread.get_by_role("separator", name="2 replies")).to_be_visible()


async def test_no_button_of_a_list_covers_the_small_line_below_it(workspace: WorkspacePage):
    await workspace.say("/ticket create API timeout in production, urgent")
    await workspace.channel.get_by_role("button", name="Start T001").click()
    await expect(workspace.channel.get_by_role("button", name="Close T001")).to_be_visible()
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await narrow(workspace, 390)
    view = await workspace.home.get_by_role("button", name="View T001").bounding_box()
    words = workspace.home.get_by_text("In progress · Erin Engineer")
    right = await words.evaluate(
        "(node) => { const range = document.createRange(); range.selectNodeContents(node);"
        " return range.getBoundingClientRect().right; }"
    )
    assert right <= view["x"]


@pytest.mark.parametrize("width", [1280, 390])
async def test_what_the_inspector_lists_is_labelled_beside_its_time(workspace: WorkspacePage, width):
    await workspace.say("@tickets create API timeout")
    await workspace.open_thread()
    await workspace.page.get_by_role("navigation").get_by_role("link", name="Tickets").click()
    await workspace.home.get_by_role("button", name="View T001").wait_for()
    await narrow(workspace, width)
    panel = await workspace.inspector()
    for name in ("Home", "Message"):
        line = panel.locator(".entry-line").filter(has=workspace.page.get_by_text(name, exact=True)).first
        chip, time = await line.get_by_text(name, exact=True).bounding_box(), line.locator("time")
        assert chip["width"] < 80
        edge = await panel.bounding_box()
        at = await time.bounding_box()
        assert at["x"] + at["width"] <= edge["x"] + edge["width"]
