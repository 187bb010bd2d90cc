import json

import pytest

from bot import replies
from bot.actions import Close, Create, History, Undo, Update, View
from bot.results import Offered, Outcome
from bot.views import controls, notices
from bot.views.answer import answer, receipt
from bot.views.choices import LABEL_LIMIT
from bot.views.help import EXAMPLES, help_message
from bot.views.rendered import METADATA_LIMIT
from store.models.tickets import Priority, Status
from tests.bot.views.samples import (
    ALIKE,
    DONE,
    LINK,
    NAMES,
    USUAL,
    WITHDRAWN,
    change,
    history_of,
    listed,
    record,
)
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_message

STARTED = change(before={"stat": "open"}, after={"stat": "prog", "res": "investigating load balancer"})
CLOSED = change("closed", before={"stat": "prog"}, after={"stat": "done", "res": "fixed"})
MANY = tuple(record(id=f"T{one:03d}", number=one, title=f"Ticket {one}") for one in range(1, 13))
IDS = tuple(one.ticket.id for one in MANY)


def _buttons(shown) -> dict[str, str]:
    elements = [one for block in shown.blocks for one in block.get("elements", []) if one["type"] == "button"]
    return {one["action_id"]: one["value"] for one in elements}


def _accessory(shown) -> tuple[str, str]:
    (block,) = shown.blocks
    return block["accessory"]["action_id"], block["accessory"]["value"]


OUTCOMES = {
    "created": Outcome(replies.created(record().ticket), records=(record(),), similar=ALIKE),
    "updated": Outcome(
        replies.changed("updated", "T043", STARTED.after), records=(USUAL,), changes=(STARTED,)
    ),
    "closed": Outcome(replies.changed("closed", "T043", CLOSED.after), records=(DONE,), changes=(CLOSED,)),
    "unchanged": Outcome(replies.id_only("unchanged", "T043"), records=(DONE,)),
    "unchanged unseen": Outcome(replies.id_only("unchanged", "T043")),
    "deleted": Outcome(
        replies.id_only("deleted", "T043"), records=(WITHDRAWN,), changes=(change("deleted"),)
    ),
    "undone": Outcome(
        replies.changed("undone", "T043", {"stat": "open", "res": None}),
        records=(record(),),
        changes=(change("undone", 13, before={"stat": "done"}, after={"stat": "open", "res": None}),),
    ),
    "undone creation": Outcome(
        replies.changed("undone", "T043", {}), records=(WITHDRAWN,), changes=(change("undone", 13),)
    ),
    "undone deletion": Outcome(
        replies.changed("undone", "T043", {}), records=(record(),), changes=(change("undone", 13),)
    ),
    "posted": Outcome(
        replies.changed("posted", "T043", {}), records=(USUAL,), changes=(change("posted", 13),)
    ),
    "choices": Outcome(
        replies.choices("Did you mean?", ["close T043", 'create "close the login bug"']),
        offered=(
            Offered(Close(id="T043"), "close T043", "API timeout issues in production"),
            Offered(Create(title="close the login bug"), 'create "close the login bug"'),
        ),
        token="c-1",
    ),
    "several": Outcome(
        replies.several([replies.changed("updated", "T043", STARTED.after), replies.missing("T999")]),
        parts=(
            Outcome(replies.changed("updated", "T043", STARTED.after), records=(USUAL,), changes=(STARTED,)),
            Outcome(replies.missing("T999"), missing=("T999",)),
        ),
    ),
    "exported": Outcome(replies.exported("jsonl", 1200)),
    "one": Outcome(replies.one(USUAL.ticket), records=(USUAL,)),
    "list": listed(3),
    "page": listed(11),
    "stats": Outcome(
        replies.stats({"open": 12, "prog": 4, "done": 21, "high": 3}),
        query=View(stats=True),
        counts={"open": 12, "prog": 4, "done": 21, "high": 3},
    ),
    "history": history_of(2),
    "usage": Outcome(
        replies.many(
            "usage",
            2,
            [
                {"day": "2024-09-24", "messages": 120, "by_rules": 111, "calls": 9, "tokens": 1890},
                {"day": "2024-09-23", "messages": 0, "by_rules": 0, "calls": 0, "tokens": 0},
            ],
        )
    ),
    "usage of nothing": Outcome(replies.many("usage", 0, [])),
    "preview": Outcome(
        replies.preview(IDS), records=MANY, values={"pri": 3, "stat": "done"}, token="p-1", count=12
    ),
    "bulk_updated": Outcome(
        replies.bulk(("T001", "T002")),
        records=MANY[:5],
        changes=(change(id="T001", after={"stat": "done"}), change(id="T002", after={"stat": "done"})),
        skipped=("T003", "T004"),
        missing=("T999",),
    ),
    "bulk of nothing": Outcome(replies.bulk(()), records=MANY[:1]),
    "missing": Outcome(replies.missing("T999"), missing=("T999",)),
    "error": Outcome(replies.error("“pri 9” is no priority: say high, medium or low."), hint="T043 pri 1"),
    "error without a hint": Outcome(replies.error("Only members of this workspace can use Tickets.")),
    "help": Outcome(replies.HELP),
    "none": Outcome(replies.NONE),
}


