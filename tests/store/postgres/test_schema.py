"""Tables are made and brought up to date by whichever process comes first, with no more rights than that needs."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

import store.postgres
from store.errors import StoreError
from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import Status
from store.postgres import PostgresStore
from store.postgres.connection import schema
from tests.store.factories import count_tickets, new_ticket, origin
from tests.store.postgres.server import Server

README = Path(store.postgres.__file__).with_name("README.md")


@pytest.fixture
def database(postgres_server, request):
    """A database without anything in it; its name."""
    name = f"empty_{abs(hash(request.node.name))}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield name
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_many_that_begin_at_once_make_the_tables_once(postgres_server, database):
    url = postgres_server.url_of(database)
    stores = await asyncio.gather(*(PostgresStore.open(url) for _ in range(6)))
    written = await asyncio.gather(*(each.create(new_ticket(), origin()) for each in stores))
    assert {each.record.ticket.id for each in written} == {f"T00{number}" for number in range(1, 7)}
    found = postgres_server.execute("SELECT value FROM counters WHERE name = 'schema'", database)
    assert found == [(schema.VERSION,)]
    for each in stores:
        await each.close()


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(postgres_server, database):
    url = postgres_server.url_of(database)
    await (await PostgresStore.open(url)).close()
    postgres_server.execute("UPDATE counters SET value = 99 WHERE name = 'schema'", database)
    with pytest.raises(StoreError, match=r"newer version of the bot \(tables 99"):
        await PostgresStore.open(url)


async def test_a_database_of_an_older_version_is_brought_up_to_date(postgres_server, database, monkeypatch):
    url = postgres_server.url_of(database)
    older = await PostgresStore.open(url)
    await older.create(new_ticket(), origin())
    added = "ALTER TABLE tickets ADD COLUMN estimate integer"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, added))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    newer = await asyncio.gather(*(PostgresStore.open(url) for _ in range(3)))
    assert postgres_server.execute("SELECT number, estimate FROM tickets", database) == [(1, None)]
    # A rolling upgrade: who began before goes on.
    await older.create(new_ticket(), origin())
    assert (await newer[0].view(Filter(), EVERYTHING)).count == 2
    for each in (older, *newer):
        await each.close()


# A public and a private ticket as versions 1 and 2 wrote them; what those counted is counted anew.
EARLIER = """
    INSERT INTO tickets (number, version, ticket, origin, reported_by, created_at, changed_at, started_by, stat, pri, cat,
        channel, private, deleted, origin_channel, origin_thread, words)
    VALUES (1, 1, '{"title":"Login fails","created":"2026-07-26"}',
        '{"by":"U1","at":1.5,"channel":"C1","message":"5.5","thread":"1.1"}', 'U1', 1.5, 1.5, '', 'open', 2,
        'other', 'C1', false, false, 'C1', '1.1', array_to_tsvector(ARRAY['login', 'fails'])),
        (2, 1, '{"title":"Printer burns","created":"2026-07-26"}', '{"by":"U2","at":1.5}', 'U2', 1.5, 1.5, '', 'open', 2,
        'other', 'G1', true, false, 'G1', '', array_to_tsvector(ARRAY['printer', 'burns']));
    INSERT INTO changes (number, version, commit, user_id, change) VALUES (1, 1, gen_random_uuid(), 'U1',
        '{"version":1,"kind":"created","origin":{"by":"U1","at":1.5},"after":{"title":"Login fails"}}'),
        (2, 1, gen_random_uuid(), 'U2', '{"version":1,"kind":"created","origin":{"by":"U2","at":1.5},"after":{"title":"Printer burns"}}');
    INSERT INTO counts VALUES ('open', 2, 'other', false, 7, 1);
    INSERT INTO terms VALUES ('login', false, 3, 1), ('fails', false, 3, 1);
    UPDATE counters SET value = 2 WHERE name = 'tickets'"""


@pytest.mark.parametrize("version", [1, 2])
async def test_a_database_of_an_earlier_version_opens_with_its_tickets_and_what_is_counted_of_them(
    postgres_server, database, monkeypatch, version
):
    url = postgres_server.url_of(database)
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:version])
    monkeypatch.setattr(schema, "VERSION", version)
    await (await PostgresStore.open(url)).close()
    postgres_server.execute(EARLIER, database)
    monkeypatch.undo()
    store = await PostgresStore.open(url)
    here = Scope(channels=frozenset({"G1"}))
    assert await count_tickets(store) == 2
    assert await store.find_by_thread("C1", "5.5") == "T001"
    assert [(await store.view(Filter(), scope)).count for scope in (Scope(), here)] == [1, 2]
    await store.create(new_ticket("Login fails again"), origin())
    await store.update("T001", {"stat": "done"}, origin())
    assert (await store.view(Filter(stat=(Status.OPEN,)), Scope())).count == 1
    for text, scope, expected in (
        ("login fails", EVERYTHING, ["T003", "T001"]),
        ("printer burns", here, ["T002"]),
        ("printer burns", Scope(), []),
    ):
        assert [match.record.ticket.id for match in await store.similar(text, scope)] == expected
    await store.post("T002", "C1", origin(), private=False)
    assert (await store.view(Filter(), Scope())).count == 3
    await store.close()
    indexes = "SELECT indexdef FROM pg_indexes WHERE indexname = 'tickets_by_change'"
    assert "changed_at) INCLUDE (number" in postgres_server.execute(indexes, database)[0][0]


async def test_a_migration_that_fails_leaves_the_database_as_it_was(postgres_server, database, monkeypatch):
    url = postgres_server.url_of(database)
    await (await PostgresStore.open(url)).close()
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE more (a integer); SELECT 1 / 0")
    )
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(StoreError, match="DivisionByZero"):
        await PostgresStore.open(url)
    monkeypatch.undo()
    await (await PostgresStore.open(url)).close()
    assert postgres_server.execute("SELECT to_regclass('more')", database) == [(None,)]


def statements(heading: str) -> str:
    """The first SQL under a heading of the README."""
    part = README.read_text().split(f"## {heading}")[1]
    return re.search(r"```sql\n(.*?)```", part, re.DOTALL)[1]


async def test_the_roles_of_the_readme_are_enough_and_hold_no_more(postgres_server):
    before, after = statements("Roles").split("\\connect helpdesk\n")
    for part, database in ((before, "postgres"), (after, "helpdesk")):
        for statement in filter(str.strip, part.split(";\n")):
            postgres_server.execute(statement, database)
    try:
        with pytest.raises(StoreError, match="once as the role that makes the tables"):
            await PostgresStore.open(postgres_server.url_of("helpdesk", "tickets_bot"))
        owner = postgres_server.url_of("helpdesk", "tickets_owner")
        await (await PostgresStore.open(owner)).close()
        store = await PostgresStore.open(postgres_server.url_of("helpdesk", "tickets_bot"))
        await store.create(new_ticket(), origin())
        assert (await store.undo("T001", 1, origin())).record.deleted
        await store.close()
        with psycopg.connect(postgres_server.url_of("helpdesk", "tickets_bot")) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DROP TABLE tickets.tickets")
            connection.rollback()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine (a integer)")
    finally:
        postgres_server.execute("DROP DATABASE helpdesk WITH (FORCE)")
        postgres_server.execute("DROP ROLE tickets_bot")
        postgres_server.execute("DROP ROLE tickets_owner")


@pytest.mark.skipif(not shutil.which("openssl"), reason="a certificate is made with openssl")
async def test_what_the_address_says_of_tls_is_what_the_connection_does(
    postgres_server, tmp_path, unused_tcp_port
):
    server = Server(address="127.0.0.1", port=unused_tcp_port)
    try:
        certificate, key = server.directory / "server.crt", server.directory / "server.key"
        await asyncio.to_thread(
            subprocess.run,
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        server.own(certificate, key)
        address = f"postgresql://tickets@localhost:{unused_tcp_port}/tickets?hostaddr=127.0.0.1"
        with pytest.raises(StoreError):
            await PostgresStore.open(f"{address}&sslmode=require", timeout=1)
        server.execute(f"ALTER SYSTEM SET ssl_cert_file = '{certificate}'")
        server.execute(f"ALTER SYSTEM SET ssl_key_file = '{key}'")
        server.execute("ALTER SYSTEM SET ssl = on")
        server.restart()
        trusted = tmp_path / "root.crt"
        shutil.copy(certificate, trusted)
        store = await PostgresStore.open(f"{address}&sslmode=verify-full&sslrootcert={trusted}")
        assert await store._database.read("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [
            (True,)
        ]
        await store.close()
        wrong = address.replace("localhost", "elsewhere")
        with pytest.raises(StoreError):
            await PostgresStore.open(f"{wrong}&sslmode=verify-full&sslrootcert={trusted}", timeout=1)
    finally:
        server.close()
