"""Block Kit as plain text."""

import pytest

from bot.local.drawing import Drawing
from tests.local.shapes import actions, asked, button, home, menu, modal, option, section, words

draw = Drawing({"U1": "ann"}.get)


@pytest.mark.parametrize(
    ("block", "text"),
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
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "rich_text"}]]}, "a | …"),
        ({"type": "carousel"}, "(a carousel block, which is not drawn here)"),
    ],
)  # fmt: skip
def test_a_block_as_text(block, text):
    assert draw.block(block) == text


def test_a_message_is_its_blocks_or_its_text():
    assert draw.message({"text": "fallback", "blocks": [section("card")]}) == "card"
    assert draw.message({"text": "hello <@U1>"}) == "hello @ann"
    assert draw.message({"text": "typed", "blocks": [{"type": "rich_text", "elements": []}]}) == "typed"


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


@pytest.mark.parametrize("text", ["\x1b[2Jgone", "\x07bell", "a\u202eb", "\x9b31m"])
def test_nothing_that_was_typed_can_steer_the_terminal(text):
    drawn = draw.message({"text": text}) + draw.block(section(text)) + draw.block(actions(button(text)))
    assert not set("\x1b\x07\u202e\x9b") & set(drawn)