def test_every_kind_of_reply_is_among_the_examples():
    assert {one.reply.kind for one in OUTCOMES.values()} == set(replies.TEMPLATES)


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_answer_is_what_slack_accepts(name: str):
    shown = answer(OUTCOMES[name], receipt=receipt("rules", 0), links={"T043": LINK}, names=NAMES)
    check_message(shown.payload())


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_answer_carries_the_reply_as_it_is(name: str):
    metadata = answer(OUTCOMES[name]).metadata
    assert metadata["event_type"] == "ticket_reply"
    payload = metadata["event_payload"]
    assert json.loads(payload.get("json", json.dumps(payload))) == OUTCOMES[name].reply.data


def test_what_slack_has_no_type_for_is_written_otherwise_in_metadata():
    bulk = answer(OUTCOMES["bulk_updated"]).metadata["event_payload"]
    assert bulk["data"] == [{"id": "T001"}, {"id": "T002"}]
    assert answer(OUTCOMES["undone"]).metadata["event_payload"]["data"]["res"] == ""


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_text_of_an_answer_says_what_its_blocks_say(name: str):
    shown = answer(OUTCOMES[name], names=NAMES)
    kinds = ("actions", "section") if name == "created" else ("actions",)
    blocks = [
        {key: value for key, value in block.items() if key != "accessory"}
        for block in shown.blocks
        if block["type"] not in kinds
    ]
    told = shown.text.replace("∗", "*")
    spoken = {
        "Day",
        "Messages",
        "By",
        "rules",
        "Calls",
        "Tokens",
        "%",
        "Add",
        "These:",
        "And:",
        "🔴",
        "🟠",
        "⚪",
        "View",
    }
    for word in said(blocks).replace("*", "").replace("~", "").split():
        assert word in told or word in spoken, f"{word!r} is not said in {told!r}"


def test_the_receipt_is_the_last_thing_said():
    shown = answer(OUTCOMES["list"], receipt="⚡ rules · 0 tokens")
    assert shown.blocks[-1]["elements"][0]["text"] == "⚡ rules · 0 tokens"
    assert shown.text.endswith("⚡ rules · 0 tokens")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("rules", 0), "⚡ rules · 0 tokens"),
        (("llm", 212, "gpt-6-luna"), "✨ gpt-6-luna · 212 tokens"),
        (
            ("llm", 212, "gpt-6-luna", "start T043"),
            "✨ gpt-6-luna · 212 tokens · same as: `start T043` (free)",
        ),
        (("llm", 1212, "m", "close T043: a`b"), "✨ m · 1,212 tokens · same as: `close T043: aˋb` (free)"),
        (("fallback", 90, "gpt-6-luna"), "✨ asked, answer not used · 90 tokens"),
        (("fallback", 0, "gpt-6-luna"), "⚡ rules, the model did not answer · 0 tokens"),
    ],
)
def test_a_receipt_says_how_it_was_read_and_what_that_cost(given: tuple, told: str):
    assert receipt(*given) == told


def test_a_change_is_told_in_a_line_with_undo():
    shown = answer(OUTCOMES["updated"], names=NAMES)
    assert shown.text == "Ada started T043 “API timeout issues in production” · investigating load balancer"
    assert _accessory(shown) == (controls.UNDO, "T043 12")


def test_undoing_can_be_undone():
    shown = answer(OUTCOMES["undone"], names=NAMES)
    assert shown.text == "Ada undid the close of T043 “API timeout issues in production”"
    assert _accessory(shown) == (controls.UNDO, "T043 13")


def test_a_deletion_can_be_undone():
    shown = answer(OUTCOMES["deleted"], names=NAMES)
    assert shown.text == "Ada deleted T043 “API timeout issues in production”"
    assert _accessory(shown) == (controls.UNDO, "T043 12")


