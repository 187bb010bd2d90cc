import pytest

from bot.parser.rules.language.lexer import Kind, tokenize


def kinds(text):
    return [token.kind for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("T003", ["T003"]),
        ("t3", ["T003"]),
        ("T010's", ["T010"]),
        ("T001-T003", ["T001", "T002", "T003"]),
        ("t1-3", ["T001", "T002", "T003"]),
        ("T003–T001", ["T001", "T002", "T003"]),
        ("T001..T002", ["T001", "T002"]),
        ("T1/T2", ["T001", "T002"]),
        ("T1+T2", ["T001", "T002"]),
        ("Т003", ["T003"]),  # a Cyrillic T
        ("Ｔ００３", ["T003"]),
        ("T0A0", ["T0A0"]),
        ("T998-T0A0", ["T998", "T999", "T0A0"]),
    ],
)
def test_ids_are_read_however_they_are_written(text, ids):
    (token,) = tokenize(text)
    assert token.kind == Kind.ID
    assert list(token.ids) == ids


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("T0003", "T003"), ("TOO3", "T003"), ("TO12", "T012"), ("T-3", "T003"), ("#12", "T012"), ("T000", "")],
)
def test_what_is_almost_an_id_knows_the_nearest(text, nearest):
    (token,) = tokenize(text)
    assert token.kind == Kind.BAD
    assert token.nearest == nearest


@pytest.mark.parametrize(
    "text",
    [
        "t2.micro",
        "too",
        "to",
        "today",
        "t5-base",
        "T",
        "CVE-2024-1234",
        "c++",
        "user_id",
        "app.py",
        "don't",
        "CI/CD",
    ],
)
def test_other_words_are_words(text):
    assert kinds(text) == [Kind.WORD]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"a b"', Kind.QUOTE),
        ("“a b”", Kind.QUOTE),
        ("'a b'", Kind.QUOTE),
        ("«a b»", Kind.QUOTE),
        ('"a \\" b"', Kind.QUOTE),
        ("`a b`", Kind.CODE),
        ("```a\nb```", Kind.CODE),
        ("<@U12AB>", Kind.ENTITY),
        ("<#C1|general>", Kind.ENTITY),
        ("<https://example.com|x y>", Kind.ENTITY),
        ("&gt; a b", Kind.FORWARD),
        ("&gt;&gt;&gt; a\nb", Kind.FORWARD),
        (":tada:", Kind.PICTURE),
        ("🔥🔥", Kind.PICTURE),
        ("12", Kind.NUMBER),
    ],
)
def test_what_belongs_together_is_one_token(text, kind):
    assert kinds(text) == [kind]


def test_an_apostrophe_opens_no_quotation():
    assert Kind.QUOTE not in kinds("don't say it's Bob's")


def test_a_token_knows_where_it_stood():
    text = "close T003,  fixed it"
    assert [text[token.start : token.end] for token in tokenize(text)] == [
        "close",
        "T003",
        ",",
        "fixed",
        "it",
    ]
