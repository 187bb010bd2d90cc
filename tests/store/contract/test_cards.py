"""Where tickets are shown in Slack."""

from store.models.deliveries import Delivery, Posted, UndoLine
from store.models.tickets import MessageRef
from tests.store.factories import NOW, new_ticket, origin, show_card


async def test_a_thread_belongs_to_its_first_ticket_that_is_not_deleted(store):
    for _ in range(2):
        await store.create(new_ticket(), origin(channel="C1", thread="1.1"))
    assert await store.find_by_thread("C1", "1.1") == "T001"
    await store.delete("T001", origin())
    assert await store.find_by_thread("C1", "1.1") == "T002"
    assert await store.find_by_thread("C2", "1.1") is None
    assert await store.list_by_thread("C1", "1.1") == ("T001", "T002")
    assert await store.list_by_thread("C2", "1.1") == ()
    assert await store.list_by_thread("C1", "") == ()


async def test_a_message_has_the_tickets_that_were_made_from_it(store):
    for reply in ("5.5", "6.6", "1.1", ""):
        await store.create(new_ticket(), origin(channel="C1", thread="1.1", message=reply))
    assert await store.find_by_thread("C1", "6.6") == "T002"
    assert await store.list_by_thread("C1", "5.5") == ("T001",)
    assert await store.list_by_thread("C2", "5.5") == ()
    assert await store.list_by_thread("C1", "1.1") == ("T001", "T002", "T003", "T004")


async def test_the_thread_of_a_card_belongs_to_its_ticket_until_the_card_moves(store):
    await store.create(new_ticket(), origin(channel="C1"))
    await show_card(store, "T001", MessageRef("C1", "5.5"))
    assert (await store.get("T001")).card == MessageRef("C1", "5.5")
    assert await store.find_by_thread("C1", "5.5") == "T001"
    await show_card(store, "T001", MessageRef("C1", "7.7", "6.6"))
    assert await store.find_by_thread("C1", "5.5") is None
    assert await store.find_by_thread("C1", "6.6") == "T001"


async def test_a_card_is_no_change_and_lasts_through_changes(store):
    await store.create(new_ticket(), origin())
    await show_card(store, "T001", MessageRef("C1", "5.5"))
    assert (await store.update("T001", {"pri": 1}, origin())).record.card == MessageRef("C1", "5.5")
    assert (await store.history("T001"))[1] == 2


async def test_the_lines_that_offered_an_undo_are_found_by_change_and_by_thread(store):
    for number, channel in enumerate(("C1", "C1", "C2")):
        await store.create(new_ticket(), origin())
        await store.accept(Delivery((f"E{number}",), NOW, {}))
        message = MessageRef(channel, f"{number}.5", "1.1")
        await store.finish(f"E{number}", posted=Posted(undo_lines=((f"T00{number + 1}", 1, message),)))
    lines = [UndoLine(f"T00{n + 1}", 1, MessageRef(("C1", "C1", "C2")[n], f"{n}.5", "1.1")) for n in range(3)]
    assert await store.undo_line("T002", 1) == lines[1]
    assert await store.undo_line("T002", 2) is None
    assert await store.undo_line("T009", 1) is None
    assert await store.undo_lines_in("C1", "1.1") == (lines[1], lines[0])
    assert await store.undo_lines_in("C2", "1.1") == (lines[2],)
    assert await store.undo_lines_in("C1", "9.9") == ()


async def test_the_card_of_a_ticket_that_there_is_not_is_nobodys(store):
    await show_card(store, "T001", MessageRef("C1", "5.5"))
    await store.create(new_ticket(), origin())
    assert (await store.get("T001")).card is None
    assert await store.find_by_thread("C1", "5.5") is None
