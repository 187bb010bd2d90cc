"""Expired keys are removed now and then, by a process that makes a change."""

from store.postgres import PostgresStore
from tests.store.factories import DAY, NOW, count_tickets, new_ticket, origin


async def test_keys_whose_time_is_over_are_removed_by_a_process_that_changes_something(postgres_server):
    postgres_server.empty()
    for key, at in (("old", NOW), ("new", NOW + 7 * DAY), ("newest", NOW + 7 * DAY + 1)):
        store = await PostgresStore.open(postgres_server.url)
        await store.create(new_ticket(), origin(key=key, at=at))
        await store.close()
    assert postgres_server.execute("SELECT key FROM keys ORDER BY at", "tickets") == [("new",), ("newest",)]


async def test_a_key_whose_time_is_over_is_a_new_one_also_before_it_is_removed(postgres_server):
    postgres_server.empty()
    store = await PostgresStore.open(postgres_server.url)
    await store.create(new_ticket(), origin(key="same", at=NOW))
    await store.update("T001", {"pri": 1}, origin(key="same change", at=NOW))
    later = NOW + 7 * DAY + 1
    assert not (await store.create(new_ticket(), origin(key="same", at=later))).repeated
    assert not (await store.update("T001", {"pri": 3}, origin(key="same change", at=later))).repeated
    assert (await store.create(new_ticket(), origin(key="same", at=later))).repeated
    assert await count_tickets(store) == 2
    await store.close()
