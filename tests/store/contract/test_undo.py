"""Deleting, undoing, and the history."""

import asyncio

import pytest

from store.errors import ConflictError, NotFoundError, NothingToUndoError
from store.models.filters import Filter
from store.models.tickets import Priority, Status
from tests.store.factories import NOW, ids, new_ticket, origin


async def test_a_deleted_ticket_is_in_no_list_and_keeps_its_history(store):
    await store.create(new_ticket(), origin())
    written = await store.delete("T001", origin())
    assert written.record.deleted
    assert written.change.kind == "deleted"
    assert await store.get("T001") is None
    assert await ids(store) == []
    assert await ids(store, Filter(text="timeout")) == []
    assert [change.kind for change in (await store.history("T001"))[0]] == ["deleted", "created"]


async def test_undo_restores_exactly_what_the_change_changed(store):
    await store.create(new_ticket(), origin())
    change = (await store.update("T001", {"pri": 1, "res": "urgent"}, origin())).change
    await store.update("T001", {"stat": "prog"}, origin("U2"))
    undone = await store.undo(change.ticket_id, change.version, origin())
    assert undone.change.kind == "undone"
    assert undone.change.undoes == change.version
    assert undone.record.ticket.pri is Priority.MEDIUM
    assert undone.record.ticket.res is None
    assert undone.record.ticket.stat is Status.PROG
    assert (await store.change(change.ticket_id, change.version)).undone_by == undone.change.version


async def test_undo_is_refused_when_the_same_field_was_changed_since(store):
    await store.create(new_ticket(), origin())
    change = (await store.update("T001", {"pri": 1, "res": "urgent"}, origin())).change
    await store.update("T001", {"pri": 3}, origin("U2"))
    with pytest.raises(ConflictError, match="pri"):
        await store.undo(change.ticket_id, change.version, origin())
    assert (await store.get("T001")).ticket.res == "urgent"


async def test_undo_is_possible_when_the_change_since_was_undone(store):
    await store.create(new_ticket(), origin())
    first = (await store.update("T001", {"pri": 1}, origin())).change
    second = (await store.update("T001", {"pri": 3}, origin("U2"))).change
    await store.undo(second.ticket_id, second.version, origin("U2"))
    assert (await store.undo(first.ticket_id, first.version, origin())).record.ticket.pri is Priority.MEDIUM


async def test_an_undo_can_be_undone_and_that_too(store):
    await store.create(new_ticket(), origin())
    change = (await store.update("T001", {"pri": 1}, origin())).change
    undone = (await store.undo(change.ticket_id, change.version, origin())).change
    redone = await store.undo(undone.ticket_id, undone.version, origin())
    assert redone.record.ticket.pri is Priority.HIGH
    assert (await store.change(change.ticket_id, change.version)).undone_by is None
    assert (
        await store.undo(redone.change.ticket_id, redone.change.version, origin())
    ).record.ticket.pri is Priority.MEDIUM


async def test_a_change_can_be_undone_again_after_its_undoing_was_undone(store):
    await store.create(new_ticket(), origin())
    change = (await store.update("T001", {"pri": 1}, origin())).change
    undone = (await store.undo(change.ticket_id, change.version, origin())).change
    await store.undo(undone.ticket_id, undone.version, origin())
    assert (await store.undo(change.ticket_id, change.version, origin())).record.ticket.pri is Priority.MEDIUM


async def test_undoing_a_creation_deletes_and_undoing_that_brings_it_back(store):
    made = await store.create(new_ticket(desc="why"), origin())
    undone = await store.undo(made.change.ticket_id, made.change.version, origin())
    assert undone.record.deleted
    assert await store.get("T001") is None
    back = await store.undo(undone.change.ticket_id, undone.change.version, origin())
    assert back.record.ticket == made.record.ticket
    assert await ids(store, Filter(text="why")) == ["T001"]


async def test_a_creation_is_not_undone_after_others_have_worked_on_it(store):
    made = await store.create(new_ticket(), origin())
    await store.update("T001", {"stat": "prog"}, origin("U2"))
    with pytest.raises(ConflictError):
        await store.undo(made.change.ticket_id, made.change.version, origin())


async def test_undoing_a_deletion_brings_back_everything(store):
    made = await store.create(new_ticket(desc="why"), origin(thread="1.1", channel="C1"))
    gone = await store.delete("T001", origin())
    back = await store.undo(gone.change.ticket_id, gone.change.version, origin())
    assert back.record.ticket == made.record.ticket
    assert (await store.get("T001")).origin == made.record.origin
    assert await store.find_by_thread("C1", "1.1") == "T001"


async def test_undoing_a_start_forgets_who_started(store):
    await store.create(new_ticket(), origin())
    start = (await store.update("T001", {"stat": "prog"}, origin("U2"))).change
    undone = await store.undo(start.ticket_id, start.version, origin("U2"))
    assert undone.record.started_by == ""
    await store.update("T001", {"stat": "prog"}, origin("U3"))
    assert (await store.get("T001")).started_by == "U3"


async def test_there_is_nothing_to_undo_twice_or_of_no_change(store):
    change = (await store.create(new_ticket(), origin())).change
    await store.undo(change.ticket_id, change.version, origin())
    for number in (change.version, 99, 0):
        with pytest.raises(NothingToUndoError):
            await store.undo("T001", number, origin())
    for ticket_id in ("T009", "nonsense"):
        with pytest.raises(NothingToUndoError):
            await store.undo(ticket_id, 1, origin())


