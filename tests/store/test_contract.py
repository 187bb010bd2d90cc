"""The promises of store/base.py, over every store there is."""

import asyncio
from dataclasses import replace

import pytest
from pydantic import ValidationError

from store.base import (
    EVERYTHING,
    ConflictError,
    Delivery,
    Filter,
    NotFoundError,
    NothingToUndoError,
    Place,
    Scope,
    StoreError,
)
from store.ticket import Category, Priority, Status
from tests.store.people import NOW, TODAY, deed, new

DAY = 86_400


async def ids(store, where=Filter(), scope=EVERYTHING, **more):  # noqa: B008  # frozen
    return [record.ticket.id for record in (await store.view(where, scope, **more)).records]


# tickets


async def test_a_created_ticket_has_the_defaults_and_what_it_was_given(store):
    written = await store.create(new("login bug", cat=Category.CODE, desc="500 on submit"), deed("U7"))
    ticket = written.record.ticket
    assert ticket.model_dump(mode="json") == {
        "id": "T001",
        "title": "login bug",
        "desc": "500 on submit",
        "cat": "code",
        "pri": 2,
        "stat": "open",
        "created": "2024-09-24",
        "res": None,
    }
    assert (await store.get("T001")) == written.record


async def test_what_is_kept_beside_a_ticket_is_the_deed_that_made_it(store):
    made = deed(
        "U7", team="T9", channel="C1", message="1.2", thread="1.1", private=True, text="make a ticket"
    )
    written = await store.create(new(), made)
    assert written.record.born == made
    assert (written.record.changed, written.record.card, written.record.starter) == (NOW, None, "")
    assert written.change.kind == "created"
    assert written.change.deed == made
    assert dict(written.change.before) == {}
    assert dict(written.change.after) == {"title": "API timeout", "cat": "other", "pri": 2, "stat": "open"}


async def test_ids_run_upwards_and_are_not_used_again_after_a_deletion(store):
    first, second = await store.create(new(), deed()), await store.create(new(), deed())
    await store.delete(second.record.ticket.id, deed())
    third = await store.create(new(), deed())
    assert [w.record.ticket.id for w in (first, second, third)] == ["T001", "T002", "T003"]


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "x" * 51}, {"desc": "x" * 201}])
async def test_a_ticket_that_breaks_a_limit_is_refused_and_takes_no_id(store, wrong):
    with pytest.raises(StoreError):
        await store.create(replace(new(), **wrong), deed())
    assert (await store.create(new(), deed())).record.ticket.id == "T001"


async def test_an_unknown_id_is_nothing(store):
    assert await store.get("T999") is None
    assert await store.get("nonsense") is None
    for act in (
        store.update("T999", {"pri": 1}, deed()),
        store.delete("T999", deed()),
        store.history("T999"),
    ):
        with pytest.raises(NotFoundError):
            await act


async def test_an_update_changes_what_it_names_and_logs_no_more(store):
    await store.create(new(), deed())
    written = await store.update("T001", {"stat": "prog", "res": "looking", "pri": 2}, deed("U2", at=NOW + 5))
    assert written.record.ticket.stat is Status.PROG
    assert written.record.changed == NOW + 5
    assert written.change.kind == "updated"
    assert dict(written.change.before) == {"stat": "open", "res": None}
    assert dict(written.change.after) == {"stat": "prog", "res": "looking"}


async def test_a_note_can_be_taken_away(store):
    await store.create(new(desc="long story"), deed())
    written = await store.update("T001", {"desc": None}, deed())
    assert written.record.ticket.desc is None
    assert (await store.get("T001")).ticket.desc is None


async def test_an_update_that_changes_nothing_writes_nothing(store):
    first = await store.create(new(), deed())
    written = await store.update("T001", {"stat": "open"}, deed())
    assert written.change is None
    assert written.record == first.record


@pytest.mark.parametrize(
    "wrong", [{"stat": "gone"}, {"pri": 4}, {"pri": True}, {"title": None}, {"id": "T002"}]
)
async def test_a_value_that_no_ticket_can_have_is_refused(store, wrong):
    await store.create(new(), deed())
    with pytest.raises(StoreError):
        await store.update("T001", wrong, deed())
    assert (await store.history("T001"))[1] == 1


async def test_becoming_done_is_logged_as_closed(store):
    await store.create(new(), deed())
    assert (await store.update("T001", {"stat": "done", "res": "fixed"}, deed())).change.kind == "closed"


