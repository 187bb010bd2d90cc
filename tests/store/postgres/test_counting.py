"""The counts of tickets and words are exact at every moment, though most are updated later."""

import asyncio

import psycopg
import pytest

from store.models.tickets import Category, ImportedTicket, Priority, Status, Ticket
from store.postgres import PostgresStore
from store.postgres.committing import COUNTED_AT_ONCE
from store.postgres.contents import COUNT_ALL
from tests.store.factories import TODAY, new_ticket, origin

CHANGES = 3 * COUNTED_AT_ONCE
SHARED = 4  # tickets that several processes change
TITLES = ["login page is slow", "printer on fire", "login fails", "door is open"]
VALUES = [{"res": "looking at the door"}, {"stat": "done"}, {"pri": 1, "title": "fire"}, {"cat": "doc"}]
# Stored counts plus the deltas that are not yet included, without those that are zero.
KINDS = (
    "SELECT audience, stat, pri, cat, sum(count) FROM all_counts GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0"
)
TERMS = """
    SELECT term, audience, sum(count) FROM (SELECT term, audience, count FROM terms UNION ALL
        SELECT unnest(tsvector_to_array(words)), audience, delta FROM count_deltas) AS counted
    GROUP BY term, audience HAVING sum(count) <> 0"""


def counted(server) -> list[list[tuple]]:
    return [sorted(server.execute(statement, "tickets")) for statement in (KINDS, TERMS)]


def assert_exact(server) -> None:
    """Check that counting all tickets anew gives the same counts."""
    before = counted(server)
    assert all(before)
    for statement in ("DELETE FROM count_deltas", "DELETE FROM counts", "DELETE FROM terms", *COUNT_ALL):
        server.execute(statement, "tickets")
    assert counted(server) == before


def waiting(server) -> int:
    return server.execute("SELECT count(*) FROM count_deltas", "tickets")[0][0]


@pytest.fixture
async def stores(postgres_server):
    postgres_server.empty()
    both = [await PostgresStore.open(postgres_server.url) for _ in range(2)]
    yield both
    for store in both:
        await store.close()


async def test_what_two_processes_change_at_once_is_counted_once(postgres_server, stores):
    async def work(store: PostgresStore, which: int) -> None:
        for number in range(CHANGES // 2):
            private = number % 3 == 0
            made = await store.create(new_ticket(TITLES[number % 4]), origin(private=private))
            ticket_id = made.record.ticket.id
            changed = await store.update(ticket_id, VALUES[(number + which) % 4], origin(), made.record)
            if number % 4 == 1:
                await store.undo(ticket_id, changed.record.version, origin())
            if number % 5 == 1:
                deleted = await store.delete(ticket_id, origin())
                if number % 2:
                    await store.undo(ticket_id, deleted.record.version, origin())
            elif number % 7 == 1:
                await store.post(ticket_id, "C2", origin(), private=number % 2 == 0)
            await store.update(f"T00{1 + number % SHARED}", {"res": f"seen by {which}"}, origin())

    for number in range(SHARED):
        await stores[0].create(new_ticket(TITLES[number % 4]), origin())
    await asyncio.gather(*(work(store, which) for which, store in enumerate(stores)))
    assert waiting(postgres_server) < 2 * 2 * (COUNTED_AT_ONCE + 1)
    assert_exact(postgres_server)


async def test_a_bulk_import_or_bulk_change_is_counted_at_once(postgres_server, stores):
    count = COUNTED_AT_ONCE + 1
    tickets = [
        ImportedTicket(
            "",
            Ticket(
                id="T001",
                title=TITLES[number % 4],
                cat=Category.DOC,
                pri=Priority.LOW,
                stat=Status.OPEN,
                created=TODAY,
            ),
            origin("U1"),
        )
        for number in range(count)
    ]
    ids = await stores[0].import_tickets(tickets, origin())
    assert waiting(postgres_server) == 0
    await stores[1].bulk_update({each: {"stat": "done"} for each in ids}, origin())
    assert waiting(postgres_server) == 0
    assert_exact(postgres_server)


async def test_a_process_does_not_wait_while_another_one_counts(postgres_server, stores):
    await stores[0].create(new_ticket(), origin())
    with psycopg.connect(postgres_server.url) as connection:
        connection.execute("SELECT FROM counters WHERE name = 'counting' FOR UPDATE")
        for number in range(COUNTED_AT_ONCE + 2):
            await stores[0].create(new_ticket(TITLES[number % 4]), origin())
    assert waiting(postgres_server) == COUNTED_AT_ONCE + 2
    assert_exact(postgres_server)
