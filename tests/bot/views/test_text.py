import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import View
from bot.views import text as words
from bot.views.lists.described import describe_query
from store.models.tickets import Category, Priority, Status
from tests.bot.views.samples import DONE, ticket
from tests.support.profiles import examples


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("a && b", "a &amp;&amp; b"),
        ("&amp;", "&amp;amp;"),
        ("*bold*", "∗bold∗"),
        ("_it_ user_id __init__", "ˍitˍ user_id ˍˍinitˍˍ"),
        ("~/.ssh `code`", "∼/.ssh ˋcodeˋ"),
        (":tada: 10:30 a:b", "꞉tada: 10:30 a:b"),
        ("a\u202eb\x00c\u200bd", "abcd"),
        (" a\n\n b\t", "a b"),
        ("👩‍👩‍👧 🇩🇪", "👩‍👩‍👧 🇩🇪"),
    ],
)
def test_what_is_typed_is_read_as_it_was_typed(typed: str, shown: str):
    assert words.escape_mrkdwn(typed) == shown


@given(st.text(max_size=100))
def test_nothing_that_formats_is_left(typed: str):
    shown = words.escape_mrkdwn(typed)
    assert not set("<>*~`\n") & set(shown)
    assert shown == shown.strip()


def test_code_stays_code():
    assert words.code("a `b` <c>") == "`a ˋbˋ &lt;c&gt;`"


def test_a_link_has_its_label_and_no_more():
    assert words.link("https://x.example/?a=1&b=2", "T1") == "<https://x.example/?a=1&amp;b=2|T1>"
    assert words.link("", "T1") == "T1"
    assert words.link("https://x|y", "T1") == "T1"


def test_a_date_is_shown_in_the_readers_time_with_a_fallback():
    assert words.when(1727172720.9) == (
        "<!date^1727172720^{date_short_pretty} at {time}|2024-09-24 10:12 UTC>"
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, ""),
        (59, ""),
        (5 * 60, "5 min"),
        (3 * 3600, "3 h"),
        (86_400, "1 day"),
        (9.9 * 86_400, "9 days"),
        (35 * 86_400, "5 weeks"),
        (200 * 86_400, "6 months"),
        (800 * 86_400, "2 years"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, told: str):
    assert words.age(1000.0, 1000.0 + seconds) == told.replace(" ", "\u00a0")


def test_a_text_is_cut_at_a_whole_line():
    assert words.lines(["a" * 10, "", "b" * 10, "c" * 10], 24) == f"{'a' * 10}\n{'b' * 10}\n…"
    assert words.lines(["a", "b"]) == "a\nb"


@examples(0.5)
@given(st.lists(st.text(max_size=30), max_size=20), st.integers(10, 100))
def test_a_text_is_never_longer_than_its_limit(parts: list[str], limit: int):
    assert len(words.lines(parts, limit)) <= limit


def test_state_has_one_order_and_marks_only_what_still_matters():
    assert words.state(ticket(pri=Priority.HIGH)) == "🔴\u00a0High · 🎫\u00a0Open · Infra"
    assert words.state(DONE.ticket) == "Medium · ✅\u00a0Done · Infra"


def test_every_value_has_a_word():
    assert set(words.PRIORITIES) == set(Priority)
    assert set(words.STATUSES) == set(Status)
    assert set(words.CATEGORIES) == set(Category)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (None, ""),
        (View(), ""),
        (View(stat="open", pri=1), "open · high"),
        (View(stat=["open", "prog"], pri=[1, 2], cat=["doc"]), "open or in progress · high or medium · docs"),
        (View(tickets=["T001", "T002"]), "T001, T002"),
        (View(text="API", mine=True), "matching “API” · yours"),
        (View(since="2026-11-29"), "since 2026-11-29"),
        (View(since="2026-11-02", until="2026-11-08"), "since 2026-11-02 · until 2026-11-08"),
        (View(since="2026-11-29", until="2026-11-29"), "on 2026-11-29"),
    ],
)
def test_a_list_is_described_as_it_was_asked_for(query: View | None, told: str):
    assert describe_query(query) == told


def test_a_person_is_never_a_mention():
    assert words.person("U1", {"U1": "Ada"}) == "Ada"
    assert words.person("U1", {}) == "U1"
    assert words.person("", {}) == "somebody"
    assert words.person("U1", {"U1": "A" * 500}) == "A" * 79 + "…"
