"""What a person types is text, and nobody else's page reaches this one."""

import pytest

from tests.bot.local.browser.chromium import expect
from tests.bot.local.browser.workspace_page import WorkspacePage

MARKUP = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<a href='javascript:window.hacked=1'>click</a>",
    "<https://example.org|<b>bold</b>> &lt;i&gt; &amp;",
]


@pytest.mark.parametrize("typed", MARKUP)
async def test_markup_is_shown_as_it_was_typed_and_never_run(workspace: WorkspacePage, typed: str):
    await workspace.say(typed)
    shown = workspace.channel.get_by_role("listitem").first
    await expect(shown).to_contain_text(typed.split("'", maxsplit=1)[0].split("|", maxsplit=1)[0].lstrip("<"))
    await workspace.say(f'/ticket create "{typed[:40]}" pri:1')
    await expect(workspace.channel.get_by_role("button", name="Start T001")).to_be_visible()
    await workspace.channel.get_by_role("button", name="Edit T001").click()
    await expect(workspace.form.get_by_label("Title")).not_to_have_value("")
    await workspace.page.keyboard.press("Escape")
    await expect(workspace.form).to_have_count(0)
    assert await workspace.page.evaluate("window.hacked") is None
    assert await workspace.page.locator(".messages :is(script, iframe, [onerror], [src='x'])").count() == 0
    assert await workspace.page.locator("a[href^='javascript' i]").count() == 0


async def test_the_browser_itself_refuses_to_turn_text_into_markup(workspace: WorkspacePage):
    refused = await workspace.page.evaluate(
        "() => { try { document.body.innerHTML = 'x'; return ''; } catch (error) { return error.name; } }"
    )
    assert refused == "TypeError"
    # That the policy bit is what was wanted here: it is no fault of the page's.
    workspace.watched.wrong.clear()


async def test_a_block_that_the_page_does_not_know_is_named(workspace: WorkspacePage, local):
    slack = local.slack
    text = {"type": "plain_text", "text": "2026"}
    picker = {"type": "datepicker", "action_id": "when", "placeholder": text}
    block = {"type": "actions", "block_id": "odd", "elements": [picker]}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    bot = local.bot.services.sender
    channel = slack.workspace.channel("support").id
    await bot.call("chat.postMessage", channel=channel, text="odd", blocks=[block, table])
    await expect(workspace.channel).to_contain_text("A “datepicker” is here, which this page cannot draw.")
    await expect(workspace.channel).to_contain_text("A “table” is here, which this page cannot draw.")