def test_a_ticket_that_may_not_be_seen_is_answered_like_one_that_does_not_exist():
    """All that the answer is made of is the id that was asked for."""
    there, nowhere = Outcome(replies.missing("T042"), missing=("T042",)), Outcome(replies.missing("T042"))
    assert answer(there) == answer(nowhere)


def test_a_preview_names_every_frozen_ticket_what_will_be_set_and_its_token():
    shown = answer(OUTCOMES["preview"])
    for told in (said(shown.blocks), shown.text):
        assert "Close 12 tickets with priority Low?" in told
        assert all(one in told for one in IDS)
        assert "10 minutes" in told
    assert _buttons(shown) == {controls.CONFIRM: "p-1", controls.CANCEL: "p-1"}


def test_a_preview_of_a_hundred_tickets_fits_and_names_them_all():
    ids = tuple(f"T{one:03d}" for one in range(1, 101))
    records = tuple(record(id=one, title="&" * 50) for one in ids)
    shown = answer(Outcome(replies.preview(ids), records=records, values={"pri": 1}, token="p"))
    check_message(shown.payload())
    assert all(one in shown.text for one in ids)


def test_a_bulk_change_names_what_was_changed_skipped_the_same_and_not_there():
    assert answer(OUTCOMES["bulk_updated"], names=NAMES).text == (
        "Ada closed 2 tickets: T001, T002. Like that already: T005. "
        "Left alone, changed meanwhile: T003, T004. Not found: T999."
    )


@pytest.mark.parametrize(
    ("after", "kind", "told"),
    [
        ({"res": "old"}, "updated", "Ada added the note “old” to 2 tickets: T001, T002."),
        (
            {"stat": "done", "res": "old"},
            "closed",
            "Ada closed 2 tickets and added the note “old”: T001, T002.",
        ),
        (
            {"pri": 3, "cat": "doc"},
            "updated",
            "Ada set 2 tickets to priority Low, category Docs: T001, T002.",
        ),
        ({"stat": "open"}, "updated", "Ada reopened 2 tickets: T001, T002."),
        ({"pri": 2}, "undone", "Ada set the priority of 2 tickets back to Medium: T001, T002."),
    ],
)
def test_a_bulk_change_says_who_did_what(after, kind: str, told: str):
    made = tuple(change(kind, id=one, after=after) for one in ("T001", "T002"))
    outcome = Outcome(replies.bulk(("T001", "T002")), records=MANY[:2], changes=made)
    assert answer(outcome, names=NAMES).text == told


@pytest.mark.parametrize(
    ("values", "asked", "button"),
    [
        ({"stat": "done"}, "Close 12 tickets?", "Close 12"),
        ({"stat": "prog"}, "Start 12 tickets?", "Start 12"),
        ({"pri": 3}, "Change 12 tickets to priority Low?", "Change 12"),
        ({"stat": "done", "res": "old"}, "Close 12 tickets with note “old”?", "Close 12"),
    ],
)
def test_a_preview_asks_with_the_verb_of_what_will_be_done(values, asked: str, button: str):
    shown = answer(Outcome(replies.preview(IDS), records=MANY, values=values, token="p"))
    assert shown.text.startswith(asked)
    assert f"'text': '{button}'" in str(shown.blocks)


def test_what_was_done_long_ago_is_named_before_it_is_undone():
    shown = answer(Outcome(replies.choices("Undo it?", ["undo T043"]), to_undo=(CLOSED,)), names=NAMES)
    check_message(shown.payload())
    assert "you closed T043" in shown.text
    assert _buttons(shown) == {controls.UNDO: "T043 12"}


def test_a_cancelled_preview_says_that_nothing_was_changed():
    check_message(notices.cancelled().payload())
    assert notices.cancelled().text == "Cancelled: nothing was changed."


def test_a_channel_without_the_bot_says_how_to_bring_it_in():
    assert notices.invite_hint("tickets").text.endswith("To post here, type: /invite @tickets")


def test_small_print_keeps_its_message():
    shown = answer(OUTCOMES["one"]).with_footnotes("Invite me to this channel to have tickets posted here.")
    check_message(shown.payload())
    assert shown.text.endswith("Invite me to this channel to have tickets posted here.")
    assert shown.metadata == answer(OUTCOMES["one"]).metadata


def test_a_message_below_another_is_one_message():
    shown = answer(OUTCOMES["one"]).prepend(notices.cancelled())
    check_message(shown.payload())
    assert shown.text.startswith("Cancelled")