async def test_who_started_first_is_remembered(store):
    await store.create(new(), deed())
    await store.update("T001", {"stat": "prog"}, deed("U2"))
    await store.update("T001", {"stat": "open"}, deed("U3"))
    await store.update("T001", {"stat": "prog"}, deed("U3"))
    assert (await store.get("T001")).starter == "U2"


async def test_what_comes_out_is_the_readers_own(store):
    await store.create(new(), deed())
    record = await store.get("T001")
    with pytest.raises(ValidationError):
        record.ticket.title = "mine"
    record.ticket.__dict__["title"] = "mine"
    assert (await store.get("T001")).ticket.title == "API timeout"
    assert await ids(store, Filter(text="timeout")) == ["T001"]


# one commit, one key


async def test_the_same_key_again_makes_no_second_ticket(store):
    first = await store.create(new(), deed(key="once"))
    again = await store.create(new("something else"), deed(key="once"))
    assert again.repeated
    assert again.change == first.change
    assert again.record == first.record
    assert await ids(store) == ["T001"]


async def test_the_same_key_twice_at_once_makes_one_ticket(store):
    written = await asyncio.gather(*(store.create(new(), deed(key=f"k{number % 3}")) for number in range(12)))
    assert len({each.record.ticket.id for each in written}) == 3
    assert sum(not each.repeated for each in written) == 3


async def test_a_repeated_update_shows_the_ticket_as_it_is_now(store):
    await store.create(new(), deed())
    first = await store.update("T001", {"pri": 1}, deed(key="once"))
    await store.update("T001", {"pri": 3}, deed())
    again = await store.update("T001", {"pri": 1}, deed(key="once"))
    assert again.change == first.change
    assert again.record.ticket.pri is Priority.LOW


async def test_without_a_key_everything_is_done(store):
    for _ in range(2):
        await store.create(new(), deed(key=""))
    assert len(await ids(store)) == 2


async def test_keys_live_seven_days(store):
    await store.create(new(), deed(key="old"))
    await store.create(new(), deed(at=NOW + 7 * DAY - 1))
    assert (await store.create(new(), deed(key="old"))).repeated
    await store.create(new(), deed(at=NOW + 7 * DAY + 1))
    assert not (await store.create(new(), deed(key="old"))).repeated


async def test_bulk_is_done_for_all_or_none(store):
    for _ in range(3):
        await store.create(new(), deed())
    with pytest.raises(NotFoundError):
        await store.bulk({"T001": {"pri": 1}, "T009": {"pri": 1}}, deed())
    assert await ids(store, Filter(pri=(Priority.HIGH,))) == []
    await store.update("T002", {"pri": 1}, deed())
    written = await store.bulk(
        {"T003": {"pri": 1}, "T002": {"pri": 1}, "T001": {"stat": "done"}}, deed(key="b")
    )
    assert [each.record.ticket.id for each in written] == ["T003", "T002", "T001"]
    assert [each.change.kind if each.change else None for each in written] == ["updated", None, "closed"]
    again = await store.bulk(
        {"T003": {"pri": 1}, "T002": {"pri": 1}, "T001": {"stat": "done"}}, deed(key="b")
    )
    assert [each.change for each in again] == [each.change for each in written]
    assert all(each.repeated for each in again)


async def test_bulk_names_no_ticket_twice(store):
    await store.create(new(), deed())
    with pytest.raises(StoreError, match="twice"):
        await store.bulk({"T001": {"pri": 1}, "T1": {"pri": 3}}, deed())
    assert await store.bulk({}, deed()) == []


# deleting and undoing


async def test_a_deleted_ticket_is_in_no_list_and_keeps_its_history(store):
    await store.create(new(), deed())
    written = await store.delete("T001", deed())
    assert written.record.deleted
    assert written.change.kind == "deleted"
    assert await store.get("T001") is None
    assert await ids(store) == []
    assert await ids(store, Filter(text="timeout")) == []
    assert [change.kind for change in (await store.history("T001"))[0]] == ["deleted", "created"]


async def test_undo_restores_exactly_what_the_change_changed(store):
    await store.create(new(), deed())
    change = (await store.update("T001", {"pri": 1, "res": "urgent"}, deed())).change
    await store.update("T001", {"stat": "prog"}, deed("U2"))
    undone = await store.undo(change.number, deed())
    assert undone.change.kind == "undone"
    assert undone.change.undoes == change.number
    assert undone.record.ticket.pri is Priority.MEDIUM
    assert undone.record.ticket.res is None
    assert undone.record.ticket.stat is Status.PROG
    assert (await store.change(change.number)).undone_by == undone.change.number


