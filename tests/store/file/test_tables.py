"""A snapshot is of one moment, though it is written while tickets change."""

from store.file.store import FileStore
from store.models.tickets import MessageRef
from tests.store.factories import new_ticket, origin, show_card
from tests.store.file.disks import RamDisk
from tests.store.file.workload import PATH


def rows_of(tables):
    return {name: list(rows) for name, rows in tables}


async def make_tickets(store, *titles):
    for title in titles:
        await store.create(new_ticket(title), origin())


async def change_everything(store):
    await store.update("T001", {"title": "another title", "res": "a note"}, origin("U2", key="late"))
    await store.update("T001", {"stat": "done"}, origin())
    await store.delete("T002", origin())
    await store.undo("T003", 2, origin())
    await show_card(store, "T004", MessageRef("C1", "1.5"))
    await make_tickets(store, "came later")


async def test_a_snapshot_holds_everything_as_it_was_when_it_was_begun_and_nothing_that_came_later():
    store = await FileStore.open(PATH, files=RamDisk())
    await make_tickets(store, "first", "second", "third", "fourth")
    await store.delete("T003", origin())
    then = rows_of(store._state.freeze())
    written = store._state.freeze()
    await change_everything(store)
    assert rows_of(written) == then
    assert rows_of(store._state.freeze()) != then
    await store.close()


async def test_what_changes_while_a_snapshot_is_half_written_is_not_in_it():
    store = await FileStore.open(PATH, files=RamDisk())
    await make_tickets(store, "first", "second", "third", "fourth")
    await store.delete("T003", origin())
    then = rows_of(store._state.freeze())
    written = dict(store._state.freeze())
    begun = [next(iter(written["tickets"]))]
    await change_everything(store)
    written["tickets"] = [*begun, *written["tickets"]]
    assert rows_of(written.items()) == then
    await store.close()
