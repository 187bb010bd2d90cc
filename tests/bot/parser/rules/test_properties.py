"""What holds for every message, not only for the ones in the phrasebook."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.actions import BulkUpdate, Close, Create, Update, read_action, write_action
from bot.parser.message import Message, ThreadTicket
from bot.parser.rules import read
from bot.parser.rules.language.lexer import Kind, tokenize
from bot.parser.rules.language.lexicon import COMMANDS as COMMANDS_KNOWN
from bot.parser.rules.language.roles import Role
from bot.parser.rules.suggestions import find_near_word
from tests.bot.parser.phrases import message, phrases
from tests.support.counts import again_and_again
from tests.support.profiles import examples

CHANGING = (Update, Close, BulkUpdate)
SURFACES = ("mention", "slash", "thread", "dm")
COMMANDS = [
    phrase.line
    for name in ("views", "changes", "creates")
    for phrase in phrases(name)
    if not phrase.line.startswith("[")
]
CHANGES = [phrase.line for phrase in phrases("changes") if not phrase.line.startswith(("[", "undo"))]
PIECES = st.sampled_from(
    ["close", "T003", "T1-T9", "T9ZZZZZZZZZZZZ", "T0A0-T0A9", "TOO3", "#12", "pri", "1", "9", "cat:", "infra", "to", "not", "if", "and", ",", ":", "?", "\n", "create", "ticket", "title=", '"', "“x”", "`", "```", "&gt; ", "<@U1>", "<!here>", "<http://a|b>", "urgent", "all", "except", "because", "don't", "page", "{", "}", "it", "done", "note", "🔥", ":tada:", "\u200b", "\x00", "é", "с", " "]
)  # fmt: skip


def messages(texts):
    return st.builds(
        Message,
        texts,
        st.sampled_from(SURFACES),
        st.sampled_from([None, ThreadTicket("T012")]),
        st.just("U1"),
        st.sampled_from(["", "U0BOT"]),
    )


@example(Message('" " “x” \ud800 ticket', "slash"))
@examples(2)
@given(
    messages(
        st.one_of(
            st.text(), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)
        )
    )
)
def test_any_text_has_a_reading_that_is_a_valid_action(said):
    reading = read(said)
    assert read_action(write_action(reading.action)) == reading.action


@given(st.text(st.characters(codec="utf-8", exclude_characters="tT#0123456789"), max_size=200))
def test_what_names_no_ticket_changes_none_by_itself(text):
    assert not isinstance(read(Message(text)).action, (Update, Close))


TEXTS = ("title", "desc", "res", "text", "about", "by", "started_by")


def without_texts(action):
    """An action but for what it quotes of the message: there letter case is kept."""
    data = write_action(action)
    data |= (
        {"changes": {k: v for k, v in data["changes"].items() if k not in TEXTS}} if "changes" in data else {}
    )
    texts = (*TEXTS, "cat") if data["action"] == "CREATE" else TEXTS  # `TypeError` says more than `typeerror`
    return {name: value for name, value in data.items() if name not in texts}


@given(
    st.sampled_from([line for line in COMMANDS if not any(mark in line for mark in "{`’\\")]),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
)
def test_letter_case_does_not_change_what_is_done(line, shout):
    before, after = read(message(line)), read(message(shout(line)))
    assert without_texts(after.action) == without_texts(before.action)
    assert after.sure == before.sure


@given(
    st.sampled_from([line for line in COMMANDS if '"' not in line and "`" not in line]),
    st.sampled_from(["  ", "\u00a0", " \u200b ", "\t", "\u2003"]),
)
def test_spaces_do_not_change_the_reading(line, space):
    assert read(message(line.replace(" ", space))) == read(message(line))


VERBS = ("close", "set", "move", "mark", "change", "update", "reopen", "start", "bump", "make", "rename", "tag", "resolve", "lower", "raise", "put", "finish")  # fmt: skip
COMMANDED = [line for line in CHANGES if line.split(" ", maxsplit=1)[0].casefold() in VERBS]


@given(
    st.sampled_from(COMMANDED),
    st.sampled_from(["please ", "Hi, ", "hey, could you please ", "ok, ", "can you ", "could you kindly ", "kindly ", "good morning team, please "]),
)  # fmt: skip
def test_politeness_does_not_change_a_command(line, polite):
    assert read(message(polite + line)).action == read(message(line)).action


@given(
    st.sampled_from(COMMANDED),
    st.sampled_from([" please", ", thanks!", " pls", ", thank you", " 🙏", " :pray:", "."]),
)
def test_thanks_after_a_command_do_not_change_it(line, thanks):
    thanked = read(message(line.rstrip(" .!") + thanks)).action
    assert without_texts(thanked) == without_texts(read(message(line)).action)


@given(
    st.sampled_from(["close T014", "T014 is fixed", "set T014 to high", "create ticket"]),
    st.text(st.sampled_from("a<>& ;lgtmp"), max_size=20),
)
def test_slacks_escapes_are_undone_in_what_is_kept(command, text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    action = read(Message(f"{command}: x {escaped} x", "slash")).action
    kept = write_action(action).get("res") or write_action(action).get("title") or ""
    assert isinstance(action, Create) or kept in ("", " ".join(f"x {text} x".split()))
    assert "&amp;" not in kept or "&amp;" in text


@given(st.sampled_from([line for line in COMMANDS if "&" in line or "->" in line or "=>" in line]))
def test_a_mark_reads_alike_as_slack_escapes_it(line):
    typed = line.replace("&amp;", "&").replace("-&gt;", "->").replace("=&gt;", "=>")
    escaped = typed.replace("->", "-&gt;").replace("=>", "=&gt;").replace(" & ", " &amp; ")
    assert read(message(escaped)) == read(message(typed))


NOT_YET = ["not", "never", "don't", "isn't", "almost", "nearly", "unless", "if", "maybe", "perhaps", "might", "should", "won't", "didn't", "cannot", "nobody", "until", "hardly", "barely", "half", "why", "or T099", "no wait", "instead of", "nicht", "pas", "jamais", "nunca", "não", "wenn", "si", "quando"]  # fmt: skip
PLAIN = ["T014 is fixed", "set T014 to high", "move T014 to in progress", "T014 done", "mark T014 as done", "T014 pri 1", "change the priority of T014 to low", "set T014 status to done", "T014 to docs"]  # fmt: skip


@pytest.mark.parametrize("word", NOT_YET)
def test_a_word_that_takes_it_back_anywhere_in_a_command_stops_it(word):
    for line in PLAIN:
        words = line.split()
        for at in range(len(words)):
            told = " ".join([*words[:at], word, *words[at:]])
            reading = read(message(told))
            # "is not fixed" says that it is open
            fine = isinstance(reading.action, Update) and reading.action.stat == "open"
            assert fine or not (reading.sure and isinstance(reading.action, CHANGING)), told


@given(
    st.sampled_from(PLAIN),
    st.text(st.characters(categories=["Ll"]), min_size=5, max_size=12),
    st.integers(0, 8),
)
def test_a_command_with_a_word_that_nobody_knows_is_not_sure(line, word, place):
    words = line.split()
    at = min(place, len(words) - 1)
    reading = read(message(" ".join([*words[:at], f"x{word}x", *words[at:]])))
    assert not (reading.sure and isinstance(reading.action, CHANGING))


@given(st.sampled_from(CHANGES))
def test_a_change_whose_ids_are_taken_away_changes_nothing(line):
    without = line
    for token in reversed(tokenize(line)):
        if token.kind in (Kind.ID, Kind.BAD):
            without = without[: token.start] + without[token.end :]
    action = read(message(without)).action
    assert not isinstance(action, (Update, Close))
    assert not (isinstance(action, BulkUpdate) and action.tickets)


COMMANDING = (
    Role.VERB,
    Role.STAT,
    Role.PRI,
    Role.CAT,
    Role.FIELD,
    Role.CREATE_VERB,
    Role.PAGE,
    Role.PARTICLE,
)


@given(st.sampled_from([line for line in CHANGES if not any(mark in line for mark in '{"“:=→')]))
def test_a_change_whose_verbs_and_values_are_taken_away_changes_nothing(line):
    without = line = line.replace("\\n", "\n")
    for token in reversed(COMMANDS_KNOWN.tag(tokenize(line))):
        if token.has(*COMMANDING) or token.kind == Kind.QUOTE or find_near_word(token.word):
            without = without[: token.start] + without[token.end :]
    reading = read(message(without))
    assert not (reading.sure and isinstance(reading.action, CHANGING)), without


@given(
    st.sampled_from(CHANGES),
    st.sampled_from(['"{}"', "`{}`", "```{}```", "&gt; {}", "he said: “{}”", "what does '{}' do?"]),
)
def test_a_quoted_command_is_no_command(line, quotation):
    if any(mark in line for mark in "\"'`“”{}\\"):
        return
    assert not isinstance(read(message(quotation.format(line))).action, CHANGING)


SUBJECTS = ["the printer", "our VPN", "somebody", "Ada", "as discussed", "the fix for", "yesterday", "customers", "I heard that", "same as", "in"]  # fmt: skip
ANYTHING = ["T003", "T014", "T0A0", "close", "closed", "done", "fixed", "reopen", "urgent", "high", "p1", "in progress", "infra", "status", "is", "was", "the", "again", "with", "for", "ticket", "and", "breaks", "monitor"]  # fmt: skip


@examples(8)
@given(st.sampled_from(SUBJECTS), st.lists(st.sampled_from(ANYTHING), min_size=1, max_size=9))
def test_what_does_not_begin_as_a_command_is_never_a_sure_change(subject, words):
    reading = read(Message(f"<@U0BOT> {subject} {' '.join(words)}"))
    assert not (reading.sure and isinstance(reading.action, CHANGING) and not is_by_words(reading.action))


def is_by_words(action):
    """It is looked up first, or previewed: nothing is done before a click."""
    return bool(getattr(action, "about", None) or getattr(action, "where", None))


@examples(3)
@given(st.sampled_from(COMMANDS))
def test_an_accent_typed_after_its_letter_is_read_as_one_with_it(line):
    assert read(message(unicodedata.normalize("NFD", line))) == read(
        message(unicodedata.normalize("NFC", line))
    )


@again_and_again
@examples(2)
@given(st.text(min_size=1), st.integers(20_000, 60_000))
def test_no_more_than_so_much_is_read(piece, length):
    text = (piece * length)[:length]
    assert read(Message(text)) == read(Message(text[:32_768]))