async def test_undo_is_refused_when_the_same_field_was_changed_since(store):
    await store.create(new(), deed())
    change = (await store.update("T001", {"pri": 1, "res": "urgent"}, deed())).change
    await store.update("T001", {"pri": 3}, deed("U2"))
    with pytest.raises(ConflictError, match="pri"):
        await store.undo(change.number, deed())
    assert (await store.get("T001")).ticket.res == "urgent"


async def test_undo_is_possible_when_the_change_since_was_undone(store):
    await store.create(new(), deed())
    first = (await store.update("T001", {"pri": 1}, deed())).change
    second = (await store.update("T001", {"pri": 3}, deed("U2"))).change
    await store.undo(second.number, deed("U2"))
    assert (await store.undo(first.number, deed())).record.ticket.pri is Priority.MEDIUM


async def test_an_undo_can_be_undone_and_that_too(store):
    await store.create(new(), deed())
    change = (await store.update("T001", {"pri": 1}, deed())).change
    undone = (await store.undo(change.number, deed())).change
    redone = await store.undo(undone.number, deed())
    assert redone.record.ticket.pri is Priority.HIGH
    assert (await store.change(change.number)).undone_by is None
    assert (await store.undo(redone.change.number, deed())).record.ticket.pri is Priority.MEDIUM


async def test_a_change_can_be_undone_again_after_its_undoing_was_undone(store):
    await store.create(new(), deed())
    change = (await store.update("T001", {"pri": 1}, deed())).change
    undone = (await store.undo(change.number, deed())).change
    await store.undo(undone.number, deed())
    assert (await store.undo(change.number, deed())).record.ticket.pri is Priority.MEDIUM


async def test_undoing_a_creation_deletes_and_undoing_that_brings_it_back(store):
    made = await store.create(new(desc="why"), deed())
    undone = await store.undo(made.change.number, deed())
    assert undone.record.deleted
    assert await store.get("T001") is None
    back = await store.undo(undone.change.number, deed())
    assert back.record.ticket == made.record.ticket
    assert await ids(store, Filter(text="why")) == ["T001"]


async def test_a_creation_is_not_undone_after_others_have_worked_on_it(store):
    made = await store.create(new(), deed())
    await store.update("T001", {"stat": "prog"}, deed("U2"))
    with pytest.raises(ConflictError):
        await store.undo(made.change.number, deed())


async def test_undoing_a_deletion_brings_back_everything(store):
    made = await store.create(new(desc="why"), deed(thread="1.1", channel="C1"))
    gone = await store.delete("T001", deed())
    back = await store.undo(gone.change.number, deed())
    assert back.record.ticket == made.record.ticket
    assert (await store.get("T001")).born == made.record.born
    assert await store.ticket_of("C1", "1.1") == "T001"


async def test_undoing_a_start_forgets_who_started(store):
    await store.create(new(), deed())
    start = (await store.update("T001", {"stat": "prog"}, deed("U2"))).change
    undone = await store.undo(start.number, deed("U2"))
    assert undone.record.starter == ""
    await store.update("T001", {"stat": "prog"}, deed("U3"))
    assert (await store.get("T001")).starter == "U3"


async def test_there_is_nothing_to_undo_twice_or_of_no_change(store):
    change = (await store.create(new(), deed())).change
    await store.undo(change.number, deed())
    for number in (change.number, 99, 0):
        with pytest.raises(NothingToUndoError):
            await store.undo(number, deed())