def test_a_reply_too_large_for_metadata_leaves_its_data_out():
    outcome = history_of(10)
    rows = [{"n": one, "title": "&" * 50, "desc": "🎫" * 200, "res": "🎫" * 100} for one in range(10)]
    shown = answer(Outcome(replies.many("history", 10, rows), history=outcome.history, count=10))
    assert shown.metadata == {
        "event_type": "ticket_reply",
        "event_payload": {"status": "ok", "action": "history", "count": 10},
    }


def test_the_largest_list_of_tickets_stays_whole_in_metadata():
    tickets = [record(title="🎫" * 50, pri=Priority.HIGH, stat=Status.PROG).ticket] * 10
    reply = replies.listed(tickets, 10**6, 10**5, 10**5, View())
    assert len(reply.json.encode()) < METADATA_LIMIT


def test_help_begins_its_examples_with_what_was_used_to_ask():
    for prefix in ("/ticket", "@tickets", ""):
        shown = help_message(prefix)
        check_message(shown.payload())
        assert f"{prefix} view T012".strip() in said(shown.blocks)
        assert ("/ticket" in said(shown.blocks)) is (prefix == "/ticket")


def test_help_names_every_category_priority_and_status():
    told = help_message("").text
    for word in ("code", "infra", "doc", "other", "high", "medium", "low", "open", "in progress", "done"):
        assert word in told


@pytest.mark.parametrize(
    ("prefix", "hint"), [("/ticket", "/ticket help"), ("@tickets", "@tickets help"), ("", "help")]
)
def test_what_was_not_understood_is_quoted_and_the_hint_is_in_the_form_of_where_it_stands(
    prefix: str, hint: str
):
    for outcome in (Outcome(replies.NONE), Outcome(replies.error("I didn’t understand that."), hint="help")):
        shown = answer(outcome, prefix=prefix, said="foo <bar>")
        check_message(shown.payload())
        assert shown.text == f"I didn’t understand “foo &lt;bar&gt;”. Try: {hint}"


def test_a_hint_that_is_typed_as_it_stands_stays_as_it_is():
    shown = answer(
        Outcome(replies.error("An admin can do it."), hint="/ticket delete T042"), prefix="@tickets"
    )
    assert shown.text.endswith("Try: /ticket delete T042")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"stat": "done"}, "is already done."),
        ({"pri": 2}, "already has priority Medium."),
        ({}, "is like that already."),
    ],
)
def test_what_is_so_already_is_said_in_its_own_words(asked, told: str):
    outcome = Outcome(replies.id_only("unchanged", "T043"), records=(DONE,), values=asked)
    assert answer(outcome).text == f"T043 “API timeout issues in production” {told}"


def test_help_offers_a_new_ticket():
    assert controls.NEW in _buttons(help_message())


def test_help_shows_no_example_twice():
    examples = [one for _, them in EXAMPLES for one in them]
    assert len(set(examples)) == len(examples)


def test_a_preview_of_the_longest_titles_and_names_fits():
    records = tuple(record(id=f"T{one:03d}", title="<&>" * 16 + "&&", who=f"U{one}") for one in range(1, 11))
    names = {f"U{one}": "&" * 200 for one in range(1, 11)}
    ids = [one.ticket.id for one in records]
    outcome = Outcome(replies.preview(ids), records=records, token="t", values={"pri": 1})
    check_message(answer(outcome, names=names).payload())


@pytest.mark.parametrize(
    ("action", "title", "label"),
    [
        (Close(id="T012"), "login bug", "Close T012 · login bug"),
        (Update(id="T012", pri=1), "login bug", "T012: priority High · login bug"),
        (Update(id="T012", title="a" * 50, desc="b" * 200, pri=1), "login bug", "Update T012 · login bug"),
        (Update(id="T012", res="the vendor replied"), "", "Add a note to T012"),
        (Undo(), "", "Undo my latest change"),
        (Undo(id="T012"), "", "Undo my latest change of T012"),
        (History(id="T012"), "login bug", "History of T012 · login bug"),
        (
            Create(title="printer on floor 2 jams again every day"),
            "",
            "New ticket “printer on floor 2 jams…”",
        ),
    ],
)
def test_a_choice_is_a_few_words(action, title: str, label: str):
    offered = Offered(action, "the command that would do it", title)
    shown = answer(Outcome(replies.choices("Did you mean?", ["…"]), offered=(offered,), token="t"))
    labels = [one["text"]["text"] for block in shown.blocks for one in block["elements"] if "value" in one]
    assert labels == [label, "Nothing"]
    assert len(label) <= LABEL_LIMIT
