"""What each view looks like, once: a change of its looks is seen in the snapshot's difference."""

from collections.abc import Callable
from typing import Any

import pytest

from bot import replies
from bot.results import Outcome
from bot.views import forms, notices
from bot.views.answer import answer, receipt
from bot.views.card import card
from bot.views.changes.line import delta
from bot.views.lists.home import first_query, home
from store.models.tickets import Status
from tests.bot.views.samples import ALIKE, LINK, NAMES, NOON, USUAL, change, history_of, listed, record
from tests.bot.views.snapshots import FOLDER, same_as_before
from tests.bot.views.test_answer import OUTCOMES

STARTED = change(before={"stat": "open"}, after={"stat": "prog", "res": "investigating load balancer"})
OLD = Outcome(
    replies.choices("That was more than an hour ago. Undo the latest change to T043?", ["undo T043"]),
    to_undo=(STARTED,),
)
SOLVED = record(stat=Status.OPEN, desc="API timeout issues in production, since the last release")


def _answer(kind: str) -> Callable[[], dict[str, Any]]:
    outcome = OUTCOMES[kind]
    return lambda: answer(outcome, links={"T043": LINK}, names=NAMES, said="foo bar").payload()


VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "card": lambda: card(
        SOLVED, link=LINK, names=NAMES, similar=ALIKE, receipt=receipt("llm", 212, "gpt-6-luna", "create x")
    ).payload(),
    "line": lambda: delta(STARTED, "Ada", record=USUAL, undo=True, tell="U0BO").payload(),
    "list": lambda: answer(listed(11), links={"T001": LINK}, names=NAMES).payload(),
    "history": lambda: answer(history_of(11), names=NAMES).payload(),
    "undo-question": lambda: answer(OLD).payload(),
    "state-line": lambda: notices.state_line(USUAL, NAMES, NOON, NOON + 7200).payload(),
    "posted": lambda: notices.posted(USUAL, change("posted", 13), LINK).payload(),
    "home": lambda: home(listed(11, query=first_query()), {"T001": LINK}, NAMES),
    "form-new": lambda: forms.new_form(title="API timeout", ask_channel=True),
    "form-edit": lambda: forms.edit_form(USUAL),
    "form-close": lambda: forms.close_form(USUAL),
    "form-post": lambda: forms.post_form(USUAL),
} | {
    kind: _answer(kind)
    for kind in (
        "stats",
        "help",
        "choices",
        "preview",
        "bulk_updated",
        "several",
        "error",
        "missing",
        "none",
        "unchanged",
        "usage",
        "exported",
    )
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_looks_as_it_did(name: str):
    same_as_before(name, VIEWS[name]())


def test_each_view_has_one_snapshot():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(VIEWS)
