"""What a person types against what Slack delivers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.fakeslack.payloads.escaping import escape, to_plain, to_rich_text, to_wire, unescape
from tests.support.profiles import examples

USERS = {"tickets": "U1", "ann.lee": "U2"}
CHANNELS = {"support": "C1"}
NAMES = {identity: name for name, identity in USERS.items()}


def wire(typed, **more):
    return to_wire(typed, USERS.get, CHANNELS.get, **more)


@pytest.mark.parametrize(
    ("typed", "delivered"),
    [
        ("plain words", "plain words"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("already &amp; escaped", "already &amp;amp; escaped"),
        ("@tickets create bug", "<@U1> create bug"),
        ("@Tickets, hello", "<@U1>, hello"),
        ("ask @ann.lee.", "ask <@U2>."),
        ("@nobody here", "@nobody here"),
        ("me@tickets.com", "<mailto:me@tickets.com|me@tickets.com>"),
        ("see #support now", "see <#C1|support> now"),
        ("see #nowhere", "see #nowhere"),
        ("issue #42", "issue #42"),
        ("@here and @channel and @everyone", "<!here> and <!channel> and <!everyone>"),
        ("see https://example.com/a?b=1&c=2.", "see <https://example.com/a?b=1&amp;c=2>."),
        ("<https://example.com>", "&lt;<https://example.com>&gt;"),
        ("api.example.com is down", "<http://api.example.com|api.example.com> is down"),
        ("<@U1> typed by hand", "&lt;@U1&gt; typed by hand"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_what_is_typed_and_what_is_delivered(typed, delivered):
    assert wire(typed) == delivered


def test_mentions_can_carry_their_names():
    assert wire("@tickets in #support", labels=True) == "<@U1|tickets> in <#C1|support>"


@pytest.mark.parametrize(
    ("delivered", "read"),
    [
        ("<@U1> a &lt; b", "@tickets a < b"),
        ("<@U9|gone>", "@gone"),
        ("<@U9>", "@U9"),
        ("<#C1|support> <!here> <!subteam^S1|@team>", "#support @here @team"),
        ("<https://example.com/|our page>", "our page (https://example.com/)"),
        ("<https://example.com/>", "https://example.com/"),
        ("<mailto:a@b.com|a@b.com>", "a@b.com"),
    ],
)
def test_what_is_delivered_and_what_is_read(delivered, read):
    assert to_plain(delivered, NAMES.get) == read


def test_what_was_written_is_also_rich_text():
    block = to_rich_text("<@U1> see <#C1|support> <!here> at <https://example.com/|a page> &amp; more", "b")
    assert block == {
        "type": "rich_text",
        "block_id": "b",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": "U1"},
                    {"type": "text", "text": " see "},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "text", "text": " "},
                    {"type": "broadcast", "range": "here"},
                    {"type": "text", "text": " at "},
                    {"type": "link", "url": "https://example.com/", "text": "a page"},
                    {"type": "text", "text": " & more"},
                ],
            }
        ],
    }


@examples(2)
@given(st.text(alphabet="@#<>&;.:/|! abctikes1\n", max_size=60) | st.text(max_size=30))
def test_nothing_that_is_typed_becomes_markup_of_its_own_making(typed):
    """Outside of what Slack itself spelled out, no bare bracket or ampersand is left."""
    delivered = wire(typed)
    plain = delivered
    for spelled in ("<@U1>", "<@U2>", "<#C1|support>", "<!here>", "<!channel>", "<!everyone>"):
        plain = plain.replace(spelled, "")
    if "http" not in typed and "." not in typed:
        assert "<" not in plain
        assert ">" not in plain
    assert to_rich_text(delivered, "b")["type"] == "rich_text"


@given(st.text(max_size=30))
def test_escaping_loses_nothing(text):
    assert unescape(escape(text)) == text
