"""Spelling an action as a command, and reading that command, gives the action back."""

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import (
    Action,
    Ask,
    BulkUpdate,
    Changes,
    Close,
    Create,
    Delete,
    Export,
    Help,
    History,
    Nothing,
    Several,
    Undo,
    Update,
    Usage,
    View,
    Where,
)
from bot.parser.message import Message
from bot.parser.rules import read
from bot.parser.rules.format import _SPELLED
from bot.parser.rules.format import format_command as spell
from bot.parser.text import normalize, to_plain_text
from store.ids import format_id
from store.models.tickets import Category, Priority, Status
from tests.support.profiles import examples


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def texts(most: int):
    """Texts as the product keeps them: on one line, nothing invisible, no live mention."""
    anything = st.text(st.characters(codec="utf-8"), min_size=1, max_size=most)
    return anything.filter(
        lambda text: text == to_plain_text(escape(normalize(text))) and text == text.strip()
    )


ids = st.integers(1, 1500).map(format_id)
several = st.lists(ids, min_size=2, max_size=5, unique=True).map(tuple)
stats, pris, cats = st.sampled_from(Status), st.sampled_from(Priority), st.sampled_from(Category)


def some(values):
    return st.none() | values


def filters(values):
    return some(st.lists(values, min_size=1, max_size=3, unique=True).map(tuple))


names = st.sampled_from(["@ada", "Ada", "Ada Lovelace", "@ada.l"])
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
words = st.sampled_from(["login bug", "VPN", "invoice 4711", "the printer", "Checkout “x”"])
changes = st.builds(
    Changes,
    title=some(texts(50)),
    desc=some(texts(80)),
    cat=some(cats),
    pri=some(pris),
    stat=stats,
    res=some(texts(60)),
)
actions = st.one_of(
    st.builds(Create, title=texts(50), desc=some(texts(80)), cat=cats, pri=pris),
    st.builds(Update, id=ids, title=some(texts(50)), desc=some(texts(80)), cat=some(cats), pri=pris, stat=some(stats), res=some(texts(60))),
    st.builds(Close, id=ids, res=some(texts(60))),
    st.builds(View, stat=filters(stats), pri=filters(pris), cat=filters(cats), text=some(texts(60)), mine=some(st.just(value=True)), by=some(names), started_by=some(names), since=some(days), until=some(days), stale=some(st.just(value=True)), stats=some(st.just(value=True)), page=some(st.integers(1, 99))),
    st.builds(View, id=ids),
    st.builds(Update, about=words, pri=pris, stat=some(stats), res=some(texts(60))),
    st.builds(Close, about=words, res=some(texts(60))),
    st.lists(st.builds(Close, id=ids, res=some(texts(60))), min_size=2, max_size=4).map(lambda many: Several(actions=many)),
    st.builds(View, tickets=several),
    st.builds(BulkUpdate, tickets=several, changes=changes),
    st.builds(BulkUpdate, tickets=ids.map(lambda one: (one,)), changes=changes),
    st.builds(BulkUpdate, where=st.builds(Where, stat=filters(stats), pri=pris, cat=filters(cats), text=some(texts(40))), changes=changes),
    st.builds(History, id=ids, page=some(st.integers(1, 99))),
    st.builds(Undo, id=some(ids)),
    st.builds(Delete, id=ids),
    st.builds(Export, format=st.sampled_from(["jsonl", "csv"])),
    st.sampled_from([Help(), Usage()]),
)  # fmt: skip


@examples(4)
@given(actions)
def test_a_spelled_action_is_read_back(action):
    reading = read(Message(escape(spell(action)), "slash"))
    assert reading.sure
    assert reading.action == action


@pytest.mark.parametrize(
    ("action", "command"),
    [
        (Create(title="login bug", pri=1, cat="code"), 'create "login bug" pri 1 cat code'),
        (Close(id="T003", res="fixed"), 'close T003, "fixed"'),
        (Update(id="T003", stat="prog"), "update T003 stat prog"),
        (View(stat="open", pri=1), "view stat open pri 1"),
        (BulkUpdate(tickets=("T001", "T002"), changes=Changes(stat="done")), "update T001 T002 stat done"),
        (
            BulkUpdate(where=Where(stat="open", cat="doc"), changes=Changes(pri=3)),
            "update all stat open cat doc tickets to pri 3",
        ),
        (View(), "view tickets"),
        (View(stat=tuple(Status)), "view all"),
        (View(stat="open", by="@ada", until="2024-05-01"), "view by @ada until 2024-05-01 stat open"),
        (Close(about="login bug", res="fixed"), 'close the "login bug" ticket, "fixed"'),
    ],
)
def test_commands_are_short(action, command):
    assert spell(action) == command


def test_every_action_has_a_spelling_except_those_that_are_no_commands():
    names = {kind.model_fields["action"].default for kind in get_args(Action)}
    assert set(_SPELLED) == names - {"ASK", "NONE"}


@pytest.mark.parametrize("action", [Nothing(), Ask(msg="Which?")])
def test_what_is_no_command_has_no_spelling(action):
    assert spell(action) == ""
