"""The words of a text: the same ones find the same tickets."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search import THRESHOLD, Likeness, normalize, parse_query, terms, weigh
from tests.store.reference.memory_store import compare, finds

PIECES = ["T042", "t7", "/etc/hosts", "foo_bar.py", "v1.2.3", "10.0.0.1", "e-mail", "don't", "ÜBER", "Straße"]
PIECES += [
    "支払いエラー",
    "APIエラー",
    "हिन्दी",
    "서버",
    "ｆｕｌｌ",
    "a@b.co",
    "C:\\dir",
    "12:30",
    "ﬁle",
    "🎫",
    "…",
    "İ",
]
texts = st.text(max_size=30) | st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=6).map(
    " ".join
)
ascii_texts = st.text(st.characters(max_codepoint=127), max_size=40) | st.lists(
    st.sampled_from([each for each in PIECES if each.isascii()]), max_size=6
).map(" ".join)


@given(texts)
def test_text_is_normalized_once_and_for_all(text):
    assert normalize(normalize(text)) == normalize(text)


@given(texts, st.sampled_from(["NFC", "NFD"]))
def test_how_unicode_composes_a_text_makes_no_difference(text, form):
    assert normalize(unicodedata.normalize(form, text)) == normalize(text)
    assert terms(unicodedata.normalize(form, text)) == terms(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAFÉ", "cafe"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("ﬁle", "file"),
        ("don’t", "don't"),
        ("pass\u00adword", "password"),
        ("zero\u200bwidth", "zerowidth"),
        ("ハ゛ク゛".replace("゛", "\u3099"), "バグ"),
    ],
)
def test_what_means_the_same_is_the_same(one, other):
    assert normalize(one) == normalize(other)


@pytest.mark.parametrize(("one", "other"), [("バグ", "ハク"), ("हिन्दी", "हनद"), ("o", "0"), ("서버", "서비")])
def test_what_means_another_thing_is_another(one, other):
    assert normalize(one) != normalize(other)


@given(ascii_texts)
def test_plain_text_is_read_as_all_text_is(text):
    assert set(terms(f"{text} é")) == {*terms(text), "e"}


@given(texts)
def test_a_text_is_found_by_itself_and_by_each_of_its_words(text):
    found = terms(text)
    for part in [text, *text.split()]:
        query = parse_query(part)
        assert finds(query, found) or not query


@given(ascii_texts, st.data())
def test_a_text_is_found_by_the_beginning_of_each_of_its_words(text, data):
    for part in text.split():
        query = parse_query(part[: data.draw(st.integers(1, len(part)))])
        assert finds(query, terms(text)) or not query


@given(texts)
def test_a_text_with_words_has_terms_and_asks_for_something(text):
    assert bool(terms(text)) == bool(parse_query(text))


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("see T42", "T042", True),
        ("see T042", "t42", True),
        ("see T042", "T04", True),
        ("see T421", "T42", True),
        ("see T004", "T04", True),
        ("at /etc/hosts", "etc/hosts", True),
        ("at /var/etc/hosts", "/etc/hosts", True),
        ("at /etc/cron/hosts", "/etc/hosts", False),
        ("foo_bar.py fails", "bar.py", True),
        ("foo_bar.py fails", "foo_bar", True),
        ("foo bar py", "foo_bar.py", False),
        ("since v1.2.3", "1.2.3", True),
        ("since v1.2.3", "1.2", True),
        ("since 1.2.3", "v1.2.3", False),
        ("since 1.12.3", "1.2.3", False),
        ("10.0.0.1 is down", "10.0.0.1", True),
        ("10.0.1.0 is down", "10.0.0.1", False),
        ("e-mail", "email", True),
        ("email", "e-mail", True),
        ("e mail", "e-mail", True),
        ("don't", "dont", True),
        ("l'erreur", "erreur", True),
        ("https://example.com/a", "example.com", True),
        ("支払いエラー", "エラー", True),
        ("支払いエラー", "支払いエラー", True),
        ("支払いでエラー", "支払いエラー", False),
        ("APIエラー", "api", True),
        ("APIエラー", "エラー", True),
        ("ระบบล่ม", "ล่ม", True),
        ("the timeout", "time", True),
        ("the timeout", "out", False),
        ("the timeout", "timeout the", True),
        ("", "a", False),
    ],
)
def test_what_finds_a_text(text, asked, found):
    assert finds(parse_query(asked), terms(text)) is found


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_rarer_term_says_no_less(one, other):
    fewer, more = sorted((one, other))
    assert weigh(fewer, 200) >= weigh(more, 200) > 0


@given(st.dictionaries(st.integers(0, 30), st.integers(1, 20), min_size=1), st.sets(st.integers(0, 40)))
def test_likeness_is_between_nothing_and_the_same(weights, theirs):
    likeness = Likeness(weights)
    score = compare(likeness, theirs, theirs | {50})
    assert 0 <= score <= 1
    assert compare(likeness, list(weights), list(weights)) == pytest.approx(1)
    if likeness.shared(theirs).weight < likeness.least:
        assert score < THRESHOLD