async def test_two_who_undo_at_once_undo_once(store):
    await store.create(new_ticket(), origin())
    change = (await store.update("T001", {"pri": 1}, origin())).change
    done = await asyncio.gather(
        *(store.undo(change.ticket_id, change.version, origin()) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["NothingToUndoError", "Written"]


async def test_the_latest_change_of_a_person_is_theirs_in_force_and_no_undoing(store):
    await store.create(new_ticket(), origin("U1"))
    await store.create(new_ticket(), origin("U2"))
    first = (await store.update("T001", {"pri": 1}, origin("U1"))).change
    second = (await store.update("T002", {"pri": 1}, origin("U1"))).change
    assert await store.latest("U1") == (second,)
    assert await store.latest("U1", "T001") == (first,)
    await store.undo("T002", 2, origin("U1"))
    assert await store.latest("U1") == (first,)
    assert await store.latest("U1", "T002") == ()
    assert await store.latest("U3") == ()
    assert await store.latest("U1", "T999") == ()


async def test_an_undoing_is_the_latest_change_where_undoings_count(store):
    await store.create(new_ticket(), origin("U1"))
    change = (await store.update("T001", {"pri": 1}, origin("U1"))).change
    assert await store.latest("U1", undoings=True) == (change,)
    undoing = (await store.undo("T001", 2, origin("U1"))).change
    assert await store.latest("U1", undoings=True) == (undoing,)
    assert await store.latest("U1", "T001", undoings=True) == (undoing,)
    redone = (await store.undo("T001", 3, origin("U1"))).change
    assert await store.latest("U1", undoings=True) == (redone,)


async def test_an_undoing_that_was_undone_makes_the_change_the_latest_again(store):
    await store.create(new_ticket(), origin("U1"))
    change = (await store.update("T001", {"pri": 1}, origin("U1"))).change
    await store.undo("T001", 2, origin("U1"))
    await store.undo("T001", 3, origin("U1"))
    assert await store.latest("U1") == (change,)


async def test_the_latest_of_a_bulk_is_all_that_it_changed(store):
    for _ in range(3):
        await store.create(new_ticket(), origin())
    await store.update("T002", {"pri": 1}, origin("U2"))
    done = await store.bulk_update(
        {key: {"pri": 1} for key in ("T003", "T002", "T001")}, origin("U3", key="b")
    )
    changes = tuple(each.change for each in done if each.change)
    assert [change.ticket_id for change in changes] == ["T003", "T001"]
    assert await store.latest("U3") == changes
    assert await store.latest("U3", "T001") == changes
    assert await store.latest("U3", "T002") == ()
    assert await store.changes_together("T001", 2) == changes
    assert await store.changes_together("T002", 2) != changes
    assert await store.changes_together("T001", 9) == ()
    assert await store.changes_together("nonsense", 1) == ()


async def test_one_commit_changes_a_ticket_and_deletes_another_and_each_can_be_undone(store):
    for _ in range(2):
        await store.create(new_ticket(), origin())
    asked = {"T001": {"pri": 1}, "T002": None}
    done = await store.bulk_update(asked, origin("U3", key="b"))
    assert [each.change.kind for each in done] == ["updated", "deleted"]
    assert await store.get("T002") is None
    assert await store.latest("U3") == tuple(each.change for each in done)
    again = await store.bulk_update(asked, origin("U3", key="b"))
    assert [each.change for each in again] == [each.change for each in done]
    with pytest.raises(NotFoundError):
        await store.bulk_update({"T001": {"pri": 2}, "T002": None}, origin("U3", key="c"))
    assert (await store.get("T001")).ticket.pri == 1
    await store.undo("T002", 2, origin("U3"))
    assert await store.get("T002") is not None


async def test_history_comes_newest_first_in_pages(store):
    await store.create(new_ticket(), origin(text="please help"))
    for number in range(4):
        await store.update("T001", {"res": f"step {number}"}, origin())
    changes, count = await store.history("T001", page=2, size=2)
    assert count == 5
    assert [change.after["res"] for change in changes] == ["step 1", "step 0"]
    assert (await store.history("T001", page=3, size=2))[0][0].origin.text == "please help"
    assert (await store.history("T001", page=9, size=2)) == (await store.history("T001", page=3, size=2))


@pytest.mark.parametrize("status", ["prog", "done"])
async def test_undoing_a_status_restores_who_was_on_it_and_when_it_was_closed(store, status):
    await store.create(new_ticket(), origin())
    await store.update("T001", {"stat": "prog"}, origin("U2"))
    await store.update("T001", {"stat": "done"}, origin("U3", at=NOW + 5))
    before = await store.get("T001")
    await store.update("T001", {"stat": "open"}, origin("U4", at=NOW + 6))
    await store.update("T001", {"stat": status}, origin("U4", at=NOW + 7))
    await store.undo("T001", 5, origin("U4"))
    after = (await store.undo("T001", 4, origin("U4"))).record
    assert (after.ticket, after.started_by, after.closed_at) == (before.ticket, "U2", NOW + 5)


async def test_undo_is_refused_when_somebody_else_has_taken_over_since(store):
    await store.create(new_ticket(), origin())
    await store.update("T001", {"stat": "prog"}, origin("U2"))
    await store.update("T001", {"stat": "prog"}, origin("U3"))
    with pytest.raises(ConflictError, match="started_by"):
        await store.undo("T001", 2, origin("U2"))


async def test_a_deleted_ticket_is_changed_by_nothing_but_an_undo(store):
    await store.create(new_ticket(), origin())
    await store.delete("T001", origin())
    for act in (
        store.update("T001", {"pri": 1}, origin()),
        store.bulk_update({"T001": {"pri": 1}}, origin()),
        store.post("T001", "C1", origin(), private=False),
        store.delete("T001", origin()),
    ):
        with pytest.raises(NotFoundError):
            await act
    assert (await store.undo("T001", 2, origin())).record.version == 3
