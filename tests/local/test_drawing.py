"""Block Kit as plain text."""

import pytest

from bot.local.browser.drawing import Drawing
from tests.local.shapes import actions, asked, button, home, menu, modal, option, section, words

draw = Drawing({"U1": "ann"}.get)


def text(words):
    return {"type": "text", "text": words}


def rich(*elements, kind="rich_text_section"):
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def listed(style, *lines, **more):
    inside = [{"type": "rich_text_section", "elements": [text(line)]} for line in lines]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": style, "elements": inside, **more}],
    }


@pytest.mark.parametrize(
    ("block", "drawn"),
    [
        (section("*T001* by <@U1> &amp; co"), "*T001* by @ann & co"),
        (section("text", fields=[words("one"), words("two")]), "text\none\ntwo"),
        (section("text", accessory=button("Open")), "text  [Open]"),
        ({"type": "section", "fields": [words("only")]}, "only"),
        ({"type": "header", "text": words("The queue")}, "THE QUEUE"),
        ({"type": "divider"}, "─" * 24),
        ({"type": "context", "elements": [words("a", "mrkdwn"), {"type": "image", "alt_text": "cat"}]}, "a  (image: cat)"),
        (actions(button("Start"), button("Close…")), "[Start]  [Close…]"),
        (actions(menu("high", "low", placeholder=words("Priority"))), "[Priority ▾ High | Low]"),
        (actions(menu("high", "low")), "[choose ▾ High | Low]"),
        (actions(menu("high", "low", initial_option=option("low"))), "[Low ▾ High | Low]"),
        (actions(menu("a", "b", kind="checkboxes", initial_options=[option("a"), option("b")])), "[A, B ▾ A | B]"),
        (actions(menu("history", "undo", kind="overflow")), "[… History | Undo]"),
        (actions({"type": "datepicker", "action_id": "day"}), "(datepicker)"),
        (asked("title"), "Title"),
        (asked("pri", menu("high", "low"), optional=True), "Pri (optional): High | Low"),
        ({"type": "image", "image_url": "https://x/", "alt_text": "a cat"}, "(image: a cat)"),
        ({"type": "markdown", "text": "**bold**"}, "**bold**"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, rich(text("b"))]]}, "a | b"),
        (rich(text("T001 "), {"type": "link", "url": "https://x/", "text": "open"}), "T001 open (https://x/)"),
        (rich({"type": "link", "url": "https://x/"}), "https://x/"),
        (rich({"type": "user", "user_id": "U1"}, text(" "), {"type": "emoji", "name": "eyes"}), "@ann :eyes:"),
        (rich({"type": "emoji", "name": "ticket", "unicode": "1f3ab"}), "🎫"),
        (rich({"type": "broadcast", "range": "here"}), "here"),
        (rich({"type": "date", "timestamp": 0, "format": "{date}"}), "date"),
        (listed("bullet", "one", "two"), "• one\n• two"),
        (listed("ordered", "one", "two", indent=1), "  1. one\n  2. two"),
        (rich(text("one\ntwo"), kind="rich_text_quote"), "> one\n> two"),
        (rich(text("a = 1"), kind="rich_text_preformatted"), "a = 1"),
        ({"type": "carousel"}, "(a carousel block, which is not drawn here)"),
    ],
)  # fmt: skip
def test_a_block_as_text(block, drawn):
    assert draw.block(block) == drawn


def test_a_message_is_its_blocks_or_its_text():
    assert draw.message({"text": "fallback", "blocks": [section("card")]}) == "card"
    assert draw.message({"text": "hello <@U1>"}) == "hello @ann"
    assert draw.message({"text": "typed", "blocks": [rich(text("typed as such"))]}) == "typed as such"


def test_a_message_shows_its_files_and_reactions():
    message = {
        "text": "x",
        "files": [{"name": "a.csv"}],
        "reactions": [{"name": "eyes", "count": 2, "users": []}],
    }
    assert draw.message(message) == "x\n[file a.csv]\n:eyes: 2"


def test_a_view_has_its_title_above():
    assert draw.view(modal(asked("note"))) == "═ A form ═\nNote"
    assert draw.view(home(section("queue"))) == "queue"


@pytest.mark.parametrize("typed", ["\x1b[2Jgone", "\x07bell", "a\u202eb", "\x9b31m"])
def test_nothing_that_was_typed_can_steer_the_terminal(typed):
    blocks = [section(typed), actions(button(typed)), rich(text(typed))]
    drawn = draw.message({"text": typed}) + draw.blocks(blocks)
    assert not set("\x1b\x07\u202e\x9b") & set(drawn)
