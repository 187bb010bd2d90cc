"""Everything that the bot can send, with every kind of ticket and everything that a person could type into one."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import replies
from bot.actions import Close, View
from bot.results import Offered, Outcome
from bot.views import controls, forms, notices
from bot.views.answer import answer, receipt
from bot.views.card import card, card_view
from bot.views.changes.history import history
from bot.views.changes.line import delta
from bot.views.help import help_message
from bot.views.lists.home import home
from bot.views.lists.message import ticket_list
from bot.views.rendered import Rendered
from bot.views.text import escape_mrkdwn
from store.models.filters import Match
from store.models.tickets import Record, cut
from tests.bot.views.samples import HOSTILE, LINK, NAMES, TICKETS, change, hostile
from tests.support.blockkit.alt_text import mrkdwns
from tests.support.blockkit.check import check_message, check_view
from tests.support.counts import again_and_again
from tests.support.profiles import examples

pytestmark = again_and_again

Draw = Callable[[Record], Rendered]


def _changed(record: Record):
    """A change that wrote all that the ticket says."""
    one = record.ticket
    fields = {"title": one.title, "desc": one.desc, "res": one.res, "pri": 1, "cat": "doc", "stat": "done"}
    before = {name: None if name in ("desc", "res") else value for name, value in fields.items()}
    return change(
        "updated",
        record.version,
        id=one.id,
        who=record.origin.user_id,
        text=one.desc or one.title,
        before=before | {"stat": "open"},
        after=fields,
    )


def _page(record: Record, pages: int) -> Outcome:
    one = record.ticket
    text = one.title.encode(errors="replace").decode()  # what a query may hold at all
    query = View.model_construct(text=text, tickets=("T001",), mine=True)
    return Outcome(
        replies.listed([one], 30, pages, pages, query),
        records=(record,),
        query=query,
        page=pages,
        pages=pages,
        count=30,
        missing=(one.title,),
    )


def _did(reply: Callable[[Record], replies.Reply]) -> Callable[[Record], Outcome]:
    """A change to one ticket that is answered by `reply`."""
    return lambda record: Outcome(reply(record), records=(record,), changes=(_changed(record),))


_DAY = {"day": "2024-09-24", "messages": 10**9, "by_rules": 9 * 10**8, "calls": 10**8, "tokens": 10**12}
OUTCOMES: dict[str, Callable[[Record], Outcome]] = {
    "created": lambda record: Outcome(
        replies.created(record.ticket), records=(record,), similar=(Match(record, 1),)
    ),
    "updated": _did(lambda record: replies.changed("updated", record.ticket.id, _changed(record).after)),
    "closed": _did(lambda record: replies.changed("closed", record.ticket.id, _changed(record).after)),
    "undone": _did(lambda record: replies.changed("undone", record.ticket.id, _changed(record).after)),
    "posted": _did(lambda record: replies.changed("posted", record.ticket.id, {})),
    "unchanged": _did(lambda record: replies.id_only("unchanged", record.ticket.id)),
    "deleted": _did(lambda record: replies.id_only("deleted", record.ticket.id)),
    "exported": lambda _: Outcome(replies.exported("csv", 1)),
    "one": lambda record: Outcome(replies.one(record.ticket), records=(record,)),
    "list": lambda record: _page(record, 1),
    "page": lambda record: _page(record, 3),
    "stats": lambda record: Outcome(
        replies.stats({"open": 10**6, "high": 3}),
        query=_page(record, 1).query,
        counts={"open": 10**6, "high": 3},
    ),
    "history": lambda record: Outcome(
        replies.many("history", 30, [dict(_changed(record).after)]),
        history=(_changed(record),),
        page=2,
        pages=3,
        count=30,
    ),
    "usage": lambda _: Outcome(replies.many("usage", 1, [_DAY]), count=1),
    "preview": lambda record: Outcome(
        replies.preview([record.ticket.id]), values=_changed(record).after, token="t", records=(record,)
    ),
    "bulk_updated": lambda record: Outcome(
        replies.bulk([record.ticket.id]),
        records=(record,),
        changes=(_changed(record),),
        skipped=(record.ticket.title,),
        missing=(record.ticket.title,),
    ),
    "missing": lambda record: Outcome(replies.missing(record.ticket.title), missing=(record.ticket.title,)),
    "error": lambda record: Outcome(replies.error(record.ticket.title), hint=record.ticket.title),
    "choices": lambda record: Outcome(
        replies.choices(record.ticket.title, [record.ticket.title]),
        offered=(Offered(Close(id=record.ticket.id), record.ticket.title, record.ticket.title),) * 3,
        token="t",
    ),
    "several": lambda record: Outcome(
        replies.several([replies.one(record.ticket)]), parts=(OUTCOMES["updated"](record),)
    ),
    "help": lambda _: Outcome(replies.HELP),
    "none": lambda _: Outcome(replies.NONE),
}


def _answers(kind: str) -> Draw:
    return lambda record: answer(
        OUTCOMES[kind](record),
        receipt=receipt("llm", 212, record.ticket.title, record.ticket.title),
        links={record.ticket.id: LINK},
        names={record.origin.user_id: record.ticket.title},
    )


MESSAGES: dict[str, Draw] = {kind: _answers(kind) for kind in replies.TEMPLATES} | {
    "private card": lambda record: card(replace(record, private=True, channel="D0ADA"), names=NAMES),
    "posted": lambda record: notices.posted(record, _changed(record), record.ticket.title),
    "state line": lambda record: notices.state_line(record, NAMES, 0.0, 10.0**9),
    "card": lambda record: card(
        record, link=LINK, similar=[Match(record, 1)], undo=_changed(record), names=NAMES
    ),
    "bare card": card,
    "withdrawn card": lambda record: card(replace(record, deleted=True), undo=_changed(record)),
    "card with a bad link": lambda record: card(record, link=record.ticket.title),
    "delta": lambda record: delta(_changed(record), record.ticket.title, record=record, undo=True),
    "delta of a creation": lambda record: delta(
        change("created", after={"title": record.ticket.title}), "Ada"
    ),
    "list": lambda record: ticket_list(_page(record, 3), {record.ticket.id: record.ticket.title}),
    "history": lambda record: history(OUTCOMES["history"](record), NAMES),
    "help": lambda record: help_message(record.ticket.title[:50]),
    "error": lambda record: notices.error(record.ticket.title, record.ticket.title),
    "footnote": lambda record: notices.cancelled().with_footnotes(
        escape_mrkdwn(cut(record.ticket.title, notices.MESSAGE_LIMIT))
    ),
    "invitation": lambda record: notices.invite_hint(record.ticket.title),
}
VIEWS = {
    "new form": lambda record: forms.new_form(title=record.ticket.title, desc=record.ticket.desc or ""),
    "edit form": forms.edit_form,
    "close form": forms.close_form,
    "post form": forms.post_form,
    "changed edit form": lambda record: forms.changed_meanwhile(
        record, controls.EDIT_FORM, {"title": record.ticket.title, "desc": None, "res": record.ticket.title}
    ),
    "changed close form": lambda record: forms.changed_meanwhile(
        record, controls.CLOSE_FORM, {"res": record.ticket.title}
    ),
    "changed post form": lambda record: forms.changed_meanwhile(record, controls.POST_FORM, {}),
    "card view": lambda record: card_view(record, link=LINK, names=NAMES),
    "home": lambda record: home(_page(record, 3), {record.ticket.id: LINK}),
}


def test_every_kind_of_reply_is_drawn():
    assert set(OUTCOMES) == set(replies.TEMPLATES)


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("message", MESSAGES)
def test_slack_accepts_every_message(message: str, ticket: str):
    check_message(MESSAGES[message](TICKETS[ticket]).payload())


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("view", VIEWS)
def test_slack_accepts_every_view(view: str, ticket: str):
    check_view(VIEWS[view](TICKETS[ticket]))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("message", MESSAGES)
def test_nothing_typed_breaks_or_comes_alive_in_a_message(message: str, text: str):
    check_message(MESSAGES[message](hostile(HOSTILE[text])).payload())


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_typed_breaks_or_comes_alive_in_a_view(view: str, text: str):
    check_view(VIEWS[view](hostile(HOSTILE[text])))


def _uncoded(shown: Rendered) -> list[str]:
    """The mrkdwn outside of code, in which nothing formats anyway."""
    return [re.sub(r"`[^`]*`", "", text) for text in mrkdwns(shown.blocks)]


@pytest.mark.parametrize("message", MESSAGES)
def test_nothing_typed_formats_mrkdwn(message: str):
    """Beside our own marks, no character that formats is left: those of the ticket were made harmless."""
    calm = MESSAGES[message](hostile("calm"))
    loud = MESSAGES[message](hostile("c*a_l~m` :tada: *b* _i_ ~s~ `c` ```p```"))
    for quiet, other in zip(_uncoded(calm), _uncoded(loud), strict=True):
        for mark in "*~`":
            assert quiet.count(mark) == other.count(mark)
        assert not re.search(r":[a-z]+:", other)
        assert not re.search(r"(^|\s)_\S", other)


@examples(0.1)
@given(text=st.text(max_size=300), who=st.text(max_size=100))
def test_no_text_at_all_breaks_a_message_or_a_view(text: str, who: str):
    record = replace(hostile(text), started_by=who)
    for draw in MESSAGES.values():
        check_message(draw(record).payload())
    for view in VIEWS.values():
        check_view(view(record))


@pytest.mark.parametrize("message", MESSAGES)
def test_everybody_knows_its_words(message: str):
    told = str(MESSAGES[message](TICKETS["usual"]).payload()).lower()
    for word in ("desk", "withdrew", "withdrawn", "for nothing"):
        assert word not in told


@pytest.mark.parametrize("message", MESSAGES)
def test_nobody_is_mentioned_so_nobody_is_notified(message: str):
    shown = MESSAGES[message](TICKETS["usual"]).payload()
    assert "<@" not in str(shown)
    assert '"type": "user"' not in str(shown)
