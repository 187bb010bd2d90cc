"""Tickets from elsewhere."""

import pytest

from store.errors import StoreError
from store.models.filters import Filter, Scope
from store.models.tickets import ImportedTicket, Status, Ticket
from tests.store.factories import DAY, NOW, TODAY, count_tickets, ids, new_ticket, origin


def imported(ticket_id: str = "", status: Status = Status.OPEN, **more) -> ImportedTicket:
    made = origin("U7", key="", at=NOW - 9 * DAY, channel="C7", private=True, thread="7.7")
    ticket = Ticket(id=ticket_id or "T001", title="login bug", stat=status, created=TODAY, res="fixed")
    return ImportedTicket(ticket_id, ticket, made, **more)


async def test_a_ticket_is_taken_in_as_it_is_with_who_made_it_where_and_when(store):
    done = imported("T007", Status.DONE, started_by="U8", closed_at=NOW - DAY)
    assert await store.import_tickets([done], origin()) == ["T007"]
    record = await store.get("T007")
    assert (record.ticket, record.origin) == (done.ticket, done.origin)
    assert (record.channel, record.private, record.version) == ("C7", True, 1)
    assert (record.started_by, record.closed_at) == ("U8", NOW - DAY)
    assert await ids(store, Filter(time="created", until=NOW - 8 * DAY)) == ["T007"]
    assert await ids(store, scope=Scope()) == []
    assert await store.find_by_thread("C7", "7.7") == "T007"
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T008"


async def test_tickets_without_an_id_get_the_next_ones(store):
    await store.create(new_ticket(), origin())
    assert await store.import_tickets([imported(), imported("T005"), imported()], origin()) == [
        "T006",
        "T005",
        "T007",
    ]


@pytest.mark.parametrize("taken", [["T001"], ["T003", "T003"], ["T004", "T001"], ["T9ZZZZZ"]])
async def test_an_import_is_all_or_nothing(store, taken):
    await store.create(new_ticket(), origin())
    with pytest.raises(StoreError):
        await store.import_tickets([imported(), *map(imported, taken)], origin())
    assert await count_tickets(store) == 1
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T002"


async def test_the_same_import_again_takes_in_nothing(store):
    first = await store.import_tickets([imported(), imported()], origin(key="file"))
    assert await store.import_tickets([imported(), imported()], origin(key="file")) == first
    assert await count_tickets(store) == 2
    assert await store.import_tickets([], origin()) == []


async def test_an_imported_ticket_can_be_changed_and_undone(store):
    await store.import_tickets([imported("T003", Status.DONE)], origin())
    assert (await store.get("T003")).closed_at == NOW - 9 * DAY
    await store.update("T003", {"stat": "open"}, origin())
    assert (await store.undo("T003", 2, origin())).record.ticket.stat is Status.DONE
