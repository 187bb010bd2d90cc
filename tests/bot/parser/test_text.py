import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parser.text import defuse_markup, fold, normalize, to_plain_text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("clo\u200bse", "close"),
        ("close\u00a0T003", "close T003"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b", "a\nb"),
        ("a\x00b\x07", "ab"),
        ("\u202ea", "a"),
        ("a\ud800b", "ab"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("plain", "plain"),
    ],
)
def test_what_cannot_be_seen_is_gone(text, cleaned):
    assert normalize(text) == cleaned


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Close", "close"),
        ("сlose", "close"),
        ("ｃｌｏｓｅ", "close"),
        ("schließen", "schliessen"),
        ("créé", "cree"),
        ("don’t", "don't"),
    ],
)
def test_words_are_recognised_by_what_they_look_like(word, folded):
    assert fold(word) == folded


@given(st.text(max_size=60))
def test_what_a_word_is_recognised_by_is_never_much_longer_and_stays_as_it_is(word):
    folded = fold(word)
    assert len(folded) <= 4 * len(word)
    assert fold(folded) == folded


def test_a_sign_that_stands_for_a_whole_phrase_is_no_word():
    assert fold("\ufdfa") == "\ufdfa"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<https://example.com|our site> is down", "our site is down"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<@U12> cannot log in", "@U12 cannot log in"),
        ("<@U12|anna> cannot log in", "@anna cannot log in"),
        ("<#C1|general>", "#general"),
        ("<!here> look", "@here look"),
        ("<!subteam^S1|@ops>", "@ops"),
        ("two\nlines", "two lines"),
    ],
)
def test_markup_is_kept_as_what_it_shows(text, shown):
    assert to_plain_text(text) == shown


@pytest.mark.parametrize("live", ["<!channel>", "<@U12>", "<#C1>", "<https://evil.example|bank>"])
def test_nothing_that_was_typed_can_become_live(live):
    escaped = live.replace("<", "&lt;").replace(">", "&gt;")
    assert live not in to_plain_text(f"see {escaped}")
    assert live not in defuse_markup(f"see {live}")