async def test_two_who_undo_at_once_undo_once(store):
    await store.create(new(), deed())
    change = (await store.update("T001", {"pri": 1}, deed())).change
    done = await asyncio.gather(
        *(store.undo(change.number, deed()) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["NothingToUndoError", "Written"]


async def test_the_latest_change_of_a_person_is_theirs_in_force_and_no_undoing(store):
    await store.create(new(), deed("U1"))
    await store.create(new(), deed("U2"))
    first = (await store.update("T001", {"pri": 1}, deed("U1"))).change
    second = (await store.update("T002", {"pri": 1}, deed("U1"))).change
    assert (await store.latest("U1")).number == second.number
    assert (await store.latest("U1", "T001")).number == first.number
    await store.undo(second.number, deed("U1"))
    assert (await store.latest("U1")).number == first.number
    assert await store.latest("U3") is None
    assert await store.latest("U1", "T999") is None


async def test_history_comes_newest_first_in_pages(store):
    await store.create(new(), deed(text="please help"))
    for number in range(4):
        await store.update("T001", {"res": f"step {number}"}, deed())
    changes, count = await store.history("T001", page=2, size=2)
    assert count == 5
    assert [change.after["res"] for change in changes] == ["step 1", "step 0"]
    assert (await store.history("T001", page=3, size=2))[0][0].deed.text == "please help"
    assert (await store.history("T001", page=9, size=2)) == (await store.history("T001", page=3, size=2))


# lists


async def test_a_list_shows_priority_first_and_the_oldest_first_within_one(store):
    for priority in (3, 1, 2, 1):
        await store.create(new(pri=Priority(priority)), deed())
    assert await ids(store) == ["T002", "T004", "T003", "T001"]


async def test_a_list_of_done_tickets_shows_the_newest_first(store):
    for priority in (1, 3, 2):
        await store.create(new(pri=Priority(priority)), deed())
    await store.bulk({f"T00{number}": {"stat": "done"} for number in (1, 2, 3)}, deed())
    assert await ids(store, Filter(stat=(Status.DONE,))) == ["T003", "T002", "T001"]
    assert await ids(store, Filter(stat=(Status.DONE, Status.OPEN))) == ["T001", "T003", "T002"]


async def test_a_page_past_the_last_is_the_last(store):
    for _ in range(5):
        await store.create(new(), deed())
    page = await store.view(Filter(), EVERYTHING, page=7, size=2)
    assert (page.count, page.page, page.pages) == (5, 3, 3)
    assert [record.ticket.id for record in page.records] == ["T005"]
    empty = await store.view(Filter(text="nowhere"), EVERYTHING)
    assert (empty.records, empty.count, empty.page, empty.pages) == ((), 0, 1, 1)


async def test_every_part_of_a_filter_holds_and_of_several_values_one(store):
    await store.create(new("disk full", cat=Category.INFRA, pri=Priority.HIGH), deed("U1"))
    await store.create(new("disk slow", cat=Category.INFRA), deed("U2"))
    await store.create(new("readme", cat=Category.DOC), deed("U2"))
    assert await ids(store, Filter(cat=(Category.INFRA,), pri=(Priority.HIGH,))) == ["T001"]
    assert await ids(store, Filter(cat=(Category.INFRA, Category.DOC), author="U2")) == ["T002", "T003"]
    assert await ids(store, Filter(ids=("T003", "T001", "T009"), text="readme")) == ["T003"]
    assert await ids(store, Filter(ids=("T003", "T001"))) == ["T001", "T003"]


@pytest.mark.parametrize("text", ["time", "TIMEOUT", "api timeout", "payments", "über", "uber", "支払"])
async def test_text_finds_words_and_their_beginnings_in_title_description_and_note(store, text):
    await store.create(new("API timeout", desc="Payments: Über-Gateway 支払いエラー"), deed())
    await store.create(new("something else"), deed())
    assert await ids(store, Filter(text=text)) == ["T001"]


async def test_text_follows_every_change(store):
    await store.create(new("API timeout"), deed())
    await store.update("T001", {"title": "Login loop", "res": "cookie"}, deed())
    assert await ids(store, Filter(text="timeout")) == []
    assert await ids(store, Filter(text="login cookie")) == ["T001"]


async def test_a_scope_shows_public_tickets_its_channels_and_its_author(store):
    await store.create(new("public"), deed("U1", channel="C1"))
    await store.create(new("private"), deed("U1", channel="G1", private=True))
    await store.create(new("other private"), deed("U2", channel="G2", private=True))
    assert await ids(store, scope=Scope()) == ["T001"]
    assert await ids(store, scope=Scope(channels=frozenset({"G2"}))) == ["T001", "T003"]
    assert await ids(store, scope=Scope(author="U1")) == ["T001", "T002"]
    assert await ids(store, scope=Scope(public=False, channels=frozenset({"C1"}))) == ["T001"]
    assert await ids(store, Filter(text="private"), Scope(author="U2")) == ["T003"]
    assert await ids(store, scope=EVERYTHING) == ["T001", "T002", "T003"]


# similar


async def test_similar_finds_the_ticket_that_says_the_same_and_open_ones_first(store):
    await store.create(new("API timeout in production"), deed())
    await store.create(new("API timeouts in production again"), deed())
    await store.create(new("Printer out of paper"), deed())
    await store.update("T001", {"stat": "done"}, deed())
    found = await store.similar("API timeout in production", EVERYTHING)
    assert [match.record.ticket.id for match in found] == ["T002", "T001"]
    assert all(0 < match.score <= 1 for match in found)
    assert await store.similar("the coffee machine leaks", EVERYTHING) == []
    assert await store.similar("!?", EVERYTHING) == []


async def test_similar_shows_nothing_out_of_scope(store):
    await store.create(new("secret merger plan"), deed(channel="G1", private=True))
    assert await store.similar("secret merger plan", Scope()) == []


# where tickets live


async def test_a_thread_belongs_to_its_first_ticket_that_is_not_deleted(store):
    for _ in range(2):
        await store.create(new(), deed(channel="C1", thread="1.1"))
    assert await store.ticket_of("C1", "1.1") == "T001"
    await store.delete("T001", deed())
    assert await store.ticket_of("C1", "1.1") == "T002"
    assert await store.ticket_of("C2", "1.1") is None


async def test_the_thread_of_a_card_belongs_to_its_ticket_until_the_card_moves(store):
    await store.create(new(), deed(channel="C1"))
    await store.show_card("T001", Place("C1", "5.5"))
    assert (await store.get("T001")).card == Place("C1", "5.5")
    assert await store.ticket_of("C1", "5.5") == "T001"
    await store.show_card("T001", Place("C1", "7.7", "6.6"))
    assert await store.ticket_of("C1", "5.5") is None
    assert await store.ticket_of("C1", "6.6") == "T001"
    with pytest.raises(NotFoundError):
        await store.show_card("T009", Place("C1", "1"))


# deliveries


async def test_a_delivery_is_accepted_once_by_any_of_its_keys(store):
    first = await store.accept(Delivery(("E1", "m:1"), NOW, {"text": "hi", "blocks": None}))
    assert (first.new, first.key) == (True, "E1")
    twin = await store.accept(Delivery(("E2", "m:1", "c:9"), NOW, {}))
    assert (twin.new, twin.key, twin.state) == (False, "E1", "pending")
    by_the_twins_key = await store.accept(Delivery(("E3", "c:9"), NOW, {}))
    assert (by_the_twins_key.new, by_the_twins_key.key) == (False, "E1")
    assert [delivery.payload for delivery in await store.pending()] == [{"text": "hi", "blocks": None}]


async def test_twins_at_once_are_one_delivery(store):
    found = await asyncio.gather(*(store.accept(Delivery((f"E{n}", "m:1"), NOW, {})) for n in range(8)))
    assert sum(each.new for each in found) == 1
    assert {each.key for each in found} == {next(each.key for each in found if each.new)}


async def test_what_is_done_is_answered_again_from_its_reply(store):
    await store.accept(Delivery(("E1",), NOW, {}))
    await store.finish("E1", {"status": "ok", "data": None})
    again = await store.accept(Delivery(("E1",), NOW, {}))
    assert (again.new, again.state, again.reply) == (False, "done", {"status": "ok", "data": None})
    assert await store.pending() == []


async def test_what_fails_every_time_is_parked_and_blocks_nothing(store):
    await store.accept(Delivery(("E1",), NOW, {"n": 1}))
    await store.accept(Delivery(("E2",), NOW + 1, {"n": 2}))
    assert await store.fail("E1", "boom", park=False) == 1
    assert await store.fail("E1", "boom again", park=True) == 2
    assert [delivery.keys for delivery in await store.pending()] == [("E2",)]
    [parked] = await store.parked()
    assert (parked.delivery.payload, parked.reason) == ({"n": 1}, "boom again")
    assert (await store.accept(Delivery(("E1",), NOW, {}))).state == "parked"


async def test_done_deliveries_are_forgotten_after_seven_days_and_pending_ones_are_not(store):
    for key in ("E1", "E2"):
        await store.accept(Delivery((key,), NOW, {}))
    await store.finish("E1", None)
    await store.accept(Delivery(("E3",), NOW + 7 * DAY + 1, {}))
    assert (await store.accept(Delivery(("E1",), NOW, {}))).new
    assert not (await store.accept(Delivery(("E2",), NOW, {}))).new


async def test_finishing_what_was_never_accepted_is_refused(store):
    with pytest.raises(StoreError):
        await store.finish("E9")
    with pytest.raises(StoreError):
        await store.accept(Delivery((), NOW, {}))


# what the model costs


async def test_usage_is_counted_by_day(store):
    await store.count(TODAY, "U1", "rules", 0, 0)
    await store.count(TODAY, "U2", "llm", 212, 1)
    await store.count(TODAY.replace(day=25), "U1", "fallback", 80, 1)
    assert await store.spent(TODAY) == 212
    assert await store.spent(TODAY.replace(day=1)) == 0
    assert [(day.day.day, *day[1:]) for day in await store.usage(5)] == [
        (25, 1, 0, 1, 80),
        (24, 2, 1, 1, 212),
    ]
    assert len(await store.usage(1)) == 1
