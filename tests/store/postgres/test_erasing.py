"""Erasing a person from a database leaves the same as erasing them from a file."""

import asyncio
import json

import pytest

from store.backup.copying import copy_between
from store.backup.erasing import erase, erase_from_database
from store.errors import StoreError
from store.models.deliveries import Delivery, Person
from store.postgres import PostgresStore
from store.progress import ignore_progress
from tests.store.factories import NOW, count_tickets, new_ticket, origin

NAMES = ["Erin Engineer"]
OPERATOR = "root on desk"


async def tell(store) -> None:
    await store.create(new_ticket("Zebra crossing"), origin("U0ERIN", "k1", text="create Zebra crossing"))
    await store.update("T001", {"res": "painted"}, origin("U0COLE", "k2", text="for <@U0ERIN>"))
    await store.create(new_ticket("Erin Engineer asks"), origin("U0COLE", "k3", text="x"))
    await store.remember_people([Person("U0ERIN", NOW, {"names": NAMES}), Person("U0COLE", NOW, {})])
    await store.accept(Delivery(("E1",), NOW, {"user": "U0ERIN"}))
    await store.finish("E1", {"text": "Erin Engineer"})


async def contents(url):
    store = await PostgresStore.open(url)
    found = await store.contents(ignore_progress)
    await store.close()
    return found


@pytest.fixture
async def database(postgres_server):
    postgres_server.empty()
    store = await PostgresStore.open(postgres_server.url)
    await tell(store)
    await store.close()
    return postgres_server.url


async def test_nothing_of_the_person_is_left_and_the_same_as_in_a_file(postgres_server, database, tmp_path):
    path = str(tmp_path / "tickets.json")
    await copy_between(database, path)
    done = await erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR)
    assert (done.tickets, done.changes) == (2, 3)
    left = await contents(database)
    said = json.dumps(
        [left.commits, left.deliveries, dict(left.people), dict(left.choices)], ensure_ascii=False
    )
    assert not [trace for trace in ("U0ERIN", "Erin", "Zebra") if trace in said]
    assert "painted" in said
    erase(path, "U0ERIN", NAMES, NOW)
    postgres_server.empty()
    await copy_between(path, database)
    assert (await contents(database)).commits == left.commits


async def test_what_processes_share_tells_of_nobody_and_all_forget_what_they_remember(
    postgres_server, database
):
    store = await PostgresStore.open(database)
    await store.announce(["person U0ERIN"])
    await store.allow_call("U0ERIN", NOW, 5)
    seen, _ = await store.announced(0)
    await erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR)
    assert (await store.announced(seen))[1] is None
    tables = postgres_server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", "tickets")
    assert len(tables) > 12
    for (table,) in tables:
        assert "U0ERIN" not in str(postgres_server.execute(f"SELECT * FROM {table}", "tickets")), table
    await store.close()


async def test_ids_and_searches_go_on(database):
    await erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR)
    store = await PostgresStore.open(database)
    assert (await store.get("T001")).ticket.title == "(erased)"
    assert (await store.create(new_ticket("next"), origin())).record.ticket.id == "T003"
    assert await count_tickets(store) == 3
    await store.close()


async def test_while_something_waits_nothing_is_erased(database):
    store = await PostgresStore.open(database)
    await store.accept(Delivery(("E2",), NOW, {}))
    await store.close()
    with pytest.raises(StoreError, match="not finished"):
        await erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR)
    assert "U0ERIN" in json.dumps((await contents(database)).commits)


async def test_the_database_keeps_when_by_whom_and_how_much_and_not_of_whom(postgres_server, database):
    await erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR)
    await erase_from_database(database, "U0NOBODY", [], NOW + 9, by=OPERATOR)
    found = postgres_server.execute("SELECT * FROM erasures ORDER BY at", "tickets")
    assert found == [(NOW, OPERATOR, "tickets", 2, 3), (NOW + 9, OPERATOR, "tickets", 2, 3)]
    dump = postgres_server.execute("SELECT string_agg(e::text, ' ') FROM erasures e", "tickets")
    assert "U0" not in str(dump)


async def test_an_erasing_that_fails_is_not_told_as_done(postgres_server, database):
    store = await PostgresStore.open(database)
    await store.accept(Delivery(("E2",), NOW, {}))
    await store.close()
    with pytest.raises(StoreError):
        await erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR)
    assert postgres_server.execute("SELECT count(*) FROM erasures", "tickets") == [(0,)]


async def test_who_is_erased_when_the_command_is_interrupted_is_said_to_be_erased(database, monkeypatch):
    close = PostgresStore.close

    async def close_interrupted(store: PostgresStore) -> None:
        erasing.cancel()
        await asyncio.sleep(0)
        await close(store)

    monkeypatch.setattr(PostgresStore, "close", close_interrupted)
    erasing = asyncio.create_task(erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR))
    assert (await erasing).tickets == 2


async def test_an_erasing_that_is_interrupted_before_its_commit_erases_nothing(database):
    before = await contents(database)
    erasing = asyncio.create_task(
        erase_from_database(database, "U0ERIN", NAMES, NOW, by=OPERATOR, progress=lambda *_: erasing.cancel())
    )
    with pytest.raises(asyncio.CancelledError):
        await erasing
    assert (await contents(database)).checksum() == before.checksum()
